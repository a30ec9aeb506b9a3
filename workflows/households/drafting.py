"""A family begins its file, says who lives there, and hands it in."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.base.models import Counter
from workflows.households import evidence, moving, saying
from workflows.households.models import FileEvent, HouseholdFile, MeansConsent, Member, Statement
from workflows.households.models.file import FREE
from workflows.households.moving import FileMoveNotAllowed
from workflows.parameters import queries as parameters
from workflows.people.models import Acting, AlreadyKnown, Consent, Person, name_index
from workflows.policy import identity
from workflows.policy.household import entries, enumerations, labour
from workflows.policy.household.lifecycle import FileState, Need, months_after

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet

    from workflows.households.saying import Said
    from workflows.network.actors import Actor
    from workflows.network.models import UnionOrg
    from workflows.people.models import User
    from workflows.policy.household.entries import Row

MEANS_CHECK: Final = "file_means_check"
#: The words members have agreed to, by version; another wording is another consent.
WORDS: Final[Mapping[str, str]] = {
    "1": (
        "我同意市总工会为办理困难职工建档，向居民家庭经济状况核对平台、社会救助信息管理系统核对我的收入和财产。"
        "结果只用于建档和帮扶，我可以随时撤回。"
    ),
    "2": (
        "我同意市总工会为办理困难职工建档，向居民家庭经济状况核对平台、社会救助信息管理系统核对我的收入和财产，"
        "向工会会员登记核对我的会员身份和工作单位。结果只用于建档和帮扶，我可以随时撤回。"
    ),
}
VERSION: Final = "2"
MEANS_CHECK_WORDS: Final = WORDS[VERSION]
_LABOUR: Final = "migrant_labour_relation_months"
_FINGERPRINT: Final = hashlib.sha256(MEANS_CHECK_WORDS.encode()).hexdigest()
#: The words that do not name every register name these; who agreed to them is asked anew for the others.
_NAMED: Final[Mapping[str, frozenset[str]]] = {"1": frozenset({"means", "social_aid"})}


class NotThisPerson(ValueError):
    """The number belongs to somebody of another name; whose it is, is not said."""


class NotADraft(ValueError):
    """The file is no longer the family's alone to change."""


class TooEarly(FileMoveNotAllowed):
    """A migrant worker's labour relation here has not lasted long enough; ``day``: from then on it has."""

    def __init__(self, day: date, *, months: int) -> None:
        self.day = day
        super().__init__(
            _(
                "外来务工的职工，在本市的劳动关系满%(months)s个月才能建档，%(day)s起可以交上去。填好的都存着，"
                "到那天发短信提醒您。急难的可以先申请临时救助，孩子上学的可以先看现在开着的助学项目。"
            )
            % {"months": months, "day": date_format(day, "DATE_FORMAT")}
        )


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
                saying.note(file)
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


@transaction.atomic
def add(file: HouseholdFile, *, name: str, id_no: str, relation: str, at: datetime) -> Member:
    """Add somebody who lives there.

    :raises identity.BadId: with the sentence for the field.
    :raises NotThisPerson: when the number is known under another name.
    :raises NotADraft: when the file has been handed in.
    """
    _ask_for_draft(file)
    identity.check_id(id_no, on=date_of(at))
    if enumerations.RELATION.find(relation) is None:
        raise NotThisPerson(_("请选择与户主的关系。"))
    person = known(name, id_no, on=date_of(at))
    saying.hold(file, on=date_of(at))
    left = file.members.filter(person=person).first()
    if left is not None:
        Member.objects.filter(pk=left.pk).update(relation=relation, left_on=None)
        left.refresh_from_db()
    else:
        left = Member.objects.create(file=file, person=person, relation=relation, active=False)
    saying.note(file)
    return left


def known(name: str, id_no: str, *, on: date, phone: str = "") -> Person:
    """The person of this name and number, entered where nobody knows them yet.

    :raises identity.BadId: with the sentence for the field.
    :raises NotThisPerson: when the number is known under another name.
    """
    name, number = name.strip(), identity.check_id(id_no, on=on).text
    try:
        return Person.new(name=name, id_no=number, phone=phone)
    except AlreadyKnown:
        person = Person.by_id_number(number)
        if person is None or person.name_index != name_index(name):
            raise NotThisPerson(_("姓名和身份证号码对不上，请对照证件再看一遍。")) from None
        return person


