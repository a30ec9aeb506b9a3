"""A page carries the style rules it needs; what is committed, what is built and what is sent agree."""

import gzip
import json
import re
from contextlib import nullcontext
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cms import public, urls
from cms.publishing import light, one_engine
from tests.site import city as whole
from tools import styles
from tools.machine import ROOT

HEAD = '<!doctype html>\n<html lang="zh-CN">\n<head>\n  <link rel="stylesheet" href="../a/bangfu.css">\n'
KINDS = ["", "guides/", "guides/ga-amount/", "programmes/", "programmes/golden-autumn-2026/", "help/"]
KINDS += ["centres/", "centres/369902/", "404.html"]

#: What a worker reads first.
LEAN = ("", "guides", "help", "programmes", "policies", "questions", "calendar")


def test_the_parts_of_the_style_sheets_are_fresh() -> None:
    assert styles.PARTS.read_text("utf-8") == styles.written(), "run `make styles`"


def test_a_rule_is_kept_for_what_a_page_holds_and_dropped_for_what_it_does_not() -> None:
    with_table = light.page(HEAD + "</head><body><table><thead></thead></table></body></html>")
    without = light.page(HEAD + "</head><body><p>short</p></body></html>")
    assert "thead th{" not in with_table, "no th on this page"
    assert "table{inline-size:100%" in with_table
    assert "table{" not in without
    assert ".btn-danger" not in with_table
    assert "--font-print" not in without, "a colour or font that no rule uses"
    assert "@media print{" in without


def test_a_box_no_page_had_before_brings_its_rules() -> None:
    """An editor may be the first to use a block: nothing is purged by what the content happened to hold."""
    text = HEAD.replace("bangfu", "site") + '</head><body><div class="admonition danger"></div></body></html>'
    assert ".admonition:is(.danger, .refused){" in light.page(text)


def test_what_older_browsers_of_wechat_do_not_know_stands_alone() -> None:
    """They drop a whole rule for one selector they cannot read."""
    (plain, modern) = styles.parts(".a, .b:has(.c), .d { color: red }")
    assert [selector for selector, _needs in plain[1]] == [".a", ".d"]
    assert [selector for selector, _needs in modern[1]] == [".b:has(.c)"]
    for css in (styles.ASSETS / name for name in styles.SHEETS):
        text = css.read_text("utf-8")
        for young in (
            "@container",
            "@layer",
            "light-dark(",
            "color-mix(",
            "oklch(",
            "dvh",
            "svh",
            "&:",
            "subgrid",
        ):
            assert young not in text, f"{css.name}: {young}"


@pytest.mark.parametrize(
    "css", ['@import "x.css"; a {}', "a { color: red; b {color: blue} }", "a { color: red; } } b {}"]
)
def test_a_style_sheet_that_is_not_understood_is_refused(css: str) -> None:
    with pytest.raises(ValueError, match=r"Line 1"):
        styles.parts(css)


def test_every_text_has_its_compressed_copy_with_the_same_bytes_each_time(
    city_site: Path, tmp_path: Path
) -> None:
    texts = [p for p in city_site.rglob("*") if p.suffix in light.COMPRESSED and p.stat().st_size >= 256]
    assert len(texts) > 40
    for path in texts:
        packed = path.with_name(f"{path.name}.gz").read_bytes()
        assert gzip.decompress(packed) == path.read_bytes()
        assert packed[4:8] == b"\0\0\0\0", "no time inside"
    again = whole.built(tmp_path / "again")
    for path in city_site.rglob("*"):
        if path.is_file():
            assert (again / path.relative_to(city_site)).read_bytes() == path.read_bytes(), path


