"""The parts of a file's page: panels of steps, and what is said in the file, by whom and since when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from workflows.desk import file_steps
from workflows.households import correcting
from workflows.households.models import HouseholdFile, Statement
from workflows.policy.household import entries
from workflows.policy.household.entries import PARTS, Item, Part
from workflows.policy.household.lifecycle import months_after
from workflows.policy.household.registers import REGISTERS
from workflows.policy.parts import Pii

if TYPE_CHECKING:
    from workflows.desk.door import Seat
    from workflows.desk.file_forms import Opened
    from workflows.desk.file_steps import Around, Step
    from workflows.households.models import Correction, Member
    from workflows.households.moving import FileMovedMeanwhile
    from workflows.households.saying import Said
    from workflows.network.models import Post

#: Stands for what is sealed and was not opened.
MASK = "●●●"


@dataclass(frozen=True)
class Attempt:
    """What was tried on this page just now and did not go through; ``purpose``: what is sealed was opened for it."""

    key: str = ""
    form: forms.Form | None = None
    moved: FileMovedMeanwhile | None = None
    status: int = 200
    opening: Opened | None = None
    purpose: str = ""


@dataclass(frozen=True)
class Panel:
    """A step with its form as it stands in the page; ``tried`` after something was typed that did not go through."""

    step: Step
    form: forms.Form
    post: Post
    tried: bool = False


@dataclass(frozen=True)
class Line:
    """One row of a part as one source says it. ``beside``: others say the same part otherwise, it does not count."""

    values: Sequence[tuple[str, str]]
    source: str
    as_of: date
    beside: bool
    stale: bool


@dataclass(frozen=True)
class Section:
    """A part of the file about the household or one member."""

    title: str
    of: str
    lines: Sequence[Line]


def panels_of(seat: Seat, file: HouseholdFile, about: Around, attempt: Attempt) -> list[Panel]:
    """The steps that are there, the one that was tried first; one that is gone meanwhile is not among them."""
    panels = []
    for step, post in file_steps.open_to(seat, file, about):
        tried = step.key == attempt.key and attempt.form is not None
        fresh = step.form(file)(prefix=step.key)
        form = attempt.form if tried and attempt.form is not None else fresh
        panels.append(Panel(step, form, post, tried))
    return sorted(panels, key=lambda panel: (not panel.tried, file_steps.rank(panel.step, about)))


def said_of(said: Said, members: Sequence[Member], *, full: bool, on: date) -> list[Section]:
    """Everything that is said in a file, part by part; sealed values masked unless they were opened."""
    names = {member.pk: member.person.masked_name for member in members}
    sections = []
    for key, part in PARTS.items():
        for about in (None, *names):
            counting = said.counting(key, member=about)
            told = [*counting, *said.beside(key, member=about)]
            if told:
                lines = [_line(part, each, beside=each not in counting, full=full, on=on) for each in told]
                sections.append(Section(part.label, names.get(about, "") if about else "", lines))
    return sections


def corrections_of(
    file: HouseholdFile, said: Said, members: Sequence[Member], *, full: bool
) -> list[tuple[Correction, str, list[tuple[str, str, str]]]]:
    """What the family says otherwise: the offer, what it is about, and (item, as it stands, as offered)."""
    names = {member.pk: member.person.masked_name for member in members}
    shown = []
    for each in correcting.open_of(file):
        part = correcting.part_of(each.part)
        compared = correcting.compared(each, said.counting(each.part, member=each.member_id))
        lines = [
            (item.label, _value(item, before, full=full), _value(item, after, full=full, none=_("去掉")))
            for item, before, after in compared
        ]
        whom = names.get(each.member_id or 0, "")
        shown.append((each, f"{part.label} · {whom}" if whom else part.label, lines))
    return shown


def _line(part: Part, statement: Statement, *, beside: bool, full: bool, on: date) -> Line:
    source = statement.get_source_display()
    if statement.register:
        known = REGISTERS.get(statement.register)
        source = known.name if known else statement.register
    return Line(
        values=list(_values(part, statement.row(), full=full)),
        source=source,
        as_of=statement.as_of,
        beside=beside,
        stale=part.months is not None and months_after(statement.as_of, part.months) < on,
    )


def _values(part: Part, row: Mapping[str, Any], *, full: bool) -> Iterator[tuple[str, str]]:
    for item in part.items:
        if item.key in row:
            yield item.label, _value(item, row[item.key], full=full)


def _value(item: Item, value: Any, *, full: bool, none: str = "—") -> str:
    if value is None:
        return none
    return MASK if item.pii is Pii.P3 and not full else entries.shown(item, value)
