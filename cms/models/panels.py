"""What the editor of a programme shows beside the form: what comes out for each example family."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel

from cms.models import examples
from workflows.policy.money import yuan
from workflows.policy.programme import Contradiction, Verdict

WORDS = {Verdict.MET: _("符合"), Verdict.NOT_MET: _("不符合"), Verdict.UNKNOWN: _("还不能确定")}


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
            return context | {"outcomes": [_shown(each) for each in found]}


def _shown(outcome: examples.Outcome) -> dict[str, Any]:
    persona = outcome.persona
    return {
        "name": persona.name,
        "expected": WORDS[persona.expect],
        "expected_yuan": yuan(persona.expect_fen),
        "verdict": WORDS[outcome.verdict] if outcome.verdict else _("算不出来"),
        "yuan": yuan(outcome.fen),
        "lines": outcome.lines,
        "decided_by": outcome.decided_by,
        "problem": outcome.problem,
    }
