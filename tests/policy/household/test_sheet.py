"""The sheet, with the families of the stories: 王's twins, 郑's second flat, 赵丽 from another province, an accident.

Every number can be checked with a pencil; the expected ones stand in the stories, not in the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from workflows.policy.dated import in_force
from workflows.policy.household.figures import (
    Accident,
    Aid,
    BadFigures,
    Figures,
    Head,
    Incoming,
    Means,
    Outgoing,
)
from workflows.policy.household.grounds import Verdict
from workflows.policy.household.kinds import Category, Income, Spending, Work
from workflows.policy.household.sheet import Part, Sheet, Standing, draw_up
from workflows.policy.household.standards import NoStandard, Standards
from workflows.policy.identity import age

ROWS = yaml.safe_load(Path(ROOT / "content" / "parameters.yml").read_text(encoding="utf-8"))["parameters"]
KEYS = sorted({row["key"] for row in ROWS})
DAY = date(2026, 7, 20)
CLEAR = Means(
    homes=1,
    shop_or_hires=False,
    controls_company=False,
    vehicle=False,
    high_fee_school=False,
    cooperates=True,
    refused_work=False,
)
FATHER = Head("f", "王建国", date(1983, 7, 15), is_woman=False, work=Work.EMPLOYED, is_able=True)
MOTHER = Head("m", "李秀英", date(1985, 3, 12), is_woman=True, work=Work.UNEMPLOYED, is_able=True)
TWINS = (
    Head("a", "王子安", date(2008, 11, 4), is_woman=False, studies=True),
    Head("b", "王子宁", date(2008, 11, 4), is_woman=False, studies=True),
)


def standards(on: date = DAY, **changed: Any) -> Standards:
    """The rows in force on a day, some with other values."""
    found = {key: in_force(ROWS, key, on=on.isoformat(), area="369902") for key in KEYS}
    return Standards({key: {**row, "value": changed.get(key, row["value"])} for key, row in found.items()})


def wang(**changed: Any) -> Figures:
    """王: the father's wage of 36,000, the mother able and out of work, 8,000 for illness, 12,000 due for the twins."""
    told: dict[str, Any] = {
        "on": DAY,
        "heads": (FATHER, MOTHER, *TWINS),
        "incomes": (Incoming("f", Income.WAGE, 3_600_000, evidence="工资流水"),),
        "spending": (
            Outgoing("m", Spending.ILLNESS, 1_000_000, back_fen=200_000, evidence="结算单"),
            Outgoing("a", Spending.SCHOOLING, 600_000, stage="本科", falls_due=True, evidence="录取通知书"),
            Outgoing("b", Spending.SCHOOLING, 600_000, stage="本科", falls_due=True, evidence="录取通知书"),
        ),
        "means": CLEAR,
    }
    return Figures(**{**told, **changed})


def one_of_three(yearly_yuan: int, **changed: Any) -> Figures:
    """Three people with one income, nothing else."""
    heads = (replace(FATHER, key="f"), replace(MOTHER, is_able=False, evidence="诊断书"), replace(TWINS[0]))
    incomes = (Incoming("f", Income.WAGE, yearly_yuan * 100, evidence="工资流水"),)
    return Figures(**{"on": DAY, "heads": heads, "incomes": incomes, "means": CLEAR, **changed})


def test_the_wang_family_is_in_deep_difficulty() -> None:
    sheet = draw_up(wang(), standards())
    assert (sheet.income_fen, sheet.spending_fen) == (6_000_000, 2_000_000)
    assert sheet.per_head_fen == 83_333
    assert (sheet.category, sheet.standing) == (Category.DEEP, Standing.CERTAIN)
    assert sheet.working == "（60,000 − 20,000）÷ 12个月 ÷ 4人 = 833.33元"
    assumed = next(line for line in sheet.lines if line.what == "推定工资")
    assert (assumed.who, assumed.fen, assumed.working) == ("李秀英", 2_400_000, "2,000元 × 12个月 = 24,000元")
    assert sheet.tests[0].says == ("40,000元低于930元 × 12个月 × 4人 = 44,640元，才是深度困难（<）：是。")
    assert {row["key"] for row in sheet.rows} >= {
        "city_line",
        "minimum_wage_month",
        "deep_compare",
        "lookback_months",
    }


