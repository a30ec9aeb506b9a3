"""Posters and tables for the board: in short, with the way to the full text, and nothing a reader of paper cannot use."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import segno

from cms.publishing.making import Making
from cms.publishing.outlets import sheets
from tests.cms.conftest import CONTENT
from tests.cms.test_data_files import making


@pytest.fixture(scope="module")
def monday() -> Making:
    """The starter content on Monday 3 August."""
    return making(CONTENT)


@pytest.fixture(scope="module")
def made(monday: Making) -> dict[str, str]:
    return sheets.files(monday)


def test_every_guide_programme_and_area_has_its_sheet(monday: Making, made: dict[str, str]) -> None:
    posters = {path for path in made if path.endswith("poster/index.html")}
    articles = [
        path
        for path in monday.content.files
        if path.endswith(".md")
        and path.startswith(("guides/", "programmes/"))
        and not path.endswith("index.md")
    ]
    assert posters == {path.removesuffix(".md") + "/poster/index.html" for path in articles}
    assert sum(path.endswith("sheet/index.html") for path in made) == 6


def test_a_poster_says_the_five_lines_the_steps_and_where_to_ask(made: dict[str, str]) -> None:
    text = made["programmes/golden-autumn-2026/poster/index.html"]
    for words in (
        "<h1>2026年金秋助学</h1>",
        "谁能办",
        "2,000元至5,000元",
        "什么时候",
        "在哪里办",
        "带什么",
        "<b>单位工会审核</b> <span>5个工作日内</span>",
        "12351",
        "就近的服务网点",
        "2026年7月1日核对，澜江市总工会权益保障部",
        "https://help.example/programmes/golden-autumn-2026/",
    ):
        assert words in text, words
    assert "[^" not in text
    assert not re.search(r"<dd>[^\n]*<a ", text), "nobody presses a link on paper"


def test_a_poster_holds_nothing_inline_and_no_other_host(made: dict[str, str]) -> None:
    for path, text in made.items():
        if path.endswith(".html"):
            assert " style=" not in text
            assert "<script" not in text
            assert '<meta name="robots" content="noindex">' in text
            assert not re.search(r'(?:src|href)="(?:https?:)?//', text), path
            assert text.count("<h1") == 1


def squares(picture: str) -> set[tuple[int, int]]:
    """The dark squares of a picture, column and row, as a phone's camera would see them."""
    path = "".join(re.findall(r'<path[^>]* stroke=[^>]* d="([^"]+)"', picture))
    column, row, found = 0.0, 0.0, set()
    for step, first, second in re.findall(r"([Mmhv])(-?[\d.]+)(?: ?(-?[\d.]+))?", path):
        if step == "h":
            found |= {(int(column) + ahead, int(row)) for ahead in range(int(first))}
            column += float(first)
        elif step == "M":
            column, row = float(first), float(second)
        else:
            column, row = column + float(first), row + float(second)
    return found


def test_the_picture_is_the_address_of_the_page_with_its_quiet_margin(made: dict[str, str]) -> None:
    for path, text in made.items():
        if path.endswith("qr.svg"):
            address = "https://help.example/" + re.sub(r"(?:poster|sheet)/qr\.svg$", "", path)
            matrix = segno.make(address, error="m", micro=False).matrix
            dark = {(x + 4, y + 4) for y, line in enumerate(matrix) for x, bit in enumerate(line) if bit}
            assert squares(text) == dark, path


def test_the_table_of_an_area_names_every_place_and_what_is_closed(
    monday: Making, made: dict[str, str]
) -> None:
    text = made["centres/369903/sheet/index.html"]
    here = [centre for centre in monday.state.centres if centre.area == "369903"]
    assert all(centre.name in text and centre.phone in text for centre in here)
    closed = next(centre for centre in here if centre.status.holds(monday.on))
    assert closed.status.notice in text
    later = replace(monday, on=date(2026, 10, 8))
    assert closed.status.notice not in sheets.files(later)["centres/369903/sheet/index.html"]


def test_the_same_content_gives_the_same_sheets(made: dict[str, str]) -> None:
    assert sheets.files(making(CONTENT)) == made


def test_a_page_on_paper_names_its_address_and_the_way_to_its_poster(site: Path) -> None:
    release = site / "releases/current"
    text = (release / "guides/ga-amount/index.html").read_text("utf-8")
    assert '<a href="poster/">打印张贴用的海报' in text
    assert '<img src="poster/qr.svg" width="112" height="112" loading="lazy" alt="">' in text
    assert (release / "guides/ga-amount/poster/index.html").is_file()
    assert (release / "guides/ga-amount/poster/qr.svg").is_file()
    area = (release / "centres/369902/index.html").read_text("utf-8")
    assert '<a href="sheet/">打印这里的地址和时间表' in area
    assert (release / "centres/369902/sheet/index.html").is_file()
    assert "qr.svg" not in (release / "centres/index.html").read_text("utf-8")
