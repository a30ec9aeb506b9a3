"""Look many files through at once: yearly and half-yearly, by the spot, and when a standard has changed.

A sweep is begun in a moment and filled by the worker, some hundred files at a time, each portion with how far it came:
a worker that dies leaves a sweep that the next one goes on with, and no file is in it twice.
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from workflows.base import outbox
from workflows.base.day import date_of
from workflows.households import checking, intake, running
from workflows.households.models import FileEvent, FileQuerySet, HouseholdFile, Sweep, SweepCase, WatchCall
from workflows.households.moving import FileMoveNotAllowed
from workflows.households.reckoning import Reckoned, Reckoning
from workflows.network.actors import SYSTEM
from workflows.network.models import Post, UnionOrg
from workflows.parameters import queries as parameters
from workflows.policy.household import sheet, sweeps
from workflows.policy.household.lifecycle import FileState, months_after
from workflows.policy.household.sweeps import Kind, Outcome
from workflows.policy.parameters import CATALOGUE
from workflows.policy.roles import Level, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from workflows.network.actors import Actor

TOPIC: Final = "files.sweep"
AT_ONCE: Final = 500
#: Who begins a sweep of the files of their own union and below.
BEGINS: Final = frozenset({Role.COUNTY_OFFICER, Role.COUNTY_HEAD, Role.CITY_APPROVER})
#: Who looks through the files of a sweep; of a spot check the head may, for the officers had a part in most files.
_LOOKS: Final = frozenset({Role.COUNTY_OFFICER})
_SPOTS: Final = _LOOKS | {Role.COUNTY_HEAD}
#: Who calls a family back after its exit.
CALLS: Final = frozenset({Role.ACCEPTOR, Role.STATION_REVIEWER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER})


def looks(kind: str) -> frozenset[Role]:
    """Who looks through the files of a sweep of this kind."""
    return _SPOTS if kind == Kind.SPOT else _LOOKS


class BegunAlready(ValueError):
    """The same sweep of the same union was begun on this day."""

    def __init__(self) -> None:
        super().__init__(_("今天已经开始过一次同样的排查。"))


def begin(kind: Kind, *, due_on: date, by: Actor, at: datetime) -> Sweep:
    """Begin a sweep over the files of the actor's union and of all below it.

    :raises FileMoveNotAllowed: for anybody else, or with a last day that is over.
    :raises BegunAlready: when it was begun on this day.
    """
    on, post = date_of(at), by.post
    if post is None or Role(post.role) not in BEGINS or kind not in sweeps.BEGUN:
        raise FileMoveNotAllowed(_("集中排查和抽查由县级以上工会开始。"))
    if due_on <= on:
        raise FileMoveNotAllowed(_("完成的日子要在今天以后。"))
    share = parameters.value("spot_check_ratio", area=post.union.area, on=on) if kind is Kind.SPOT else None
    try:
        with transaction.atomic():
            sweep = Sweep.objects.create(
                kind=kind,
                union=post.union,
                opened_by=post,
                on=on,
                opened_at=at,
                due_on=due_on,
                seed=secrets.token_hex(8) if share else "",
                share=f"{share[0]}/{share[1]}" if share else "",
            )
            _put(sweep)
    except IntegrityError as error:
        raise BegunAlready from error
    return sweep


def begin_reckonings(*, at: datetime) -> None:
    """Begin a new reckoning for every value that was changed by two people, is in force, and may move categories.

    A value that holds everywhere, or in the whole city, is reckoned for the whole city.
    """
    on = date_of(at)
    changed = parameters.changed(sheet.ASKS, on=on)
    begun = set(Sweep.objects.exclude(cause="").values_list("cause", flat=True)) if changed else set()
    for row in changed:
        cause = f"{row.key}@{row.valid_from.isoformat()}@{row.area}"
        if cause in begun:
            continue
        union = _union_of(row.area)
        if union is None:
            continue
        try:
            with transaction.atomic():
                sweep = Sweep.objects.create(
                    kind=Kind.LINE,
                    union=union,
                    on=on,
                    opened_at=at,
                    due_on=parameters.calendar().add(on, _days_of_a_recheck(union, on=on)),
                    cause=cause,
                )
                _put(sweep)
        except IntegrityError:  # two workers in the same moment
            continue


def _days_of_a_recheck(union: UnionOrg, *, on: date) -> int:
    """The working days of a recheck, which what a change of standards touches has as well."""
    return int(parameters.value("file_workdays", area=union.area, on=on)[FileState.RECHECK])


def _union_of(area: str) -> UnionOrg | None:
    here = UnionOrg.objects.filter(area=area, level=Level.COUNTY, active=True).first()
    return here or UnionOrg.objects.filter(level=Level.CITY, active=True).order_by("path").first()


def _put(sweep: Sweep) -> None:
    outbox.put(TOPIC, {"sweep": str(sweep.pk)}, key=f"{TOPIC}:{sweep.pk}")


def deliver(payload: dict[str, Any]) -> None:
    """Fill a sweep to its end. Handler of the outbox; begun again after a death, it goes on where it was."""
    fill(Sweep.objects.select_related("union").get(pk=UUID(payload["sweep"])))


def fill(sweep: Sweep) -> None:
    """Put into a sweep every file that belongs to it, each once."""
    if sweep.kind == Kind.SPOT:
        _draw(sweep)
        return
    reckoning = Reckoning(on=sweep.on) if sweep.kind == Kind.LINE else None
    desks = Desks(sweep)
    while _portion(sweep, desks, reckoning):
        pass


def _belonging(sweep: Sweep) -> FileQuerySet:
    files = HouseholdFile.objects.in_force().filter(path__startswith=sweep.union.path)
    if sweep.kind == Kind.LINE:
        return files
    if sweep.kind == Kind.SPOT:
        return files.filter(state=FileState.ACTIVE)
    return files.filter(checked_on__lt=months_after(sweep.on, -sweeps.FRESH_MONTHS))


def _portion(sweep: Sweep, desks: Desks, reckoning: Reckoning | None) -> bool:
    """Some hundred files more, in one transaction with how far that is; False when there are none left."""
    with transaction.atomic():
        held = Sweep.objects.select_for_update().filter(pk=sweep.pk, filled_at__isnull=True).first()
        if held is None:
            return False
        files = _belonging(sweep).select_related("owner", "sealed_by").order_by("pk")
        if held.reached is not None:
            files = files.filter(pk__gt=held.reached)
        portion = list(files[:AT_ONCE])
        found = reckoning.of(portion) if reckoning else {}
        _add(sweep, portion, desks=desks, found=found)
        held.among += len(portion)
        held.reached = portion[-1].pk if portion else held.reached
        if len(portion) < AT_ONCE:
            held.filled_at = timezone.now()
        held.save(update_fields=["among", "reached", "filled_at"])
    return held.filled_at is None


def _draw(sweep: Sweep) -> None:
    """Draw a spot check: all of it or nothing, so that it is one draw from one day's files."""
    with transaction.atomic():
        held = Sweep.objects.select_for_update().filter(pk=sweep.pk, filled_at__isnull=True).first()
        if held is None:
            return
        numbers = list(_belonging(sweep).values_list("file_no", flat=True))
        part, whole = (int(each) for each in sweep.share.split("/"))
        drawn = sweeps.draw(numbers, seed=sweep.seed, share=(part, whole))
        desks = Desks(sweep)
        for start in range(0, len(drawn.numbers), AT_ONCE):
            files = HouseholdFile.objects.filter(file_no__in=drawn.numbers[start : start + AT_ONCE])
            _add(sweep, list(files.select_related("owner", "sealed_by").order_by("pk")), desks=desks)
        held.among, held.cut, held.filled_at = len(numbers), drawn.cut, timezone.now()
        held.save(update_fields=["among", "cut", "filled_at"])


