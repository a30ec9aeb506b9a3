"""What a programme contradicts itself in is said at the very field, however deep in the form it stands."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import NON_FIELD_ERRORS

from cms.blocks.contradictions import at_fields
from cms.models import ProgrammePage, definition
from tests.cms.definitions import EVERYTHING, page
from workflows.policy.programme import Contradiction, Programme

Path = tuple[str | int, ...]


@pytest.fixture
def filled() -> ProgrammePage:
    made = page()
    made.take(Programme.from_json(copy.deepcopy(EVERYTHING)))
    return made


def said(page: ProgrammePage) -> dict[tuple[str, Path], str]:
    """Every message by the field of the page and the way through its blocks."""
    with pytest.raises(Contradiction) as found:
        page.definition()
    errors = at_fields(page, found.value.problems, places=definition.PLACES, typed=definition.typed(page))
    return {(field, path): text for field, error in errors.items() for path, text in _said(error, ())}


def _said(error: Any, path: Path) -> list[tuple[Path, str]]:
    inner = getattr(error, "block_errors", None)
    if inner is None:
        return [(path, "".join(error.messages))]
    own = "".join(str(message) for each in error.non_block_errors.as_data() for message in each.messages)
    found = [(path, own)] if own else []
    return found + [place for step, each in inner.items() for place in _said(each, (*path, step))]


def at(filled: ProgrammePage, field: str, *path: str | int) -> Any:
    """The struct a path leads to."""
    value: Any = getattr(filled, field)
    for step in path:
        value = value[step].value if hasattr(value, "stream_block") else value[step]
    return value


WRONG: dict[str, tuple[Callable[[ProgrammePage], object], str, Path, str]] = {
    "a condition deep in the groups": (
        lambda p: at(p, "household_rule", 1, "nodes", 1, "nodes", 0).update(clause="第九十九条"),
        "household_rule",
        (1, "nodes", 1, "nodes", 0, "clause"),
        "条款",
    ),
    "a value that is no choice": (
        lambda p: at(p, "household_rule", 1, "nodes", 1, "nodes", 1, "nodes", 0).update(values="很困难"),
        "household_rule",
        (1, "nodes", 1, "nodes", 1, "nodes", 0, "values"),
        "很困难",
    ),
    "a comparison that cannot be": (
        lambda p: at(p, "household_rule", 0).update(op="lt"),
        "household_rule",
        (0,),
        "不能用",
    ),
    "a mark nobody explains": (
        lambda p: at(p, "household_rule", 0).update(src="R99"),
        "household_rule",
        (0, "src"),
        "R99",
    ),
    "a sum over nothing": (
        lambda p: at(p, "household_rule", 1, "nodes", 0).update(adds="hours"),
        "household_rule",
        (1, "nodes", 0),
        "hours",
    ),
    "a question nobody asks": (
        lambda p: at(p, "beneficiary_rule", 0, "nodes", 0).update(field="star_sign"),
        "beneficiary_rule",
        (0, "nodes", 0),
        "star_sign",
    ),
    "a circumstance": (
        lambda p: at(p, "stages", 1, "only_if", 0).update(values="三班"),
        "stages",
        (1, "only_if", 0),
        "三班",
    ),
    "a stage without a post": (lambda p: at(p, "stages", 2).update(roles=[]), "stages", (2, "roles"), "岗位"),
    "a term of a calculation": (
        lambda p: at(p, "calculations", 0, "terms", 1).update(of="bills.hours"),
        "calculations",
        (0, "terms", 1, "of"),
        "bills.hours",
    ),
    "a share that is no share": (
        lambda p: at(p, "amount_table", 0).update(share="八成"),
        "amount_table",
        (0, "share"),
        "几分之几",
    ),
    "an amount in words": (
        lambda p: at(p, "amount_table", 2).update(fen="三百"),
        "amount_table",
        (2, "fen"),
        "整数",
    ),
    "places of what is no choice": (
        lambda p: at(p, "quota", 0, "each", 1).update(code="三班"),
        "quota",
        (0, "each", 1, "code"),
        "三班",
    ),
    "a list without rows in the form": (
        lambda p: at(p, "repeats", 0).update(rows="papers_of_old"),
        "repeats",
        (0, "rows"),
        "票据",
    ),
    "a field of a section": (
        lambda p: at(p, "sections", 3, "fields", 1).update(choices=""),
        "sections",
        (3, "fields", 1, "choices"),
        "没有选项",
    ),
    "an example that names no condition": (
        lambda p: at(p, "personas", 1).update(because=["A1", "Z9"]),
        "personas",
        (1, "because"),
        "Z9",
    ),
    "a day of payment": (lambda p: at(p, "batches", 0).update(day=31), "batches", (0, "day"), "28"),
    "a window": (lambda p: setattr(p, "closes", p.valid_from), "closes", (), "早于"),
    "the ways the programme begins": (lambda p: setattr(p, "intake", "list"), "schedule", (), "哪一天"),
}


@pytest.mark.parametrize(("spoil", "field", "path", "word"), WRONG.values(), ids=WRONG.keys())
def test_a_contradiction_is_said_where_it_is_typed(
    filled: ProgrammePage, spoil: Callable[[ProgrammePage], object], field: str, path: Path, word: str
) -> None:
    spoil(filled)
    messages = said(filled)
    assert word in messages[field, path], messages


def test_what_has_no_field_of_its_own_stands_at_the_top(filled: ProgrammePage) -> None:
    found = at_fields(filled, [("schema", "不认识的格式")], places=definition.PLACES, typed={})
    assert found[NON_FIELD_ERRORS].messages == ["不认识的格式"]


def test_an_empty_page_says_what_is_missing_and_where() -> None:
    messages = said(page())
    assert {field for field, _ in messages} >= {"code", "valid_to", "closes", "year"}
