"""入户调查: two of the union go to see the family; both sign, and so does the family."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from workflows.base import files
from workflows.base.day import date_of
from workflows.households import intake, moving, posting
from workflows.households.models import HomeVisit, Member, VisitPhoto
from workflows.households.moving import FileMoveNotAllowed
from workflows.network.models import Post
from workflows.network.sight import paths_above
from workflows.people.models import Acting
from workflows.policy.household import signing
from workflows.policy.household.lifecycle import FileState, Need, Order
from workflows.policy.household.living import CHECKLIST
from workflows.policy.household.signing import Hand, Way
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from workflows.households.models import FileEvent, HouseholdFile
    from workflows.network.actors import Actor

#: More photographs than that nobody looks at.
MOST_PHOTOS: Final = 20
#: Who may be sent to see a family: those who decide on it stay at their desk.
_VISIT: Final = (Role.ACCEPTOR, Role.STATION_REVIEWER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER)
#: Where the county may send somebody again: looking into a question that was raised, or rechecking (story 5.8).
AGAIN: Final = frozenset({FileState.RECHECK, FileState.SUSPENDED})
_SENDS_AGAIN: Final = (Role.COUNTY_OFFICER, Role.COUNTY_HEAD)
PLACES: Final = ("first", "second", "family")


class WrittenMeanwhile(FileMoveNotAllowed):
    """The other visitor has written the form down since this one was opened; ``mark``: of what stands there now."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        super().__init__(
            _("另一位入户人已经填过这份调查表。要用您写的，再登记一次；要用对方写的，去“看调查表、签字”。")
        )


@dataclass(frozen=True)
class Found:
    """What two visitors write down. ``living``: by the keys of :data:`CHECKLIST`."""

    visited_on: date
    minutes: int
    met: Sequence[str]
    living: Mapping[str, bool]
    seen: str
    next_step: str


def candidates(file: HouseholdFile) -> list[Post]:
    """The posts whose holders may be sent to a family: of its union and those above, the nearest first. One query."""
    found = (
        Post.objects.filter(union__path__in=paths_above(file.owner.path), role__in=_VISIT, until__isnull=True)
        .exclude(person__in=_family(file))
        .exclude(person__in=_acting_for(file))
        .exclude(person__in=_acceptor(file))
        .select_related("person__sealed_by", "union")
    )
    return sorted(found, key=lambda post: (-len(post.union.path), post.pk))


def accepted_by(file: HouseholdFile) -> set[UUID]:
    """Who accepted the file the last time: acceptance, visit and decision are different people's (domain 3.3)."""
    return set(_acceptor(file))


def _acceptor(file: HouseholdFile) -> QuerySet[FileEvent, UUID]:
    accepted = file.events.filter(target=FileState.ACCEPTED, post__isnull=False).order_by("-n")
    return accepted.values_list("post__person", flat=True)[:1]


def _family(file: HouseholdFile) -> QuerySet[Member, UUID]:
    return Member.objects.filter(file=file, left_on__isnull=True).values_list("person", flat=True)


def _acting_for(file: HouseholdFile) -> QuerySet[Acting, UUID]:
    """Who acts for one of the family: to them the file is shut at the desk."""
    users = Acting.objects.filter(person__in=_family(file)).values("user")
    own = Acting.objects.filter(user__in=users, relation=Acting.Relation.SELF)
    return own.values_list("person", flat=True)