@transaction.atomic
def remove(member: Member, *, on: date) -> None:
    """Take somebody out of a draft. What was written about them stays sealed in the record.

    :raises NotADraft: when the file has been handed in.
    """
    _ask_for_draft(member.file)
    if member.person_id == member.file.main_id:
        raise NotADraft(_("户主不能去掉。"))
    saying.hold(member.file, on=on)
    Member.objects.filter(pk=member.pk).update(left_on=on, active=False)
    member.refresh_from_db()
    saying.note(member.file)


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
            text_version=VERSION,
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


def _agreed(file: HouseholdFile, register: str = "") -> QuerySet[Consent]:
    """The consents that stand for a file: to words that bind, given for it, for the one before, or before it was noted.

    :param register: the one that is to be asked, which the words must have named; otherwise the words of today count.
    """
    versions = [
        version
        for version in WORDS
        if version == VERSION or (register and register in _NAMED.get(version, (register,)))
    ]
    of_ours = Q(of_file__isnull=True) | Q(of_file__file__in=[file.pk, *filter(None, [file.follows_id])])
    return Consent.objects.filter(of_ours, purpose=MEANS_CHECK, text_version__in=versions, withdrawn_at=None)


def withdraw(file: HouseholdFile, *, at: datetime) -> int:
    """Withdraw the family's consents to the means check; returns how many. What was checked before stays recorded."""
    given = _agreed(file).filter(person__memberships__file=file).distinct()
    for consent in given:
        consent.withdraw(at=at)
    return len(given)


def without_consent(file: HouseholdFile, register: str = "") -> list[Member]:
    """Who has not agreed to the means check, or has withdrawn it.

    :param register: the one that is to be asked, which the words must have named; otherwise the words of today count.
    """
    return list(_living(file).exclude(person__in=_agreed(file, register).values("person")))


def has_withdrawn(file: HouseholdFile) -> bool:
    """Whether somebody of the family has taken the consent back, and not given it again."""
    given = Consent.objects.filter(purpose=MEANS_CHECK, person__memberships__file=file)
    stands = given.filter(withdrawn_at=None).values("person")
    gone = given.filter(withdrawn_at__isnull=False).values("person")
    return _living(file).filter(person__in=gone).exclude(person__in=stands).exists()


def _living(file: HouseholdFile) -> QuerySet[Member]:
    return file.members.filter(left_on__isnull=True).select_related("person__sealed_by").order_by("pk")


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
    evidence.forget(file)
    file.agreements.all().delete()
    file.statements.all().delete()
    file.members.all().delete()
    file.delete()


def first_day(file: HouseholdFile, *, on: date, said: Said | None = None) -> date | None:
    """The day from which a migrant worker's file can be opened, while it has not come; None for everybody else."""
    area, person = file.owner.area, _main_row(file, said or saying.now(file))
    begun = labour.since(person)
    if begun is None or not labour.is_migrant(person, area=area):
        return None
    months = int(parameters.value(_LABOUR, area=area, on=on))
    day = months_after(begun, months)
    return day if on < day else None


def _main_row(file: HouseholdFile, said: Said) -> Row:
    """What counts of the worker's own person."""
    main = file.members.filter(person=file.main_id).values_list("pk", flat=True).first()
    rows = said.counting("person", member=main) if main else []
    return rows[0].row() if rows else {}


def submit(file: HouseholdFile, *, by: Actor, at: datetime) -> FileEvent:
    """Hand the file in, or hand it in again after it was sent back.

    :raises TooEarly: naming the first possible day; the draft is kept, and the family reminded on it.
    :raises FileMoveNotAllowed: naming what is still missing.
    :raises AlreadyOnFile: when somebody of the family stands in another file.
    """
    said, on = saying.now(file), date_of(at)
    if file.position is FileState.DRAFT:  # sent back it is the station's to judge
        if (day := first_day(file, on=on, said=said)) is not None:
            HouseholdFile.objects.filter(pk=file.pk, state=FileState.DRAFT).update(waits_until=day)
            file.waits_until = day
            raise TooEarly(day, months=int(parameters.value(_LABOUR, area=file.owner.area, on=on)))
        person = _main_row(file, said)
        if labour.is_migrant(person, area=file.owner.area) and labour.since(person) is None:
            raise FileMoveNotAllowed(
                _("外来务工的，还要在%(name)s的“基本情况”里填“劳动合同签订时间”。") % {"name": file.main.name}
            )
    return _hand_in(file, said, by=by, at=at)


@transaction.atomic
def _hand_in(file: HouseholdFile, said: Said, *, by: Actor, at: datetime) -> FileEvent:
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
    return moving.move(file, FileState.SUBMITTED, by=by, at=at, holds=holds, waits_until=None)


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
