"""All of a file for the family to keep: everything in it as text, then its sheets, letters, visits and photographs."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workflows.base import printing
from workflows.base.day import date_of
from workflows.base.models import PrivateFile
from workflows.households import consenting, correcting, papers, saying
from workflows.households.visit_records import Record, written
from workflows.policy.household import entries
from workflows.policy.household.entries import PARTS
from workflows.policy.household.registers import REGISTERS
from workflows.policy.money import yuan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from workflows.base.printing import Document
    from workflows.households.models import HouseholdFile, Statement
    from workflows.policy.household.entries import Part, Row

#: How a picture of a visit is called, by its kind.
_ENDINGS = {PrivateFile.Kind.JPEG: "jpg", PrivateFile.Kind.PNG: "png", PrivateFile.Kind.PDF: "pdf"}


def shown(kind: Part, row: Row) -> list[tuple[str, str]]:
    """A row as people read it."""
    return [(item.label, entries.shown(item, row[item.key])) for item in kind.items if item.key in row]


def packed(file: HouseholdFile, readings: Iterable[str]) -> Iterator[bytes]:
    """A ZIP archive bit by bit: one thing of the file is in memory at a time.

    :param readings: who looked, a line each.
    """
    out = _Stream()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        has_font = printing.font() is not None
        lines = [*_lines(file), "", _("谁看过这份档案"), *readings]
        if not has_font:
            lines = [_("这台服务器上没有中文字体，压缩包里只有文字和照片，没有PDF。"), "", *lines]
        archive.writestr(f"{file.file_no}.txt", "\ufeff" + "\r\n".join(lines))
        yield out.taken()
        for name, document in _documents(file) if has_font else ():
            archive.writestr(f"{name}.pdf", printing.pdf(document, at=datetime.now(UTC)))
            yield out.taken()
        for name, content in _photos(file):
            archive.writestr(name, content, zipfile.ZIP_STORED)
            yield out.taken()
    yield out.taken()


class _Stream:
    """Takes what is written and gives it away again; it cannot go back."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes, /) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """What was written can still be taken."""

    def taken(self) -> bytes:
        held, self._held = bytes(self._held), bytearray()
        return held


def _documents(file: HouseholdFile) -> Iterator[tuple[str, Document]]:
    for sheet in file.sheets.order_by("on", "pk"):
        if (document := papers.of_sheet(file, sheet)) is not None:
            yield _("测算单-%(day)s-%(n)s") % {"day": sheet.on, "n": sheet.pk}, document
    for event in file.events.filter(letter__isnull=False).select_related("letter__sealed_by").order_by("n"):
        yield _("告知信-%(n)s") % {"n": event.n}, papers.of_letter(file, event.letter)
    for number, visit in enumerate(written(file), start=1):
        name = _("入户调查-%(day)s-%(n)s") % {"day": visit.visited_on, "n": number}
        yield name, papers.of_visit(file, visit)


def _photos(file: HouseholdFile) -> Iterator[tuple[str, bytes]]:
    for visit in written(file):
        for photo in Record.of(visit).photos:
            ending = _ENDINGS[PrivateFile.Kind(photo.file.kind)]
            yield f"{_('照片')}-{visit.visited_on}-{photo.pk}.{ending}", photo.file.read()


def _lines(file: HouseholdFile) -> Iterator[str]:
    """Everything in the file, line by line."""
    yield _("困难职工家庭档案 %(number)s（%(state)s）") % {
        "number": file.file_no,
        "state": file.position.label,
    }
    yield _("建档单位：%(union)s") % {"union": file.owner.name}
    if file.category:
        yield _("困难类别：%(category)s") % {"category": file.category}
    yield ""
    yield from _said(file)
    yield from _headed(_("同意核对"), _consents(file))
    yield from _headed(_("您提出的更正"), _corrections(file))
    yield from _headed(_("向登记机关核对"), _checks(file))
    yield from _headed(_("入户调查"), _visits(file))
    yield from _headed(_("测算单"), _sheets(file))
    yield from _headed(_("公示"), _notices(file))
    yield from _headed(_("谁在帮您家"), _help(file))
    yield from _headed(_("领到过的帮扶"), _aid(file))
    yield from _headed(_("告知信"), _letters(file))
    yield from _headed(
        _("办到哪了"),
        (f"{_day(date_of(each.at))} {each.label} {each.reason}" for each in file.events.order_by("n")),
    )


def _headed(title: str, lines: Iterable[str]) -> Iterator[str]:
    told = list(lines)
    if told:
        yield from (f"■ {title}", *told, "")


def _day(on: date | None) -> str:
    return date_format(on, "DATE_FORMAT") if on else "—"


def _said(file: HouseholdFile) -> Iterator[str]:
    said = saying.now(file)
    for about in (None, *file.members.select_related("person__sealed_by").order_by("pk")):
        if about is not None:
            left = _("（已经不在一起生活）") if about.left_on else ""
            yield f"■ {about.person.name}（{about.relation}）{about.person.id_no or ''}{left}"
        for key, part in PARTS.items():
            for each in said.of.get((about.pk if about else None, key), ()):
                yield f"【{part.label}】{_source(each)} {_day(each.as_of)}"
                yield from (f"  {label}：{value}" for label, value in shown(part, each.row()))
                if each.says_none:
                    yield "  " + _("核实过，没有")
                grounds = ((_("为什么"), each.reason), (_("依据"), each.evidence))
                yield from (f"  {label}：{words}" for label, words in grounds if words)
        yield ""


def _source(each: Statement) -> str:
    known = REGISTERS.get(each.register)
    return known.name if known else each.get_source_display()


def _consents(file: HouseholdFile) -> Iterator[str]:
    for member, noted, stands in consenting.standing(file):
        how = noted.get_how_display() if noted else ""
        on = _day(noted.signed_on) if noted else ""
        yield f"{member.person.name} {_('同意') if stands else _('没有同意')} {how} {on}".rstrip()


def _corrections(file: HouseholdFile) -> Iterator[str]:
    for each in file.corrections.select_related("sealed_by").order_by("offered_at"):
        yield (
            f"{_day(date_of(each.offered_at))} {correcting.part_of(each.part).label} {each.get_standing_display()}"
        )
        for item, _before, after in correcting.compared(each, ()):
            yield f"  {item.label}：{_('去掉') if after is None else entries.shown(item, after)}"
        if each.reason:
            yield f"  {each.reason}"


def _checks(file: HouseholdFile) -> Iterator[str]:
    for each in file.checks.order_by("asked_at"):
        name = REGISTERS[each.register].name if each.register in REGISTERS else each.register
        yield f"{_day(date_of(each.asked_at))} {name} {each.purpose} {each.get_standing_display()}"


def _visits(file: HouseholdFile) -> Iterator[str]:
    for visit in written(file):
        yield _day(visit.visited_on)
        yield from (f"  {label}：{value}" for label, value in Record.of(visit).lines)


def _sheets(file: HouseholdFile) -> Iterator[str]:
    for each in file.sheets.order_by("on", "pk"):
        yield _("%(day)s 收入%(income)s元，支出%(spending)s元，%(n)s人，%(category)s") % {
            "day": _day(each.on),
            "income": yuan(each.income_fen),
            "spending": yuan(each.unavoidable_fen),
            "n": each.members,
            "category": each.category or _("不符合任何一类"),
        }


def _notices(file: HouseholdFile) -> Iterator[str]:
    for each in file.notices.order_by("posted_on"):
        yield f"{each.number} {each.masked_name} {_day(each.posted_on)}—{_day(each.ended_on or each.ends_on)}"


def _help(file: HouseholdFile) -> Iterator[str]:
    for pairing in file.pairings.order_by("since"):
        until = _day(pairing.until) if pairing.until else _("至今")
        yield f"{pairing.unit} {pairing.name} {pairing.phone} {_day(pairing.since)}—{until}"
    for plan in file.plans.select_related("sealed_by").order_by("made_at"):
        yield f"{_day(plan.starts_on)}—{_day(plan.target_on)} {plan.goal}：{plan.aims}"
        yield f"  {plan.analysis}"
        for measure in plan.measures.select_related("sealed_by"):
            done = _("已完成 %(day)s") % {"day": _day(measure.done_on)} if measure.done_on else ""
            yield f"  {measure.content} {_day(measure.due_on)} {done} {measure.outcome or ''}".rstrip()
    for visit in file.help_visits.select_related("sealed_by").order_by("on"):
        goods = f" {yuan(visit.goods_fen)}{_('元')}" if visit.goods_fen else ""
        yield f"{_day(visit.on)} {visit.by}：{visit.talk}{goods} {visit.next_step}"


def _aid(file: HouseholdFile) -> Iterator[str]:
    for each in file.aid.order_by("received_on", "pk"):
        yield f"{_day(each.received_on)} {each.item} {yuan(each.amount_fen)}{_('元')}"


def _letters(file: HouseholdFile) -> Iterator[str]:
    for event in file.events.filter(letter__isnull=False).select_related("letter__sealed_by").order_by("n"):
        yield f"{_day(date_of(event.at))} {event.letter.title}"
        yield from (f"  {line}" for line in event.letter.text.splitlines() if line)