class Desks:
    """Who gets which file: the officers of its county, evenly; a spot check goes to somebody who had no part in it.

    Where every officer had one, the head of the county gets it.
    """

    def __init__(self, sweep: Sweep) -> None:
        posts = Post.objects.held_on(sweep.on).filter(role__in=sorted(looks(sweep.kind)))
        self._posts = list(posts.select_related("union").order_by("pk"))
        self._had: Counter[int] = Counter(
            SweepCase.objects.filter(sweep=sweep, assigned__isnull=False).values_list("assigned", flat=True)
        )
        self._is_spot = sweep.kind == Kind.SPOT

    def of(self, files: Sequence[HouseholdFile]) -> dict[UUID, Post]:
        """The desk of each file; a file nobody is near is left out."""
        took_part = self._took_part(files) if self._is_spot else {}
        found = {}
        for file in files:
            over = [post for post in self._posts if file.path.startswith(post.union.path)]
            near = [post for post in over if Role(post.role) in _LOOKS]
            fresh = [
                [post for post in among if post.person_id not in took_part.get(file.pk, ())]
                for among in (near, over)
            ]
            if among := fresh[0] or fresh[1] or near:
                chosen = min(among, key=lambda post: (self._had[post.pk], post.pk))
                self._had[chosen.pk] += 1
                found[file.pk] = chosen
        return found

    def _took_part(self, files: Sequence[HouseholdFile]) -> Mapping[UUID, set[UUID]]:
        people = [post.person_id for post in self._posts]
        found: dict[UUID, set[UUID]] = defaultdict(set)
        acted = _parts().filter(file__in=[file.pk for file in files], post__person__in=people)
        for file, person in acted.values_list("file", "post__person"):
            found[file].add(person)
        return found


