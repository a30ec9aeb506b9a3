"""代办: a station begins and fills in the file of a worker who has come in person and cannot do it on a phone.

The worker confirms it on paper before it is handed in, or hands it in on a phone; whoever filled it in accepts and
decides nothing on it (domain 3.5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.households import drafting, evidence, saying, telling
from workflows.households.evidence import OPEN
from workflows.households.models import Assistance, HouseholdFile, Member, OtherDocument
from workflows.households.moving import FileMoveNotAllowed
from workflows.network import actors
from workflows.network.sight import persons_of
from workflows.people.models import AlreadyKnown, Person
from workflows.policy.household import enumerations, proofs
from workflows.policy.household.lifecycle import FileState
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from workflows.households.models import FileEvent, FileQuerySet
    from workflows.network.actors import Actor
    from workflows.network.models import Post, UnionOrg

#: Who fills in for somebody: the desk that families come to.
HELPS: Final = frozenset({Role.ACCEPTOR})


def posts_that_help(posts: Sequence[Post]) -> list[Post]:
    """Those of the posts at which somebody may be helped."""
    return [post for post in posts if Role(post.role) in HELPS]


def helped_at(posts: Sequence[Post]) -> list[HouseholdFile]:
    """What is being filled in at the stations of these posts, the newest first."""
    return list(_within(posts).select_related("main__sealed_by", "owner").order_by("-touched_on", "file_no"))


def find(pk: UUID, posts: Sequence[Post]) -> HouseholdFile | None:
    """One file that is being filled in at the station of one of these posts."""
    found = _within(posts).filter(pk=pk)
    return found.select_related("sealed_by", "owner", "main__sealed_by", "assisted__post__person").first()


def _within(posts: Sequence[Post]) -> FileQuerySet:
    within = Q(pk__in=[])
    for post in posts_that_help(posts):
        within |= Q(path__startswith=post.union.path)
    return HouseholdFile.objects.filter(within, state__in=OPEN, assisted__isnull=False)


@transaction.atomic
def begin(*, name: str, id_no: str, phone: str, owner: UnionOrg, by: Actor, at: datetime) -> HouseholdFile:
    """Begin the file of a worker who is here with the identity card, or go on with what the worker has begun.

    :param phone: may be empty; one that is known already is left as it is.
    :raises identity.BadNumber: with the sentence for the field.
    :raises drafting.NotThisPerson: when the number is known under another name.
    :raises FileMoveNotAllowed: for a post that helps nobody, another union, or one's own family.
    """
    post = by.post
    if post is None or Role(post.role) not in HELPS or not owner.path.startswith(post.union.path):
        raise FileMoveNotAllowed(_("只有站点受理员能代办，而且只能办本单位的。"))
    main = drafting.known(name, id_no, on=date_of(at), phone=phone)
    if by.person is not None and main.pk == by.person.pk:
        raise FileMoveNotAllowed(_("这是您本人的，请交给同事代办。"))
    if by.user is not None and persons_of(by.user).filter(pk=main.pk).exists():
        raise FileMoveNotAllowed(_("这是您家人的，请交给同事代办。"))
    file = drafting.begin(main, owner=owner, at=at)
    if not file.path.startswith(post.union.path):
        raise FileMoveNotAllowed(_("这位职工在别的单位已经开始填了，请到那里接着办，或者本人在手机上交。"))
    _helps, is_new = Assistance.objects.get_or_create(file=file, defaults={"post": post, "began_at": at})
    if is_new:  # to the phone that is known: nobody opens a draft behind the back of whose it is
        telling.put(file, telling.ASSISTED)
    return file


@transaction.atomic
def add_without_card(
    file: HouseholdFile,
    *,
    name: str,
    relation: str,
    document: str,
    number: str,
    born: date,
    gender: str,
    by: Actor,
    at: datetime,
) -> Member:
    """Add somebody who has no identity card: who they are is read off another document.

    :raises drafting.NotThisPerson: when this document is known already, or something is missing.
    :raises drafting.NotADraft: when the file has been handed in.
    """
    if file.position not in OPEN:
        raise drafting.NotADraft(_("这份档案已经交上去了，现在不能改。"))
    kind, place = enumerations.DOCUMENT.find(document), enumerations.RELATION.find(relation)
    if kind is None or place is None or not name.strip() or not number.strip() or born > date_of(at):
        raise drafting.NotThisPerson(_("请把姓名、证件、号码和出生日期都填对。"))
    try:
        person = Person.new(
            name=name.strip(),
            id_no="",
            born=born,
            gender=gender,
            known_by=f"{kind.code}:{number.strip().upper()}",
        )
    except AlreadyKnown:
        raise drafting.NotThisPerson(_("这份证件已经登记在别处了，请打12351，由市总工会核实。")) from None
    OtherDocument.objects.create(
        sealed_by=person.sealed_by,
        person=person,
        kind=kind.code,
        number=number.strip().upper(),
        noted_by=by.label,
        noted_at=at,
    )
    saying.hold(file, on=date_of(at))
    member = Member.objects.create(file=file, person=person, relation=place.name, active=False)
    saying.note(file)
    return member


@transaction.atomic
def submit(file: HouseholdFile, *, by: Actor, at: datetime) -> FileEvent:
    """Hand in what was filled in, once the worker has signed that it is right and the signed paper is there.

    :raises FileMoveNotAllowed: without that paper, or naming what else is missing.
    :raises AlreadyOnFile: when somebody of the family stands in another file.
    """
    if by.post is None or by.user is None:
        raise FileMoveNotAllowed(_("只有站点受理员能代办，而且只能办本单位的。"))
    if file.position is FileState.DRAFT:
        if not any(each.kind == proofs.AUTHORITY for each in evidence.there(file)):
            raise FileMoveNotAllowed(
                _("请把填好的内容读给本人听，请本人在委托和确认书上签字或按手印，拍照上传后再交。")
            )
        drafting.confirm(file, user=by.user, at=at)
    return drafting.submit(file, by=actors.helping(by.user, by.post, file.main), at=at)
