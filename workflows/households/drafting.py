"""A family begins its file, says who lives there, and hands it in."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.base.models import Counter
from workflows.households import moving, saying
from workflows.households.models import FileEvent, HouseholdFile, MeansConsent, Member, Statement
from workflows.households.models.file import FREE
from workflows.households.moving import FileMoveNotAllowed
from workflows.parameters import queries as parameters
from workflows.people.models import Acting, AlreadyKnown, Consent, Person, name_index
from workflows.policy import identity
from workflows.policy.household import entries, enumerations
from workflows.policy.household.lifecycle import FileState, Need
from workflows.policy.identity import IdNumber

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from workflows.network.actors import Actor
    from workflows.network.models import UnionOrg
    from workflows.people.models import User

MEANS_CHECK: Final = "file_means_check"
#: The words each member agrees to; another wording is another consent.
MEANS_CHECK_WORDS: Final = (
    "我同意市总工会为办理困难职工建档，向居民家庭经济状况核对平台、社会救助信息管理系统核对我的收入和财产。"
    "结果只用于建档和帮扶，我可以随时撤回。"
)
_FINGERPRINT: Final = hashlib.sha256(MEANS_CHECK_WORDS.encode()).hexdigest()
#: The words that bind: those of today, and former ones that told as much. Who agreed to others is asked anew.
_BINDING: Final = frozenset({_FINGERPRINT})


class NotThisPerson(ValueError):
    """The number belongs to somebody of another name; whose it is, is not said."""


class NotADraft(ValueError):
    """The file is no longer the family's alone to change."""


def begin(main: Person, *, owner: UnionOrg, at: datetime) -> HouseholdFile:
    """Begin a file, or go on with the one that was begun.

    A family whose file was closed or refused begins a new one, which names the old (domain 3.3). What it said there
    is in the new one too, with the day it was said, until it confirms it (:func:`still_so`).
    """
    begun = HouseholdFile.objects.filter(main=main, state=FileState.DRAFT).first()
    if begun is not None:
        return begun
    on = date_of(at)
    over = HouseholdFile.objects.filter(main=main, state__in=FREE).nearest().first()
    try:
        with transaction.atomic():
            file = HouseholdFile.objects.create(
                sealed_by=main.sealed_by,
                file_no=f"JD{on.year}{Counter.next(f'file-begun-{on.year}'):06d}",
                main=main,
                owner=owner,
                path=owner.path,
                touched_on=on,
                follows=over,
                state=FileState.DRAFT,
                order=parameters.value("file_order", area=owner.area, on=on),
                since=on,
                due_on=None,
                main_cause="",
                address="",
            )
            Member.objects.create(file=file, person=main, relation="本人", active=False)
            if over is not None:
                _copy(over, file, at=at)
    except IntegrityError:  # begun twice at the same moment
        return HouseholdFile.objects.get(main=main, state=FileState.DRAFT)
    return file


def _copy(over: HouseholdFile, file: HouseholdFile, *, at: datetime) -> None:
    """Take over who lived there and what the family said, each with its day."""
    said, ours = saying.now(over), {}
    for member in over.members.filter(left_on__isnull=True).order_by("pk"):
        ours[member.pk] = Member.objects.get_or_create(
            file=file, person_id=member.person_id, defaults={"relation": member.relation, "active": False}
        )[0]
    for (whose, part), rows in said.of.items():
        if whose is not None and whose not in ours:
            continue
        for each in rows:
            if each.source == saying.Source.FAMILY:
                Statement.objects.create(
                    sealed_by=file.sealed_by,
                    file=file,
                    member=ours[whose] if whose is not None else None,
                    part=part,
                    place=each.place,
                    told=each.told,
                    source=each.source,
                    as_of=each.as_of,
                    told_at=at,
                    told_by=each.told_by,
                )