def _parts() -> QuerySet[FileEvent]:
    """What makes somebody part of a file that is checked by the spot: whoever looked into the family.

    To decide by what others found is no part, nor is to take the file over from another county.
    """
    return FileEvent.objects.exclude(role=Role.COUNTY_HEAD).exclude(source=FileState.TRANSFER)


def _add(
    sweep: Sweep,
    files: Sequence[HouseholdFile],
    *,
    desks: Desks,
    found: Mapping[UUID, Reckoned] | None = None,
) -> None:
    reckoned = found or {}
    same = {pk for pk, each in reckoned.items() if each.is_sure}
    same &= {file.pk for file in files if file.pk in reckoned and reckoned[file.pk].category == file.category}
    assigned = desks.of([file for file in files if file.pk not in same])
    SweepCase.objects.bulk_create(
        [
            _case(sweep, file, desk=assigned.get(file.pk), found=reckoned.get(file.pk), same=file.pk in same)
            for file in files
        ],
        ignore_conflicts=True,
    )


def _case(
    sweep: Sweep, file: HouseholdFile, *, desk: Post | None, found: Reckoned | None, same: bool
) -> SweepCase:
    return SweepCase(
        sealed_by=file.sealed_by,
        sweep=sweep,
        file=file,
        assigned=desk,
        was=file.category,
        comes_to=found.category if found else "",
        is_sure=found.is_sure if found else sweep.kind != Kind.LINE,
        net_fen=found.net_fen if found else None,
        heads=found.heads if found else None,
        line_fen=found.line_fen if found else None,
        outcome=Outcome.KEPT if same else "",
        done_on=sweep.on if same else None,
        done_by=SYSTEM.label if same else "",
    )


# ---- looking through ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Progress:
    """How far one desk is: how many files it has, and what came of how many of them."""

    desk: Post | None
    all: int
    by_outcome: Mapping[str, int]

    @property
    def done(self) -> int:
        return sum(self.by_outcome.values())

    @property
    def percent(self) -> int:
        return 100 * self.done // self.all if self.all else 100


def progress(sweep: Sweep) -> list[Progress]:
    """Desk by desk, the one with most left first. What the reckoning itself settled is on no desk."""
    rows = SweepCase.objects.filter(sweep=sweep).values("assigned", "outcome").annotate(n=Count("pk"))
    counts: dict[int | None, dict[str, int]] = defaultdict(dict)
    for row in rows.order_by():
        counts[row["assigned"]][row["outcome"]] = row["n"]
    posts = Post.objects.in_bulk([pk for pk in counts if pk is not None])
    people = {
        post.pk: post
        for post in Post.objects.filter(pk__in=list(posts)).select_related("person__sealed_by", "union")
    }
    told = [
        Progress(
            people.get(pk) if pk is not None else None,
            sum(each.values()),
            {key: n for key, n in each.items() if key},
        )
        for pk, each in counts.items()
    ]
    return sorted(told, key=lambda each: (each.done - each.all, each.desk.pk if each.desk else 0))