def test_aid_received_counts_or_does_not_as_the_city_says() -> None:
    aid = Incoming("f", Income.UNION_AID, 1_000_000, evidence="发放记录")
    helped = wang(incomes=(*wang().incomes, aid))
    assert draw_up(helped, standards()).per_head_fen == 104_167
    assert draw_up(helped, standards()).category is Category.RELATIVE
    not_counted = draw_up(helped, standards(count_union_aid_as_income=False))
    assert not_counted.category is Category.DEEP
    assert next(line for line in not_counted.lines if line.said_fen == 1_000_000).fen == 0


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        (Income.RESIDENT_PENSION_BASIC, False),
        (Income.HOLIDAY_MONEY, False),
        (Income.PENSION, True),
        (Income.GIFT, True),
        (Income.UNEMPLOYMENT, True),
    ],
)
def test_what_counts_as_income(kind: Income, counts: bool) -> None:
    more = wang(incomes=(*wang().incomes, Incoming("m", kind, 50_000, evidence="凭证")))
    assert draw_up(more, standards()).income_fen == 6_000_000 + (50_000 if counts else 0)


@pytest.mark.parametrize(("stage", "counts"), [("小学", False), ("初中", False), ("普通高中", True)])
def test_compulsory_schooling_is_not_deducted(stage: str, counts: bool) -> None:
    fees = Outgoing("a", Spending.SCHOOLING, 300_000, stage=stage, evidence="收据")
    sheet = draw_up(wang(spending=(fees,)), standards())
    assert sheet.spending_fen == (300_000 if counts else 0)
    assert counts or "义务教育" in sheet.lines[-1].why


def test_fees_not_paid_yet_count_only_where_the_city_says_so() -> None:
    assert draw_up(wang(), standards(schooling_cost_due_next_year_counts=False)).spending_fen == 800_000


@pytest.mark.parametrize(
    ("mother", "assumed_months"),
    [
        (MOTHER, 12),
        (replace(MOTHER, evidence="诊断书"), 0),
        (replace(MOTHER, is_able=False), 0),
        (replace(MOTHER, work=Work.RETIRED), 0),
        (replace(MOTHER, work=Work.SICK_LEAVE), 0),
        (replace(MOTHER, work=Work.LAID_OFF, months_out=5), 5),
        (replace(MOTHER, months_out=30), 12),
        (replace(MOTHER, studies=True), 0),
        (replace(MOTHER, birth=date(1971, 7, 20)), 0),
        (replace(MOTHER, birth=date(1971, 7, 21)), 12),
        (replace(MOTHER, birth=date(2010, 7, 21)), 0),
        (replace(MOTHER, birth=date(2010, 7, 20)), 12),
    ],
)
def test_a_wage_is_assumed_for_who_could_work_and_does_not(mother: Head, assumed_months: int) -> None:
    sheet = draw_up(wang(heads=(FATHER, mother, *TWINS)), standards())
    assert sheet.income_fen == 3_600_000 + 200_000 * assumed_months


def test_who_earned_something_is_taken_at_their_word() -> None:
    odd_jobs = Incoming("m", Income.WAGE, 600_000, evidence="雇主证明")
    assert draw_up(wang(incomes=(*wang().incomes, odd_jobs)), standards()).income_fen == 4_200_000


def test_what_nobody_knows_matters_only_when_it_changes_the_category() -> None:
    unknown = replace(MOTHER, is_able=None)
    poor = draw_up(wang(heads=(FATHER, unknown, *TWINS)), standards())
    assert (poor.category, poor.standing) == (Category.DEEP, Standing.CERTAIN), "either way"
    edge = wang(
        heads=(FATHER, unknown, *TWINS), incomes=(Incoming("f", Income.WAGE, 5_000_000, evidence="流水"),)
    )
    sheet = draw_up(edge, standards())
    assert (sheet.category, sheet.standing) == (None, Standing.UNKNOWN)
    assert sheet.lacking == ("还不知道李秀英能不能劳动。",)
    assert sheet.tests[0].passes is None


@pytest.mark.parametrize(
    ("work", "rows"),
    [
        (Work.EMPLOYED, ()),
        (Work.FLEXIBLE, (Incoming("f", Income.INTEREST, 100, evidence="存折"),)),
        (Work.EMPLOYED, (Incoming("f", Income.WAGE, 0),)),
        (Work.RETIRED, ()),
    ],
)
def test_a_worker_or_pensioner_of_whom_no_income_is_said_is_not_taken_to_have_none(
    work: Work, rows: tuple[Incoming, ...]
) -> None:
    sheet = draw_up(wang(heads=(replace(FATHER, work=work), *TWINS), incomes=rows, spending=()), standards())
    assert (sheet.category, sheet.standing) == (None, Standing.UNKNOWN)
    assert sheet.lacking == ("还没有填王建国的收入；真的没有收入的，请选“没有收入”，写明凭什么证明。",)


