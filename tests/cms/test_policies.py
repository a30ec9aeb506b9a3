"""The policy library: how a document stands on a day, what rests on it, what it replaced."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cms import loading
from cms.publishing import wanted
from cms.publishing.state import State
from cms.publishing.today import Today, clauses_of
from cms.writing import entries
from cms.writing.documents import Policy
from cms.writing.policies import Standing, stands
from cms.writing.prose import CannotWrite
from cms.writing.reading import Unreadable
from tests.cms.conftest import CONTENT


@pytest.fixture(scope="module")
def whole() -> State:
    """The starter city."""
    return loading.state(loading.read(CONTENT, strict=False))


def on(state: State, day: str) -> dict[str, str]:
    """The pages of a day."""
    content = wanted.content(state, before={})
    assert content.held == {}
    return wanted.on_day(content, state, on=date.fromisoformat(day))


@pytest.fixture(scope="module")
def monday(whole: State) -> dict[str, str]:
    return on(whole, "2026-08-03")


POLICY = Policy(
    key="k",
    slug="p",
    union="LJ",
    title="办法",
    summary="说明",
    checked=date(2026, 1, 1),
    issuer="澜江市总工会",
    level="市总",
    kind="办法",
    status="已印发",
    issued=date(2026, 6, 1),
    effective=date(2026, 7, 10),
    expires=date(2026, 12, 31),
)
NEW = replace(
    POLICY, slug="q", title="新办法", issued=date(2026, 9, 1), effective=date(2026, 10, 1), expires=None
)


@pytest.mark.parametrize(
    ("changes", "by", "day", "word", "says"),
    [
        ({}, None, "2026-07-09", Standing.COMING, "2026年7月10日起施行，现在还按原来的规定办"),
        ({}, None, "2026-07-10", Standing.IN_FORCE, "到2026年12月31日为止"),
        ({}, None, "2026-12-31", Standing.IN_FORCE, "到2026年12月31日为止"),
        ({}, None, "2027-01-01", Standing.ENDED, "执行到2026年12月31日"),
        ({}, NEW, "2026-09-30", Standing.IN_FORCE, "2026年10月1日起改按《新办法》"),
        ({}, NEW, "2026-10-01", Standing.REPLACED, "2026年10月1日起按《新办法》办理"),
        ({}, replace(NEW, status="审议中"), "2026-10-01", Standing.IN_FORCE, "起施行"),
        ({"status": "已修订"}, None, "2026-08-01", Standing.IN_FORCE, "修订后的文本"),
        ({"status": "审议中", "effective": None}, None, "2026-08-01", Standing.DRAFT, "办事不以它为准"),
        (
            {"status": "已废止", "expires": date(2026, 8, 1)},
            None,
            "2026-08-01",
            Standing.REPEALED,
            "已经废止",
        ),
        ({"cited_only": True}, None, "2026-08-01", Standing.ELSEWHERE, "不转载原文"),
    ],
)
def test_how_a_policy_stands_on_a_day(
    changes: dict[str, Any], by: Policy | None, day: str, word: Standing, says: str
) -> None:
    found = stands(replace(POLICY, **changes), on=date.fromisoformat(day), replaced_by=by)
    assert found.word is word
    assert says in found.sentence


def test_every_clause_that_a_programme_cites_leads_to_a_policy(whole: State) -> None:
    today = Today(state=whole, there=frozenset(e.path for e in whole.entries), on=date(2026, 8, 3))
    for programme in whole.programmes.values():
        clauses = clauses_of(programme)
        assert clauses
        assert [clause for clause in clauses if today.policy_of(clause) is None] == []


def test_every_source_that_the_starter_content_names_has_its_page(whole: State) -> None:
    named = {source.mark for programme in whole.programmes.values() for source in programme.sources}
    named |= {mark for guide in whole.guides for mark in guide.sources}
    marks = {each.mark for each in whole.entries if isinstance(each, Policy)}
    assert {mark for mark in named if mark.startswith("R")} - marks == set()


def test_a_clause_and_a_footnote_are_links_on_the_page_and_plain_in_the_file(
    whole: State, monday: dict[str, str]
) -> None:
    path = "programmes/training-2026.md"
    link = '<span class="why">[澜江市技能培训方案（2026，示例）](../policies/training-2026.md)第二条（一）</span>'
    assert link in monday[path]
    assert re.search(r"^\[\^R59\]: \[.+\]\(\.\./policies/r59\.md\)$", monday[path], re.MULTILINE)
    written = wanted.content(whole, before={}).files[path]
    assert "../policies/" not in written


def test_a_policy_names_what_rests_on_it_and_what_took_its_place(monday: dict[str, str]) -> None:
    new, old = monday["policies/jinqiu-2026.md"], monday["policies/jinqiu-2024.md"]
    assert "按它办的\n:   [2026年金秋助学](../programmes/golden-autumn-2026.md)" in new
    assert "代替\n:   [澜江市金秋助学实施办法（2024，示例）](jinqiu-2024.md)" in new
    assert "已被替代" in old
    assert "替代它的\n:   [澜江市金秋助学实施办法（2026，示例）](jinqiu-2026.md)" in old


def test_a_cited_document_is_named_and_not_reprinted(whole: State, monday: dict[str, str]) -> None:
    for policy in (each for each in whole.entries if isinstance(each, Policy) and each.cited_only):
        assert not policy.body
        assert not policy.reading
        assert "http" not in monday[policy.path]


def test_the_library_is_grouped_by_state_level_and_year_without_a_script(
    whole: State, monday: dict[str, str]
) -> None:
    policies = [each for each in whole.entries if isinstance(each, Policy)]
    for path in ("policies/index.md", "policies/by-level.md", "policies/by-year.md"):
        for policy in policies:
            assert f"]({policy.slug}.md)" in monday[path], f"{policy.slug} in {path}"
        assert "<script" not in monday[path]
    assert "## 尚未生效（1）" in monday["policies/index.md"]
    assert "## 中央（" in monday["policies/by-level.md"]
    assert "## 2026年（" in monday["policies/by-year.md"]


def test_the_library_is_right_the_minute_after_midnight(whole: State) -> None:
    before, after = on(whole, "2026-12-31"), on(whole, "2027-01-01")
    assert "尚未生效" in before["policies/new-jobs-2027.md"]
    assert "现行有效" in after["policies/new-jobs-2027.md"]
    assert "现行有效" in before["policies/medical-2026.md"]
    assert "已失效" in after["policies/medical-2026.md"]


@pytest.mark.parametrize(
    ("was", "becomes", "reason"),
    [
        ("status: 已印发", "status: 生效", "应是其中之一"),
        ("level: 市总", "level: 市里", "应是其中之一"),
        ("issued: 2026-06-18", "issued: 六月", "写得不对"),
        ("kind: 办法", "kind: 办法\nurgent: true", "不认识的项目"),
        ("## 文件内容 {#text}", "## 正文", "不认识的写法"),
        ("replaces: [jinqiu-2024]", "replaces: jinqiu-2024", "写得不对"),
    ],
)
def test_what_a_policy_cannot_hold_is_refused_with_file_and_line(was: str, becomes: str, reason: str) -> None:
    path = "policies/jinqiu-2026.md"
    text = (CONTENT / path).read_text(encoding="utf-8")
    assert was in text
    broken = text.replace(was, becomes, 1)
    number = next(
        n for n, each in enumerate(broken.split("\n"), 1) if each.startswith(becomes.split("\n")[-1])
    )
    with pytest.raises(Unreadable, match=reason) as refusal:
        entries.read(broken, path=path)
    assert (refusal.value.path, refusal.value.line) == (path, number)


def test_a_heading_may_not_take_the_place_of_a_written_one() -> None:
    block = {"type": "heading", "value": {"level": "2", "text": "解读", "anchor": "reading"}}
    with pytest.raises(CannotWrite, match="锚点“reading”"):
        entries.text(replace(POLICY, reading=[block]))


def test_an_issuer_or_a_policy_that_is_not_there_is_refused() -> None:
    folder = loading.read(CONTENT, strict=False)
    told = {**folder.entries, POLICY.path: replace(POLICY, issuer="没有这个机关")}
    with pytest.raises(Unreadable, match="没有发文机关“没有这个机关"):
        loading._agree(told, lists=folder.lists, sections=folder.sections)
    told = {**folder.entries, POLICY.path: replace(POLICY, based_on=["nowhere"])}
    with pytest.raises(Unreadable, match="没有政策文件“nowhere”"):
        loading._agree(told, lists=folder.lists, sections=folder.sections)