def arrange(
    file: HouseholdFile, *, first: Post, second: Post, unrelated: bool, by: Actor, at: datetime
) -> HomeVisit:
    """Name the two who go, once a file is accepted; in a recheck or a suspension the county may send somebody again.

    Neither belongs to the family, and both have said that they are no relatives.

    :raises FileMoveNotAllowed: when there are not two, or one of them is of the family; when somebody goes already.
    """
    _ask_for_two(file, first, second, unrelated=unrelated)
    with transaction.atomic():
        if file.position in AGAIN:
            moving.within_reach(file, file.position, by=by)
            if by.role not in _SENDS_AGAIN:
                raise FileMoveNotAllowed(_("复核和暂停期间，由县级安排入户。"))
            if (open_visit := current(file)) is not None and not open_visit.is_signed:
                raise FileMoveNotAllowed(_("已经安排了人去，还没有签完字。"))
        else:
            # The five days of a visit count from the acceptance.
            moving.move(file, FileState.VISITING, by=by, at=at, holds={Need.TWO_VISITORS}, due_on=file.due_on)
        return HomeVisit.objects.create(
            sealed_by=file.sealed_by,
            file=file,
            first=first,
            second=second,
            arranged_at=at,
            arranged_by=by.post,
        )


def replace(
    file: HouseholdFile,
    *,
    first: Post,
    second: Post,
    unrelated: bool,
    reason: str,
    by: Actor,
    at: datetime,
) -> HomeVisit:
    """Send others instead of those who were to go, as somebody is ill or has left; what they wrote is kept.

    :raises FileMoveNotAllowed: as for :func:`arrange`; when nobody is to go, all have signed, or no reason is given.
    """
    visit = current(file)
    if visit is None or visit.is_signed:
        raise FileMoveNotAllowed(_("没有可以换人的入户。"))
    moving.within_reach(file, file.position, by=by)
    if by.role not in (_SENDS_AGAIN if file.position in AGAIN else (Role.ACCEPTOR, Role.STATION_REVIEWER)):
        raise FileMoveNotAllowed(_("安排入户的人才能换人。"))
    if not reason.strip():
        raise FileMoveNotAllowed(_("请写明为什么换人。"))
    if {first.person_id, second.person_id} == {visit.first.person_id, visit.second.person_id}:
        raise FileMoveNotAllowed(_("还是原来的两个人。"))
    _ask_for_two(file, first, second, unrelated=unrelated)
    return HomeVisit.objects.create(
        sealed_by=file.sealed_by,
        file=file,
        first=first,
        second=second,
        arranged_at=at,
        arranged_by=by.post,
        replaces=visit,
        why=reason.strip(),
    )


def _ask_for_two(file: HouseholdFile, first: Post, second: Post, *, unrelated: bool) -> None:
    people = {first.person_id, second.person_id}
    close = {*_family(file), *_acting_for(file)}
    if len(people) != 2 or people & close or not unrelated:
        raise FileMoveNotAllowed(Need.TWO_VISITORS.value)
    if people & accepted_by(file):
        raise FileMoveNotAllowed(_("受理的人不能去入户，请换一个人。"))
    for post in (first, second):
        if not file.owner.path.startswith(post.union.path):
            raise FileMoveNotAllowed(_("入户的人要是本单位工会或者上级工会的。"))


def write_down(
    visit: HomeVisit, found: Found, *, by: Actor, at: datetime, sent_as: str = "", seen: str | None = None
) -> HomeVisit:
    """Write down what was found; until it is signed it may be written anew, and signatures then begin anew.

    The same told again changes nothing, whatever became of the first answer, and takes no signature away.

    :param sent_as: the key of the form; what was last sent from it may be sent otherwise.
    :param seen: the mark of what stood there when the form was opened; None: whoever calls has just read it.
    :raises WrittenMeanwhile: when the other visitor has written it down since.
    :raises FileMoveNotAllowed: when this person did not go, or something is missing.
    """
    _ask_for_visitor(visit, by)
    if problem := _problem(found, on=date_of(at)):
        raise FileMoveNotAllowed(problem)
    told: dict[str, Any] = {
        "met": list(found.met),
        "living": {key: found.living[key] for key in CHECKLIST},
        "seen": found.seen,
        "next_step": found.next_step,
    }
    with transaction.atomic():
        held = _locked(visit)
        before = held.mark
        held.visited_on, held.minutes = found.visited_on, found.minutes
        held.told = json.dumps(told, ensure_ascii=False)
        if held.mark == before:
            return _locked(visit)
        if held.is_signed:
            raise FileMoveNotAllowed(_("这份入户调查表已经签完字，不能再改。"))
        of_this_form = bool(sent_as) and held.sent_as == sent_as
        if before and seen is not None and seen != before and not of_this_form:
            raise WrittenMeanwhile(before)
        held.sent_as = sent_as
        for place in PLACES:
            setattr(held, f"{place}_signed_at", None)
            setattr(held, f"{place}_hand", None)
        held.save()
    return held


