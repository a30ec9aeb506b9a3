"""What people type: days of every shape, rows of every name, and what another version of the form can still hold."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from workflows.policy.answers import BadAnswer, missing, read_day, read_section, still_fitting
from workflows.policy.parts import Field, FieldType, Pii
from workflows.policy.programme import Programme

Definition = dict[str, Any]
ON = date(2026, 8, 3)


def read(kind: FieldType, text: str) -> Any:
    """What a field of a kind makes of a text: the value, or the sentence at the field."""
    field = Field("x", "问题", kind, Pii.P1)
    found = read_section([field], {"x": [text]}, on=ON, unions=frozenset())
    return found.errors.get("x", found.values.get("x"))


# ---- days -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2026-08-03",
        "2026-8-3",
        "2026年8月3日",
        "2026年08月03号",
        "2026 年 8 月 3 日",
        "2026.8.3",
        "2026/8/3",
        "20260803",
        " ２０２６．８．３ ",
    ],
)
def test_a_day_may_be_typed_in_many_ways(text: str) -> None:
    assert read(FieldType.DATE, text) == "2026-08-03"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2026-02-29", "2026年2月29日这一天不存在，请核对"),
        ("2026-13-01", "2026年13月1日这一天不存在，请核对"),
        ("20260431", "2026年4月31日这一天不存在，请核对"),
        ("26-8-3", "年份请写四位数，例如 2026-08-03"),
        ("1899-12-31", "年份应在1900到2100之间，请核对"),
        ("20260803001", "请按年、月、日填写，例如 2026-08-03 或 2026年8月3日"),
        ("2026-08/03", "请按年、月、日填写，例如 2026-08-03 或 2026年8月3日"),
        ("2026年8月", "请按年、月、日填写，例如 2026-08-03 或 2026年8月3日"),
        ("明天", "请按年、月、日填写，例如 2026-08-03 或 2026年8月3日"),
    ],
)
def test_what_is_no_day_is_refused_with_a_sentence_and_never_guessed(text: str, sentence: str) -> None:
    assert read(FieldType.DATE, text) == sentence


def test_29_february_exists_every_fourth_year() -> None:
    assert read_day("2028年2月29日") == "2028-02-29"
    with pytest.raises(BadAnswer):
        read_day("2100-02-29")


def test_a_day_left_empty_is_not_known_yet() -> None:
    assert read(FieldType.DATE, "  ") is None


# ---- numbers --------------------------------------------------------------------------------------------------------


def test_a_whole_number_is_digits_and_nothing_else() -> None:
    assert read(FieldType.INT, "１2") == 12
    for text in ("1_0", "1.0", "+3", "３人", "二"):
        assert read(FieldType.INT, text) == "请填写整数，例如 3"
    assert read(FieldType.INT, "1000") == "请填写0到999之间的数"
    assert read(FieldType.YEAR, "26") == "请填写1950到2100之间的数"


# ---- rows -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def with_bills(definition: Definition) -> Programme:
    """The scholarship, asking for two to three bills besides its students."""
    definition["repeats"] = [{"rows": "bills", "noun": "票据", "most": 3, "least": 2}]
    paid = {"key": "paid", "label": "自己付了多少", "type": "money", "pii": "P2", "required": True}
    on = {"key": "paid_on", "label": "哪一天", "type": "date", "pii": "P2"}
    definition["form"].append({"key": "bills", "title": "票据", "repeat": "bills", "fields": [paid, on]})
    return Programme.from_json(definition)


def sentences(programme: Programme, rows: dict[str, list[dict[str, Any]]]) -> list[str]:
    found = missing(programme, {"once": {}, "rows": rows}, known={})
    return [each.sentence for each in found if each.section.repeat]


def test_every_list_of_a_form_has_as_many_rows_as_it_needs(with_bills: Programme) -> None:
    bill = {"paid": 100}
    assert sentences(with_bills, {}) == ["请至少填写1名学生", "请至少填写2个“票据”"]
    assert sentences(with_bills, {"bills": [bill]})[1:] == ["请至少填写2个“票据”，现在有1个"]
    assert sentences(with_bills, {"bills": [bill, {}]})[1:] == ["请填写“自己付了多少”"]
    assert sentences(with_bills, {"bills": [bill] * 3})[1:] == []
    assert sentences(with_bills, {"bills": [bill] * 4})[1:] == ["“票据”最多填3个，请删去多出来的"]


def test_a_programme_without_a_form_misses_nothing(definition: Definition) -> None:
    quarterly = Programme.from_json(
        {
            **{key: definition[key] for key in ("schema", "code", "name", "kind", "season", "year", "level")},
            **{key: definition[key] for key in ("valid", "window", "clauses", "sources")},
            "schema": 3,
            "intake": "list",
            "schedule": {"every": "quarter", "month": 2, "day": 15, "pay_by": "当月末", "src": "I"},
            "stages": [
                {"key": "list", "name": "生成名单", "step": "list", "actor": "SYSTEM", "src": "I"},
                {
                    "key": "city",
                    "name": "市级审批",
                    "step": "approve",
                    "actor": "CITY",
                    "roles": ["CITY_APPROVER"],
                    "limit_workdays": 3,
                    "src": "I",
                },
            ],
        }
    )
    assert missing(quarterly, {}, known={}) == []
    assert still_fitting(quarterly, {"once": {"gone": 1}, "rows": {"students": [{}]}}) == {
        "once": {},
        "rows": {},
    }


# ---- another version --------------------------------------------------------------------------------------------------


def test_a_draft_keeps_what_another_version_can_hold_and_is_asked_the_rest_again(
    with_bills: Programme,
) -> None:
    begun = {
        "once": {"applicant_name": "王建国", "hukou_type": "集体户口", "gone": "旧问题", "migrant": "no"},
        "rows": {
            "bills": [{"paid": 5_000, "paid_on": "2026-8-3"}, {"paid": "50", "paid_on": None}],
            "patients": [{"name": "不再问"}],
        },
    }
    assert still_fitting(with_bills, begun) == {
        "once": {"applicant_name": "王建国"},
        "rows": {"bills": [{"paid": 5_000}, {"paid_on": None}]},
    }