def of_before(file: HouseholdFile, said: saying.Said) -> list[Statement]:
    """What was taken over from the file before into a draft, and is not confirmed yet."""
    if file.position is not FileState.DRAFT or file.follows_id is None:
        return []
    return [
        each for rows in said.of.values() for each in rows if each.as_of < file.since <= date_of(each.told_at)
    ]


@transaction.atomic
def still_so(file: HouseholdFile, *, by: Actor, at: datetime) -> list[str]:
    """The family confirms what was taken over; returns the names of the parts that have to be filled in anew first.

    :raises NotADraft: when the file has been handed in.
    """
    _ask_for_draft(file)
    members = {member.pk: member for member in file.members.all()}
    saying.hold(file, on=date_of(at))
    said, again = saying.now(file), []
    for whose, part in {(each.member_id, each.part): None for each in of_before(file, said)}:
        rows = [each.row() for each in said.by(part, member=whose, source=saying.Source.FAMILY)]
        try:
            saying.say(file, part, rows, member=members[whose] if whose else None, by=by, at=at)
        except saying.BadEntries:
            again.append(entries.PARTS[part].label)
    return again


def add(file: HouseholdFile, *, name: str, id_no: str, relation: str, at: datetime) -> Member:
    """Add somebody who lives there.

    :raises identity.BadId: with the sentence for the field.
    :raises NotThisPerson: when the number is known under another name.
    :raises NotADraft: when the file has been handed in.
    """
    _ask_for_draft(file)
    number = identity.check_id(id_no, on=date_of(at))
    if enumerations.RELATION.find(relation) is None:
        raise NotThisPerson(_("请选择与户主的关系。"))
    person = _person(name.strip(), number)
    left = file.members.filter(person=person).first()
    if left is not None:
        Member.objects.filter(pk=left.pk).update(relation=relation, left_on=None)
        left.refresh_from_db()
        return left
    return Member.objects.create(file=file, person=person, relation=relation, active=False)


def _person(name: str, number: IdNumber) -> Person:
    try:
        return Person.new(name=name, id_no=number.text)
    except AlreadyKnown:
        known = Person.by_id_number(number.text)
        if known is None or known.name_index != name_index(name):
            raise NotThisPerson(_("姓名和身份证号码对不上，请对照证件再看一遍。")) from None
        return known


def remove(member: Member, *, on: date) -> None:
    """Take somebody out of a draft. What was written about them stays sealed in the record.

    :raises NotADraft: when the file has been handed in.
    """
    _ask_for_draft(member.file)
    if member.person_id == member.file.main_id:
        raise NotADraft(_("户主不能去掉。"))
    Member.objects.filter(pk=member.pk).update(left_on=on, active=False)
    member.refresh_from_db()


def _ask_for_draft(file: HouseholdFile) -> None:
    if file.position not in (FileState.DRAFT, FileState.RETURNED):
        raise NotADraft(_("这份档案已经交上去了，现在不能改。要改的话，请告诉站点。"))


How = MeansConsent.How


def agree(
    member: Member,
    *,
    user: User | None,
    channel: str,
    at: datetime,
    how: str = How.OWN,
    noted_by: str = "",
    signed_on: date | None = None,
    phone: str | None = None,
    kept_at: str | None = None,
) -> Consent:
    """Record that a member, or the guardian of a child, agrees to the means check. Twice is once.

    :param how: one of :class:`MeansConsent.How`, with ``phone`` or ``kept_at`` where it asks for them.
    """
    file = member.file
    given = _agreed(file).filter(person=member.person).first()
    if given is not None:
        return given
    with transaction.atomic():
        consent = Consent.objects.create(
            person=member.person,
            purpose=MEANS_CHECK,
            text_version="1",
            text_sha256=_FINGERPRINT,
            given_at=at,
            channel=channel,
            given_by=user,
        )
        MeansConsent.objects.create(
            sealed_by=file.sealed_by,
            file=file,
            member=member,
            consent=consent,
            how=how,
            signed_on=signed_on or date_of(at),
            noted_at=at,
            noted_by=noted_by,
            phone=phone,
            kept_at=kept_at,
        )
    return consent


