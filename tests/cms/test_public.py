"""The public site as a browser gets it."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from cms.models import CentrePage, GuidePage
from cms.public import inside


def test_before_the_first_release_a_plain_page_says_so(db: None, data: Path, client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 503
    assert "正在准备" in answer.content.decode()


def test_pages_are_checked_by_hash_and_guarded(db: None, site: Path, client: Client) -> None:
    answer = client.get("/guides/ga-amount/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    unchanged = client.get("/guides/ga-amount/", headers={"If-None-Match": answer["ETag"]})
    assert unchanged.status_code == 304
    assert client.head("/guides/ga-amount/").status_code == 200
    assert client.post("/guides/ga-amount/").status_code == 405


def test_the_look_is_kept_by_the_browser_under_its_hash(db: None, site: Path, client: Client) -> None:
    (address,) = set(
        re.findall(r'"(/assets/house/bangfu\.css\?v=\w+)"', client.get("/nowhere/").content.decode())
    )
    answer = client.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer["Cache-Control"]
    assert answer["Content-Type"] == "text/css; charset=utf-8"


def test_addresses_without_their_slash_lead_on(db: None, site: Path, client: Client) -> None:
    assert client.get("/guides/ga-amount")["Location"] == "/guides/ga-amount/"
    assert client.get("/apply")["Location"] == "/apply/"
    assert client.get("/centres/369902")["Location"] == "/centres/369902/"


def test_what_is_not_there_says_so_in_the_same_look(db: None, site: Path, client: Client) -> None:
    answer = client.get("/guides/no-such-guide/")
    assert answer.status_code == 404
    assert "没有找到这一页" in answer.content.decode()
    assert answer["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/../1.json",
        "/..%2f1.json",
        "/%2e%2e/1.json",
        "/guides/../../1.json",
        "/guides/..%5c..%5c1.json",
        "/.lock",
        "/../../db.sqlite3",
        "//etc/passwd",
        "/%00",
        "/guides/ga-amount/index.html/",
        "/\\example.org/",
    ],
)
def test_no_address_leads_out_of_the_release(db: None, site: Path, client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert b"digest" not in answer.content


def test_a_link_inside_a_release_leads_nowhere(tmp_path: Path) -> None:
    root = tmp_path / "release"
    root.mkdir()
    (tmp_path / "secret").write_text("x")
    (root / "link").symlink_to(tmp_path / "secret")
    assert inside(root, "link") is None


def test_no_page_needs_an_inline_script_style_or_another_host(site: Path) -> None:
    pages = list((site / "releases/current").resolve().rglob("*.html"))
    assert len(pages) > 8
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert " style=" not in text
        assert "<style" not in text
        assert not re.search(r"<script(?![^>]* src=)", text)
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text)


def test_what_editors_open_as_live_is_the_static_page(loaded: int) -> None:
    assert GuidePage.objects.get(slug="ga-amount").url == "/guides/ga-amount/"
    assert CentrePage.objects.get(code="3699020001").url == "/centres/369902/#c3699020001"


def test_wagtail_serves_no_public_page() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("wagtail_serve", args=["guides/"])
