"""更正: the family says that something in its file is otherwise; it is looked into, and then written or declined in words."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Subquery
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.households import moving, running, saying, telling
from workflows.households.models import Correction, HouseholdFile, Member, Statement
from workflows.households.moving import FileMoveNotAllowed
from workflows.households.saying import Change
from workflows.policy.household import entries
from workflows.policy.household.entries import HOUSEHOLD, PARTS, Item, Kind, Part
from workflows.policy.household.lifecycle import ENDED, FileState
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from workflows.network.actors import Actor
    from workflows.policy.household.entries import Row

#: Who looks into what a family corrects.
DECIDES: Final = frozenset(
    {Role.ACCEPTOR, Role.STATION_REVIEWER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER}
)
Standing = Correction.Standing
#: What a family reports in its own words while its file is looked into anyway.
REPORT: Final = Part("report", "家里的变化", HOUSEHOLD, (Item("what", "家里说", Kind.TEXT, required=True),))


def part_of(key: str) -> Part:
    """The part a correction is about; what a family reports in its own words is about all of it."""
    return REPORT if key == REPORT.key else PARTS[key]


def may_be_offered(file: HouseholdFile) -> bool:
    """Whether a family corrects this file by offers: it was handed in, and is not over."""
    return file.position not in {*ENDED, FileState.DRAFT}


def offer(
    file: HouseholdFile,
    part: str,
    row: Row,
    *,
    by: Actor,
    at: datetime,
    member: Member | None = None,
    where: str = "",
    whole: bool = False,
) -> Correction | None:
    """Offer what differs from what counts in the file, of a part with one row; None when nothing does.

    What was offered before from the same place and waits is in the new offer too, as far as the row does not say otherwise.

    :param whole: what the file has and this row has not is to go; an item that goes is offered as None.
    :raises saying.BadEntries: naming every item that cannot be.
    """
    if not may_be_offered(file):
        return None
    kind = PARTS[part]
    with transaction.atomic():
        saying.hold(file, on=date_of(at))
        counting = saying.now(file).counting(part, member=member.pk if member else None)
        has = counting[0].row() if counting else {}
        differs = {key: value for key, value in row.items() if has.get(key) != value}
        if whole:
            differs |= {key: None for key in has if key not in row and kind.item(key).by_family}
        before = _before(file, part, member=member, where=where)
        if before is not None and not whole:
            differs = {key: value for key, value in before.rows()[0].items() if key not in row} | differs
        if differs:
            _ask_for_fit(kind, has, differs, on=date_of(at))
        told = [differs] if differs else []
        return _put(file, part, told, before, member=member, where=where, by=by, at=at)


def _ask_for_fit(kind: Part, has: Row, differs: Row, *, on: date) -> None:
    """Look a corrected row through: what was there before may stay as it is, whatever the rules of today say of it.

    :raises saying.BadEntries: naming every item that cannot be.
    """
    stood = set(entries.problems(kind, has, on=on)) if has else set()
    found = {
        (0, key): said
        for key, said in entries.problems(kind, _with(has, differs), on=on, whole=bool(has))
        if key in differs or (key, said) not in stood
    }
    if found:
        raise saying.BadEntries(found)


def offer_row(
    file: HouseholdFile, part: str, change: Change, *, by: Actor, at: datetime, member: Member | None = None
) -> Correction | None:
    """Offer one row of a part with many: a new one, one said otherwise, or one to be taken out.

    It joins what was offered of the part before and waits. None when the file then has it all so already.

    :raises saying.BadEntries: naming every item that cannot be.
    :raises saying.SaidMeanwhile: when the row is no longer there.
    """
    if not may_be_offered(file):
        return None
    if change.row is not None:
        saying.check(PARTS[part], [change.row], on=date_of(at))
    with transaction.atomic():
        saying.hold(file, on=date_of(at))
        counting = saying.now(file).counting(part, member=member.pk if member else None)
        stands = {each.pk: each.row() for each in counting}
        before = _before(file, part, member=member, where="")
        changes = {each.of: each for each in (changes_of(before, counting) if before else ())}
        there = changes.get(change.of)
        is_new = change.is_new if there is None else there.is_new
        if change.of not in stands and there is None and not change.is_new:
            if change.row is None:
                return before
            raise saying.SaidMeanwhile
        if change.row == stands.get(change.of):  # as it is in the file, or a new one that is taken back
            changes.pop(change.of, None)
        else:
            changes[change.of] = replace(change, is_new=is_new)
        told = [_told(each) for each in changes.values()]
        return _put(file, part, told, before, member=member, where="", by=by, at=at)


def _told(change: Change) -> dict[str, Any]:
    of = {"_of": str(change.of)}
    if change.row is None:
        return {**of, "_gone": True}
    return {**of, "_new": True, **change.row} if change.is_new else {**of, **change.row}


def changes_of(correction: Correction, counting: Sequence[Statement]) -> list[Change]:
    """What a correction changes of a part with many rows, row by row."""
    told = correction.rows()
    if told and all("_of" in each for each in told):
        return [
            Change(
                UUID(each["_of"]),
                None if each.get("_gone") else {k: v for k, v in each.items() if not k.startswith("_")},
                is_new=bool(each.get("_new")),
            )
            for each in told
        ]
    # All rows of the part, as it was written in former years: those that are the same stay.
    left, fresh = list(counting), []
    for place, row in enumerate(told):
        same = next((each for each in left if each.row() == row), None)
        if same is not None:
            left.remove(same)
        else:
            fresh.append(Change(uuid5(correction.pk, str(place)), row, is_new=True))
    return [*(Change(each.pk) for each in left), *fresh]


def as_offered(correction: Correction | None, counting: Sequence[Statement]) -> list[tuple[UUID, Row, str]]:
    """The rows of a part as the family wants them: key, row, and "changed", "new" or "gone" where it is not so yet."""
    changes = {each.of: each for each in changes_of(correction, counting)} if correction else {}
    rows: list[tuple[UUID, Row, str]] = []
    for each in counting:
        change = changes.pop(each.pk, None)
        if change is None:
            rows.append((each.pk, each.row(), ""))
        else:
            rows.append((each.pk, change.row or each.row(), "changed" if change.row else "gone"))
    return rows + [(each.of, each.row, "new") for each in changes.values() if each.row]


def compared(correction: Correction, counting: Sequence[Statement]) -> list[tuple[Item, Any, Any]]:
    """What was offered, item by item: what stands, and what it is to be; None for nothing."""
    part = part_of(correction.part)
    if part.many:
        stands = {each.pk: each.row() for each in counting}
        pairs = [
            (dict(stands.get(each.of) or _once(each)), dict(each.row or {}))
            for each in changes_of(correction, counting)
        ]
    else:
        has = counting[0].row() if counting else {}
        pairs = [({key: has.get(key) for key in row}, row) for row in correction.rows()]
    return [
        (item, before.get(item.key), after.get(item.key))
        for before, after in pairs
        for item in part.items
        if item.key in before or item.key in after
    ]


def _once(change: Change) -> Row:
    """The row that a change was about, which no longer counts."""
    if change.is_new:
        return {}
    stood = Statement.objects.filter(pk=change.of).select_related("sealed_by").first()
    return stood.row() if stood else {}


def waiting(file: HouseholdFile, part: str, *, member: Member | None = None) -> Correction | None:
    """What the family has offered of a part on the page of its file, and waits to be looked into."""
    return _before(file, part, member=member, where="")


def _before(file: HouseholdFile, part: str, *, member: Member | None, where: str) -> Correction | None:
    found = file.corrections.filter(part=part, member=member, where=where, standing=Standing.OPEN)
    return found.select_related("sealed_by").last()


def _put(
    file: HouseholdFile,
    part: str,
    told: Sequence[Row],
    before: Correction | None,
    *,
    by: Actor,
    at: datetime,
    member: Member | None,
    where: str,
) -> Correction | None:
    """Put an offer in the place of the one before; who looks into that one sees that there is a newer."""
    if before is not None:
        if before.rows() == list(told):
            return before
        standing = Standing.GONE if told else Standing.UNDONE
        open_ = Correction.objects.filter(pk=before.pk, standing=Standing.OPEN)
        open_.update(standing=standing, decided_at=at)
    if not told:
        _note(file)
        return None
    made = Correction.objects.create(
        sealed_by=file.sealed_by,
        file=file,
        member=member,
        part=part,
        told=json.dumps(told, ensure_ascii=False),
        where=where,
        offered_at=at,
        offered_by=by.label,
    )
    _note(file)
    return made


def _note(file: HouseholdFile) -> None:
    """Bring the column by which the list of corrections is found to what waits; the caller has locked the file."""
    waits = Correction.objects.filter(file=file, standing=Standing.OPEN).order_by("offered_at")
    HouseholdFile.objects.filter(pk=file.pk).update(asks_since=Subquery(waits.values("offered_at")[:1]))


def _with(has: Row, differs: Row) -> dict[str, Any]:
    """A row as it is once it is corrected."""
    return {key: value for key, value in {**has, **differs}.items() if value is not None}


def report(file: HouseholdFile, what: str, *, by: Actor, at: datetime) -> None:
    """A family on file reports a change: it is looked into, and what the family has goes on meanwhile.

    :raises FileMoveNotAllowed: without a word, or when the family is not on file.
    """
    if file.position is FileState.ACTIVE:
        running.recheck(file, reason=what, by=by, at=at)
        return
    if not what.strip() or not file.is_in_force:
        raise FileMoveNotAllowed(_("现在不能报告变化，请打电话告诉站点。"))
    with transaction.atomic():
        saying.hold(file, on=date_of(at))
        told = [{"what": what.strip()}]
        if any(each.rows() == told for each in open_of(file)):  # sent twice
            return
        _put(file, REPORT.key, told, None, member=None, where="", by=by, at=at)


def open_of(file: HouseholdFile) -> list[Correction]:
    """What waits to be looked into."""
    return list(file.corrections.filter(standing=Standing.OPEN).select_related("sealed_by", "member"))


def taken(correction: Correction, *, note: str, by: Actor, at: datetime) -> None:
    """Write what was offered, after somebody has looked into it. What a family says more counts as the family's.

    :raises FileMoveNotAllowed: for anybody else, or when it is decided.
    :raises saying.BadEntries: when it can no longer stay as it is.
    """
    _ask_for_helper(correction.file, by)
    file, part, member = correction.file, correction.part, correction.member
    with transaction.atomic():
        _decide(correction, Standing.TAKEN, reason=note, by=by, at=at)
        if part != REPORT.key:
            _write(file, correction, part, member, note=note, by=by, at=at)
        telling.put(file, telling.CORRECTED, day=date_of(at))


def _write(
    file: HouseholdFile,
    correction: Correction,
    part: str,
    member: Member | None,
    *,
    note: str,
    by: Actor,
    at: datetime,
) -> None:
    saying.hold(file, on=date_of(at))
    said, whose = saying.now(file), member.pk if member else None
    counting = said.counting(part, member=whose)
    verified = bool(said.by(part, member=whose, source=saying.Source.STAFF))
    how: dict[str, Any] = {
        "member": member,
        "source": saying.Source.STAFF if verified else saying.Source.FAMILY,
        "by": by,
        "at": at,
        "reason": note if verified else "",
    }
    if PARTS[part].many:
        try:
            saying.change(file, part, changes_of(correction, counting), **how)
        except saying.SaidMeanwhile as gone:
            raise FileMoveNotAllowed(
                _("档案里的这一项后来又变了。请和家庭核对后不更正，让家庭按现在的重新提出。")
            ) from gone
        return
    has = counting[0].row() if counting else {}
    _ask_for_fit(PARTS[part], has, correction.rows()[0], on=date_of(at))
    saying.say(file, part, [_with(has, correction.rows()[0])], old=True, **how)


def declined(correction: Correction, *, reason: str, by: Actor, at: datetime) -> None:
    """Leave the file as it is, and tell the family why.

    :raises FileMoveNotAllowed: without a reason, for anybody else, or when it is decided.
    """
    _ask_for_helper(correction.file, by)
    if not reason.strip():
        raise FileMoveNotAllowed(_("请写明为什么没有更正，家庭会看到。"))
    with transaction.atomic():
        _decide(correction, Standing.DECLINED, reason=reason, by=by, at=at)
        telling.put(correction.file, telling.CORRECTED, day=date_of(at))


def _decide(correction: Correction, standing: Standing, *, reason: str, by: Actor, at: datetime) -> None:
    HouseholdFile.objects.select_for_update().only("pk").get(pk=correction.file_id)
    open_ = Correction.objects.filter(pk=correction.pk, standing=Standing.OPEN)
    if not open_.update(standing=standing, decided_by=by.label, decided_at=at):
        raise FileMoveNotAllowed(_("这项更正刚刚有人办过了。"))
    _note(correction.file)
    correction.refresh_from_db()
    if reason.strip():
        correction.reason = reason.strip()
        correction.save(update_fields=["reason"])


def _ask_for_helper(file: HouseholdFile, by: Actor) -> None:
    if by.post is None or Role(by.post.role) not in DECIDES:
        raise FileMoveNotAllowed(_("更正由站点和县级帮扶专干核实。"))
    moving.within_reach(file, file.position, by=by)
    moving.apart(file, FileState.SUBMITTED, by=by)
