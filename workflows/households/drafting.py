"""A family begins its file, says who lives there, and hands it in."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.base.models import Counter
from workflows.households import evidence, moving, saying
from workflows.households.models import FileEvent, HouseholdFile, Member
from workflows.households.models.file import FREE
from workflows.households.moving import FileMoveNotAllowed
from workflows.parameters import queries as parameters
from workflows.people.models import Acting, AlreadyKnown, Consent, Person, name_index
from workflows.policy import identity
from workflows.policy.household import enumerations
from workflows.policy.household.lifecycle import FileState, Need

if TYPE_CHECKING:
    from datetime import date, datetime

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


class NotThisPerson(ValueError):
    """The number belongs to somebody of another name; whose it is, is not said."""


class NotADraft(ValueError):
    """The file is no longer the family's alone to change."""


def begin(main: Person, *, owner: UnionOrg, at: datetime) -> HouseholdFile:
    """Begin a file, or go on with the one that was begun.

    A family whose file was closed or refused begins a new one, which names the old (domain 3.3).
    """
    begun = HouseholdFile.objects.filter(main=main, state=FileState.DRAFT).first()
    if begun is not None:
        return begun
    on = date_of(at)
    over = HouseholdFile.objects.filter(main=main, state__in=FREE).order_by("-since").first()
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
    except IntegrityError:  # begun twice at the same moment
        return HouseholdFile.objects.get(main=main, state=FileState.DRAFT)
    return file


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
    left = file.members.filter(person=person).first()
    if left is not None:
        Member.objects.filter(pk=left.pk).update(relation=relation, left_on=None)
        left.refresh_from_db()
        return left
    return Member.objects.create(file=file, person=person, relation=relation, active=False)


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


def remove(member: Member, *, on: date) -> None:
    """Take somebody out of a draft. What was written about them stays sealed in the record.

    :raises NotADraft: when the file has been handed in.
    """
    _ask_for_draft(member.file)
    if member.person_id == member.file.main_id:
        raise NotADraft(_("户主不能去掉。"))
    Member.objects.filter(pk=member.pk).update(left_on=on)
    member.refresh_from_db()


def _ask_for_draft(file: HouseholdFile) -> None:
    if file.position not in (FileState.DRAFT, FileState.RETURNED):
        raise NotADraft(_("这份档案已经交上去了，现在不能改。要改的话，请告诉站点。"))


def agree(member: Member, *, user: User | None, channel: str, at: datetime) -> Consent:
    """Record that a member, or the guardian of a child, agrees to the means check. Twice is once."""
    given = Consent.objects.filter(
        person=member.person, purpose=MEANS_CHECK, text_sha256=_FINGERPRINT, withdrawn_at=None
    ).first()
    return given or Consent.objects.create(
        person=member.person,
        purpose=MEANS_CHECK,
        text_version="1",
        text_sha256=_FINGERPRINT,
        given_at=at,
        channel=channel,
        given_by=user,
    )


def withdraw(file: HouseholdFile, *, at: datetime) -> int:
    """Withdraw the family's consents to the means check; returns how many. What was checked before stays recorded."""
    given = Consent.objects.filter(
        purpose=MEANS_CHECK, withdrawn_at=None, person__memberships__file=file
    ).distinct()
    for consent in given:
        consent.withdraw(at=at)
    return len(given)


def without_consent(file: HouseholdFile) -> list[Member]:
    """Who has not agreed to the means check, or has withdrawn it."""
    agreed = Consent.objects.filter(
        purpose=MEANS_CHECK, withdrawn_at=None, person__memberships__file=file
    ).values("person")
    return list(
        file.members.filter(left_on__isnull=True)
        .exclude(person__in=agreed)
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
    evidence.forget(file)
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
    holds = {Need.COMPLETE, Need.NOBODY_ELSEWHERE}  # the database has the last word on the second
    if not (unsigned := without_consent(file)):
        holds.add(Need.CONSENTS)
    elif file.position is FileState.DRAFT:
        raise FileMoveNotAllowed(
            _("还没有同意核对的：%(names)s。") % {"names": "、".join(each.person.name for each in unsigned)}
        )
    if _is_own(file, by) or _is_confirmed(file):
        holds.add(Need.WORKER_CONFIRMED)
    home = said.counting("home")[0].row()
    event = moving.move(
        file,
        FileState.SUBMITTED,
        by=by,
        at=at,
        holds=holds,
        on_dibao=bool(home.get("on_dibao")),
    )
    for member in file.members.filter(left_on__isnull=True):
        told = said.counting("person", member=member.pk)
        Member.objects.filter(pk=member.pk).update(identity=told[0].row()["identity"] if told else "")
    file.main_cause, file.address = home["main_cause"], home["address"]
    file.save(update_fields=["main_cause", "address"])
    return event


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
