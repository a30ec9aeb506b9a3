"""The page: in the look of the release, light, kept by nobody, and with an answer to everything."""

import gzip
import logging
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from cms.search import index
from tests.conftest import ROOT
from tools.run import web_command

pytestmark = pytest.mark.django_db


def text_of(client: Client, typed: str, **more: str) -> str:
    answer = client.get("/search/", {"q": typed, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def test_results_stand_in_the_look_of_the_release(site: Path, client: Client) -> None:
    shown = text_of(client, "金秋助学")
    shell = (site / "search" / "index.html").read_text(encoding="utf-8")
    assert shown.startswith(shell[:100])
    assert shown.endswith(shell[-300:])
    assert "<title>金秋助学 · 搜索 · " in shown
    assert 'value="金秋助学"' in shown
    assert re.search(
        r'<a class="hit" href="/programmes/golden-autumn-2026/">2026年<mark>金秋助学</mark></a>', shown
    )
    assert "首页 › 金秋助学" in shown
    assert re.search(r'<a href="/guides/ga-amount/#table">金额表</a>：', shown)
    assert shown.count('role="search"') == 1


def test_the_form_stands_in_the_head_of_every_page(site: Path) -> None:
    for page in site.rglob("*.html"):
        if page.parent.name in ("sheet", "poster"):
            continue  # what is hung on a wall is not searched
        text = page.read_text(encoding="utf-8")
        assert text.count('<form class="find" action="/search/" role="search">') == 1, page
        assert "search_index" not in text


def test_ten_results_with_all_around_them_are_three_kilobytes(site: Path, client: Client) -> None:
    for typed in ("困难职工", "低保", "2026", "银行卡", "申请", "jqzx"):
        answer = client.get("/search/", {"q": typed}, headers={"Accept-Encoding": "gzip"})
        assert answer["Content-Encoding"] == "gzip"
        assert len(answer.content) <= 3000, typed
        assert gzip.decompress(answer.content).decode().count('class="hit"') > 6


def test_what_is_looked_for_is_kept_nowhere_and_goes_nowhere(
    site: Path, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = client.get("/search/", {"q": "白血病怎么办"})
        client.get("/search/", {"q": "白血病" * 999, "page": "x"})
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "白血病" not in caplog.text
    assert quote("白血病") not in caplog.text
    assert "--access-log" not in web_command(8000)
    assert not answer.cookies


def test_a_slip_is_repaired_in_sight(site: Path, client: Client) -> None:
    shown = text_of(client, "金秋住学")
    assert "没有找到“金秋住学”。您要找的是不是" in shown
    assert f'<a href="/search/?q={quote("金秋助学")}">金秋助学</a>' in shown


def test_who_finds_nothing_is_shown_where_else_to_ask(site: Path, client: Client) -> None:
    shown = text_of(client, "zzzz")
    assert "没有找到" in shown
    for link in ("tel:12351", "/help/", "/guides/", "/centres/"):
        assert f'href="{link}"' in shown
    assert "没有找到" not in client.get("/search/").content.decode()


def test_many_results_come_ten_a_page(site: Path, client: Client) -> None:
    first, second = text_of(client, "职工"), text_of(client, "职工", page="2")
    assert first.count('class="hit"') == 10
    assert f'href="/search/?q={quote("职工")}&amp;page=2"' in first
    assert 'start="11"' in second
    assert 'rel="prev"' in second
    for page in ("0", "-1", "x", "999999999999", "", "²"):
        assert text_of(client, "职工", page=page).count('class="hit"') > 0


def test_a_long_question_is_answered_by_its_beginning_and_stays_as_typed(site: Path, client: Client) -> None:
    typed = "金秋助学" + "，我家的情况是这样的" * 20
    shown = text_of(client, typed)
    assert "用的是前面50个字" in shown
    assert f'value="{typed}"' in shown
    assert 'class="hit"' in shown


@pytest.mark.parametrize(
    "typed",
    [
        "\0",
        "a\0b",
        '"',
        "'",
        "<script>alert(1)</script>",
        "NEAR(a b)",
        "*",
        "-x",
        "{title}: a",
        "🙂",
        "字" * 10_000,
    ],
)
def test_line_61_no_bytes_break_the_page(site: Path, client: Client, typed: str) -> None:
    shown = text_of(client, typed)
    assert "<script>alert" not in shown
    assert "\0" not in shown


def test_line_61_bytes_that_are_no_text_break_nothing(site: Path, client: Client) -> None:
    for raw in ("%ED%A0%80", "%FF%FE", "%00", "%E9%87", "%"):
        assert client.get(f"/search/?q={raw}&page={raw}").status_code == 200


def test_the_address_without_its_slash_keeps_the_question(site: Path, client: Client) -> None:
    assert client.get("/search?q=abc")["Location"] == "/search/?q=abc"


def test_the_index_is_served_to_nobody(site: Path, client: Client) -> None:
    assert (site / index.NAME).is_file()
    for path in (f"/{index.NAME}", f"/./{index.NAME}", f"/search/../{index.NAME}", f"/%2e{index.NAME[1:]}"):
        assert client.get(path).status_code == 404


def test_search_asks_no_database(site: Path, client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        text_of(client, "低保")


def test_search_is_in_no_list_of_pages(site: Path) -> None:
    assert "/search/" not in (site / "sitemap.xml").read_text(encoding="utf-8")


def test_a_release_without_an_index_says_that_it_is_being_prepared(
    published: Path, settings: Any, tmp_path: Path, client: Client
) -> None:
    settings.DATA_DIR = tmp_path
    assert client.get("/search/?q=a").status_code == 503
    shutil.copytree(published / "releases", tmp_path / "releases", symlinks=True)
    (tmp_path / "releases" / "1" / index.NAME).unlink()
    assert client.get("/search/?q=a").status_code == 503


# --- an address that leads nowhere -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/programmes/golden-autumn-2025/", "golden autumn"),
        ("/programmes/golden-autumn-2025/index.html", "golden autumn"),
        ("/guides/金秋助学", "金秋助学"),
        ("/guides/%E5%8C%BB%E7%96%97%E6%95%91%E5%8A%A9.html", "医疗救助"),
        ("/wp-login.php", ""),
        ("/guides/nothing-of-the-kind/", ""),
        ("/%00", ""),
    ],
)
def test_a_lost_address_offers_its_own_words(site: Path, client: Client, path: str, words: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert f'id="q" value="{words}"' in answer.content.decode()


def test_the_templates_of_search_say_nothing_inline() -> None:
    for path in (ROOT / "site" / "overrides" / "search").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert " style=" not in text
        assert "<script" not in text
