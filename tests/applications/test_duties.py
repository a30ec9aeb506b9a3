"""Four eyes and reach: who may take a step in a case, beyond what the table of moves says."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import City, Staff, Worker, hire, moment
from workflows.applications import duties, notice, review
from workflows.applications.models import Application, Notice, Objection
from workflows.applications.notice import Said
from workflows.households.models import Member
from workflows.network.models import Post
from workflows.policy.roles import Role

pytestmark = pytest.mark.django_db

JULY_22 = moment(date(2026, 7, 22))


def test_an_acceptor_of_another_county_cannot_accept(submitted: Application, city: City) -> None:
    with pytest.raises(duties.OutOfReach):
        review.accept(submitted, by=city["柳青"].actor, at=JULY_22)


def test_an_acceptor_further_up_may_help_out(submitted: Application, city: City) -> None:
    helper = hire("顶班", Role.ACCEPTOR, city.unions["LJ-DL"], place=170)
    review.accept(submitted, by=helper.actor, at=JULY_22)


def test_line_18_a_new_post_opens_no_second_duty(submitted: Application, city: City) -> None:
    """何强 accepts for a colleague who is ill, and is the station's reviewer by his own post."""
    he = city["何强"]
    second = Post.objects.create(
        person=he.person, role=Role.ACCEPTOR, union=he.post.union, since=date(2026, 7, 1)
    )
    review.accept(submitted, by=Staff(he.user, he.person, second).actor, at=JULY_22)
    with pytest.raises(duties.SamePerson, match="站点受理员"):
        review.take_up(Application.objects.for_lists().get(), by=he.actor, at=JULY_22)


def test_nobody_decides_for_the_own_family(submitted: Application, city: City, wang: Worker) -> None:
    aunt = city["沈梅"]
    assert submitted.household is not None
    Member.objects.create(file=submitted.household, person=aunt.person, relation="其他亲属")
    with pytest.raises(duties.OwnFamily):
        review.accept(submitted, by=aunt.actor, at=JULY_22)


def test_the_head_of_another_county_answers_no_objection(on_notice: Application, city: City) -> None:
    standing = Notice.objects.select_related("application__union", "application__sealed_by").get()
    at = moment(date(2026, 8, 6))
    objection = notice.object_to(standing, Said(content="不符"), channel=Objection.Channel.PHONE, at=at)
    with pytest.raises(duties.OutOfReach):
        notice.answer(objection, upheld=True, finding="属实", by=city["邵军"].actor, at=at)
