"""Decide on a file: the sheet is drawn and frozen, the county head decides, the city puts it on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.base.models import Counter
from workflows.households import checking, drawing, intake, letters, moving, posting, saying
from workflows.households.drawing import NoCategory
from workflows.households.models import Category
from workflows.households.moving import FileMoveNotAllowed
from workflows.parameters import queries as parameters
from workflows.policy.household.enumerations import REJECT_REASON
from workflows.policy.household.lifecycle import FileState, Need, Order, months_after

if TYPE_CHECKING:
    from datetime import date, datetime
    from typing import Any

    from workflows.households.models import CalculationSheet, FileEvent, HouseholdFile
    from workflows.network.actors import Actor

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
    on = date_of(at)
    drawn = drawing.draw_up(saying.figures(file, on=on), area=file.owner.area)
    try:
        kept = drawing.keep(file, drawn, also_none=True)
    except NoCategory as error:
        raise FileMoveNotAllowed(_("测算单还不能定稿：%(lacking)s") % {"lacking": error}) from error
    file.__dict__.pop("last_sheet", None)
    return kept


def sheet_since(file: HouseholdFile) -> CalculationSheet | None:
    """The newest sheet drawn since the file came to stand where it is."""
    sheet = file.sheets.last()
    return sheet if sheet is not None and sheet.on >= file.since else None


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
    home = saying.now(file).counting("home")
    on_web = not home or home[0].row().get("web_notice") is not False
    if not on_web and not note.strip():
        raise FileMoveNotAllowed(
            _("这家不同意网上公示。请写明与家庭商定的公示方式（例如只在单位张贴），再提交。")
        )
    due_on = posting.last_day(file, on=date_of(at))
    event = moving.move(
        file, FileState.PUBLIC_NOTICE, by=by, at=at, holds=holds, note=note, due_on=due_on, **values
    )
    posting.post(file, on_web=on_web, at=at)
    return event


def _of_review(file: HouseholdFile, by: Actor) -> tuple[CalculationSheet | None, set[Need]]:
    sheet = sheet_since(file)
    holds = {Need.SHEET_FROZEN} if sheet is not None else set()
    if not intake.has_visited(file, by):
        holds.add(Need.NOT_VISITOR)
    return sheet, holds


def _found(sheet: CalculationSheet, *, on: date) -> dict[str, Any]:
    return {"category": sheet.category, "category_since": on, "checked_on": sheet.on}


@transaction.atomic
def refuse(file: HouseholdFile, *, reason: str, explanation: str, by: Actor, at: datetime) -> FileEvent:
    """The county head opens no file, or a file whose notice was objected to with reason.

    :raises FileMoveNotAllowed: without reason and explanation, without a sheet, or for one who visited.
    """
    if REJECT_REASON.find(reason) is None or not explanation.strip():
        raise FileMoveNotAllowed(_("请选择理由，并把为什么、这家还可以申请什么写给家庭。"))
    if file.position is FileState.SUSPENDED:
        holds = {Need.FINDING, Need.LETTER}
        posting.take_down(file, on=date_of(at))
    else:
        holds = {*_of_review(file, by)[1], Need.REASON, Need.LETTER}
    event = moving.move(
        file, FileState.REJECTED, by=by, at=at, holds=holds, reason=reason, note=explanation.strip()
    )
    letters.send(file, event, explanation=explanation.strip())
    return event


@transaction.atomic
def put_on_record(file: HouseholdFile, *, by: Actor, at: datetime, note: str = "") -> FileEvent:
    """The city puts the file on record: it is in force, with its number.

    :raises AlreadyOnFile: when somebody of the family stands in another file.
    """
    on = date_of(at)
    months = int(parameters.value("recheck_months", area=file.owner.area, on=on))
    return moving.move(
        file,
        FileState.ACTIVE,
        by=by,
        at=at,
        holds={Need.NOBODY_ELSEWHERE},
        note=note,
        file_no=next_number(file.owner.area, on=on),
        opened_on=on,
        category_since=on,
        next_check_on=months_after(on, months),
        due_on=months_after(on, months),
        zero_employment=nobody_earns(file, on=on),
    )


def next_number(area: str, *, on: date) -> str:
    """The next file number of an area and year."""
    return f"困档{area}-{on.year}-{Counter.next(series(area, on.year)):04d}"


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
    holds = {Need.LETTER} | ({Need.NEW_SHEET} if sheet is not None else set())
    if not intake.has_visited(file, by):
        holds.add(Need.NOT_VISITOR)
    return sheet, holds


@transaction.atomic
def taper(file: HouseholdFile, *, by: Actor, at: datetime, note: str = "") -> FileEvent:
    """The family is lifted out: what it has had goes on for the tapering period, then the file is closed.

    :raises FileMoveNotAllowed: without a new sheet, or while it comes to the category the family is in.
    """
    sheet, holds = after_recheck(file, by)
    if sheet is not None and sheet.category == Category.DEEP:
        raise FileMoveNotAllowed(_("测算单的结果还是深度困难，不能进入渐退期。"))
    event = moving.move(
        file, FileState.TAPERING, by=by, at=at, holds=holds, note=note, checked_on=date_of(at)
    )
    letters.send(file, event, explanation=note)
    return event
