"""A household file moves here and nowhere else: compare and set, with its event, in one transaction."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.base.failing import place_of
from workflows.households import settling, telling
from workflows.households.models import Assistance, FileEvent, HouseholdFile, Member
from workflows.households.models.file import FREE, STANDS
from workflows.network.sight import persons_of
from workflows.parameters import queries as parameters
from workflows.policy.household import lifecycle
from workflows.policy.household.lifecycle import FileMove, FileState, Limits, Need, NoSuchFileMove, Order
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date, datetime
    from uuid import UUID

    from workflows.network.actors import Actor
    from workflows.policy import states

log = logging.getLogger(__name__)
#: The duties that are kept apart in one file: to accept, to visit, to decide (domain 3.3).
_APART = frozenset(
    {
        FileState.ACCEPTED,
        FileState.RETURNED,
        FileState.VISITING,
        FileState.UNIT_NOTICE,
        FileState.CHECKING,
        FileState.COUNTY_REVIEW,
        FileState.PUBLIC_NOTICE,
        FileState.CITY_RECORD,
        FileState.ACTIVE,
        FileState.TAPERING,
        FileState.CLOSED,
        FileState.REJECTED,
    }
)


class FileMoveNotAllowed(ValueError):
    """This step is not possible from where the file stands, or not for this actor; the sentence says why."""


class FileMovedMeanwhile(ValueError):
    """Somebody else moved the file after the page was read."""

    def __init__(self, event: FileEvent | None) -> None:
        self.event = event
        super().__init__(
            _("这份档案刚刚被别人处理过了：%(who)s，现在是“%(state)s”。请看最新情况后再决定。")
            % {"who": event.actor_label, "state": FileState(event.target).label}
            if event
            else _("这份档案刚刚有了变化，请看最新情况后再决定。")
        )


class AlreadyOnFile(ValueError):
    """Somebody of this family stands in another file. Which one, and whose, is not said."""

    def __init__(self) -> None:
        super().__init__(
            _("这家有人已经在另一份有效的档案里，或者别的工会正在办理建档。请拨打12351，由市总工会核实。")
        )


@contextmanager
def alone(file: UUID) -> Iterator[None]:
    """What goes wrong with one file is written into the log, and the others of the day go on.

    Somebody who was quicker in this very moment is nothing wrong.
    """
    try:
        yield
    except FileMovedMeanwhile:
        return
    except Exception as error:
        log.error("File %s: %s", file, place_of(error))


def as_seen(file: HouseholdFile, turn: int) -> HouseholdFile:
    """The file, if it still stands where the page showed it.

    :raises FileMovedMeanwhile: when it has moved since.
    """
    if file.turn != turn:
        raise FileMovedMeanwhile(file.events.last())
    return file


def move(
    file: HouseholdFile,
    target: FileState,
    *,
    by: Actor,
    at: datetime,
    holds: Collection[Need] = (),
    reason: str = "",
    note: str = "",
    due_on: date | None = None,
    **also: Any,
) -> FileEvent:
    """Take one step. ``also`` sets further columns in the same update.

    :param holds: what the caller has made sure of; see the functions that move, which look it up themselves.
    :param due_on: the last day of what comes now; the limit of the state where none is given.
    :raises FileMoveNotAllowed: there is no such step, it is not this actor's, or something it needs is missing.
    :raises FileMovedMeanwhile: when somebody else was first.
    :raises AlreadyOnFile: when the file would put somebody into two files.
    """
    on, source = date_of(at), file.position
    within_reach(file, target, by=by)
    apart(file, target, by=by)
    try:
        place = lifecycle.take(
            file.place, target, by=cast("states.Actor", by.role), holds=holds, on=on, order=Order(file.order)
        )
    except NoSuchFileMove as error:
        raise FileMoveNotAllowed(
            _("档案在“%(state)s”时，您的岗位不能把它转到“%(target)s”。")
            % {"state": source.label, "target": target.label}
        ) from error
    except lifecycle.NotYet as error:
        raise FileMoveNotAllowed(str(error)) from error
    values: dict[str, Any] = {
        "state": place.state,
        "before": place.before or "",
        "has_been_returned": place.has_been_returned,
        "since": place.since,
        "stands": STANDS.get(place.state),
        # What is unchanged for a year is not changed by being moved: only what is said, or another category, is a change.
        **({"touched_on": on} if also.get("category", file.category) != file.category else {}),
        "due_on": due_on or lifecycle.due(place, limits(file, on=on), parameters.calendar()),
        **also,
    }
    if place.state is FileState.REJECTED:
        values["keep_until"] = kept_until(file, on=on)
    try:
        with transaction.atomic():
            event = _write(file, target, values, by=by, at=at, reason=reason, note=note)
            Member.objects.filter(file=file.pk, left_on__isnull=True).update(active=target.value not in FREE)
            telling.tell(event)
            settling.settle(file, event, category=also.get("category", file.category))
    except IntegrityError as error:
        raise AlreadyOnFile from error
    _as_written(file, values)
    return event


@transaction.atomic
def stay(
    file: HouseholdFile, *, by: Actor, at: datetime, note: str, reason: str = "", **columns: Any
) -> FileEvent:
    """Write down what changed in a file that stays where it is, with an event from its state to the same.

    :param reason: how its household changed; none where it got another union.

    :raises FileMovedMeanwhile: when somebody else was first.
    """
    event = _write(file, file.position, columns, by=by, at=at, reason=reason, note=note)
    _as_written(file, columns)
    return event


def _write(
    file: HouseholdFile,
    target: FileState,
    values: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    reason: str,
    note: str,
) -> FileEvent:
    """Compare and set, with the event; in the transaction of the caller."""
    stood = HouseholdFile.objects.filter(pk=file.pk, state=file.state, turn=file.turn)
    if not stood.update(turn=F("turn") + 1, **values):
        raise FileMovedMeanwhile(FileEvent.objects.filter(file=file.pk).order_by("n").last())
    return FileEvent.objects.create(
        sealed_by=file.sealed_by,
        file=file,
        n=file.turn + 1,
        source=file.position,
        target=target,
        user=by.user,
        post=by.post,
        role=str(by.role),
        actor_label=by.label,
        at=at,
        reason=reason,
        note=note,
    )


def _as_written(file: HouseholdFile, values: Mapping[str, Any]) -> None:
    file.turn += 1
    for name, value in values.items():
        setattr(file, name, value)


def kept_until(file: HouseholdFile, *, on: date) -> date:
    """Until when a file that ends on a day is kept (R2 art. 15)."""
    years = int(parameters.value("retention_years_after_close", area=file.owner.area, on=on))
    return lifecycle.months_after(on, 12 * years)


def possible(file: HouseholdFile, role: Role) -> list[FileMove]:
    """The moves this role makes from where the file stands."""
    found = []
    for step in lifecycle.moves(Order(file.order)):
        if step.source is file.position and role in step.actors:
            try:
                found.append(lifecycle.find(file.place, step.target, order=Order(file.order)))
            except NoSuchFileMove:
                continue
    return found


def limits(file: HouseholdFile, *, on: date) -> Limits:
    """By when each state is to be left, by the rows in force for the file's area."""
    told = parameters.value("file_workdays", area=file.owner.area, on=on)
    return Limits(
        workdays={FileState(state): int(days) for state, days in told.items()},
        watch_months=int(parameters.value("watch_months", area=file.owner.area, on=on)),
        tapering_quarters=int(parameters.value("tapering_quarters", area=file.owner.area, on=on)),
    )


