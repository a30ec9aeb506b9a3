"""Money set aside and spent: one row, one balanced movement."""
