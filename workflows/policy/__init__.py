"""The law as plain Python: values in, values out; no Django, no clock, no database, no settings."""
