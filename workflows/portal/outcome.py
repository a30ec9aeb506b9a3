"""What the rule says of a form before it is sent, in words: how much, what else comes with it, or why not, and from when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from workflows.applications import choosing, filling, letters, reminders
from workflows.offers import offer
from workflows.policy import criteria
from workflows.policy.money import yuan
from workflows.policy.parts import Intake, Verdict
from workflows.policy.states import State
from workflows.portal import reading

if TYPE_CHECKING:
    from workflows.applications.filling import Summary
    from workflows.applications.models import Application
    from workflows.offers.models import ProgrammeVersion
    from workflows.policy.assessment import Reason
    from workflows.policy.paths import Leg, Path

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Share:
    """What one beneficiary would get: in yuan, "" for nothing, and the steps to it."""

    whom: str
    amount: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Against:
    """A condition that is not met, or still open; of a beneficiary where one is named.

    Several reasons stand together where one of them would be enough (``one_of``), or a mixture of such.
    """

    whom: str
    reasons: tuple[Reason, ...]
    one_of: bool


@dataclass(frozen=True)
class Later:
    """The day from which the form will do, the last day to send it in, and whether a reminder is kept."""

    day: date
    closes: date
    kept: bool


@dataclass(frozen=True)
class Way:
    """One order of programmes: name and yuan of each, why one gives nothing, and yuan of the year."""

    legs: tuple[tuple[str, str, str], ...]
    total: str


@dataclass(frozen=True)
class Outcome:
    """What stands above the answers. ``total`` is "" where nothing is paid; ``met``: somebody is helped."""

    met: bool
    total: str
    shares: tuple[Share, ...]
    limits: tuple[str, ...]
    benefits: tuple[str, ...]
    against: tuple[Against, ...]
    later: Later | None
    ways: tuple[Way, ...]
    elsewhere: tuple[ProgrammeVersion, ...]


def of(application: Application, summary: Summary, *, rows: Rows, on: date) -> Outcome | None:
    """The outcome of a form as it is filled on a business day; None while the rule cannot be asked."""
    programme, judged = application.programme, summary.judged
    if judged is None:
        return None
    met = judged.verdict is Verdict.MET and not summary.refused
    is_draft = application.position is State.DRAFT
    return Outcome(
        met=met,
        total=yuan(judged.total_fen) if programme.amount is not None else "",
        shares=tuple(
            Share(_whom(application, rows, index), yuan(each.amount_fen) if each.amount else "", each.lines)
            for index, each in enumerate(judged.rows)
            if programme.beneficiary is not None or each.lines
        ),
        limits=judged.lines,
        benefits=letters.benefits(programme, filling.facts_of(application, on=on).household)
        if met and programme.benefits
        else (),
        against=_against(application, summary.against, rows),
        later=_later(application, on=on) if summary.refused and is_draft else None,
        ways=tuple(_way(path) for path in choosing.orders(application, on=on)) if met and is_draft else (),
        elsewhere=_elsewhere(application, on=on) if summary.refused else (),
    )


def _whom(application: Application, rows: Rows, index: int) -> str:
    return reading.beneficiary_name(application.programme, rows[index], index) if index < len(rows) else ""


def _against(application: Application, reasons: Sequence[Reason], rows: Rows) -> tuple[Against, ...]:
    programme = application.programme
    found = []
    for row, group in groupby(reasons, key=lambda reason: reason.row):
        rule = programme.household_rule if row is None else programme.beneficiary_rule
        whom = "" if row is None else _whom(application, rows, row)
        found += [Against(whom, together, one_of) for together, one_of in _by_condition(rule, group)]
    return tuple(found)


def _by_condition(
    rule: Mapping[str, Any] | None, reasons: Iterable[Reason]
) -> list[tuple[tuple[Reason, ...], bool]]:
    """The reasons by the condition of the rule they stand in; True where any one of them would be enough."""
    root = rule["root"] if rule is not None else {}
    conditions = root.get("all", [root])
    of: dict[str, int] = {
        leaf["id"]: place
        for place, node in enumerate(conditions)
        if "any" in node
        for leaf in criteria.leaves({"root": node})
    }
    found: list[tuple[tuple[Reason, ...], bool]] = []
    for place, group in groupby(reasons, key=lambda reason: of.get(reason.id)):
        if place is None:
            found += [((reason,), False) for reason in group]
        else:
            found.append((tuple(group), all("id" in node for node in conditions[place]["any"])))
    return found


def _later(application: Application, *, on: date) -> Later | None:
    day = choosing.first_day(application, on=on)
    if day is None:
        return None
    kept = reminders.is_kept(application, day=day)
    return Later(day, application.programme.window.closes, kept)


def _way(path: Path) -> Way:
    return Way(
        legs=tuple(
            (leg.programme.name, yuan(leg.fen), "" if leg.fen else _why_nothing(leg)) for leg in path.legs
        ),
        total=yuan(path.total_fen),
    )


def _why_nothing(leg: Leg) -> str:
    """What would no longer be met after the programmes before; of alternatives all are named."""
    told = []
    for reasons, one_of in _by_condition(leg.programme.household_rule, leg.against):
        if len(reasons) > 1 and one_of:
            told.append(
                _("下面一条也不满足：%(texts)s") % {"texts": "；".join(each.text for each in reasons)}
            )
        else:
            told += [each.text for each in reasons]
    return _("那时不再符合：%(why)s。") % {"why": "；".join(told)}


def _elsewhere(application: Application, *, on: date) -> tuple[ProgrammeVersion, ...]:
    """What else takes applications today."""
    return tuple(
        version
        for version in offer.open_on(on)
        if version.code != application.version.code and version.programme.intake is Intake.APPLY
    )
