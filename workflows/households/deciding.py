"""Decide on a file: the sheet is drawn and frozen, the county head decides, the city puts it on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.base.models import Counter
from workflows.households import checking, drawing, intake, letters, moving, posting, saying
from workflows.households.drawing import NoCategory
from workflows.households.models import FileEvent, HouseholdFile
from workflows.households.moving import FileMoveNotAllowed
from workflows.parameters import queries as parameters
from workflows.policy.household import sheet as rules
from workflows.policy.household.enumerations import REJECT_REASON
from workflows.policy.household.figures import BadFigures
from workflows.policy.household.lifecycle import LONG, FileState, Need, Order, months_after

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from typing import Any

    from workflows.households.models import CalculationSheet
    from workflows.network.actors import Actor
    from workflows.policy.household.sheet import Sheet

#: The value of the parameter by which the line of the day of handing in counts.
SUBMISSION_DATE: Final = "submission_date"
#: Why a family is refused of which too little is known for a sheet.
NOT_TO_BE_DRAWN: Final = frozenset({"材料不全逾期", "不配合核对"})
#: Where a sheet may be drawn.
_DRAWN_IN: Final = (FileState.COUNTY_REVIEW, FileState.RECHECK, FileState.TAPERING)


def draw(file: HouseholdFile, *, by: Actor, at: datetime) -> CalculationSheet:
    """Draw up the sheet from what is said in the file and freeze it; an earlier one stays.

    :raises FileMoveNotAllowed: for anybody but the county, where no sheet is drawn, or
        while something is lacking that could change the category.
    :raises BadFigures: naming the place that cannot be.
    """
    checking.county_post(file, by)
    if file.position not in _DRAWN_IN:
        raise FileMoveNotAllowed(_("现在不能出测算单。"))
    drawn = _reckon(file, on=date_of(at))
    try:
        kept = drawing.keep(file, drawn, on=date_of(at), also_none=True)
    except NoCategory as error:
        raise FileMoveNotAllowed(_("测算单还不能定稿：%(lacking)s") % {"lacking": error}) from error
    file.__dict__.pop("last_sheet", None)
    return kept


def _reckon(file: HouseholdFile, *, on: date) -> Sheet:
    """What a file comes to: while it is being opened by the day the parameter names, later by today's."""
    if file.position is FileState.COUNTY_REVIEW:
        rule = parameters.value("line_date_rule", area=file.owner.area, on=on)
        handed_in = file.events.filter(target=FileState.SUBMITTED).order_by("n").first()
        if rule == SUBMISSION_DATE and handed_in is not None:
            on = date_of(handed_in.at)
    return drawing.draw_up(saying.figures(file, on=on), area=file.owner.area)


def sheet_since(file: HouseholdFile) -> CalculationSheet | None:
    """The newest sheet drawn since the file came to stand where it is, and for those who live there now."""
    changed = FileEvent.objects.filter(
        file=file.pk, source=F("target"), reason__gt="", recorded_at__gt=OuterRef("recorded_at")
    )
    sheet = file.sheets.annotate(is_of_others=Exists(changed)).last()
    return sheet if sheet is not None and sheet.on >= file.since and not sheet.is_of_others else None


@transaction.atomic
def agree(file: HouseholdFile, *, by: Actor, at: datetime, note: str = "") -> FileEvent:
    """The county head agrees: the file goes to the web notice, or on to the city.

    :raises FileMoveNotAllowed: without a frozen sheet that comes to a category, or for one who visited.
    """
    sheet, holds = _of_review(file, by)
    if sheet is not None and not sheet.category:
        raise FileMoveNotAllowed(_("测算单的结果是不符合任何一类，不能通过。"))
    values = _found(sheet, on=date_of(at)) if sheet else {}
    if Order(file.order) is Order.NOTICE_FIRST:
        return moving.move(file, FileState.CITY_RECORD, by=by, at=at, holds=holds, note=note, **values)
    # Who has not said yes has not agreed (domain 3.7).
    on_web = saying.now(file).value("home", "web_notice") is True
    if not on_web and not note.strip():
        raise FileMoveNotAllowed(
            _("这家没有同意网上公示。请写明与家庭商定的公示方式（例如只在单位张贴），再提交。")
        )
    due_on = posting.last_day(file, on=date_of(at))
    event = moving.move(
        file, FileState.PUBLIC_NOTICE, by=by, at=at, holds=holds, note=note, due_on=due_on, **values
    )
    posting.post(file, on_web=on_web, at=at)
    return event


