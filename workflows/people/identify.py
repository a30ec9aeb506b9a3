"""Tie a sign-in to a person: by name and identity number, or at the station when the phone is not the one on file."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from workflows.base import tries
from workflows.base.tries import Limit
from workflows.people.models import Acting, AlreadyKnown, Person, User
from workflows.policy.identity import check_id

TRIES = (Limit(5, timedelta(hours=1)), Limit(12, timedelta(days=1)))

#: Dots in the names of 少数民族 people are typed in many ways.
_SKIPPED = str.maketrans("", "", "·•・.． \u3000\t")


class NeedsStation(Exception):
    """Somebody must look at the identity card first. The sentence never says why."""

    def __init__(self) -> None:
        super().__init__(
            _("这个身份信息需要到站点核对后才能绑定这部手机。请带身份证到就近的服务网点，或拨打12351。")
        )


def claim(
    user: User,
    *,
    name: str,
    id_no: str,
    on: date,
    at: datetime,
    relation: Acting.Relation = Acting.Relation.SELF,
) -> Person:
    """The person of this name and number, for whom the sign-in may act from now on. Doing it twice changes nothing.

    Somebody nobody knows yet is entered; somebody on file only when name and phone agree with the file.

    :param on: the business day, for the date of birth.
    :param at: the true clock (django.utils.timezone.now()).
    :raises BadId: with the sentence for the number's field.
    :raises NeedsStation: when name or phone are not those on file.
    :raises tries.TooMany: after five numbers within an hour.
    """
    number = check_id(id_no, on=on).text
    tries.spend("identify", whose=str(user.pk), limits=TRIES, at=at)
    person = Person.by_id_number(number)
    if person is None:
        try:
            with transaction.atomic():
                person = Person.new(name=name.strip(), id_no=number, phone=user.phone or "")
                _act(user, person, relation=relation, at=at)
                return person
        except AlreadyKnown:  # entered by somebody else in this very moment
            raise NeedsStation from None
    if not _same(person.name, name):
        raise NeedsStation
    if Acting.objects.filter(user=user, person=person).exists():
        return person
    if not user.phone or person.phone != user.phone:
        raise NeedsStation
    _act(user, person, relation=relation, at=at)
    return person


def acting_of(user: User) -> list[Acting]:
    """For whom this sign-in may act: oneself first, then in the order they were added."""
    acting = Acting.objects.filter(user=user).select_related("person__sealed_by").order_by("since", "pk")
    return sorted(acting, key=lambda each: each.relation != Acting.Relation.SELF)


def _same(held: str, typed: str) -> bool:
    return held.translate(_SKIPPED) == typed.translate(_SKIPPED)


def _act(user: User, person: Person, *, relation: Acting.Relation, at: datetime) -> None:
    has_self = Acting.objects.filter(user=user, relation=Acting.Relation.SELF).exists()
    wanted = Acting.Relation.FAMILY if has_self and relation is Acting.Relation.SELF else relation
    try:
        with transaction.atomic():
            Acting.objects.create(user=user, person=person, relation=wanted, since=at)
    except IntegrityError:  # the same button in a second tab
        Acting.objects.get_or_create(
            user=user, person=person, defaults={"relation": Acting.Relation.FAMILY, "since": at}
        )
