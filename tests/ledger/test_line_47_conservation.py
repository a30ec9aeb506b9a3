"""Security line 47: money is neither made nor lost, at any step, whatever is tried."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflows.base.day import ZONE
from workflows.ledger import budget
from workflows.ledger.book import KeyUsedOtherwise
from workflows.ledger.models import Account, Transfer

AT = datetime(2026, 8, 3, 9, tzinfo=ZONE)
P = "P-GA-2026"
SOURCES = ["市财政", "本级工会经费"]

steps = st.lists(
    st.one_of(
        st.tuples(st.just("grant"), st.sampled_from(SOURCES), st.integers(1, 2_000_000)),
        st.tuples(st.just("take back"), st.sampled_from(SOURCES), st.integers(1, 2_000_000)),
        st.tuples(st.just("reserve"), st.sampled_from("abcdef"), st.integers(1, 1_500_000)),
        st.tuples(st.just("release"), st.sampled_from("abcdefgh"), st.just(0)),
        st.tuples(st.just("pay"), st.sampled_from("abcdefgh"), st.just(0)),
    ),
    max_size=25,
)


def folded(account: Account) -> int:
    came = account.into.aggregate(total=Sum("amount_fen"))["total"] or 0
    went = account.out.aggregate(total=Sum("amount_fen"))["total"] or 0
    return int(came - went)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_line_47_debits_equal_credits_and_balances_are_the_fold_of_the_entries(
    steps: list[tuple[str, str, int]],
) -> None:
    with transaction.atomic():
        for number, (what, name, fen) in enumerate(steps):
            try:
                with transaction.atomic():
                    match what:
                        case "grant":
                            budget.grant(
                                programme_code=P,
                                fund_source=name,
                                amount_fen=fen,
                                key=f"grant-{number}",
                                at=AT,
                            )
                        case "take back":
                            budget.take_back(
                                programme_code=P,
                                fund_source=name,
                                amount_fen=fen,
                                key=f"back-{number}",
                                at=AT,
                            )
                        case "reserve":
                            budget.reserve(
                                programme_code=P, fund_sources=SOURCES, amount_fen=fen, reference=name, at=AT
                            )
                        case "release":
                            budget.release(reference=name, at=AT)
                        case "pay":
                            budget.pay(reference=name, at=AT)
            except (budget.NotEnough, budget.NotReserved, KeyUsedOtherwise):
                pass
            accounts = list(Account.objects.all())
            assert sum(account.balance_fen for account in accounts) == 0
            for account in accounts:
                assert account.balance_fen == folded(account), account.code
                assert account.kind == Account.Kind.SOURCE or account.balance_fen >= 0, account.code
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_money_set_aside_is_paid_or_put_back_but_never_both() -> None:
    budget.grant(programme_code=P, fund_source="市财政", amount_fen=1_000_000, key="g", at=AT)
    budget.reserve(programme_code=P, fund_sources=SOURCES, amount_fen=1_000_000, reference="LJ1", at=AT)
    budget.pay(reference="LJ1", at=AT)
    budget.pay(reference="LJ1", at=AT)
    with pytest.raises(KeyUsedOtherwise):
        budget.release(reference="LJ1", at=AT)
    assert budget.lines(P) == [budget.Line("市财政", 0, 0, 1_000_000)]


@pytest.mark.django_db
def test_reserving_falls_to_the_next_source_and_stops_when_all_are_short() -> None:
    budget.grant(programme_code=P, fund_source="市财政", amount_fen=300_000, key="g1", at=AT)
    budget.grant(programme_code=P, fund_source="本级工会经费", amount_fen=500_000, key="g2", at=AT)
    taken = budget.reserve(programme_code=P, fund_sources=SOURCES, amount_fen=500_000, reference="LJ2", at=AT)
    assert taken == "本级工会经费"
    with pytest.raises(budget.NotEnough):
        budget.reserve(programme_code=P, fund_sources=SOURCES, amount_fen=300_001, reference="LJ3", at=AT)


@pytest.mark.django_db
def test_the_database_refuses_a_pot_below_zero_and_a_changed_entry() -> None:
    budget.grant(programme_code=P, fund_source="市财政", amount_fen=100, key="g", at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        Account.objects.filter(kind=Account.Kind.AVAILABLE).update(balance_fen=-1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Transfer.objects.update(amount_fen=1)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_transfer")
