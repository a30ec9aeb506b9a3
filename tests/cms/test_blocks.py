"""Blocks and definitions: what one says, the other says again, whatever the programme; what cannot be held is refused."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.blocks import words
from cms.blocks.programme import CannotEdit
from cms.models import ProgrammePage
from cms.writing import programme_file
from tests.cms.definitions import EVERYTHING, LISTED, Definition, page, reworded, ruled, texts, told_of
from workflows.policy.facts import FactType
from workflows.policy.programme import Contradiction, Programme

FILES = sorted((Path(__file__).parents[2] / "content/programmes").glob("*.yml"))
SHIPPED: list[Definition] = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in FILES]


def stored(filled: ProgrammePage) -> ProgrammePage:
    """The same page as it comes back from the database."""
    again = page()
    for field in filled._meta.get_fields():
        if field.name in ("title", "code") or getattr(field, "stream_block", None) is not None:
            setattr(again, field.name, field.to_python(field.value_to_string(filled)))
        elif getattr(field, "column", None) and field.name in vars(filled) and field.name != "id":
            setattr(again, field.name, getattr(filled, field.name))
    return again


@pytest.mark.parametrize(
    "definition", [EVERYTHING, LISTED, *SHIPPED], ids=["everything", "listed", *(path.stem for path in FILES)]
)
def test_what_is_taken_is_given_back_the_same(definition: Definition) -> None:
    programme = Programme.from_json(definition)
    filled = page()
    filled.take(programme)
    again = stored(filled).definition()
    assert again == programme
    assert again.sha256 == programme.sha256
    assert programme_file.text(again) == programme_file.text(programme)


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.sampled_from([EVERYTHING, LISTED, *SHIPPED]).flatmap(reworded), ruled(), told_of()))
def test_any_valid_programme_comes_back_the_same_or_is_refused_with_its_place(definition: Definition) -> None:
    try:
        programme = Programme.from_json(definition)
    except Contradiction:
        return
    filled, refusal = page(), ""
    try:
        filled.take(programme)
    except CannotEdit as error:
        refusal = str(error)
    assert refusal.startswith("“") if refusal else filled.definition() == programme


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (
            lambda d: d["household_rule"]["root"]["all"][0].update(note="附注"),
            "“家庭条件（各条都要符合）”条件“A1”",
        ),
        (lambda d: d["household_rule"]["root"]["all"][3].update(value=0.0), "条件“A8”：“0.0”不能"),
        (lambda d: deepen(d, 5), "最多套4层"),
        (
            lambda d: d["amount"]["ceilings"][3].update(param="star_count"),
            "“上限”第4项：或者不超过哪个参数：参数表里没有",
        ),
        (lambda d: d["personas"][0]["facts"].update({"甲：乙": 1}), "“示例家庭”第1项：家庭情况"),
        (lambda d: d["papers"][0].update(when={}), "“材料”"),
    ],
)
def test_what_the_blocks_cannot_hold_is_refused_with_its_place(spoil: Any, place: str) -> None:
    definition = copy.deepcopy(EVERYTHING)
    spoil(definition)
    with pytest.raises(CannotEdit) as refusal:
        page().take(Programme.from_json(definition))
    assert place in str(refusal.value)


def deepen(definition: Definition, times: int) -> None:
    root = definition["household_rule"]["root"]["all"]
    node = root[0]
    for number in range(times):
        node = {"any" if number % 2 else "all": [node]}
    root[0] = node


def test_groups_may_stand_inside_one_another_down_to_the_fourth() -> None:
    definition = copy.deepcopy(EVERYTHING)
    deepen(definition, 4)
    filled = page()
    filled.take(Programme.from_json(definition))
    assert filled.definition() == Programme.from_json(definition)


# --- words ---------------------------------------------------------------------------------------------------------
@given(st.one_of(texts(), st.integers(), st.booleans(), st.none()), st.sampled_from([None, *FactType]))
def test_a_value_is_meant_as_it_is_spoken(value: Any, kind: FactType | None) -> None:
    fits = {FactType.MONEY: int, FactType.INT: int, FactType.BOOL: bool}.get(kind, str) if kind else object
    try:
        told = words.spoken(value, kind)
    except CannotEdit:
        return
    if value is None or (isinstance(value, fits) and kind is not FactType.CHOICES):
        assert words.meant(told, kind) == value


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("5,000元", None, 500000),
        ("5000", FactType.MONEY, 500000),
        ("833.33元", FactType.MONEY, 83333),
        ("3", FactType.INT, 3),
        ("助学贷款、学费减免", FactType.CHOICES, ["助学贷款", "学费减免"]),
        ("没有", FactType.CHOICES, ["没有"]),
        ("是", FactType.CHOICE, "是"),
        ("是", FactType.BOOL, True),
        ("不知道", FactType.MONEY, None),
        ("五千", FactType.MONEY, "五千"),
    ],
)
def test_what_a_clerk_types_means_what_it_says(typed: str, kind: FactType | None, value: Any) -> None:
    assert words.meant(typed, kind) == value


@pytest.mark.parametrize(
    ("typed", "pair"),
    [
        ("80%", [80, 100]),
        ("12.5％", [125, 1000]),
        ("4/5", [4, 5]),
        ("1.5", [15, 10]),
        ("2", [2, 1]),
        ("-1", [-1, 1]),
    ],
)
def test_shares_and_multiples_are_typed_as_people_write_them(typed: str, pair: list[int]) -> None:
    assert words.fraction_of(typed) == pair
    assert words.fraction_of(words.fraction_text(pair)) == pair
    assert words.fraction_of("八成") is None
