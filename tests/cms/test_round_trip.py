"""content/ loaded and published gives the same bytes; what cannot be read is named with file and line."""

import shutil
from pathlib import Path

import pytest
from django.core.management import call_command
from wagtail.models import Page

from cms import loading
from cms.models import CentrePage, GuidePage, ProgrammePage
from cms.publishing import publish
from cms.writing.reading import Unreadable
from tests.cms.conftest import CONTENT, moment
from workflows.base.models import OutboxItem
from workflows.offers.models import ContactPoint
from workflows.policy.programme import Programme

OWN = (
    *("index.md", "guides", "programmes", "centres", "unions", "calendar", "assets"),
    *("policies", "news", "cases", "questions", "events"),
)


def files(root: Path) -> dict[str, bytes]:
    found = [
        path
        for name in OWN
        for path in ([root / name] if name.endswith(".md") else (root / name).rglob("*.*"))
    ]
    return {str(path.relative_to(root)): path.read_bytes() for path in found}


def test_the_starter_content_loads_and_publishes_as_the_same_bytes(parameters: None, data: Path) -> None:
    call_command("load_content")
    published = publish.publish(at=moment("2026-08-03"))
    assert published.release.held == {}
    assert files(data / "content") == files(CONTENT)
    assert CentrePage.objects.live().count() == ContactPoint.objects.count() == 78
    assert OutboxItem.objects.filter(topic="publish").count() == 1


def test_loading_twice_changes_nothing(loaded: int, small_content: Path) -> None:
    before = GuidePage.objects.count()
    with pytest.raises(loading.AlreadyLoaded):
        loading.load(small_content)
    assert GuidePage.objects.count() == before == 2


def test_the_tree_of_pages_is_sound(loaded: int) -> None:
    assert not any(Page.find_problems())


def test_the_page_of_the_programme_defines_what_the_file_defines(
    golden_page: ProgrammePage, golden_autumn: Programme
) -> None:
    assert golden_page.definition() == golden_autumn
    assert golden_page.definition().sha256 == golden_autumn.sha256


@pytest.mark.parametrize(
    ("was", "becomes", "line", "reason"),
    [
        ("## 算给您看 {#examples}", "## 算给您看", 0, "不认识的写法"),
        ("## 算给您看 {#examples}", "> 引用一段话", 0, "不认识的写法"),
        ("## 算给您看 {#examples}", "<script>alert(1)</script>", 0, "不认识的写法"),
        ("## 算给您看 {#examples}", "![图](a.png)", 0, "不认识的写法"),
        ("## 金额表 {#table}", "## 金额表 {#table}\n\n1. 松散的列表", 2, "不合规范"),
        ("5,000元", "6,000元", 0, "不合规范"),
    ],
)
def test_what_no_block_stands_for_is_refused_with_file_and_line(
    db: None, data: Path, small_content: Path, tmp_path: Path, was: str, becomes: str, line: int, reason: str
) -> None:
    root = tmp_path / "broken"
    shutil.copytree(small_content, root)
    guide = root / "guides/ga-amount.md"
    text = guide.read_text(encoding="utf-8")
    number = text[: text.index(was)].count("\n") + 1 + line
    guide.write_text(text.replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(Unreadable) as refusal:
        loading.load(root)
    assert str(refusal.value).startswith(f"guides/ga-amount.md:{number}: ")
    assert reason in str(refusal.value)
    assert not GuidePage.objects.exists()


def test_tidying_tidy_content_changes_nothing(small_content: Path) -> None:
    before = files(small_content)
    call_command("tidy_content", root=small_content)
    assert files(small_content) == before
