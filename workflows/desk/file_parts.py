"""The parts of a file's page: panels of steps, and what is said in the file, by whom and since when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from workflows.desk import file_steps
from workflows.desk.nav import FAMILY_ROLES
from workflows.households import correcting, saying, verifying
from workflows.households.models import HouseholdFile, Statement
from workflows.policy.household import entries
from workflows.policy.household.entries import HOUSEHOLD, MEMBER, PARTS, Item, Part
from workflows.policy.household.lifecycle import ENDED, months_after
from workflows.policy.household.registers import REGISTERS
from workflows.policy.parts import Pii
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from workflows.desk.door import Seat
    from workflows.desk.file_steps import Around, Step
    from workflows.desk.opening import Opened
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
    looking: Opened | None = None
    purpose: str = ""


@dataclass(frozen=True)
class Panel:
    """A step with its form as it stands in the page, if it does; ``tried``: what was typed did not go through."""

    step: Step
    form: forms.Form | None
    post: Post
    tried: bool = False


@dataclass(frozen=True)
class Line:
    """One row of a part as one source says it. ``beside``: it does not count; ``differs``: nor says what counts."""

    values: Sequence[tuple[str, str]]
    source: str
    as_of: date
    beside: bool
    differs: bool
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
        fresh = None if step.apart or tried else step.form(file, about)(prefix=step.key)
        form = attempt.form if tried else fresh
        panels.append(Panel(step, form, post, tried))
    return sorted(panels, key=lambda panel: (not panel.tried, file_steps.rank(panel.step, about)))


def takes_papers(seat: Seat, file: HouseholdFile) -> Post | None:
    """As who somebody takes in what a family brings for its file; nobody does once it is over."""
    if file.position in ENDED:
        return None
    return seat.holds(*(FAMILY_ROLES - {Role.AUDITOR}))


def said_of(said: Said, members: Sequence[Member], *, full: bool, on: date) -> list[Section]:
    """Everything that is said in a file, part by part; sealed values masked unless they were opened."""
    names = {member.pk: member.person.masked_name for member in members}
    sections = []
    otherwise = {each.other.pk for each in saying.mismatches(said)}
    for key, part in PARTS.items():
        for about in (None, *names):
            counting = said.counting(key, member=about)
            told = [*counting, *said.beside(key, member=about)]
            if told:
                rows = [each.row() for each in counting]
                lines = [
                    line(
                        part,
                        each,
                        beside=each not in counting and not each.says_none,
                        differs=each.pk in otherwise
                        if each.register
                        else bool(counting) and each.row() not in rows,
                        full=full,
                        on=on,
                    )
                    for each in told
                ]
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


@dataclass(frozen=True)
class Otherwise:
    """One thing a register says otherwise than the file: whose, what, as it counts and since when, as it says."""

    of: str
    label: str
    ours: str
    ours_source: str
    ours_as_of: date | None
    theirs: str
    register: str
    as_of: date


def otherwise(said: Said, members: Sequence[Member], *, full: bool) -> list[Otherwise]:
    """What registers say otherwise, side by side; sealed values masked unless they were opened."""
    names = {member.pk: member.person.masked_name for member in members}
    found = []
    for each in saying.mismatches(said):
        item = PARTS[each.other.part].item(each.item)
        kinds = PARTS[each.other.part].item("kind").values if each.kind else None
        hidden = item.pii is Pii.P3 and not full
        ours = _("没有填") if each.ours is None else entries.shown(item, each.ours)
        found.append(
            Otherwise(
                of=names.get(each.other.member_id or 0, ""),
                label=kinds.name_of(each.kind) if kinds else item.label,
                ours=MASK if hidden else ours,
                ours_source=each.counting.get_source_display() if each.counting else "",
                ours_as_of=each.counting.as_of if each.counting else None,
                theirs=MASK if hidden else entries.shown(item, each.theirs),
                register=source_of(each.other),
                as_of=each.other.as_of,
            )
        )
    return found


def post_over(seat: Seat, file: HouseholdFile, role: Role) -> Post | None:
    """The nearest post in which somebody with this role sits over a file."""
    over = [post for post in seat.posts if post.role == role and file.owner.path.startswith(post.union.path)]
    return max(over, key=lambda post: len(post.union.path), default=None)


def parts_to_verify(
    seat: Seat, file: HouseholdFile, members: Sequence[Member]
) -> list[tuple[str, list[tuple[Part, str]]]]:
    """(whom it is about, [(part, address)]) of what somebody at the desk may write down; nothing for anybody else."""
    if file.position not in verifying.STATES or post_over(seat, file, verifying.VERIFIES) is None:
        return []
    of = {about: [part for part in verifying.VERIFIED if part.of == about] for about in (HOUSEHOLD, MEMBER)}
    shown = [(_("家庭"), [(part, reverse("desk:facts", args=[file.pk, part.key])) for part in of[HOUSEHOLD]])]
    for each in members:
        if each.left_on is None:
            links = [
                (part, reverse("desk:member_facts", args=[file.pk, each.pk, part.key])) for part in of[MEMBER]
            ]
            shown.append((each.person.masked_name, links))
    return shown


def source_of(statement: Statement) -> str:
    """Who says it, in words."""
    known = REGISTERS.get(statement.register)
    return known.name if known else statement.register or str(statement.get_source_display())


def line(
    part: Part, statement: Statement, *, beside: bool, differs: bool = False, full: bool, on: date
) -> Line:
    return Line(
        values=list(values_of(part, statement, full=full)),
        source=source_of(statement),
        as_of=statement.as_of,
        beside=beside,
        differs=differs,
        stale=part.months is not None and months_after(statement.as_of, part.months) < on,
    )


def values_of(part: Part, statement: Statement, *, full: bool) -> Iterator[tuple[str, str]]:
    """What a row says, item by item; what is sealed masked unless it was opened."""
    if statement.says_none:
        yield part.label, _("核实过，没有")
    yield from _values(part, statement.row(), full=full)


def _values(part: Part, row: Mapping[str, Any], *, full: bool) -> Iterator[tuple[str, str]]:
    for item in part.items:
        if item.key in row:
            yield item.label, _value(item, row[item.key], full=full)


def _value(item: Item, value: Any, *, full: bool, none: str = "—") -> str:
    if value is None:
        return none
    return MASK if item.pii is Pii.P3 and not full else entries.shown(item, value)
