"""What was typed before schema 2 means the same after it."""

import importlib
from typing import Any

from cms.blocks.asked import Asked
from cms.blocks.programme import rule_of
from cms.models import definition
from tests.cms.definitions import page

old = importlib.import_module("cms.migrations.0004_programmes_of_schema_one")


def typed(**values: Any) -> dict[str, Any]:
    """A condition as it was stored then."""
    usual = {"text": "一句话", "clause": "第一条", "severity": "gate", "reason": "", "param": "", "src": "I"}
    return {**usual, **values}


def rule(raw: list[dict[str, Any]]) -> Any:
    stream = page().household_rule.stream_block
    found = rule_of(stream.to_python(old.conditions(raw)), Asked.of({}))
    assert found is not None
    return found["root"]


def test_one_of_several_and_what_must_not_be_become_groups() -> None:
    filed = typed(id="E1", fact="filed", op="is", values="是")
    poor = typed(id="E2", fact="category", op="in", values="深度困难、意外致困")
    rich = typed(id="E3", fact="yearly_income", op="gt", values="5000")
    several = {"type": "any", "value": [{"type": "item", "value": filed, "id": "1"}, poor], "id": "2"}
    root = rule([several, {"type": "none", "value": rich, "id": "3"}])
    assert [each["id"] for each in root["all"][0]["any"]] == ["E1", "E2"]
    assert root["all"][0]["any"][1]["value"] == ["深度困难", "意外致困"]
    assert root["all"][1]["not"]["value"] == 500_000
    assert list(rule([several])) == ["all"], "alone it is still one of all that must hold"
    assert rule([{"type": "criterion", "value": filed, "id": "4"}])["all"][0]["value"] is True


def test_stages_say_what_is_done_and_by_whom_and_heads_are_paid_once() -> None:
    filled = page()
    raw = [{"type": "stage", "value": {"key": "county", "name": "县级审核", "actor": "COUNTY", "src": "I"}}]
    filled.stages = filled.stages.stream_block.to_python(old.stages(raw))
    filled.once = filled.once.stream_block.to_python(old.once([{"type": "beneficiary"}]))
    told = definition.typed(filled)
    assert told["stages"][0]["step"] == "check"
    assert told["stages"][0]["roles"] == ["COUNTY_OFFICER", "COUNTY_HEAD"]
    assert told["once"] == {"per": "beneficiary", "src": "I"}
    assert old.once([]) == []
    assert old.stages(old.stages(raw)) == old.stages(raw)