def newly_opened(sweep: Sweep, *, until: date) -> int:
    """新发现的及时建档: how many files of the union were opened since the sweep began."""
    opened = HouseholdFile.objects.filter(path__startswith=sweep.union.path, opened_on__gte=sweep.on)
    return opened.filter(opened_on__lte=min(until, sweep.due_on)).count()


def visible_to(posts: Iterable[Post]) -> Q:
    """The sweeps somebody sees: of the unions of these posts and below them, and of those above that reach down."""
    seen = Q(pk__in=[])
    for post in posts:
        seen |= Q(union__path__startswith=post.union.path)
        parts = post.union.path.strip("/").split("/")
        above = ["/".join(parts[: n + 1]) + "/" for n in range(len(parts))]
        seen |= Q(union__path__in=above)
    return seen


def recheck(case: SweepCase, *, by: Actor, at: datetime) -> None:
    """Begin the recheck of one file of a sweep.

    :raises FileMoveNotAllowed: when the file is not where a recheck begins, or it is not this actor's.
    """
    _of_county(case, by)
    running.recheck(case.file, reason=_reason(case), by=by, at=at)


def _reason(case: SweepCase) -> str:
    if case.sweep.kind == Kind.LINE:
        return _("标准调整，重新测算的结果是“%(now)s”，原来是“%(was)s”。") % {
            "now": case.comes_to or _("不符合"),
            "was": case.was,
        }
    return _("%(title)s（%(day)s开始）。") % {"title": case.sweep.title, "day": case.sweep.on.isoformat()}


def found_right(case: SweepCase, *, right: bool, note: str, by: Actor, at: datetime) -> None:
    """Write down what a spot check found; a file that is not right goes to its recheck.

    :raises FileMoveNotAllowed: without words, for who had a part in the file, or when it is written down already.
    """
    post = _of_county(case, by)
    if not note.strip():
        raise FileMoveNotAllowed(_("请写明怎么查的、查到了什么。"))
    if SweepCase.objects.filter(pk=case.pk).exclude(outcome="").exists():
        raise FileMoveNotAllowed(_("这一户已经登记过了。"))
    if _parts().filter(file=case.file, post__person=post.person).exists() or intake.has_visited(
        case.file, by
    ):
        raise FileMoveNotAllowed(_("您办过这一户，抽查要换一个人。"))
    with transaction.atomic():
        outcome = Outcome.RIGHT if right else Outcome.WRONG
        mine = SweepCase.objects.filter(pk=case.pk, outcome="")
        if not mine.update(outcome=outcome, done_on=date_of(at), done_by=by.label):
            raise FileMoveNotAllowed(_("这一户已经登记过了。"))
        case.refresh_from_db()
        case.note = note.strip()
        case.save(update_fields=["note"])
        if not right and case.file.position is FileState.ACTIVE:
            # A head begins no recheck; what the head has found does.
            begins = by if Role(post.role) in _LOOKS else SYSTEM
            running.recheck(case.file, reason=_("抽查：%(note)s") % {"note": note.strip()}, by=begins, at=at)


def _of_county(case: SweepCase, by: Actor) -> Post:
    return checking.county_post(case.file, by)


def hand_on(sweep: Sweep, *, from_: int | None, to: Post, by: Actor) -> int:
    """Give what one desk has open to another; returns how many.

    :raises FileMoveNotAllowed: for who does not lead the sweep, or to somebody who does not look through files.
    """
    post = by.post
    if post is None or Role(post.role) not in BEGINS or not sweep.union.path.startswith(post.union.path):
        raise FileMoveNotAllowed(_("只有开始排查的工会能重新分工。"))
    if Role(to.role) not in looks(sweep.kind):
        raise FileMoveNotAllowed(_("请分给县级帮扶专干。"))
    open_ = SweepCase.objects.filter(sweep=sweep, outcome="", assigned=from_)
    return open_.filter(file__path__startswith=to.union.path).update(assigned=to)


def lookers(sweep: Sweep, *, on: date) -> list[Post]:
    """Who can be given files of a sweep."""
    held = Post.objects.held_on(on).filter(
        role__in=sorted(looks(sweep.kind)), union__path__startswith=sweep.union.path
    )
    return list(held.select_related("person__sealed_by", "union").order_by("union__path", "pk"))