@pytest.mark.parametrize(
    ("work", "kind"), [(Work.EMPLOYED, Income.NONE), (Work.RETIRED, Income.RESIDENT_PENSION_BASIC)]
)
def test_no_income_can_be_said_with_a_paper(work: Work, kind: Income) -> None:
    none = Incoming("f", kind, 0, evidence="单位停发工资的证明")
    sheet = draw_up(
        wang(heads=(replace(FATHER, work=work), *TWINS), incomes=(none,), spending=()), standards()
    )
    assert (sheet.category, sheet.standing) == (Category.DEEP, Standing.CERTAIN)


def test_an_income_nobody_has_said_does_not_matter_to_who_is_above_every_line_without_it() -> None:
    more = (Incoming("m", Income.RENT, 20_000_000, evidence="合同"),)
    sheet = draw_up(wang(incomes=more), standards())
    assert (sheet.category, sheet.standing) == (None, Standing.CERTAIN)


def test_the_word_of_the_family_alone_takes_no_wage_off_and_every_wage_not_assumed_is_a_line() -> None:
    wage = (Incoming("f", Income.WAGE, 5_000_000, evidence="流水"),)

    def of(mother: Head) -> Sheet:
        return draw_up(wang(heads=(FATHER, mother, *TWINS), incomes=wage), standards())

    unable = replace(MOTHER, is_able=False)
    word = of(unable)
    assert (word.category, word.standing) == (None, Standing.UNKNOWN)
    assert word.lacking == ("只有家庭自己说李秀英不能劳动，还没有证明，也没有核实。",)
    for shown, evidence in (
        (replace(unable, verified=True), "工作人员核实"),
        (replace(unable, evidence="三级医院诊断书"), "三级医院诊断书"),
    ):
        sheet = of(shown)
        assert (sheet.category, sheet.standing) == (Category.DEEP, Standing.CERTAIN)
        line = next(line for line in sheet.lines if line.what == "推定工资")
        assert (line.fen, line.evidence) == (0, evidence)
        assert "不推定工资" in line.why


@pytest.mark.parametrize(
    ("item", "on", "counts"),
    [
        ("生活救助", date(2026, 3, 1), True),
        ("子女助学", date(2025, 7, 20), True),
        ("医疗救助", date(2025, 7, 19), False),
        ("送温暖", date(2026, 1, 20), False),
        ("临时救助", date(2026, 1, 20), False),
    ],
)
def test_aid_on_record_counts_by_its_kind_within_the_look_back(item: str, on: date, counts: bool) -> None:
    sheet = draw_up(wang(aid=(Aid(item, 1_000_000, on, "LS-1"),)), standards())
    assert sheet.income_fen == 6_000_000 + (1_000_000 if counts else 0)
    assert sheet.aid_fen.get(on.year, 0) == (1_000_000 if counts else 0)


def test_aid_that_is_on_record_and_said_counts_once() -> None:
    said = Incoming("f", Income.UNION_AID, 1_500_000, evidence="存折")
    paid = Aid("生活救助", 1_000_000, date(2026, 3, 1), "LS-1")
    sheet = draw_up(wang(incomes=(*wang().incomes, said), aid=(paid,)), standards())
    assert sheet.income_fen == 7_500_000
    assert "15,000 − 发放记录里的10,000 = 5,000元" in {line.working for line in sheet.lines}


def test_an_accident_before_the_look_back_makes_no_difficulty() -> None:
    crash = Accident("车祸", date(2009, 5, 1), cost_fen=8_800_000, back_fen=2_000_000)
    sheet = draw_up(one_of_three(120_000, accident=crash), standards())
    assert sheet.category is None
    assert "不在往前看的12个月里" in sheet.tests[2].says
    edge = replace(crash, on=date(2025, 7, 20))
    assert draw_up(one_of_three(120_000, accident=edge), standards()).category is Category.ACCIDENT


def test_the_operator_is_the_citys() -> None:
    on_the_line = one_of_three(930 * 12 * 3)
    assert draw_up(on_the_line, standards()).category is Category.RELATIVE
    at_most = {"op": "le", "times": [1, 1]}
    assert draw_up(on_the_line, standards(deep_compare=at_most)).category is Category.DEEP


