"""A clerk at the programme's form: saving changes nothing by itself, and a contradiction shows at its field."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from cms.models import ProgrammePage
from cms.publishing import publish
from tests.cms.conftest import Newsroom, moment
from tests.cms.typing_in import typed
from workflows.people.models import User
from workflows.policy.programme import Programme


def form_of(page: ProgrammePage, user: User, data: dict[str, Any] | None = None) -> Any:
    form_class = page.get_edit_handler().get_form_class()
    sent = None
    if data is not None:
        sent = QueryDict(mutable=True)
        for name, value in data.items():
            sent.setlist(name, value if isinstance(value, list) else [value])
    return form_class(sent, instance=page, for_user=user, parent_page=page.get_parent())


@pytest.fixture
def sent(golden_page: ProgrammePage, newsroom: Newsroom) -> dict[str, Any]:
    return typed(form_of(golden_page, newsroom.lin))


def test_opened_and_saved_as_it_is_the_programme_stays_the_same(
    golden_page: ProgrammePage, newsroom: Newsroom, sent: dict[str, Any], golden_autumn: Programme
) -> None:
    before = golden_page.markdown()
    form = form_of(golden_page, newsroom.lin, sent)
    assert form.is_valid(), form.errors
    saved = form.save(commit=False)
    assert saved.definition() == golden_autumn
    assert saved.markdown() == before


@pytest.mark.parametrize(
    ("typed_in", "field", "at", "message"),
    [
        ({"closes": "2026-07-01"}, "closes", None, "早于"),
        ({"stages-0-value-limit_workdays": ""}, "stages", (0,), "时限"),
        ({"amount_table-0-value-fen": "0"}, "amount_table", (0, "fen"), "大于0"),
        ({"papers-1-value-key": "admission_notice"}, "papers", None, "重复"),
        ({"household_rule-0-value-clause": "第九十九条"}, "household_rule", (0, "clause"), "条款"),
        (
            {"household_rule-1-value-nodes-1-value-clause": "第九十九条"},
            "household_rule",
            (1, "nodes", 1, "clause"),
            "条款",
        ),
        ({"notice-0-value-workdays": "3"}, "notice", (0, "workdays"), "公示不能少于5个工作日"),
    ],
)
def test_a_contradiction_shows_at_its_field_or_block(
    golden_page: ProgrammePage,
    newsroom: Newsroom,
    sent: dict[str, Any],
    typed_in: dict[str, str],
    field: str,
    at: tuple[Any, ...] | None,
    message: str,
) -> None:
    form = form_of(golden_page, newsroom.lin, sent | typed_in)
    assert not form.is_valid()
    assert field in form.errors
    error = form.errors.as_data()[field][0]
    for step in at or ():
        error = error.block_errors[step]
    assert message in "".join(_messages(error))


def _messages(error: Any) -> list[str]:
    found = [str(each) for each in getattr(error, "non_block_errors", [])]
    inner = getattr(error, "block_errors", None)
    if inner is None:
        return [*found, *error.messages]
    return found + [message for each in inner.values() for message in _messages(each)]


def test_a_draft_may_be_incomplete(
    golden_page: ProgrammePage, newsroom: Newsroom, sent: dict[str, Any]
) -> None:
    form = form_of(
        golden_page, newsroom.lin, sent | {"closes": "", "year": "", "amount_table-0-value-fen": ""}
    )
    form.defer_required_fields()
    assert form.is_valid(), form.errors
    full = form_of(golden_page, newsroom.lin, sent | {"closes": ""})
    assert not full.is_valid()


def test_from_the_clerks_form_to_the_public_page(
    golden_page: ProgrammePage, newsroom: Newsroom, sent: dict[str, Any], desk_of: Callable[[User], Client]
) -> None:
    changed = sent | {"amount_table-0-value-fen": "5200", "action-submit": "1"}
    changed["personas-0-value-expect_fen"] = "10,400元"
    address = reverse("wagtailadmin_pages:edit", args=[golden_page.pk])
    answer = desk_of(newsroom.lin).post(address, changed)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    draft = ProgrammePage.objects.get(pk=golden_page.pk)
    waiting = draft.current_workflow_task_state
    assert waiting is not None
    assert draft.definition().amount.table[0].fen == 500_000
    approve = reverse("wagtailadmin_pages:workflow_action", args=[golden_page.pk, "approve", waiting.pk])
    desk_of(newsroom.gao).post(approve)
    assert ProgrammePage.objects.get(pk=golden_page.pk).definition().amount.table[0].fen == 520_000
    assert publish.publish(at=moment("2026-08-03")).made


def test_the_preview_shows_the_draft_in_the_look_of_the_site(
    golden_page: ProgrammePage, newsroom: Newsroom, sent: dict[str, Any], desk_of: Callable[[User], Client]
) -> None:
    client = desk_of(newsroom.lin)
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[golden_page.pk])
    assert client.post(address, sent | {"amount_table-0-value-fen": "5200"}).json()["is_valid"]
    shown = client.get(address).content.decode()
    assert "5,200元" in shown
    assert "house/bangfu.css" in shown
    assert "预览，尚未公开" in shown
    client.post(address, sent | {"amount_table-0-value-fen": "0"})
    assert "大于0" in client.get(address).content.decode()


def test_the_desk_speaks_chinese_whatever_the_browser_prefers(
    newsroom: Newsroom, desk_of: Callable[[User], Client]
) -> None:
    shown = desk_of(newsroom.lin).get("/cms/", headers={"Accept-Language": "en-GB,en"}).content.decode()
    assert 'lang="zh-hans"' in shown


def test_the_home_of_the_editors_says_what_is_public(
    newsroom: Newsroom, first: publish.Published, desk_of: Callable[[User], Client]
) -> None:
    shown = desk_of(newsroom.lin).get("/cms/").content.decode()
    assert "现在公开的是第 1 次发布" in shown
    assert 'href="/desk/"' in shown
    assert "打开公开网站" in shown
