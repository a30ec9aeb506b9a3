"""Every number in a guide shows where it comes from, and what a parameter holds is said as the parameter holds it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import yaml

from cms import loading
from cms.writing.documents import Block, Guide
from tests.cms import guide_prose
from tests.cms.conftest import CONTENT

#: How guides word what a parameter holds, and the parameter as that wording has it.
WORDINGS: list[tuple[str, str, Callable[[Any], str]]] = [
    (r"低保标准(?:是|为|：)?(?:每月)?([\d,]+)元", "city_line", lambda fen: str(fen // 100)),
    (r"最低工资(?:是|为|：)?(?:每月)?([\d,]+)元", "minimum_wage_month", lambda fen: f"{fen // 100:,}"),
    (r"公示期?(?:不少于)?(\d+)个工作日", "public_notice_workdays", str),
    (r"补正期限是?(\d+)个工作日", "response_limits_workdays", lambda limits: str(limits["correction"])),
    (r"核实期限是?(\d+)个工作日", "response_limits_workdays", lambda limits: str(limits["objection"])),
    (r"(\d+)个工作日内(?:给您)?回电", "callback_workdays", str),
    (r"(?:档案|撤档)[^。]{0,12}保存(\d+)年", "retention_years_after_close", str),
    (r"劳动关系满(\d+)个月", "migrant_labour_relation_months", str),
    (r"连续(\d+)个月(?:高于|超过)", "exit_above_line_months", str),
    (r"临时救助[^。]{0,20}最多([\d,]+)元", "temporary_aid_max_year", lambda fen: f"{fen // 100:,}"),
]


@pytest.fixture(scope="module")
def guides() -> list[Guide]:
    return list(loading.read(CONTENT, strict=False).guides.values())


@pytest.fixture(scope="module")
def parameters() -> dict[str, list[Any]]:
    """What each parameter is or was."""
    rows = yaml.safe_load((CONTENT / "parameters.yml").read_text(encoding="utf-8"))["parameters"]
    told: dict[str, list[Any]] = {}
    for row in rows:
        told.setdefault(row["key"], []).append(row["value"])
    return told


def _with(guide: Guide, *blocks: Block) -> Guide:
    return replace(guide, body=list(blocks), glance={})


def _prose(text: str) -> Block:
    return {"type": "prose", "value": f"<p>{text}</p>"}


def test_every_number_in_the_guides_names_its_source(guides: list[Guide]) -> None:
    assert [line for guide in guides for line in guide_prose.unmarked(guide)] == []


@pytest.mark.parametrize(
    "text",
    [
        "公示5个工作日。",
        "最多给3,000元。",
        "花费超过全年收入的50%。",
        "年满16周岁的可以来。",
        "材料保存90天。意见处理期限另有规定{示例}。",
        "每人最多三千元。",
        "来够0.8的课。",
        "每天补120元。",
    ],
)
def test_a_number_without_a_mark_in_its_own_sentence_is_found(guides: list[Guide], text: str) -> None:
    assert len(guide_prose.unmarked(_with(guides[0], _prose(text)))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "公示5个工作日{R29}。",
        "气温到40℃停工{G}。",
        "最多给3,000元（2026年标准）{示例}。",
        "2026年7月1日起，9:00开门，打12351，急病打120，受理到8月27日、9月底。",
        "批准以后，{发放时限}内转出。",
        "一户一年办一次，家里四口人。",
    ],
)
def test_marked_numbers_quoted_facts_days_and_the_hotline_pass(guides: list[Guide], text: str) -> None:
    assert guide_prose.unmarked(_with(guides[0], _prose(text))) == []


def test_one_mark_speaks_for_an_example_family_but_not_for_its_neighbour(guides: list[Guide]) -> None:
    family = {"title": "举个例子", "text": "<p>收入60,000元。</p><p>除以48，是1,250元{示例}。</p>"}
    other = {"title": "再举一个", "text": "<p>收入20,000元。</p>"}
    found = guide_prose.unmarked(
        _with(guides[0], {"type": "example", "value": family}, {"type": "example", "value": other})
    )
    assert len(found) == 1
    assert "20,000" in found[0]


def test_titles_and_headings_carry_no_number_because_no_mark_can_stand_there(guides: list[Guide]) -> None:
    heading: Block = {
        "type": "heading",
        "value": {"level": "2", "text": "公示5个工作日{示例}", "anchor": "a"},
    }
    assert len(guide_prose.unmarked(_with(guides[0], heading))) == 1


def _disagreements(guide: Guide, parameters: dict[str, list[Any]]) -> list[str]:
    found = []
    for piece in guide_prose.pieces(guide):
        for pattern, key, said in WORDINGS:
            right = {said(value) for value in parameters[key]}
            found += [
                f"{guide.path} · {piece.where}：{said_here[0]}（{key}：{'、'.join(sorted(right))}）"
                for said_here in re.finditer(pattern, piece.text)
                if said_here[1] not in right
            ]
    return found


def test_guides_say_what_the_parameters_hold(guides: list[Guide], parameters: dict[str, list[Any]]) -> None:
    assert [line for guide in guides for line in _disagreements(guide, parameters)] == []


def test_each_wording_of_a_parameter_is_met_in_some_guide(guides: list[Guide]) -> None:
    told = "\n".join(piece.text for guide in guides for piece in guide_prose.pieces(guide))
    assert [pattern for pattern, _, _ in WORDINGS if not re.search(pattern, told)] == []


def test_a_guide_that_says_another_line_than_the_parameter_is_found(
    guides: list[Guide], parameters: dict[str, list[Any]]
) -> None:
    wrong = _with(guides[0], _prose("城市低保标准是950元/月（2026年7月起）{示例}。"))
    assert len(_disagreements(wrong, parameters)) == 1


def test_the_line_and_the_minimum_wage_never_stand_without_a_date(guides: list[Guide]) -> None:
    undated = [
        f"{guide.path}：{sentence}"
        for guide in guides
        for piece in guide_prose.pieces(guide)
        for sentence in piece.sentences
        if re.search(r"(低保标准|最低工资)[^。]{0,6}\d[\d,]*元", sentence)
        and not re.search(r"\d{4}年", sentence)
    ]
    assert undated == []


def test_no_guide_was_last_checked_more_than_a_year_before_the_newest(guides: list[Guide]) -> None:
    newest = max(guide.checked for guide in guides)
    assert [guide.slug for guide in guides if newest - guide.checked > timedelta(days=365)] == []