@pytest.mark.parametrize(
    ("fen_more", "category"),
    [(-1, Category.DEEP), (0, Category.RELATIVE), (1, Category.RELATIVE)],
)
def test_one_fen_decides(fen_more: int, category: Category) -> None:
    rows = (Incoming("f", Income.WAGE, 93_000 * 36 + fen_more, evidence="流水"),)
    assert draw_up(one_of_three(0, incomes=rows), standards()).category is category


def test_the_line_is_that_of_the_day() -> None:
    assert draw_up(one_of_three(920 * 36), standards(date(2026, 6, 30))).category is Category.RELATIVE
    assert draw_up(one_of_three(920 * 36), standards(date(2026, 7, 1))).category is Category.DEEP


def test_zhao_li_is_in_relative_difficulty_by_the_line_of_where_she_works() -> None:
    sheet = draw_up(one_of_three(1_200 * 36), standards())
    assert (sheet.per_head_fen, sheet.category) == (120_000, Category.RELATIVE)


@pytest.mark.parametrize(("percent", "category"), [(50, Category.ACCIDENT), (80, None)])
def test_an_accident_of_more_than_half_the_yearly_income(percent: int, category: Category | None) -> None:
    fire = Accident("厨房失火", date(2026, 7, 1), cost_fen=8_800_000, back_fen=2_000_000)
    sheet = draw_up(one_of_three(120_000, accident=fire), standards(accident_ratio_percent=percent))
    assert sheet.category is category
    assert "68,000元" in sheet.tests[2].says


def test_within_five_percent_of_a_line_papers_come_first() -> None:
    said = (Incoming("f", Income.WAGE, 93_000 * 36 - 100_000),)
    near = draw_up(one_of_three(0, incomes=said), standards())
    assert (near.category, near.standing) == (Category.DEEP, Standing.NEAR)
    assert near.lacking == ("王建国的工资、奖金、津贴：请补上证明。",)
    shown = (Incoming("f", Income.WAGE, 93_000 * 36 - 100_000, evidence="流水"),)
    assert draw_up(one_of_three(0, incomes=shown), standards()).standing is Standing.CERTAIN
    far = (Incoming("f", Income.WAGE, 50_000 * 36),)
    assert draw_up(one_of_three(0, incomes=far), standards()).standing is Standing.CERTAIN


@pytest.mark.parametrize(
    ("means", "verdict"),
    [
        (replace(CLEAR, homes=2, floor_area=1_190), Verdict.EXCEPTED),
        (replace(CLEAR, homes=2, floor_area=1_200), Verdict.EXCEPTED),
        (replace(CLEAR, homes=2, floor_area=1_201), Verdict.AGAINST),
        (replace(CLEAR, homes=2, floor_area=1_500, homes_needed=True), Verdict.EXCEPTED),
        (replace(CLEAR, homes=2), Verdict.UNKNOWN),
        (replace(CLEAR, vehicle=True), Verdict.AGAINST),
        (replace(CLEAR, vehicle=True, vehicle_for_disability=True), Verdict.EXCEPTED),
        (replace(CLEAR, cooperates=False), Verdict.AGAINST),
        (replace(CLEAR, refused_work=None), Verdict.UNKNOWN),
    ],
)
def test_grounds_have_their_exceptions(means: Means, verdict: Verdict) -> None:
    """郑: a second flat below the local average, and a car adapted for the disabled worker, are no ground (5.8)."""
    sheet = draw_up(one_of_three(20_000, means=means), standards())
    assert verdict in {ground.verdict for ground in sheet.grounds}
    expected = {Verdict.EXCEPTED: Category.DEEP, Verdict.AGAINST: None, Verdict.UNKNOWN: None}[verdict]
    assert sheet.category is expected
    assert sheet.standing is (Standing.UNKNOWN if verdict is Verdict.UNKNOWN else Standing.CERTAIN)


def test_the_city_says_which_categories_the_grounds_forbid() -> None:
    car = one_of_three(20_000, means=replace(CLEAR, vehicle=True))
    assert draw_up(car, standards(grounds_bind=["深度困难"])).category is Category.RELATIVE


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        ({"heads": ()}, "heads"),
        ({"heads": (FATHER, FATHER)}, "heads[1]"),
        ({"heads": (replace(FATHER, birth=date(2026, 7, 21)),)}, "heads[0].birth"),
        ({"incomes": (Incoming("x", Income.WAGE, 1),)}, "incomes[0].head"),
        ({"incomes": (Incoming("f", Income.WAGE, -1),)}, "incomes[0].fen"),
        ({"spending": (Outgoing("f", Spending.ILLNESS, 1, back_fen=2),)}, "spending[0].fen"),
        ({"accident": Accident("火", DAY, 1, 2)}, "accident.fen"),
    ],
)
def test_figures_that_cannot_be_are_refused_at_their_place(changed: Mapping[str, Any], at: str) -> None:
    with pytest.raises(BadFigures) as refused:
        draw_up(wang(**changed), standards())
    assert refused.value.at == at