def _locked(visit: HomeVisit) -> HomeVisit:
    """The visit as it stands now, held until the end of the transaction."""
    visits = HomeVisit.objects.select_for_update(of=("self",))
    return visits.select_related("first", "second", "sealed_by", "file").get(pk=visit.pk)


def add_photo(visit: HomeVisit, upload: bytes, *, name: str, by: Actor, at: datetime) -> bool:
    """Keep a photograph of a visit, once; returns whether it is new.

    :raises files.Refused: when it is no picture that can be taken, with a sentence.
    :raises FileMoveNotAllowed: for anybody who did not go, after it was signed, or when there are enough.
    """
    post = _ask_for_visitor(visit, by)
    mark = hashlib.sha256(upload).hexdigest()
    known = visit.photos.filter(mark=mark)
    if known.filter(removed_at__isnull=True).exists():
        return False
    if visit.is_signed:
        raise FileMoveNotAllowed(_("这份入户调查表已经签完字，不能再加照片。"))
    if visit.photos.filter(removed_at__isnull=True).count() >= MOST_PHOTOS:
        raise FileMoveNotAllowed(_("照片够多了，最多%(most)s张。") % {"most": MOST_PHOTOS})
    if known.update(removed_at=None):
        return True
    with transaction.atomic():
        file = files.store(upload, sealed_by=visit.sealed_by, name=name)
        made = VisitPhoto(visit=visit, file=file, mark=mark, added_by_id=post, added_at=at)
        VisitPhoto.objects.bulk_create([made], ignore_conflicts=True)
    return True


def remove_photo(photo: VisitPhoto, *, by: Actor, at: datetime) -> None:
    """Take a photograph out before the form is signed.

    :raises FileMoveNotAllowed: for anybody who did not go, or afterwards.
    """
    _ask_for_visitor(photo.visit, by)
    if photo.visit.is_signed:
        raise FileMoveNotAllowed(_("这份入户调查表已经签完字，不能再改。"))
    VisitPhoto.objects.filter(pk=photo.pk, removed_at__isnull=True).update(removed_at=at)


def sent_since() -> Exists:
    """Whether somebody was sent to a file's family since it came to stand where it is, as a column of its query."""
    return Exists(
        HomeVisit.objects.filter(file=OuterRef("pk"), arranged_at__date__gte=OuterRef("since")).order_by()
    )


def current(file: HouseholdFile) -> HomeVisit | None:
    """The visit that belongs to where the file stands now; None where nobody is to go."""
    if file.position is not FileState.VISITING and file.position not in AGAIN:
        return None
    if not getattr(file, "sent_since", True):  # the query of the file knows
        return None
    visit = file.visits.select_related("first", "second", "sealed_by", "file").last()
    if visit is None or date_of(visit.arranged_at) < file.since:
        return None
    return visit


def visit_of(file: HouseholdFile, people: Collection[UUID]) -> HomeVisit | None:
    """The current visit of a file, if one of these people is to write it down."""
    visit = current(file)
    return visit if visit and {visit.first.person_id, visit.second.person_id} & set(people) else None


def _problem(found: Found, *, on: date) -> str:
    if found.visited_on > on:
        return _("入户的日期还没有到。")
    if not [name for name in found.met if name.strip()]:
        return _("请写明见到了谁。")
    if found.minutes < 1:
        return _("请写明去了多长时间。")
    if set(found.living) != set(CHECKLIST):
        return _("“两不愁三保障”每一项都要选。")
    if not found.seen.strip() or not found.next_step.strip():
        return _("请写明看到的情况和下一步怎么办。")
    return ""


