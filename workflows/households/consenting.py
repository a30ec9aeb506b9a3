"""Who agrees to the means check, and how: on one's own phone, for a child in one's care, by a code, on paper."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from workflows.base import messages, tries
from workflows.base.day import date_of
from workflows.base.tries import Limit
from workflows.households import drafting, moving
from workflows.households.models import HouseholdFile, MeansConsent, Member
from workflows.households.moving import FileMoveNotAllowed
from workflows.people import phones
from workflows.people.models import Acting, Consent
from workflows.policy.household.lifecycle import ENDED, OF_AGE, FileState
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from datetime import date

    from workflows.network.actors import Actor

How = MeansConsent.How
LASTS: Final = timedelta(minutes=5)
TRIES: Final = 3
#: Codes one family may have sent.
PER_FILE: Final = (Limit(6, timedelta(hours=1)), Limit(12, timedelta(days=1)))
#: Who takes a signed paper in.
TAKES_PAPER: Final = frozenset({Role.ACCEPTOR, Role.COUNTY_OFFICER})


class WrongCode(ValueError):
    """The code is not the one that was sent, or no longer; the sentence says which."""


def is_minor(member: Member, *, on: date) -> bool:
    born = member.person.born
    return born is not None and (on.year - born.year - ((on.month, on.day) < (born.month, born.day))) < OF_AGE


def may_tick(member: Member, *, acting: Acting, on: date) -> bool:
    """Whether somebody who is signed in agrees for this member: for oneself, and for a child in one's care."""
    own = Acting.objects.filter(user=acting.user, person=member.person, relation=Acting.Relation.SELF)
    if acting.relation != Acting.Relation.HELPER and is_minor(member, on=on):
        return True
    return own.exists()


def tick(member: Member, *, acting: Acting, by: Actor, at: datetime) -> bool:
    """Record what was ticked; returns whether it may be."""
    if not may_tick(member, acting=acting, on=date_of(at)):
        return False
    how = How.GUARDIAN if is_minor(member, on=date_of(at)) else How.OWN
    drafting.agree(member, user=by.user, channel=Consent.Channel.ONLINE, how=how, noted_by=by.label, at=at)
    return True


def send_code(member: Member, *, phone: str, address: str, at: datetime) -> dict[str, Any]:
    """Send a code to an adult's phone; returns what the session keeps of it.

    :param address: from which network it is asked for.
    :param at: the true clock.
    :raises tries.TooMany: when this phone or address has had too many.
    """
    tries.spend("consent-code", whose=str(member.file_id), limits=PER_FILE, at=at)
    phones.spend_a_code(phone=phone, address=address, at=at)
    code = phones.new_code()
    text = _(
        "【帮扶】%(code)s：家人填困难职工建档申请，要您同意向核对平台、社会救助系统和工会会员登记核对您的收入、财产和会员身份，"
        "只用于建档和帮扶，随时可以撤回。同意就把这个码告诉家人，5分钟内有效；不同意不用理会。"
    )
    messages.send(to=phone, text=text % {"code": code})
    until = (at + LASTS).isoformat()
    return {
        "member": member.pk,
        "phone": phone,
        "code": phones.fingerprint(code),
        "until": until,
        "tries": 0,
    }


def by_code(
    member: Member, asked: dict[str, Any], *, code: str, by: Actor, at: datetime, now: datetime
) -> None:
    """Record that an adult has agreed by telling the code; a wrong one is counted in ``asked``.

    :raises WrongCode: with the sentence for the field.
    """
    if asked["tries"] >= TRIES or now > datetime.fromisoformat(asked["until"]):
        raise WrongCode(_("验证码过期了，或者填错太多次，请重新发一个。"))
    if phones.fingerprint(code) != asked["code"]:
        asked["tries"] += 1
        raise WrongCode(_("验证码不对，请看清短信里的6位数字。"))
    drafting.agree(
        member,
        user=by.user,
        channel=Consent.Channel.ONLINE,
        how=How.CODE,
        noted_by=by.label,
        phone=asked["phone"],
        at=at,
    )


def goes_to_sign(member: Member, *, by: Actor, at: datetime) -> None:
    """Note that a member signs on paper at the station; until then nobody is asked about the family. Twice is once."""
    try:
        with transaction.atomic():
            MeansConsent.objects.create(
                sealed_by=member.file.sealed_by,
                file=member.file,
                member=member,
                how=How.GOING,
                signed_on=date_of(at),
                noted_at=at,
                noted_by=by.label,
            )
    except IntegrityError:
        return


def on_paper(member: Member, *, signed_on: date, kept_at: str, by: Actor, at: datetime) -> None:
    """The station takes in a signed paper.

    :raises FileMoveNotAllowed: for anybody else, in a file that is over, or without the day and the place.
    """
    file = member.file
    if by.post is None or Role(by.post.role) not in TAKES_PAPER:
        raise FileMoveNotAllowed(_("纸质授权书由站点受理员和县级帮扶专干登记。"))
    moving.within_reach(file, file.position, by=by)
    moving.apart(file, FileState.SUBMITTED, by=by)
    if file.position in ENDED or file.position is FileState.DRAFT:
        raise FileMoveNotAllowed(_("这份档案现在不用登记同意。"))
    if signed_on > date_of(at):
        raise FileMoveNotAllowed(_("签字的日子还没有到。"))
    if not kept_at.strip():
        raise FileMoveNotAllowed(_("请写明纸质授权书放在哪里。"))
    drafting.agree(
        member,
        user=by.user,
        channel=Consent.Channel.PAPER,
        how=How.PAPER,
        noted_by=by.label,
        signed_on=signed_on,
        kept_at=kept_at.strip(),
        at=at,
    )


def standing(file: HouseholdFile) -> list[tuple[Member, MeansConsent | None, bool]]:
    """Everybody who lives there: how they agreed, as far as it is known, and whether the consent stands."""
    unsigned = {each.pk for each in drafting.without_consent(file)}
    noted: dict[int, MeansConsent] = {}
    for each in file.agreements.select_related("sealed_by", "consent"):
        if each.consent is None or each.consent.withdrawn_at is None:
            noted[each.member_id] = each
    living = file.members.filter(left_on__isnull=True).select_related("person__sealed_by").order_by("pk")
    return [(member, noted.get(member.pk), member.pk not in unsigned) for member in living]