def test_a_parameter_without_a_value_is_named() -> None:
    rows = {key: row for key, row in standards().rows.items() if key != "city_line"}
    with pytest.raises(NoStandard, match="city_line"):
        draw_up(wang(), Standards(rows))


def test_years_are_full_years() -> None:
    assert age(date(2008, 2, 29), on=date(2026, 2, 28)) == 17
    assert age(date(2008, 2, 29), on=date(2026, 3, 1)) == 18
    assert age(date(2008, 2, 29), on=date(2028, 2, 29)) == 20


# ---- what always holds --------------------------------------------------------------------------------------------
FEN = st.integers(0, 20_000_000)


@st.composite
def households(draw: st.DrawFn) -> Figures:
    heads = [
        Head(
            key=str(number),
            name=f"第{number}人",
            birth=draw(st.dates(date(1930, 1, 1), DAY)),
            is_woman=draw(st.booleans()),
            work=draw(st.one_of(st.none(), st.sampled_from(list(Work)))),
            is_able=draw(st.sampled_from([True, False, None])),
            studies=draw(st.booleans()),
            evidence=draw(st.sampled_from(["", "诊断书"])),
        )
        for number in range(draw(st.integers(1, 5)))
    ]
    who = st.sampled_from([head.key for head in heads])
    incomes = st.builds(Incoming, who, st.sampled_from(list(Income)), FEN, st.sampled_from(["", "流水"]))
    spending = st.builds(
        Outgoing,
        who,
        st.sampled_from(list(Spending)),
        FEN,
        st.just(0),
        st.sampled_from(["", "小学", "本科"]),
        st.booleans(),
    )
    return Figures(
        on=DAY,
        heads=heads,
        incomes=draw(st.lists(incomes, max_size=5)),
        spending=draw(st.lists(spending, max_size=5)),
        means=CLEAR,
    )


def hardness(sheet: Sheet) -> int:
    return 3 if sheet.category is None else list(Category).index(sheet.category)


@given(households())
def test_the_lines_add_up(figures: Figures) -> None:
    sheet = draw_up(figures, standards())
    assert sum(line.fen for line in sheet.lines if line.part is Part.INCOME) == sheet.income_fen
    assert sum(line.fen for line in sheet.lines if line.part is Part.SPENDING) == sheet.spending_fen
    assert all(line.fen >= 0 for line in sheet.lines)
    assert (
        abs(sheet.per_head_fen * sheet.months * sheet.heads - sheet.net_fen) * 2 <= sheet.months * sheet.heads
    )


@given(households(), FEN)
def test_a_richer_household_is_never_in_deeper_difficulty(figures: Figures, more: int) -> None:
    known = replace(
        figures, heads=[replace(head, work=Work.EMPLOYED, is_able=True) for head in figures.heads]
    )
    nothing = [Incoming(head.key, Income.NONE, 0, "证明") for head in figures.heads]
    known = replace(known, incomes=[*known.incomes, *nothing])
    richer = replace(known, incomes=[*known.incomes, Incoming("0", Income.WAGE, more, "流水")])
    assert hardness(draw_up(richer, standards())) >= hardness(draw_up(known, standards()))


@given(households())
def test_what_is_lacking_is_said_whenever_nothing_is_decided(figures: Figures) -> None:
    sheet = draw_up(figures, standards())
    assert bool(sheet.lacking) == (sheet.standing is not Standing.CERTAIN)


@given(households())
def test_learning_what_is_lacking_never_contradicts_a_certain_category(figures: Figures) -> None:
    sheet = draw_up(figures, standards())
    if sheet.standing is Standing.UNKNOWN:
        return
    for able in (True, False):
        told = replace(
            figures,
            heads=[
                replace(h, is_able=able if h.is_able is None else h.is_able, work=h.work or Work.UNEMPLOYED)
                for h in figures.heads
            ],
        )
        assert draw_up(told, standards()).category is sheet.category
