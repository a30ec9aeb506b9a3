"""A programme is given its money by two people; the database itself refuses one alone, and a second movement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.applications.test_two_at_once import at_once
from tests.conftest import City, Staff, hire, moment
from workflows.ledger import budget, granting, queries
from workflows.ledger.granting import NotYours, TooLittleLeft, WaitsAlready, Wish
from workflows.ledger.models import Grant, Transfer
from workflows.network import actors
from workflows.network.models import Post
from workflows.parameters import proposing
from workflows.parameters.proposing import Paper, Unfit
from workflows.policy.roles import Role

pytestmark = pytest.mark.django_db

AT = moment(date(2026, 8, 3))
P = "P-AIDS-2026"
SOURCES = ("市财政", "本级工会经费")
PAPER = Paper("关于下达2026年困难职工帮扶资金的通知", "澜工发〔2026〕8号", date(2026, 7, 1))
WISH = Wish(Grant.Kind.GIVE, P, "市财政", 10_000_000, PAPER)
#: Everything by which the house says no.
REFUSED = (
    NotYours,
    TooLittleLeft,
    Unfit,
    WaitsAlready,
    budget.NotEnough,
    proposing.DecidedMeanwhile,
    proposing.NotYours,
    proposing.SamePerson,
)
BACK = replace(WISH, kind=Grant.Kind.TAKE, amount_fen=4_000_000)


@pytest.fixture
def wei(city: City) -> Staff:
    """魏平 makes."""
    return city["魏平"]


@pytest.fixture
def sun(city: City) -> Staff:
    """孙洁 checks."""
    return city["孙洁"]


def propose(by: Staff, wish: Wish = WISH) -> Grant:
    return granting.propose(wish, fund_sources=SOURCES, by=by.actor, at=AT)


def give(wei: Staff, sun: Staff, wish: Wish = WISH) -> Grant:
    grant = propose(wei, wish)
    granting.approve(grant, by=sun.actor, at=AT)
    return grant


@pytest.fixture
def lu(city: City) -> Staff:
    """鲁元 makes and checks: still one person."""
    maker = hire("鲁元", Role.FINANCE_MAKER, city.unions["LJ"], place=310)
    Post.objects.create(
        person=maker.person, role=Role.FINANCE_CHECKER, union=city.unions["LJ"], since=date(2026, 1, 1)
    )
    return maker


def as_checker(staff: Staff) -> actors.Actor:
    return actors.staff(staff.user, Post.objects.get(person=staff.person, role=Role.FINANCE_CHECKER))


def test_money_moves_only_once_another_person_has_approved_it(wei: Staff, sun: Staff) -> None:
    grant = propose(wei)
    assert queries.waiting() == [grant]
    assert budget.lines(P) == []

    granting.approve(grant, by=sun.actor, at=AT)

    assert budget.lines(P) == [budget.Line("市财政", 10_000_000, 0, 0)]
    moved = Transfer.objects.get()
    assert (moved.key, moved.memo, moved.by) == (f"grant/{grant.pk}", "grant", sun.post)
    assert queries.grants_behind([moved]) == {moved.key: grant}
    assert queries.waiting() == []
    stored = queries.decided(P).get()
    assert (stored.proposed_label, stored.decided_label) == (wei.actor.label, sun.actor.label)
    assert stored.source == "关于下达2026年困难职工帮扶资金的通知（澜工发〔2026〕8号）"


def test_unspent_money_is_taken_back_and_never_below_zero(wei: Staff, sun: Staff) -> None:
    give(wei, sun)
    with pytest.raises(Unfit, match="100,000元") as refused:
        propose(wei, replace(BACK, amount_fen=10_000_001))
    assert refused.value.field == "amount"

    give(wei, sun, BACK)

    assert budget.lines(P) == [budget.Line("市财政", 6_000_000, 0, 0)]
    assert [each.memo for each in queries.movements(P)] == ["take back", "grant"]


def test_what_was_promised_to_a_family_meanwhile_is_not_taken_back(wei: Staff, sun: Staff) -> None:
    give(wei, sun)
    back = propose(wei, replace(BACK, amount_fen=10_000_000))
    budget.reserve(programme_code=P, fund_sources=SOURCES, amount_fen=1, reference="LJ1", at=AT)

    with pytest.raises(TooLittleLeft, match=r"99,999\.99元"):
        granting.approve(Grant.objects.get(pk=back.pk), by=sun.actor, at=AT)

    assert Grant.objects.get(pk=back.pk).waits, "nothing was decided either"
    assert budget.lines(P) == [budget.Line("市财政", 9_999_999, 1, 0)]


def test_nobody_approves_or_refuses_what_they_proposed_in_whatever_post(lu: Staff) -> None:
    grant = propose(lu)
    with pytest.raises(proposing.SamePerson):
        granting.approve(grant, by=as_checker(lu), at=AT)
    with pytest.raises(proposing.SamePerson):
        granting.refuse(grant, reason="不对", by=as_checker(lu), at=AT)
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("outcome", ["APPROVED", "REFUSED"])
def test_the_database_refuses_one_person_alone(wei: Staff, sun: Staff, outcome: str) -> None:
    waiting = Grant.objects.filter(pk=propose(wei).pk)
    decided = {"outcome": outcome, "reason": "不对", "decided_at": timezone.now()}
    for by, person in (
        (wei.user, wei.person.pk),
        (wei.user, sun.person.pk),
        (sun.user, wei.person.pk),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            waiting.update(**decided, decided_by=by, decided_person=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        waiting.update(outcome=outcome)
    assert waiting.update(**decided, decided_by=sun.user, decided_person=sun.person.pk) == 1


def test_the_database_refuses_to_change_what_was_proposed_or_moved(wei: Staff, sun: Staff) -> None:
    give(wei, sun)
    for change in (
        {"amount_fen": 1},
        {"fund_source": "社会捐赠"},
        {"document": "别的文件"},
        {"proposed_label": "别人"},
    ):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            Grant.objects.update(**change)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Transfer.objects.update(by=None)
    for rows in (Grant.objects, Transfer.objects):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            rows.all().delete()


@pytest.mark.parametrize("change", [{"amount_fen": 0}, {"amount_fen": -1}, {"document": ""}])
def test_the_database_refuses_nothing_for_no_paper(wei: Staff, change: dict[str, Any]) -> None:
    grant = propose(wei)
    grant.pk = None
    grant._state.adding = True
    for name, value in change.items():
        setattr(grant, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        grant.save()


def test_a_decision_is_made_once(wei: Staff, sun: Staff) -> None:
    grant = propose(wei)
    stale = Grant.objects.get(pk=grant.pk)
    granting.refuse(grant, reason="文号写错了。", by=sun.actor, at=AT)
    with pytest.raises(proposing.DecidedMeanwhile, match=r"孙洁.*未通过"):
        granting.approve(stale, by=sun.actor, at=AT)
    with pytest.raises(proposing.DecidedMeanwhile):
        granting.withdraw(stale, by=wei.actor, at=AT)
    assert not Transfer.objects.exists()
    assert propose(wei).waits, "and may be proposed again"


def test_a_refusal_says_why_and_only_the_proposer_withdraws(wei: Staff, sun: Staff, lu: Staff) -> None:
    grant = propose(wei)
    with pytest.raises(proposing.NoReason):
        granting.refuse(grant, reason=" ", by=sun.actor, at=AT)
    with pytest.raises(proposing.NotYours):
        granting.withdraw(grant, by=lu.actor, at=AT)
    granting.withdraw(grant, by=wei.actor, at=AT)
    assert Grant.objects.get().outcome == Grant.Outcome.WITHDRAWN


@pytest.mark.parametrize("name", ["孙洁", "白杨", "秦岚", "沈梅", "邵军"])
def test_only_the_maker_proposes(city: City, name: str) -> None:
    with pytest.raises(NotYours, match="制单"):
        propose(city[name])


@pytest.mark.parametrize("name", ["白杨", "秦岚", "沈梅", "邵军"])
def test_only_the_checker_decides(wei: Staff, city: City, name: str) -> None:
    grant = propose(wei)
    second_maker = hire("鲁元", Role.FINANCE_MAKER, city.unions["LJ"], place=310)
    for by in (city[name].actor, second_maker.actor, actors.SYSTEM):
        with pytest.raises(NotYours, match="复核"):
            granting.approve(grant, by=by, at=AT)
        with pytest.raises(NotYours, match="复核"):
            granting.refuse(grant, reason="不对", by=by, at=AT)


def test_the_citys_money_is_no_business_of_a_county(wei: Staff, city: City) -> None:
    county = city.unions["LJ-LX"]
    with pytest.raises(NotYours):
        propose(hire("吴县", Role.FINANCE_MAKER, county, place=311))
    with pytest.raises(NotYours):
        granting.approve(propose(wei), by=hire("郑县", Role.FINANCE_CHECKER, county, place=312).actor, at=AT)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount_fen": 0}, "amount"),
        ({"amount_fen": -100}, "amount"),
        ({"amount_fen": granting.LARGEST_FEN + 1}, "amount"),
        ({"fund_source": "中央财政"}, "fund_source"),
        ({"paper": replace(PAPER, document=" ")}, "document"),
        ({"paper": replace(PAPER, announced_on=date(2026, 8, 4))}, "announced_on"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(wei: Staff, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Unfit) as refused:
        propose(wei, replace(WISH, **change))
    assert refused.value.field == field
    assert not Grant.objects.exists()


def test_a_second_press_proposes_nothing_more(wei: Staff, sun: Staff) -> None:
    grant = propose(wei)
    with pytest.raises(WaitsAlready):
        propose(wei)
    other = propose(wei, replace(WISH, amount_fen=5_000_000))
    assert queries.under_the_same_paper(grant) == [other]
    granting.approve(grant, by=sun.actor, at=AT)
    again = propose(wei)
    assert queries.under_the_same_paper(again) == [grant, other], (
        "the checker sees what this paper gave already"
    )


# --- whatever is tried ---------------------------------------------------------------------------------------------------

tries = st.lists(
    st.tuples(
        st.sampled_from(["give", "take", "approve", "refuse", "withdraw", "reserve"]),
        st.sampled_from(["魏平", "孙洁", "鲁元", "白杨"]),
        st.integers(1, 9),
    ),
    max_size=15,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tries=tries)
def test_line_47_every_fen_given_or_taken_back_has_two_people_behind_it(
    city: City, lu: Staff, tries: list[tuple[str, str, int]]
) -> None:
    """鲁元 makes and checks, 魏平 makes, 孙洁 checks, 白杨 only reads: in any order, any of them tries anything."""
    with transaction.atomic():
        for turn, (what, name, number) in enumerate(tries):
            maker = lu.actor if name == "鲁元" else city[name].actor
            checker = as_checker(lu) if name == "鲁元" else maker
            grant = Grant.objects.order_by("pk")[number - 1 : number].first()
            wish = replace(WISH if what == "give" else BACK, amount_fen=number * 100)
            try:
                with transaction.atomic():
                    if what in ("give", "take"):
                        granting.propose(wish, fund_sources=SOURCES, by=maker, at=AT)
                    elif what == "reserve":
                        budget.reserve(
                            programme_code=P,
                            fund_sources=SOURCES,
                            amount_fen=number,
                            reference=f"{turn}",
                            at=AT,
                        )
                    elif grant and what == "approve":
                        granting.approve(grant, by=checker, at=AT)
                    elif grant and what == "refuse":
                        granting.refuse(grant, reason="不对", by=checker, at=AT)
                    elif grant:
                        granting.withdraw(grant, by=maker, at=AT)
            except REFUSED:
                pass
            approved = Grant.objects.filter(outcome=Grant.Outcome.APPROVED)
            moved = Transfer.objects.filter(memo__in=[Transfer.Memo.GRANT, Transfer.Memo.TAKE_BACK])
            assert {each.key for each in moved} == {each.key for each in approved}
            assert all(each.proposed_person != each.decided_person for each in approved)
            given = sum(each.amount_fen if each.gives else -each.amount_fen for each in approved)
            lines = budget.lines(P)
            assert sum(line.available_fen + line.reserved_fen for line in lines) == given
            assert all(line.available_fen >= 0 for line in lines)
        transaction.set_rollback(True)


# --- in one moment -----------------------------------------------------------------------------------------------------


def approval(grant: Grant, by: Staff) -> Callable[[], object]:
    stale, actor = Grant.objects.get(pk=grant.pk), by.actor

    def approve() -> object:
        granting.approve(stale, by=actor, at=AT)
        return by

    return approve


@pytest.mark.django_db(transaction=True)
def test_two_checkers_in_one_moment_move_the_money_once(wei: Staff, sun: Staff, city: City) -> None:
    colleague = hire("谷雨", Role.FINANCE_CHECKER, city.unions["LJ"], place=313)
    grant = propose(wei)

    results = at_once(approval(grant, sun), approval(grant, colleague))

    (winner,) = [result for result in results if isinstance(result, Staff)]
    (lost,) = [result for result in results if isinstance(result, proposing.DecidedMeanwhile)]
    assert winner.user.display_name in str(lost)
    assert budget.lines(P) == [budget.Line("市财政", 10_000_000, 0, 0)]
    assert Transfer.objects.get().by == winner.post


@pytest.mark.django_db(transaction=True)
def test_an_approval_and_a_withdrawal_in_one_moment_leave_one_outcome(wei: Staff, sun: Staff) -> None:
    grant = propose(wei)
    mine, actor = Grant.objects.get(pk=grant.pk), wei.actor

    results = at_once(approval(grant, sun), lambda: granting.withdraw(mine, by=actor, at=AT))

    assert sum(isinstance(result, proposing.DecidedMeanwhile) for result in results) == 1, results
    approved = Grant.objects.get().outcome == Grant.Outcome.APPROVED
    assert Transfer.objects.exists() is approved


@pytest.mark.django_db(transaction=True)
def test_taking_back_and_setting_aside_in_one_moment_never_spend_the_same_money(
    wei: Staff, sun: Staff
) -> None:
    give(wei, sun)
    back = propose(wei, replace(BACK, amount_fen=10_000_000))

    results = at_once(
        approval(back, sun),
        lambda: budget.reserve(
            programme_code=P, fund_sources=SOURCES, amount_fen=10_000_000, reference="LJ1", at=AT
        ),
    )

    assert sum(isinstance(result, TooLittleLeft | budget.NotEnough) for result in results) == 1, results
    (line,) = [line for line in budget.lines(P) if line.source == "市财政"]
    assert (line.available_fen, line.reserved_fen) in [(0, 0), (0, 10_000_000)]
