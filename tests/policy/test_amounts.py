"""Every way an amount can be worked out, capped and rounded, as a letter would explain it."""

from dataclasses import replace
from typing import Any

import pytest

from workflows.policy import amounts
from workflows.policy.amounts import Amount, NoAmount
from workflows.policy.parts import AmountRow, AmountRule, Ceiling, CeilingPer, Rounding
from workflows.policy.programme import Programme

LINE = 93000


@pytest.fixture
def paying(golden_autumn: Programme) -> Any:
    def of(
        *rows: AmountRow, ceilings: tuple[Ceiling, ...] = (), rounding: Rounding = Rounding.YUAN
    ) -> Programme:
        return replace(golden_autumn, amount=AmountRule(table=rows, ceilings=ceilings, rounding=rounding))

    return of


def values(key: str) -> int:
    return {"city_line": LINE, "temporary_aid_max_year": 300000}[key]


def award(programme: Programme, **facts: Any) -> Amount:
    return amounts.award(programme, facts, values)


def test_a_quarter_is_months_of_the_line_divided(paying: Any) -> None:
    deep = AmountRow(label="深度困难家庭一个季度", when={}, src="R10", months=(10, 4))
    found = award(paying(deep))
    assert found == Amount(232500, ("深度困难家庭一个季度：2.5个月×930元＝2,325元",))


def test_a_share_of_what_was_spent_stops_at_the_highest_sum(paying: Any) -> None:
    accident = AmountRow(label="意外支出的15%", when={}, src="R10", of="accident_spending", share=(15, 100))
    programme = paying(accident, ceilings=(Ceiling(when={}, src="R10", fen=1000000),))
    assert award(programme, accident_spending=6800000).fen == 1000000
    assert award(programme, accident_spending=6800000).lines == (
        "意外支出的15%：68,000元×15%＝10,200元",
        "上限：10,000元，超过，按上限计算",
    )
    assert award(programme, accident_spending=100).fen == 0


def test_fen_are_kept_where_the_programme_says_so(paying: Any) -> None:
    share = AmountRow(label="自付的80%", when={}, src="R10", of="self_paid", share=(4, 5))
    assert award(paying(share, rounding=Rounding.FEN), self_paid=12346).fen == 9877
    assert award(paying(share), self_paid=12346).fen == 9900


def test_so_much_for_each_unit(paying: Any) -> None:
    daily = AmountRow(label="伙食交通补贴", when={}, src="I", of="days", fen=3000)
    assert award(paying(daily), days=8) == Amount(24000, ("伙食交通补贴：30元×8＝240元",))


def test_nothing_is_awarded_while_its_base_is_unknown(paying: Any) -> None:
    share = AmountRow(label="自付的80%", when={}, src="R10", of="self_paid", share=(4, 5))
    with pytest.raises(NoAmount):
        award(paying(share))


def test_a_parameter_or_a_fact_can_be_the_ceiling(paying: Any) -> None:
    flat = AmountRow(label="临时救助", when={}, src="I", fen=500000)
    by_param = paying(flat, ceilings=(Ceiling(when={}, src="R11", param="temporary_aid_max_year"),))
    assert award(by_param).fen == 300000
    by_fact = paying(flat, ceilings=(Ceiling(when={}, src="R1", of="self_paid"),))
    assert award(by_fact, self_paid=120050).fen == 120000


@pytest.mark.parametrize(("received", "left"), [(0, 300000), (250000, 50000), (300000, 0), (400000, 0)])
def test_what_was_had_this_year_counts_against_the_year(paying: Any, received: int, left: int) -> None:
    flat = AmountRow(label="临时救助", when={}, src="I", fen=500000)
    limit = Ceiling(when={}, src="R11", param="temporary_aid_max_year", per=CeilingPer.YEAR)
    facts = {"received_this_year": received}
    fen, lines = amounts.together(paying(flat, ceilings=(limit,)), facts, values, total_fen=500000)
    assert fen == left
    assert lines[-1].endswith("超过，按上限计算")


def test_one_application_has_a_limit_of_its_own(paying: Any) -> None:
    limit = Ceiling(when={}, src="R10", fen=1600000, per=CeilingPer.CASE)
    programme = paying(AmountRow(label="甲", when={}, src="I", fen=1), ceilings=(limit,))
    assert amounts.together(programme, {}, values, total_fen=1700000)[0] == 1600000
    assert amounts.together(programme, {}, values, total_fen=1500000)[0] == 1500000
