"""Effective-dated values by area, with source and approval; areas; holidays."""