# ---- after the exit -------------------------------------------------------------------------------------------------
@transaction.atomic
def called_back(file: HouseholdFile, *, finding: str, told: str, by: Actor, at: datetime) -> WatchCall:
    """Write down how a family goes on that has left its file (回访).

    :raises FileMoveNotAllowed: outside its watch, or without words.
    """
    post = by.post
    if post is None or not file.path.startswith(post.union.path) or Role(post.role) not in CALLS:
        raise FileMoveNotAllowed(_("回访由站点和县级帮扶专干办理。"))
    if file.position is not FileState.CLOSED:
        raise FileMoveNotAllowed(_("只回访撤档后还在关注期里的家庭。"))
    if finding not in WatchCall.Finding.values or not told.strip():
        raise FileMoveNotAllowed(_("请选择情况，并写几句话。"))
    if finding != WatchCall.Finding.NOT_FOUND:
        HouseholdFile.objects.filter(pk=file.pk).update(called_on=date_of(at))
    return WatchCall.objects.create(
        sealed_by=file.sealed_by,
        file=file,
        on=date_of(at),
        finding=finding,
        told=told.strip(),
        by=post,
        recorded_at=at,
    )


# ---- reading --------------------------------------------------------------------------------------------------------
def seen_through(posts: Iterable[Post], *, most: int = 50) -> list[Sweep]:
    """The newest sweeps of the unions of these posts, of those below them, and of those above that reach down."""
    found = Sweep.objects.filter(visible_to(posts)).select_related("union", "opened_by__union")
    counts = {"all": Count("cases"), "done": Count("cases", filter=~Q(cases__outcome=""))}
    return list(found.annotate(**counts)[:most])


def seen(pk: UUID, posts: Iterable[Post]) -> Sweep | None:
    """One of :func:`seen_through`."""
    return Sweep.objects.filter(visible_to(posts), pk=pk).select_related("union", "opened_by__union").first()


def case_of(sweep: Sweep, pk: str, *, files: FileQuerySet) -> SweepCase | None:
    """One case of a sweep, if its file is among those given."""
    try:
        wanted = UUID(pk)
    except ValueError:
        return None
    return (
        SweepCase.objects.filter(sweep=sweep, pk=wanted, file__in=files)
        .select_related("sweep", "sealed_by", "file__owner", "file__sealed_by", "file__main__sealed_by")
        .first()
    )


def cases(sweep: Sweep, *, files: FileQuerySet, show: str, posts: Sequence[int]) -> QuerySet[SweepCase]:
    """The cases of a sweep among these files: mine and open, open, done or all."""
    wanted = {
        "mine": Q(outcome="", assigned__in=posts),
        "open": Q(outcome=""),
        "done": ~Q(outcome=""),
    }.get(show, Q())
    found = SweepCase.objects.filter(wanted, sweep=sweep, file__in=files)
    return found.select_related(
        "sweep", "sealed_by", "assigned__person__sealed_by", "file__owner", "file__main__sealed_by"
    ).order_by("file__path", "file__file_no")


def has_open(sweep: Sweep, posts: Sequence[int]) -> bool:
    """Whether one of these desks has something open in a sweep."""
    return SweepCase.objects.filter(sweep=sweep, outcome="", assigned__in=posts).exists()


def outcomes(desks: Iterable[Progress]) -> list[tuple[str, int]]:
    """How many of each outcome there are, over all desks, in words."""
    summed: Counter[str] = Counter()
    for desk in desks:
        summed.update(desk.by_outcome)
    return [(each.label, summed[each]) for each in Outcome if summed[each]]


def cause_in_words(sweep: Sweep) -> str:
    """Which value changed from which day, of a reckoning."""
    if not sweep.cause:
        return ""
    key, since, _area = sweep.cause.split("@")
    return _("%(name)s，%(day)s起") % {"name": CATALOGUE[key].name, "day": since}


def is_sweep_month(on: date) -> bool:
    """Whether this is a month of the city's sweeps (R25)."""
    city = UnionOrg.objects.filter(level=Level.CITY, active=True).order_by("path").first()
    months = parameters.value("sweep_months", area=city.area, on=on) if city else ()
    return on.month in {int(month) for month in months}
