"""Dates as each language writes them; Django finds the module of the active language by its name."""
