"""Dates in English: 3 August 2026, 3 August."""

DATE_FORMAT = "j F Y"
MONTH_DAY_FORMAT = "j F"