def sign(visit: HomeVisit, *, by: Actor, at: datetime, drawn: str = "", seen: str | None = None) -> HomeVisit:
    """A visitor signs, under their own sign-in; ``drawn``: the name by hand, if they wrote it on the screen.

    :param seen: the mark of what they read before they signed; None: whoever calls has just read it.
    :raises signing.NoSignature: when what was drawn is none.
    :raises FileMoveNotAllowed: before anything was written down, after it changed, or when this person did not go.
    """
    place = "first" if _ask_for_visitor(visit, by) == visit.first_id else "second"
    hand = Hand(Way.DRAWN, strokes=signing.strokes_of(drawn)) if drawn else Hand(Way.SIGNED_IN)
    return _sign(visit, place, hand, at=at, seen=seen)


def family_signs(
    visit: HomeVisit,
    *,
    name: str,
    way: Way,
    by: Actor,
    at: datetime,
    drawn: str = "",
    why: str = "",
    seen: str | None = None,
) -> HomeVisit:
    """One of the family who was met signs on the phone of a visitor, who is ``by``.

    :raises signing.NoSignature: when what was drawn is none.
    :raises FileMoveNotAllowed: as for :func:`sign`; for whom the visitors did not meet; when the reason is missing.
    """
    _ask_for_visitor(visit, by)
    visit.refresh_from_db(fields=["told"])
    if visit.told is None:
        raise FileMoveNotAllowed(_("先填写入户调查表，再签字。"))
    if name not in visit.found()["met"]:
        raise FileMoveNotAllowed(_("签字的人要写在“见到了谁”里，名字要一样。"))
    if way is Way.DRAWN:
        hand = Hand(way, name, strokes=signing.strokes_of(drawn))
    elif way in signing.BY_WORD and why.strip():
        hand = Hand(way, name, why.strip())
    else:
        raise FileMoveNotAllowed(_("请写明纸质表放在哪里，或者为什么不能签字。"))
    return _sign(visit, "family", hand, at=at, seen=seen)


def _sign(visit: HomeVisit, place: str, hand: Hand, *, at: datetime, seen: str | None) -> HomeVisit:
    """Keep a signature; the first one stands."""
    with transaction.atomic():
        held = _locked(visit)
        if held.told is None:
            raise FileMoveNotAllowed(_("先填写入户调查表，再签字。"))
        if seen is not None and seen != held.mark:
            raise FileMoveNotAllowed(_("调查表刚刚改过，请再看一遍再签字。"))
        if getattr(held, f"{place}_signed_at") is None:
            setattr(held, f"{place}_signed_at", at)
            setattr(held, f"{place}_hand", signing.written(hand))
            held.save(update_fields=[f"{place}_signed_at", f"{place}_hand"])
    return held


def _ask_for_visitor(visit: HomeVisit, by: Actor) -> int:
    """The post in which this person visited."""
    for post in (visit.first, visit.second):
        if by.person is not None and post.person_id == by.person.pk:
            return post.pk
    raise FileMoveNotAllowed(_("只有入户的两个人能填写和签字。"))


@transaction.atomic
def finish(file: HouseholdFile, *, by: Actor, at: datetime, note: str = "") -> FileEvent:
    """The station's reviewer sends the file on: to the unit's notice, or to the means check.

    :raises FileMoveNotAllowed: while the visit is not signed by all three.
    """
    visit = file.visits.last()
    if intake.has_visited(file, by):
        raise FileMoveNotAllowed(_("您去过这家入户，审核要换一个人。"))
    holds = {Need.VISIT_SIGNED} if visit is not None and visit.is_signed else set()
    to = FileState.UNIT_NOTICE if Order(file.order) is Order.NOTICE_FIRST else FileState.CHECKING
    if to is FileState.CHECKING:
        return moving.move(file, to, by=by, at=at, holds=holds, note=note)
    due_on = posting.last_day(file, on=date_of(at))
    event = moving.move(file, to, by=by, at=at, holds=holds, note=note, due_on=due_on)
    posting.post(file, on_web=False, at=at)
    return event
