"""What the editor of a programme shows beside the form: what comes out for each example family, and near each line."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel

from cms.models import examples
from workflows.policy import criteria
from workflows.policy.boundaries import Boundary
from workflows.policy.facts import FactType, type_of_field
from workflows.policy.money import yuan
from workflows.policy.programme import Contradiction, Programme

_WORDS = {"met": _("符合"), "not_met": _("不符合"), "unknown": _("还不能确定"), "refused": _("算不出来")}


class ExamplesPanel(Panel):
    """The example families of the page as it was saved last, each with verdict, amount and what decided. Read-only."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/examples_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            try:
                programme = self.instance.definition()
            except Contradiction as error:
                return context | {"problems": [message for _, message in error.problems]}
            found = examples.outcomes(programme, rows=examples.parameters())
            return context | {"outcomes": [_shown(programme, each) for each in found]}


def _shown(programme: Programme, outcome: examples.Outcome) -> dict[str, Any]:
    persona = outcome.persona
    return {
        "name": persona.name,
        "expected": _said(programme, persona.expect, persona.expect_fen),
        "found": _said(programme, outcome.verdict or "refused", outcome.fen),
        "lines": outcome.lines,
        "decided_by": outcome.decided_by,
        "problem": outcome.problem,
        "boundaries": [_line(programme, each) for each in outcome.boundaries],
    }


def _said(programme: Programme, verdict: str, fen: int) -> str:
    """The verdict, with the amount where the programme pays any."""
    return f"{_WORDS[verdict]}，{yuan(fen)}元" if programme.amount else str(_WORDS[verdict])


def _line(programme: Programme, boundary: Boundary) -> dict[str, Any]:
    leaf = next(each for each in _leaves(programme) if each["id"] == boundary.leaf_id)
    kind = _kind(programme, boundary.fact)
    sides = zip((boundary.below, boundary.at, boundary.above), boundary.alone, strict=True)
    return {
        "id": boundary.leaf_id,
        "text": leaf["text"],
        "sides": [
            {"value": _value(side.value, kind), "verdict": _WORDS[side.result], "alone": _WORDS[alone]}
            if side and alone
            else None
            for side, alone in sides
        ],
    }


def _leaves(programme: Programme) -> Iterator[Any]:
    for rule in (programme.household_rule, programme.beneficiary_rule):
        if rule is not None:
            yield from criteria.leaves(rule)


def _kind(programme: Programme, fact: str) -> FactType | None:
    """Of a fact, or of what is added up over a list."""
    rows, dot, key = fact.partition(".")
    if dot:
        found = (field.type for field in programme.fields(rows) if field.key == key)
        return type_of_field(next(found))
    return programme.asks[fact].type if fact in programme.asks else None


def _value(value: Any, kind: FactType | None) -> str:
    return f"{yuan(value)}元" if kind is FactType.MONEY else str(value)
