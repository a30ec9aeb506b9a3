"""The examples of a programme notice every change of its conditions, its calculations and its amounts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.policy.mutating import Definition, changed, leaves
from tests.policy.test_examples import BOOKS, PARAMETERS, PROGRAMMES, Family, family
from workflows.policy.assessment import assess, reasons
from workflows.policy.criteria import Refused
from workflows.policy.programme import Contradiction, Programme

#: What decides who gets how much; the rest of a criterion says it in words.
DECIDES = {"household_rule", "beneficiary_rule", "calculations", "amount"}
WORDS = {"id", "clause", "src", "reason", "key", "schema", "type"}
#: One family alone is a case of one row: a ceiling for each row and one for each case are the same. The city's line
#: changes on the first day of a quarter; test_line_of_the_period has one that changes within.
ALIKE = {"accident-aid-2026: amount.ceilings[0].per", "living-subsidy-2026: amount.line_on"}


def _families(slug: str, aid: Programme) -> Iterator[Family]:
    """The example households of the definition itself, and of the union's book where there is one."""
    for persona in aid.personas:
        yield Family(persona.facts, persona.rows, persona.on, PARAMETERS)
    for example in BOOKS.get(slug, {"examples": []})["examples"]:
        assert aid.beneficiary is not None
        yield family(BOOKS[slug], example, rows=aid.beneficiary.rows)


def _told(aid: Programme, of: Family) -> Any:
    """Verdict, sum and the criteria that decide."""
    try:
        found = assess(aid, facts=of.facts, rows=of.rows, params=of.params, on=of.on, area="369902")
    except Refused as refusal:
        return str(refusal)
    return found.verdict, found.total_fen, [reason.id for reason in reasons(aid, found)]


def _unnoticed(slug: str, definition: Definition) -> Iterator[str]:
    programme = Programme.from_json(definition)
    families = list(_families(slug, programme))
    before = [_told(programme, each) for each in families]
    bare = {name: value for name, value in definition.items() if name != "personas"}
    for leaf in leaves(bare):
        if leaf.is_text or leaf.path[0] not in DECIDES or leaf.path[-1] in WORDS:
            continue
        for other in leaf.others[:2]:
            try:
                spoiled = Programme.from_json(changed(bare, leaf.path, other))
            except Contradiction:
                continue
            if all(_told(spoiled, each) == was for each, was in zip(families, before, strict=True)):
                yield f"{slug}: {leaf.where}"
            break


@pytest.mark.parametrize("path", sorted(PROGRAMMES.glob("*.yml")), ids=lambda path: path.stem)
def test_some_example_comes_out_otherwise(path: Path) -> None:
    definition = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(_unnoticed(path.stem, definition)) - ALIKE == set()
