"""The catalogue of parameters: every kind says what it takes, reads what people type, and refuses in Chinese."""

from __future__ import annotations

from typing import Any

import pytest

from workflows.policy.kinds import BadValue
from workflows.policy.parameters import CATALOGUE, UnknownParameter, check, definition

#: Section 4.0 of the examples, as flat keys, with what the code read before as numbers of its own.
ASKED_FOR = """
working_age_from working_age_men working_age_women near_line_percent floor_area_per_head grounds_bind
city_line minimum_wage_month lookback_months line_date_rule deep_compare relative_compare accident_ratio_percent
imputed_wage_for_able_unemployed count_union_aid_as_income count_holiday_money_as_income schooling_deduction_excludes
schooling_cost_due_next_year_counts relative_single_item_per_year deep_recalculate_living deep_recalculate_medical
deep_recalculate_schooling public_notice_workdays visit_workdays file_sync_workdays yearly_clean_up spot_check_ratio
sweep_months retention_years_after_close exit_above_line_months exit_threshold_multiple tapering_quarters
tapering_share work_income_observation_months migrant_labour_relation_months temporary_aid_max_year
response_limits_workdays callback_workdays most_files_per_paper means_data_months
file_workdays file_order recheck_months watch_months measures_by_cause
""".split()


def test_the_catalogue_holds_every_parameter_of_the_union() -> None:
    assert set(ASKED_FOR) == set(CATALOGUE)


def test_every_parameter_has_a_name_and_a_sentence_in_chinese() -> None:
    for each in CATALOGUE.values():
        assert not each.name.isascii(), each.key
        assert each.meaning.endswith("。"), each.key
        assert "," not in each.name + each.meaning, each.key
    assert len({each.name for each in CATALOGUE.values()}) == len(CATALOGUE)


def test_the_values_of_the_file_are_of_their_kind_and_survive_being_typed(
    parameters: list[dict[str, Any]],
) -> None:
    assert {row["key"] for row in parameters} == set(CATALOGUE)
    for row in parameters:
        kind = definition(row["key"]).kind
        kind.check(row["value"])
        assert kind.read(kind.typed(row["value"])) == row["value"], row["key"]
        assert not kind.words(row["value"]).isascii() or "%" in kind.words(row["value"]), row["key"]


@pytest.mark.parametrize(
    ("key", "typed", "value", "words"),
    [
        ("city_line", {"": ["９６０.5"]}, 96_050, "960.50 元/月"),
        ("public_notice_workdays", {"": [" 7 "]}, 7, "7 个工作日"),
        ("accident_ratio_percent", {"": ["80"]}, 80, "80%"),
        ("spot_check_ratio", {"": ["1/3"]}, [1, 3], "1/3"),
        ("spot_check_ratio", {"": ["30%"]}, [3, 10], "30%"),
        ("exit_threshold_multiple", {"": ["1.5"]}, [3, 2], "1.5 倍"),
        (
            "deep_compare",
            {"op": ["le"], "times": ["1"]},
            {"op": "le", "times": [1, 1]},
            "不超过低保标准（≤）",
        ),
        (
            "relative_compare",
            {"op": ["lt"], "times": ["1.5倍"]},
            {"op": "lt", "times": [3, 2]},
            "低于低保标准的 1.5 倍（<）",
        ),
        ("deep_recalculate_living", {"": ["no"]}, 0, "否"),
        ("count_union_aid_as_income", {"": ["yes"]}, True, "是"),
        ("sweep_months", {"": ["10", "4"]}, [4, 10], "4月、10月"),
        ("schooling_deduction_excludes", {}, [], "没有"),
    ],
)
def test_what_is_typed_is_stored_and_read_back(
    key: str, typed: dict[str, list[str]], value: Any, words: str
) -> None:
    read = definition(key).kind.read(typed)
    assert (read, type(read)) == (value, type(value))
    assert definition(key).words(read) == words


@pytest.mark.parametrize(
    ("key", "typed", "box", "sentence"),
    [
        ("city_line", {}, "", "请填写金额"),
        ("city_line", {"": ["930.555"]}, "", "最多到分"),
        ("city_line", {"": ["93000"]}, "", "多写或少写了零"),
        ("public_notice_workdays", {"": ["5.5"]}, "", "请填写整数"),
        ("public_notice_workdays", {"": ["0"]}, "", "应在1到30之间"),
        ("public_notice_workdays", {"": ["９" * 5000]}, "", "请填写整数"),
        ("spot_check_ratio", {"": ["130"]}, "", "应在1%到100%之间"),
        ("spot_check_ratio", {"": ["1/0"]}, "", "请填写数字"),
        ("deep_compare", {"times": ["1"]}, "op", "低于"),
        ("deep_compare", {"op": ["gt"], "times": ["1"]}, "op", "低于"),
        ("deep_compare", {"op": ["lt"], "times": ["两"]}, "times", "请填写数字"),
        ("sweep_months", {}, "", "请至少选择一项"),
        ("sweep_months", {"": ["13"]}, "", "给出的选项"),
        ("line_date_rule", {"": ["approval_date"]}, "", "给出的选项"),
        ("count_union_aid_as_income", {"": ["1"]}, "", "“是”或“否”"),
        ("response_limits_workdays", {"acceptance": ["3"]}, "station", "请填写数字"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_at_its_box(
    key: str, typed: dict[str, list[str]], box: str, sentence: str
) -> None:
    with pytest.raises(BadValue) as refusal:
        definition(key).kind.read(typed)
    assert refusal.value.box == box
    assert sentence in refusal.value.reason


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("city_line", "93000"),
        ("city_line", 93000.0),
        ("city_line", True),
        ("lookback_months", None),
        ("deep_recalculate_living", True),
        ("deep_recalculate_living", 2),
        ("count_union_aid_as_income", 1),
        ("spot_check_ratio", [30, 100]),
        ("spot_check_ratio", [0.3, 1]),
        ("deep_compare", {"op": "lt"}),
        ("sweep_months", [10, 4]),
        ("sweep_months", [True]),
        ("response_limits_workdays", {"acceptance": 3}),
    ],
)
def test_a_stored_value_of_another_kind_is_refused(key: str, value: Any) -> None:
    with pytest.raises(BadValue):
        check(key, value)
    assert definition(key).words(value) == str(value), "and a page still shows it"


def test_a_key_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownParameter):
        check("accident_ratio", [1, 2])