def _agreed(file: HouseholdFile) -> QuerySet[Consent]:
    """The consents that stand for a file: to words that bind, given for it, for the one before, or before it was noted."""
    of_ours = Q(of_file__isnull=True) | Q(of_file__file__in=[file.pk, *filter(None, [file.follows_id])])
    return Consent.objects.filter(of_ours, purpose=MEANS_CHECK, text_sha256__in=_BINDING, withdrawn_at=None)


def withdraw(file: HouseholdFile, *, at: datetime) -> int:
    """Withdraw the family's consents to the means check; returns how many. What was checked before stays recorded."""
    given = _agreed(file).filter(person__memberships__file=file).distinct()
    for consent in given:
        consent.withdraw(at=at)
    return len(given)


def without_consent(file: HouseholdFile) -> list[Member]:
    """Who has not agreed to the means check, or has withdrawn it."""
    return list(
        file.members.filter(left_on__isnull=True)
        .exclude(person__in=_agreed(file).values("person"))
        .select_related("person__sealed_by")
        .order_by("pk")
    )


def confirm(file: HouseholdFile, *, user: User, at: datetime) -> None:
    """The worker confirms what a helper has filled in (by message or on paper): recorded as a consent of its own."""
    Consent.objects.create(
        person=file.main,
        purpose=f"file_confirmed:{file.file_no}",
        text_version="1",
        text_sha256=hashlib.sha256(str(file.pk).encode()).hexdigest(),
        given_at=at,
        channel=Consent.Channel.STATION,
        given_by=user,
    )


@transaction.atomic
def forget(file: HouseholdFile) -> None:
    """Delete a draft with all that was written in it. What was handed in once is never deleted.

    :raises NotADraft: for a file that was handed in.
    """
    if file.position is not FileState.DRAFT:
        raise NotADraft(_("已经交上去的档案不能删。"))
    file.agreements.all().delete()
    file.statements.all().delete()
    file.members.all().delete()
    file.delete()


@transaction.atomic
def submit(file: HouseholdFile, *, by: Actor, at: datetime) -> FileEvent:
    """Hand the file in, or hand it in again after it was sent back.

    :raises FileMoveNotAllowed: naming what is still missing.
    :raises AlreadyOnFile: when somebody of the family stands in another file.
    """
    said = saying.now(file)
    if lacking := saying.missing(file, said):
        raise FileMoveNotAllowed("".join(lacking))
    if of_before(file, said):
        raise FileMoveNotAllowed(_("以前填的还没有确认。请看一遍，不对的改过来，再确认。"))
    holds = {Need.COMPLETE, Need.NOBODY_ELSEWHERE}  # the database has the last word on the second
    going = file.agreements.filter(how=How.GOING).values_list("member", flat=True)
    unsigned = [each for each in without_consent(file) if each.pk not in set(going)]
    if not unsigned:
        holds.add(Need.CONSENTS)
    elif file.position is FileState.DRAFT:
        raise FileMoveNotAllowed(
            _("还没有同意核对的：%(names)s。") % {"names": "、".join(each.person.name for each in unsigned)}
        )
    if _is_own(file, by) or _is_confirmed(file):
        holds.add(Need.WORKER_CONFIRMED)
    saying.keep_columns(file, on=date_of(at))
    return moving.move(file, FileState.SUBMITTED, by=by, at=at, holds=holds)


def _is_own(file: HouseholdFile, by: Actor) -> bool:
    """Whether the worker, or one of the family, hands it in."""
    if by.user is None:
        return False
    acting = Acting.objects.filter(user=by.user, person=file.main).values_list("relation", flat=True).first()
    return acting in (Acting.Relation.SELF, Acting.Relation.FAMILY)


def _is_confirmed(file: HouseholdFile) -> bool:
    return Consent.objects.filter(
        person=file.main, purpose=f"file_confirmed:{file.file_no}", withdrawn_at=None
    ).exists()
