"""What a clerk can get wrong in a programme although every part alone is well formed; said in Chinese."""

from workflows.policy.checks.basics import KINDS, kind, late_mark, marks, other_ways, periods, personas, used
from workflows.policy.checks.form import MOST_ROWS, form, papers
from workflows.policy.checks.handling import NOTICE_WORKDAYS, fees, intake, stages
from workflows.policy.checks.money import FUND_SOURCES, after, amount, line, paying
from workflows.policy.checks.places import once, quota
from workflows.policy.checks.rules import calculations, rules

__all__ = [
    "FUND_SOURCES",
    "KINDS",
    "MOST_ROWS",
    "NOTICE_WORKDAYS",
    "after",
    "amount",
    "calculations",
    "fees",
    "form",
    "intake",
    "kind",
    "late_mark",
    "line",
    "marks",
    "once",
    "other_ways",
    "papers",
    "paying",
    "periods",
    "personas",
    "quota",
    "rules",
    "stages",
    "used",
]