class Loads(HTMLParser):
    """What a browser fetches for a page before anybody touches it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "img" and given.get("loading") == "lazy":
            return  # the code for paper is shown in print alone
        if tag in ("script", "img"):
            self.found.append(given.get("src") or "")
        elif tag == "link" and given.get("rel") in ("stylesheet", "icon"):
            self.found.append(given.get("href") or "")


@pytest.mark.django_db
def test_a_first_visit_stays_within_twenty_kilobytes_and_four_requests(
    city_site: Path, client: Client
) -> None:
    sent = {}
    for kind in sorted(str(p.parent.relative_to(city_site)) for p in city_site.rglob("index.html")):
        address = "/" if kind == "." else f"/{kind}/"
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        parts = [answer]
        for part in Loads(gzip.decompress(answer.content).decode()).found:
            if not part.startswith("data:"):
                parts.append(client.get(_joined(address, part), headers={"Accept-Encoding": "gzip"}))
        assert all(part.status_code == 200 for part in parts), address
        # The worker for offline reading, and in the demonstration the day, are asked for later.
        sent[address] = (len(parts) + 1, sum(len(part.content) for part in parts))
    # A place asks for its clock beside, a case for its pictures; a guide for nothing more.
    most = {address: (4, 20_000) if address.split("/")[1] in LEAN else (6, 70_000) for address in sent}
    heavy = {a: told for a, told in sent.items() if told[0] > most[a][0] or told[1] > most[a][1]}
    assert heavy == {}


def _joined(address: str, part: str) -> str:
    steps = [step for step in address.split("/") if step]
    while part.startswith("../"):
        part = part[3:]
        steps.pop()
    return part if part.startswith("/") else "/" + "/".join([*steps, part])


@pytest.mark.django_db
def test_the_policy_a_page_states_and_the_header_it_is_sent_with_agree(
    city_site: Path, client: Client
) -> None:
    for kind in KINDS:
        answer = client.get(f"/{kind}")
        stated = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', answer.content.decode())
        assert stated, kind
        assert answer["Content-Security-Policy"] == stated[1] + public.FRAMES
    assert client.get("/sw.js")["Content-Security-Policy"] == public.CSP


@pytest.mark.django_db
def test_the_worker_is_asked_for_anew_and_names_the_release(city_site: Path, client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    told = answer.content.decode()
    assert "@release@" not in told
    (folders,) = re.findall(r'const FOLDERS = "([^"]*)"', told)
    assert folders.split() == [
        "calendar", "cases", "centres", "changes", "events", "guides", "help", "news", "policies", "programmes", "questions",
        "search", "unions",
    ]  # fmt: skip


def test_the_worker_keeps_no_page_of_a_room() -> None:
    (never,) = re.findall(r"const NEVER = (\[.*\]);", (ROOT / "site" / "worker.js").read_text("utf-8"))
    assert set(json.loads(never)) >= {*urls.ROOMS, "search"}


@pytest.mark.django_db
def test_a_shared_page_shows_its_words_and_a_picture(city_site: Path, client: Client, settings: Any) -> None:
    text = client.get("/guides/ga-amount/").content.decode()
    card = dict(re.findall(r'<meta property="og:(\w+)"[^>]* content="([^"]*)"', text))
    assert card["title"] == "金秋助学发多少：看学段，也看有没有建档"
    assert card["description"] == "金额表、上限怎么算、到账时间，附三户人家的算法。"
    assert card["url"] == f"{settings.PUBLIC_ADDRESS}/guides/ga-amount/"
    picture = client.get(card["image"].removeprefix(settings.PUBLIC_ADDRESS))
    assert picture["Content-Type"] == "image/png"
    manifest = client.get("/manifest.webmanifest")
    assert manifest["Content-Type"] == "application/manifest+json; charset=utf-8"
    for icon in manifest.json()["icons"]:
        assert client.get(icon["src"]).status_code == 200


def test_pages_that_share_an_engine_read_as_if_each_had_its_own(
    city_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_engine, "for_all_pages", nullcontext)
    each = whole.built(tmp_path / "each")
    pages = sorted(path.relative_to(city_site) for path in city_site.rglob("*.html"))
    assert len(pages) > 30
    for path in pages:
        assert (each / path).read_bytes() == (city_site / path).read_bytes(), path


def test_what_the_script_of_places_makes_has_its_rules(city_site: Path) -> None:
    """The finder, and whether a place is open, come after the page: nothing of them stands in it."""
    area, finder = (
        (city_site / at / "index.html").read_text("utf-8") for at in ("centres/369902", "centres")
    )
    assert ".open-now.closed{" in area
    for rule in (".field{", ".choice{", ".finder-form .field{", ".finder-count{"):
        assert rule in finder, rule
    assert ".finder-form" not in (city_site / "guides" / "index.html").read_text("utf-8")
