"""The public site as a browser gets it."""

import gzip
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from cms.models import CentrePage, GuidePage
from cms.public import inside
from cms.publishing import light, release


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
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self' 'sha256-")
    assert policy.endswith("; frame-ancestors 'none'")
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    unchanged = client.get("/guides/ga-amount/", headers={"If-None-Match": answer["ETag"]})
    assert unchanged.status_code == 304
    assert unchanged["Content-Security-Policy"] == policy, (
        "the browser keeps the page and takes these headers"
    )
    assert client.head("/guides/ga-amount/").status_code == 200
    assert client.post("/guides/ga-amount/").status_code == 405


def house(client: Client) -> str:
    """Where the styles and scripts of the current release lie."""
    (found,) = set(
        re.findall(r'src="/(assets/house-\w+)/site\.js"', client.get("/nowhere/").content.decode())
    )
    return str(found)


def test_the_look_is_kept_by_the_browser_under_its_hash(db: None, site: Path, client: Client) -> None:
    answer = client.get(f"/{house(client)}/bangfu.css")
    assert answer.status_code == 200
    assert "immutable" in answer["Cache-Control"]
    assert answer["Content-Type"] == "text/css; charset=utf-8"


def test_a_page_opened_before_a_release_still_finds_its_styles_and_scripts(
    db: None, site: Path, client: Client, tmp_path: Path, settings: Any
) -> None:
    old = house(client)
    settings.DATA_DIR = shutil.copytree(site, tmp_path / "data", symlinks=True)
    workshop = release.workshop()
    (workshop / "index.html").write_text("<!doctype html>")
    release.switch_to(workshop, digest="", day=date(2026, 8, 4), at=timezone.now(), pages=1, held={})
    assert client.get(f"/{old}/site.js").status_code == 200
    assert client.get(f"/{old}/nothing.js").status_code == 404
    assert client.get("/guides/ga-amount/").status_code == 404, "a page taken back stays away"


@pytest.mark.parametrize("address", ["/guides/ga-amount/", "/manifest.webmanifest", "/sw.js"])
def test_text_is_sent_compressed_to_those_who_take_it(
    db: None, site: Path, client: Client, address: str
) -> None:
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "br, gzip;q=0.8"})
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content)
    assert "Accept-Encoding" in plain["Vary"]
    assert plain["ETag"] != packed["ETag"], "two forms of a file are two things to a cache"
    for form, encoding in ((plain, "identity"), (packed, "gzip")):
        asked = {"If-None-Match": form["ETag"], "Accept-Encoding": encoding}
        again = client.get(address, headers=asked)
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == form["ETag"]
        assert "Accept-Encoding" in again["Vary"]
    for refusing in ("gzip;q=0", "gzip;q=0.0, br", "identity", ""):
        refused = client.get(address, headers={"Accept-Encoding": refusing})
        assert "Content-Encoding" not in refused, refusing


def test_an_old_compressed_copy_is_never_sent_for_a_new_page(db: None, data: Path, client: Client) -> None:
    root = data / "releases" / "1"
    root.mkdir(parents=True)
    (data / "releases" / "current").symlink_to("1")
    (root / "index.html").write_text("new")
    (root / "index.html.gz").write_bytes(gzip.compress(b"old"))
    assert gzip.decompress(client.get("/", headers={"Accept-Encoding": "gzip"}).content) == b"new"


def test_large_print_is_chosen_by_a_link_and_stays(db: None, site: Path, client: Client) -> None:
    normal = client.get("/guides/ga-amount/")
    assert 'href="/view/large/?next=/guides/ga-amount/"' in normal.content.decode()
    chosen = client.get("/view/large/?next=/guides/ga-amount/")
    assert chosen["Location"] == "/guides/ga-amount/"
    large = client.get("/guides/ga-amount/")
    assert '<html lang="zh-CN" class="large">' in large.content.decode()
    assert large["ETag"] != normal["ETag"]
    assert large["Content-Security-Policy"] == normal["Content-Security-Policy"]
    assert "Cookie" in normal["Vary"]
    packed = client.get("/guides/ga-amount/", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.content) == large.content
    assert 'class="large"' in client.get("/notices/").content.decode(), "the rest of the house follows"
    assert 'class="large"' in client.get("/nowhere/").content.decode()
    client.get("/view/normal/")
    assert client.get("/guides/ga-amount/").content == normal.content


@pytest.mark.parametrize("away", ["https://example.org/", "//example.org/", "/\\example.org", "javascript:x"])
def test_the_choice_of_size_leads_to_no_other_host(db: None, client: Client, away: str) -> None:
    assert client.get("/view/large/", {"next": away})["Location"] == "/"


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


def test_no_page_needs_an_inline_script_a_style_without_a_hash_or_another_host(site: Path) -> None:
    pages = list((site / "releases/current").resolve().rglob("*.html"))
    assert len(pages) > 8
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert " style=" not in text
        links_its_sheets = light.FILLED_LATER in text or page.parent.name in ("poster", "sheet")
        assert text.count("<style") == (0 if links_its_sheets else 1)
        assert not re.search(r"<script(?![^>]* src=)", text)
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text)


def test_what_editors_open_as_live_is_the_static_page(loaded: int) -> None:
    assert GuidePage.objects.get(slug="ga-amount").url == "/guides/ga-amount/"
    assert CentrePage.objects.get(code="3699020001").url == "/centres/369902/#c3699020001"


def test_wagtail_serves_no_public_page() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("wagtail_serve", args=["guides/"])
