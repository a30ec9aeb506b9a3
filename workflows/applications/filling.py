"""Fill the form: what a page asks, keep what is right, say what is wrong or missing, send in what was seen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.applications import apply, evidence, judging, knowing, letters, on_file, sparing
from workflows.applications.models import Application, Evidence
from workflows.base import files
from workflows.base.uploads import Offered, Refusal
from workflows.network.models import UnionOrg
from workflows.parameters import queries as parameters
from workflows.policy import answers as form
from workflows.policy import assessment
from workflows.policy.answers import Missing, Read
from workflows.policy.assessment import Assessment, Reason
from workflows.policy.criteria import Refused
from workflows.policy.parts import Field, FieldType, Section, fits
from workflows.policy.states import RejectReason

if TYPE_CHECKING:
    from workflows.households.models import HouseholdFile
    from workflows.network.actors import Actor
    from workflows.policy.programme import Programme


class NoSuchPart(LookupError):
    """The form has no such section, or no such row in it."""


class ChangedSinceSeen(ValueError):
    """The form was changed in another window after the summary was read."""


@dataclass(frozen=True)
class Question:
    """A field as a page asks it. ``only_if``: it counts only when another answer of the same page asks for it."""

    field: Field
    only_if: bool = False


@dataclass(frozen=True)
class Part:
    """One page of the form: its questions, the answers so far, and what is known besides.

    ``from_file`` is shown with its ``sources`` and not asked; ``told`` is what is known of the questions.
    """

    section: Section
    row: int | None
    questions: tuple[Question, ...]
    values: dict[str, Any]
    from_file: dict[str, Any]
    sources: dict[str, knowing.Source]
    told: dict[str, knowing.Told]


@dataclass(frozen=True)
class Filled:
    """What became of a page that was sent: what was wrong, what is still missing, what looks odd, and where it lies."""

    wrong: dict[str, str]
    missing: dict[str, str]
    warnings: dict[str, str]
    row: int | None

    @property
    def complete(self) -> bool:
        return not self.wrong and not self.missing


@dataclass(frozen=True)
class Step:
    """A step on the way to submitting: a section of the form or the papers, and how much is still open in it."""

    key: str
    title: str
    open: int

    @property
    def done(self) -> bool:
        return self.open == 0


@dataclass(frozen=True)
class Overview:
    """Everything that is still missing, by step, and the papers."""

    steps: tuple[Step, ...]
    questions: tuple[Missing, ...]
    papers: tuple[evidence.PaperState, ...]

    @property
    def first_open(self) -> Step | None:
        return next((step for step in self.steps if not step.done), None)


#: The key of the step after the last section.
PAPERS = "papers"


def unions() -> list[UnionOrg]:
    """The unions a worker may name, in the order of the tree."""
    return list(UnionOrg.objects.filter(active=True))


def facts_of(
    application: Application,
    *,
    on: date,
    reading: on_file.Reading | None = None,
    lines: Sequence[parameters.Line] | None = None,
) -> judging.Facts:
    """What is known as the form stands now, judged on the day of submission where there is one."""
    return judging.gather(
        application.programme,
        application.answered(),
        file=application.household,
        on=application.submitted_on or on,
        application=application,
        reading=reading,
        lines=lines,
    )


def overview(application: Application, *, on: date) -> Overview:
    """What is done and what is open, over the whole form and the papers."""
    return _overview(application, facts_of(application, on=on))


def _overview(
    application: Application, facts: judging.Facts, files: Sequence[Evidence] | None = None
) -> Overview:
    programme = application.programme
    questions = form.missing(programme, application.answered(), known=facts.household)
    papers = evidence.papers_of(application, facts=facts, files=files)
    steps = [
        Step(section.key, section.title, sum(each.section.key == section.key for each in questions))
        for section in programme.form
    ]
    if programme.papers:
        steps.append(Step(PAPERS, _("材料"), sum(not paper.there for paper in papers)))
    return Overview(tuple(steps), tuple(questions), tuple(papers))


@dataclass(frozen=True)
class Papers:
    """The papers that are due as the form stands now, those the file spares the family, and why some are asked again."""

    due: list[evidence.PaperState]
    spared: list[tuple[str, str]]
    expired: list[str]


def papers(application: Application, *, on: date) -> Papers:
    """Every paper that is due, and what the household file has to do with it."""
    facts = facts_of(application, on=on)
    return Papers(
        evidence.papers_of(application, facts=facts),
        sparing.spared(application, facts),
        sparing.expired(application, facts),
    )


def section_of(application: Application, key: str) -> Section:
    """
    :raises NoSuchPart: when the form has no such section.
    """
    for section in application.programme.form:
        if section.key == key:
            return section
    raise NoSuchPart(key)


def account_section(application: Application) -> Section:
    """The section that asks where the money goes.

    :raises NoSuchPart: when the programme asks for no account.
    """
    for section in application.programme.form:
        if any(field.type is FieldType.BANK_CARD for field in section.fields):
            return section
    raise NoSuchPart("account")


def rows_of(application: Application, section: Section) -> list[dict[str, Any]]:
    """The rows a repeating section is answered for."""
    rows: list[dict[str, Any]] = application.answered().get("rows", {}).get(section.repeat, [])
    return rows


def part(application: Application, section: Section, *, row: int | None, on: date) -> Part:
    """One page of the form. The row after the last is a new one.

    :raises NoSuchPart: when the row lies beyond that, or a section is asked for the wrong way.
    """
    reading = on_file.Reading.of(application.household)
    held = _held(application, section, row=row)
    known = facts_of(application, on=on, reading=reading).household
    shows_file = any(each.from_file for each in section.fields)
    return Part(
        section=section,
        row=row,
        questions=_asked(section, {**known, **held}),
        values=held,
        from_file=_from_file(application.household) if shows_file else {},
        sources=knowing.sources(reading) if shows_file else {},
        told=knowing.of_section(application, section, reading)
        if row is None
        else knowing.of_row(application, section, held, reading),
    )


def fill(
    application: Application,
    section: Section,
    typed: Mapping[str, Sequence[str]],
    *,
    row: int | None,
    on: date,
    is_new: bool = False,
) -> Filled:
    """Read a page as it was typed and keep every answer that is right, also when others are wrong.

    :param is_new: the page was opened for a row that did not exist; when one lies there by now (another window was
        faster), this becomes one more row, unless it is the same beneficiary.
    :raises NoSuchPart: when the row does not exist.
    :raises apply.NotEditable: when the form is frozen.
    :raises apply.TooManyRows: when the programme takes no more rows.
    """
    with transaction.atomic():
        held, household = _held(application, section, row=row), facts_of(application, on=on).household
        known = {**household, **held}
        asked = [question.field for question in _asked(section, known)]
        wanted = frozenset(union.code for union in unions()) if _asks_union(asked) else frozenset()
        read = _kept(form.read_section(asked, typed, on=on, unions=wanted), asked, known=known, held=held)
        read = _with_account(application, read)
        if is_new and row is not None:
            row = _place_of_new(application, section, row, read.values)
        apply.save(application, read.values, rows=section.repeat, row=row)
    known = household if section.repeat else {**household, **read.values}
    missing = form.missing(application.programme, application.answered(), known=known)
    return Filled(
        wrong=read.errors,
        missing={
            each.field.key: each.sentence
            for each in missing
            if each.section.key == section.key and each.row == row and each.field.key not in read.errors
        },
        warnings=read.warnings,
        row=row,
    )


def add_files(
    application: Application, offered: Sequence[Offered], *, on: date, at: datetime
) -> list[Refusal]:
    """Add each file that can be taken; those that cannot come back with a sentence, and harm no other.

    :raises evidence.Frozen: when the application is no longer editable.
    """
    facts, refused = facts_of(application, on=on), []
    for each in offered:
        paper, _colon, row = each.key.partition(":")
        try:
            evidence.add(
                application,
                paper=paper,
                row=int(row) if row.isdecimal() else None,
                upload=each.taken(),
                name=each.name,
                facts=facts,
                at=at,
            )
        except (files.Refused, evidence.TooManyFiles, evidence.PaperNotAsked) as refusal:
            refused.append(Refusal(each.key, each.name, str(refusal)))
    return refused


@dataclass(frozen=True)
class Summary:
    """What a worker reads before pressing the button: what is open, and what the rule says of the form as it is.

    ``judged`` is None while the rule cannot be asked yet; ``against`` are the criteria that decide against it,
    ``ways`` what else the family may try; ``held``: a beneficiary is claimed by another application; ``unlike``: what
    is not as the household file has it now.
    """

    programme: Programme
    overview: Overview
    from_file: dict[str, Any]
    unlike: tuple[knowing.Unlike, ...]
    judged: Assessment | None
    against: tuple[Reason, ...]
    ways: tuple[str, ...]
    held: bool
    seen: str

    @property
    def refused(self) -> bool:
        """All is filled in, and by the rule nobody can say yes."""
        complete = self.overview.first_open is None
        return complete and self.judged is not None and judging.is_refused(self.programme, self.judged)


def summary(application: Application, *, on: date) -> Summary:
    """The summary of a form as of a business day."""
    programme, day, lines = application.programme, application.submitted_on, parameters.rows()
    reading = on_file.Reading.of(application.household)
    facts = facts_of(application, on=on, reading=reading, lines=lines)
    held, files = any(row["already_awarded"] for row in facts.rows), evidence.there(application)
    try:
        # As on submission: a beneficiary claimed elsewhere is a question for staff, not a refusal by the machine.
        judged = judging.judge(
            programme, facts.unclaimed(), area=application.union.area, on=day or on, lines=lines
        )
    except Refused:
        judged = None
    against = assessment.reasons(programme, judged) if judged else ()
    ways = (
        letters.other_way(programme, RejectReason(each.reject_reason))
        for each in against
        if each.reject_reason
    )
    return Summary(
        programme=programme,
        overview=_overview(application, facts, files),
        from_file=_from_file(application.household),
        unlike=tuple(knowing.unlike(application, reading)),
        judged=judged,
        against=against,
        ways=tuple(dict.fromkeys(ways)),
        held=held,
        seen=as_shown(application, files),
    )


def as_shown(application: Application, files: Sequence[Evidence] | None = None) -> str:
    """A fingerprint of what the summary shows, to send in with the button."""
    papers = sorted(each.pk for each in (evidence.there(application) if files is None else files))
    content = f"{application.version_id}\n{application.turn}\n{application.answers}\n{papers}"
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def send_in(
    application: Application, *, seen: str, by: Actor, at: datetime, late_reason: str = ""
) -> apply.Receipt:
    """Submit what was seen; pressing again returns the same receipt. Raises as :func:`apply.submit` does.

    :raises ChangedSinceSeen: when the form or its papers are no longer as the summary showed them.
    """
    if application.position in apply.EDITABLE and seen != as_shown(application):
        raise ChangedSinceSeen(
            _(
                "内容改过了，或者项目的规定有了更新，还没有提交。请再看一遍下面的内容，没有问题就再按一次提交。"
            )
        )
    return apply.submit(application, by=by, at=at, late_reason=late_reason)


def _held(application: Application, section: Section, *, row: int | None) -> dict[str, Any]:
    if (section.repeat is None) != (row is None):
        raise NoSuchPart(section.key)
    if row is None:
        once: dict[str, Any] = application.answered()["once"]
        return {
            each.key: once[each.key] for each in section.fields if each.key in once and not each.from_file
        }
    rows = rows_of(application, section)
    if not 0 <= row <= len(rows):
        raise NoSuchPart(f"{section.key} {row}")
    return rows[row] if row < len(rows) else {}


def _asked(section: Section, known: Mapping[str, Any]) -> tuple[Question, ...]:
    """What the page asks: what counts now, and what an answer on this same page may still call for."""
    asked: dict[str, Question] = {}
    for field in section.fields:
        if field.from_file:
            continue
        unmet = {key for key, wanted in (field.show_if or {}).items() if not fits({key: wanted}, known)}
        if not unmet:
            asked[field.key] = Question(field, only_if=any(key in asked for key in field.show_if or ()))
        elif unmet <= set(asked):
            asked[field.key] = Question(field, only_if=True)
    return tuple(asked.values())


def _kept(read: Read, asked: Sequence[Field], *, known: Mapping[str, Any], held: Mapping[str, Any]) -> Read:
    """Without what other answers of the page made pointless; a card number left empty stays the one on record."""
    values, errors = dict(read.values), dict(read.errors)
    for field in asked:
        if not fits(field.show_if, {**known, **values}):
            values[field.key] = None
            errors.pop(field.key, None)
        elif field.type is FieldType.BANK_CARD and values.get(field.key, "") is None and held.get(field.key):
            del values[field.key]
    return Read(values, errors, read.warnings)


def _with_account(application: Application, read: Read) -> Read:
    """An account nobody knows is a new one, also where the page said no before the number was changed."""
    cards = {each.key for each in application.programme.fields() if each.type is FieldType.BANK_CARD}
    number = next((read.values[key] for key in cards if read.values.get(key)), None)
    if number is None or read.values.get("new_account") is not False:
        return read
    known = knowing.cards_of(application)
    if not known or number in known:
        return read
    said = _("这个账户和档案里的、上次领取的都不一样，已经改为“第一次用”，请在材料里附银行卡照片。")
    return Read({**read.values, "new_account": True}, read.errors, {**read.warnings, "new_account": said})


def _asks_union(fields: Sequence[Field]) -> bool:
    return any(field.type is FieldType.UNION for field in fields)


def _place_of_new(application: Application, section: Section, row: int, values: Mapping[str, Any]) -> int:
    """Where a new row goes: the same one sent twice stays one, another one gets a row of its own."""
    rows, beneficiary = rows_of(application, section), application.programme.beneficiary
    if (
        beneficiary is None
        or beneficiary.rows != section.repeat
        or not form.are_persons(application.programme, beneficiary.rows)
    ):
        # A page opened before others were added: its second press finds what the first has kept.
        same = (
            place
            for place, each in enumerate(rows)
            if row < len(rows) and all(each.get(key) == value for key, value in values.items())
        )
        return next(same, len(rows))
    numbers = [judging.beneficiary_number(application.programme, each) for each in rows]
    number = judging.beneficiary_number(application.programme, values)
    if number is not None and number in numbers:
        return numbers.index(number)
    return row if row == len(rows) or numbers[row] is None else len(rows)


def _from_file(file: HouseholdFile | None) -> dict[str, Any]:
    """What the household file answers; money in fen. Somebody without a file is simply not on file."""
    if file is None:
        return {"filed": False}
    sheet = file.last_sheet
    return {
        "filed": True,
        "file_no": file.file_no,
        "category": file.category,
        "members": sheet.members if sheet else None,
        "main_cause": file.main_cause,
        "per_head": sheet.per_head_fen if sheet else None,
        "on_dibao": file.on_dibao,
        "checked_on": file.checked_on,
    }
