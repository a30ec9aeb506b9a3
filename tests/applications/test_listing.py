"""Lists instead of applications: made on their day, once, behind the first stage, with the account last paid to."""

from __future__ import annotations

from datetime import date

import pytest

from tests.applications.conftest import Offer, living
from tests.conftest import City, Worker, again, id_number, moment
from workflows.applications import apply, daily, decide, review, telling
from workflows.applications.models import Application, Award, Listing
from workflows.households.models import Category, HouseholdFile
from workflows.households.opening import Figures, MemberData, open_file
from workflows.payments import runs
from workflows.people.models import Person
from workflows.policy.states import Action, State

pytestmark = pytest.mark.django_db
LIST_DAY = date(2026, 8, 15)


@pytest.fixture
def relative(city: City) -> HouseholdFile:
    """A family the rule does not fit."""
    person = Person.new(name="周宁", id_no=id_number("369902", date(1979, 3, 3), 31), phone="")
    return open_file(
        file_no="3699022026000002",
        main=person,
        owner=city.unions["LJ-DL-E02"],
        category=Category.RELATIVE,
        members=[MemberData(person, "本人", "在岗")],
        figures=Figures(income_fen=2_000_000, unavoidable_fen=0, line_fen=93_000),
        cause="其他",
        address="东岭区",
        on=date(2026, 7, 20),
    )


def test_a_list_is_made_once_for_the_families_the_rule_fits(
    put_on_offer: Offer, city: City, wang_file: HouseholdFile, relative: HouseholdFile
) -> None:
    put_on_offer(living())
    with pytest.raises(apply.NotByHand):
        apply.begin("P-LIVE", person=wang_file.main, at=moment(LIST_DAY))
    daily.tick(at=moment(date(2026, 8, 14)))
    assert not Application.objects.exists()

    for day in (LIST_DAY, LIST_DAY, date(2026, 8, 17)):
        daily.tick(at=moment(day))

    case = again(Application.objects.get())
    assert (case.household, case.position, case.stage) == (wang_file, State.COUNTY_REVIEW, "county")
    assert (case.amount_fen, case.due_on) == (232_500, date(2026, 8, 19)), (
        "10 months of 930 yuan, a quarter of it"
    )
    assert case.number
    assert [(each.period, each.live) for each in Award.objects.all()] == [("2026-Q3", True)]
    assert [(each.period, each.cases) for each in Listing.objects.all()] == [("2026-Q3", 1)]
    listed = case.events.get()
    assert (listed.action, listed.role) == (Action.SUBMIT, "system")
    assert "不用申请" in telling.words(case, listed)
    facts = case.circumstances()
    known = {"file_state": "ACTIVE", "cause": "子女上学", "members": 4, "net_income_year": 4_000_000}
    assert {**facts, **known, "birth": "1983-07-15", "aid_this_year": 0} == facts


def test_a_list_missed_on_its_day_is_made_up_for_and_comes_again_each_quarter(
    put_on_offer: Offer, wang_file: HouseholdFile
) -> None:
    put_on_offer(living())
    for day in (date(2026, 8, 20), date(2026, 11, 14), date(2026, 11, 15)):
        daily.tick(at=moment(day))
    assert [each.period for each in Award.objects.order_by("period")] == ["2026-Q3", "2026-Q4"]


def test_a_programme_that_came_after_its_list_day_waits_for_the_next(
    put_on_offer: Offer, wang_file: HouseholdFile
) -> None:
    put_on_offer(living(), at=date(2026, 8, 18))
    daily.tick(at=moment(date(2026, 8, 20)))
    assert not Application.objects.exists()


def test_a_listed_family_without_an_account_is_asked_for_it_before_the_bank_is(
    put_on_offer: Offer, city: City, wang: Worker, wang_file: HouseholdFile
) -> None:
    put_on_offer(living())
    daily.tick(at=moment(LIST_DAY))
    case = again(Application.objects.get())
    assert apply.lacks_account(case)
    assert "没有收款账户" in case.events.get().note
    on = date(2026, 8, 18)
    review.opine(case, opinion="同意。", by=city["方敏"].actor, at=moment(on))
    review.sign(case, opinion="同意。", by=city["罗斌"].actor, at=moment(on))
    decide.approve(case, by=city["秦岚"].actor, at=moment(on))
    with pytest.raises(runs.NoAccount, match=str(case.number)):
        runs.make([again(case)], by=city["魏平"].actor, at=moment(on))

    apply.save(again(case), {"payee_name": "王建国", "card": "6299990000000000012"})
    with pytest.raises(apply.NotEditable):
        apply.save(again(case), {"card": "629999000000000033"})
    run = runs.make([again(case)], by=city["魏平"].actor, at=moment(on))
    runs.release(run, by=city["孙洁"].actor, at=moment(on))
    runs.record_return(run, {1: runs.Outcome(paid=True)}, by=city["孙洁"].actor, at=moment(on))

    # Nobody doubts the payment within ten working days, and the programme asks for no follow-up.
    daily.tick(at=moment(date(2026, 9, 1)))
    assert again(case).position is State.PAID
    daily.tick(at=moment(date(2026, 9, 2)))
    assert again(case).position is State.CLOSED

    daily.tick(at=moment(date(2026, 11, 15)))
    second = again(Application.objects.get(state=State.COUNTY_REVIEW))
    assert not apply.lacks_account(second)