def _of_review(file: HouseholdFile, by: Actor) -> tuple[CalculationSheet | None, set[Need]]:
    sheet = sheet_since(file)
    return sheet, intake.unless_visited(file, by) | ({Need.SHEET_FROZEN} if sheet is not None else set())


def _found(sheet: CalculationSheet, *, on: date) -> dict[str, Any]:
    return {"category": sheet.category, "category_since": on, "checked_on": sheet.on}


@transaction.atomic
def refuse(file: HouseholdFile, *, reason: str, explanation: str, by: Actor, at: datetime) -> FileEvent:
    """The county head opens no file, or a file whose notice was objected to with reason.

    A family that has had its list, and of which still too little is known for a sheet, is refused for that reason; the
    letter says what was missing.

    :raises FileMoveNotAllowed: without reason and explanation, without a sheet, or for one who visited.
    """
    letter = explanation.strip()
    if REJECT_REASON.find(reason) is None or not explanation.strip():
        raise FileMoveNotAllowed(_("请选择理由，并把为什么、这家还可以申请什么写给家庭。"))
    if file.position is FileState.SUSPENDED:
        letter = "\n\n".join((letter, *(each.finding or "" for each in posting.answers(file))))
        holds = {Need.FINDING, Need.LETTER} | intake.unless_visited(file, by)
        if posting.all_answered(file):
            holds.add(Need.NO_OPEN_OBJECTION)
        posting.take_down(file, on=date_of(at))
    else:
        sheet, found = _of_review(file, by)
        holds = {*found, Need.REASON, Need.LETTER}
        if sheet is None and reason in NOT_TO_BE_DRAWN and (lacking := _lacking(file, on=date_of(at))):
            if not file.has_been_returned:
                raise FileMoveNotAllowed(
                    _("请先退回补正一次，把缺的一次写清；还是没有补齐的，才能这样决定。")
                )
            letter = "\n\n".join((letter, _("到今天还缺：%(lacking)s") % {"lacking": "".join(lacking)}))
            holds.add(Need.SHEET_FROZEN)
    event = moving.move(file, FileState.REJECTED, by=by, at=at, holds=holds, reason=reason, note=letter)
    letters.send(file, event, explanation=letter)
    return event


def _lacking(file: HouseholdFile, *, on: date) -> Sequence[str]:
    """What is lacking for a sheet; nothing where one can be drawn."""
    try:
        return _reckon(file, on=on).lacking
    except BadFigures as error:
        return [error.reason]


@transaction.atomic
def put_on_record(file: HouseholdFile, *, by: Actor, at: datetime, note: str = "") -> FileEvent:
    """The city puts the file on record: it is in force, with its number.

    :raises AlreadyOnFile: when somebody of the family stands in another file.
    :raises FileMoveNotAllowed: for one who visited.
    """
    on = date_of(at)
    months = int(parameters.value("recheck_months", area=file.owner.area, on=on))
    return moving.move(
        file,
        FileState.ACTIVE,
        by=by,
        at=at,
        holds={Need.NOBODY_ELSEWHERE} | intake.unless_visited(file, by),
        note=note,
        file_no=next_number(file.owner.area, on=on),
        opened_on=on,
        category_since=on,
        next_check_on=months_after(on, months),
        due_on=months_after(on, months),
        zero_employment=nobody_earns(file, on=on),
    )


def next_number(area: str, *, on: date) -> str:
    """The next file number of an area and year that no file has, from wherever it came."""
    while True:
        number = f"困档{area}-{on.year}-{Counter.next(series(area, on.year)):04d}"
        if not HouseholdFile.objects.filter(file_no=number).exists():
            return number