def within_reach(file: HouseholdFile, target: FileState, *, by: Actor) -> None:
    """Refuse a post whose union does not cover the file; what pages show is scoped too, this is the second lock.

    A transfer is answered by the county the file goes to, or taken back by the one that has it.

    :raises FileMoveNotAllowed: see above.
    """
    if by.post is None:
        return
    answering = file.position is FileState.TRANSFER and target is FileState.ACTIVE
    unions = [file.owner, file.goes_to] if answering and file.goes_to else [file.owner]
    if not any(union.path.startswith(by.post.union.path) for union in unions):
        raise FileMoveNotAllowed(_("这份档案不在您岗位的范围内。"))


def apart(file: HouseholdFile, target: FileState, *, by: Actor) -> None:
    """Refuse a member of the family, and somebody who did another duty since the file was handed in (回避, 四眼).

    :raises FileMoveNotAllowed: see above.
    """
    if by.post is None or by.person is None:
        return
    if (
        by.person.pk == file.main_id
        or Member.objects.filter(file=file, person=by.person, left_on=None).exists()
    ):
        raise FileMoveNotAllowed(_("这是您本人或家人的档案，请回避，交给同事办理。"))
    if by.user is not None and persons_of(by.user).filter(memberships__file=file).exists():
        raise FileMoveNotAllowed(_("您替这家办过申请，请回避，交给同事办理。"))
    if target not in _APART:
        return
    if Assistance.objects.filter(file=file, post__person=by.person).exists():
        raise FileMoveNotAllowed(_("这份档案是您代办的，受理和审核要换一个人。"))
    began = (
        FileEvent.objects.filter(file=file, target__in=(FileState.SUBMITTED, FileState.RECHECK))
        .exclude(source=F("target"))
        .order_by("-n")
        .values_list("n", flat=True)
        .first()
    )
    earlier = (
        FileEvent.objects.filter(file=file, n__gt=began or 0, post__person=by.person)
        .exclude(role=by.role)
        .values_list("role", flat=True)
        .first()
    )
    if earlier is not None:
        raise FileMoveNotAllowed(
            _("您已经以“%(earlier)s”的岗位办过这份档案，“%(now)s”这一步必须换一个人。")
            % {"earlier": Role(earlier).label, "now": Role(by.role).label}
        )
