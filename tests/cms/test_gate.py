"""No version goes public while an example family comes out otherwise than written; as a draft it is always kept."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import reverse

from cms.models import ProgrammePage, examples
from cms.models.examples import NotReady
from cms.models.panels import ExamplesPanel
from cms.publishing import publish
from cms.publishing.publish import Published
from tests.cms.conftest import CONTENT, Newsroom, moment, pay, write
from tests.cms.definitions import page
from tests.cms.test_editing import form_of
from tests.cms.typing_in import typed
from workflows.offers.models import ProgrammeVersion
from workflows.parameters.models import Parameter
from workflows.people.models import User
from workflows.policy.programme import Programme

ROWS = yaml.safe_load((CONTENT / "parameters.yml").read_text(encoding="utf-8"))["parameters"]
TWINS = "示例“在档深度困难家庭，双胞胎同时上本科，各得5,000元”应得10,000元，按现在的规则是10,400元"


@pytest.fixture
def filled(golden_autumn: Programme) -> ProgrammePage:
    """The page of Golden Autumn without an installation."""
    made = page()
    made.take(golden_autumn)
    return made


@pytest.fixture
def sent(golden_page: ProgrammePage, newsroom: Newsroom) -> dict[str, Any]:
    return typed(form_of(golden_page, newsroom.lin))


def raised(page: ProgrammePage) -> ProgrammePage:
    """The award is raised, and the example of the twins is forgotten."""
    page.amount_table[0].value["fen"] = "5200"
    return page


# --- what comes out ------------------------------------------------------------------------------------------------
def test_a_programme_is_ready_when_every_example_comes_out_as_written(filled: ProgrammePage) -> None:
    assert examples.ready(filled.definition, rows=ROWS) == filled.definition()
    with pytest.raises(NotReady, match=TWINS):
        examples.ready(raised(filled).definition, rows=ROWS)


def test_a_programme_that_contradicts_itself_is_not_ready(filled: ProgrammePage) -> None:
    filled.closes = date(2026, 7, 1)
    with pytest.raises(NotReady, match="早于"):
        examples.ready(filled.definition, rows=ROWS)


def test_what_an_example_tells_of_must_be_asked(filled: ProgrammePage) -> None:
    filled.personas[3].value["facts"] += "\nstar_sign：水瓶"
    ((where, message),) = examples.problems_of(filled.definition(), rows=ROWS)
    assert where == "personas[3]"
    assert "“star_sign”" in message


def test_the_examples_stand_beside_the_form_with_what_comes_out(
    filled: ProgrammePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examples, "parameters", lambda: ROWS)
    panel = ExamplesPanel().bind_to_model(ProgrammePage)
    shown = panel.get_bound_panel(instance=raised(filled), request=None, form=None).render_html()
    assert "上限：10个月×930元＝9,300元，未超过" in shown
    assert TWINS in shown
    assert "E4a 学生读的不是军事院校、公费师范（原免费师范）或定向培养" in shown


def test_a_family_is_moved_onto_each_line_and_a_step_to_either_side(filled: ProgrammePage) -> None:
    found = examples.outcomes(filled.definition(), rows=ROWS)
    away = next(each for each in found if each.persona.facts.get("labour_since") and each.fen)
    (line,) = [each for each in away.boundaries if each.leaf_id == "E8b"]
    assert [side and side.result for side in (line.below, line.at, line.above)] == ["not_met", "met", "met"]
    assert line.at is not None
    assert line.at.value == "2025-08-20"


# --- the three doors -----------------------------------------------------------------------------------------------
def test_it_is_refused_at_the_example_before_the_review(
    golden_page: ProgrammePage, newsroom: Newsroom, sent: dict[str, Any]
) -> None:
    form = form_of(golden_page, newsroom.lin, sent | {"amount_table-0-value-fen": "5200"})
    assert not form.is_valid()
    (error,) = form.errors.as_data()["personas"]
    assert [each.message for each in error.block_errors[0].non_block_errors.as_data()] == [TWINS]


def test_it_is_refused_at_the_approval_with_the_reason(
    newsroom: Newsroom, golden_page: ProgrammePage, desk_of: Callable[[User], Client]
) -> None:
    waiting = write(raised(golden_page), by=newsroom.lin)
    with pytest.raises(NotReady, match=TWINS):
        waiting.approve(user=newsroom.gao)
    answer = desk_of(newsroom.gao).post(
        reverse("wagtailadmin_pages:edit", args=[golden_page.pk]),
        {"action-workflow-action": "true", "workflow-action-name": "approve"},
        follow=True,
    )
    assert TWINS in answer.content.decode()
    fresh = ProgrammePage.objects.get(pk=golden_page.pk)
    assert fresh.current_workflow_task_state == waiting
    assert fresh.definition().amount.table[0].fen == 500_000


def test_it_is_held_back_at_publishing_and_the_standing_version_stays_on_offer(
    first: Published, newsroom: Newsroom, golden_page: ProgrammePage
) -> None:
    write(pay(golden_page, "5200"), by=newsroom.lin).approve(user=newsroom.gao)
    # Ten months of this line are 4,000 yuan: after a back-dated change the twins receive less than their example says.
    Parameter.objects.create(
        key="city_line", area="369900", valid_from=date(2026, 7, 2), value=40_000, source="I"
    )
    second = publish.publish(at=moment("2026-08-03"))
    assert "示例“在档深度困难家庭" in second.release.held["programmes/golden-autumn-2026.md"]
    (version,) = ProgrammeVersion.objects.filter(withdrawn_at=None)
    assert version.definition["amount"]["table"][0]["fen"] == 500_000


def test_a_programme_that_cannot_be_published_is_saved_as_a_draft(
    golden_page: ProgrammePage, newsroom: Newsroom, sent: dict[str, Any], desk_of: Callable[[User], Client]
) -> None:
    wrong = {
        "amount_table-1-value-fen": "3200",  # an example comes out otherwise
        "closes": "2026-07-01",  # before it opens
        "stages-0-value-key": "受理",
        "amount_table-0-value-fen": "五千多",
        "stages-0-value-above_fen": "很多",
        "beneficiary-0-value-most": "-3",
        "notice-0-value-workdays": "0",
        "papers-0-value-name": "很长" * 90,
        "personas-0-value-facts": "在档的一家",
        "household_rule-1-value-nodes-count": "0",
        **{
            f"stages-1-value-{name}": "" for name in ("key", "name", "step", "actor", "src", "limit_workdays")
        },
    }
    client, address = desk_of(newsroom.lin), reverse("wagtailadmin_pages:edit", args=[golden_page.pk])
    answer = client.post(address, sent | wrong)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    draft = ProgrammePage.objects.get(pk=golden_page.pk).get_latest_revision_as_object()
    again = typed(form_of(draft, newsroom.lin))
    assert {name: again.get(name) for name in wrong} == wrong
    assert client.post(address, sent | wrong | {"action-submit": "1"}).status_code == 200, "but not sent in"