def series(area: str, year: int) -> str:
    """The name of the counter of an area's file numbers."""
    return f"file-{area}-{year}"


def nobody_earns(file: HouseholdFile, *, on: date) -> bool:
    """零就业家庭: somebody of working age is able to work, and nobody in the family does."""
    return saying.nobody_works(saying.figures(file, on=on))


def back_to_county(file: HouseholdFile, *, reason: str, by: Actor, at: datetime) -> FileEvent:
    """The city sends a file back to the county, with a reason.

    :raises FileMoveNotAllowed: without one.
    """
    holds = {Need.REASON} if reason.strip() else set()
    return moving.move(file, FileState.COUNTY_REVIEW, by=by, at=at, holds=holds, note=reason.strip())


@transaction.atomic
def go_on(file: HouseholdFile, *, by: Actor, at: datetime, note: str = "") -> FileEvent:
    """After a recheck, or when a family in its tapering period falls back: the file goes on, by its new sheet.

    :raises FileMoveNotAllowed: without a new sheet that comes to a category, or for one who visited.
    """
    sheet, holds = after_recheck(file, by)
    if sheet is not None and not sheet.category:
        raise FileMoveNotAllowed(_("测算单的结果是不符合任何一类，请办理渐退或者撤档。"))
    on = date_of(at)
    months = int(parameters.value("recheck_months", area=file.owner.area, on=on))
    values: dict[str, Any] = {"checked_on": on, "next_check_on": months_after(on, months)}
    if sheet is not None and sheet.category != file.category:
        values |= {"category": sheet.category, "category_since": on}
    if note.strip():
        holds.add(Need.REASON)
    event = moving.move(
        file,
        FileState.ACTIVE,
        by=by,
        at=at,
        holds=holds,
        note=note.strip(),
        due_on=values["next_check_on"],
        zero_employment=nobody_earns(file, on=on),
        **values,
    )
    letters.send(file, event)
    return event


def after_recheck(file: HouseholdFile, by: Actor) -> tuple[CalculationSheet | None, set[Need]]:
    sheet = sheet_since(file)
    new = {Need.NEW_SHEET} if sheet is not None else set()
    return sheet, {Need.LETTER} | new | intake.unless_visited(file, by)


@transaction.atomic
def taper(file: HouseholdFile, *, by: Actor, at: datetime, note: str = "") -> FileEvent:
    """The family is lifted out: what it has had goes on for the tapering period, then the file is closed.

    :raises FileMoveNotAllowed: without a new sheet, or while the family is not above the line of leaving the file.
    """
    sheet, holds = after_recheck(file, by)
    if sheet is not None:
        ask_for_way_out(file, on=date_of(at))
    event = moving.move(
        file, FileState.TAPERING, by=by, at=at, holds=holds, note=note, checked_on=date_of(at)
    )
    letters.send(file, event, explanation=note)
    return event


def ask_for_way_out(file: HouseholdFile, *, on: date) -> None:
    """Ask that the family has been above the line of leaving the file for so many months (domain 2.8).

    What its sheets in a row look back on counts, so that one that looks back on twelve months shows six.

    :raises FileMoveNotAllowed: while it has not.
    """
    standards, above_since = drawing.standards(area=file.owner.area, on=on), None
    for sheet in file.sheets.order_by("-on", "-pk"):
        net, looks_back = sheet.income_fen - sheet.unavoidable_fen, sheet.months or LONG
        if not rules.is_lifted_out(net_fen=net, heads=sheet.members, months=looks_back, standards=standards):
            break
        above_since = months_after(sheet.on, -looks_back)
    months, (times, of) = (
        standards.value("exit_above_line_months"),
        standards.value("exit_threshold_multiple"),
    )
    if above_since is None or months_after(above_since, months) > on:
        raise FileMoveNotAllowed(
            _("要连续%(months)s个月超过低保标准的%(times)s倍，才能按脱困渐退或者撤档；测算单还没有到。")
            % {"months": months, "times": f"{times / of:g}"}
        )
