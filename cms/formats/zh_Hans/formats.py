"""Dates in Chinese: 2026年8月3日, 8月3日."""

DATE_FORMAT = "Y年n月j日"
MONTH_DAY_FORMAT = "n月j日"
