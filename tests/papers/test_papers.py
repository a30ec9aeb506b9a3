"""README, CONTRIBUTING and CHANGELOG say what is there: commands, pictures, links, people, addresses."""

import re
from pathlib import Path

import pytest
from django.urls import resolve

from cms import public
from tests.papers.reading import CHINESE, ENGLISH, PAPERS, Paper, paper
from tools.machine import ROOT
from tools.screenshots import LARGEST, PICTURES, PICTURES_TAKEN
from workflows.demo import people

#: What a paper for strangers never holds: places on one machine.
FORBIDDEN = re.compile(r"/tmp/|/root/|/home/|/var/", re.IGNORECASE)
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
INTERNAL = {"help", "installed", "installed-dev"}


def commands(text: str) -> set[str]:
    return set(re.findall(r"\bmake ([a-z][a-z-]*)\b(?=[`\s]|$)", "\n".join(_code(text)), re.MULTILINE))


def _code(text: str) -> list[str]:
    return [
        *re.findall(r"`([^`\n]+)`", text),
        *re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL),
    ]


def faults(text: str) -> list[str]:
    return [match[0] for match in FORBIDDEN.finditer(text)]


def broken(shown: Paper, *, root: Path = ROOT) -> list[str]:
    """Links of a paper that lead nowhere in this tree."""
    return [link for link in shown.links if "://" not in link and not (root / link.split("#")[0]).exists()]


@pytest.mark.parametrize("name", PAPERS)
def test_every_command_is_a_target(name: str) -> None:
    assert commands(paper(name).text) - TARGETS == set()


@pytest.mark.parametrize("name", [ENGLISH, CHINESE])
def test_every_target_is_told(name: str) -> None:
    assert TARGETS - INTERNAL - commands(paper(name).text) == set()


def test_both_readmes_have_the_same_build() -> None:
    english, chinese = paper(ENGLISH), paper(CHINESE)

    assert english.headings == chinese.headings
    assert english.links[1:] == [link.replace(ENGLISH, CHINESE) for link in chinese.links[1:]]
    for section in ("2", "3", "4.1", "5", "6"):
        assert english.first_cells(section) == chinese.first_cells(section)
    assert english.text.count("\n| ") == chinese.text.count("\n| ")


@pytest.mark.parametrize("name", PAPERS)
def test_every_link_leads_somewhere(name: str) -> None:
    assert broken(paper(name)) == []


def test_a_link_to_nowhere_is_seen() -> None:
    assert broken(Paper("x", "[a](README.md) [b](nowhere.md) ![c](docs/pictures/none.png)")) == [
        "nowhere.md",
        "docs/pictures/none.png",
    ]


@pytest.mark.parametrize("name", [ENGLISH, CHINESE])
def test_every_picture_is_shown_and_every_one_shown_is_taken(name: str) -> None:
    shown = {Path(link).stem for link in paper(name).links if link.endswith(".png")}

    assert shown == {file.stem for file in PICTURES.glob("*.png")}
    assert shown == {picture.name for picture in PICTURES_TAKEN}


@pytest.mark.parametrize("picture", sorted(PICTURES.glob("*")), ids=lambda file: file.name)
def test_pictures_are_light(picture: Path) -> None:
    assert picture.suffix == ".png"
    assert picture.stat().st_size <= LARGEST


@pytest.mark.parametrize("name", PAPERS)
def test_every_path_named_is_there(name: str) -> None:
    tops = {entry.name for entry in ROOT.iterdir()}
    paths = [
        span for span in paper(name).spans if "/" in span and span.split("/")[0] in tops and " " not in span
    ]

    assert [path for path in paths if path != "data/" and not (ROOT / path).exists()] == []


#: Pages that are written from all programmes at once, not from a file of content/.
MADE_BY_PUBLISHING = {"/help/"}


@pytest.mark.parametrize("name", [ENGLISH, CHINESE])
def test_every_address_of_the_tour_is_there(name: str) -> None:
    addresses = {span for span in paper(name).spans if re.fullmatch(r"/[a-z0-9/-]*", span)}

    assert "/desk/money/" in addresses
    for address in addresses:
        if resolve(address).func is public.page and address not in MADE_BY_PUBLISHING:
            page = ROOT / "content" / f"{address.strip('/') or 'index'}.md"
            assert page.is_file(), address


@pytest.mark.parametrize("name", [ENGLISH, CHINESE])
def test_the_people_of_the_tour_are_the_demonstrations(name: str) -> None:
    told = set(re.findall(r"`([a-z]+)`", paper(name).text.split("\n## ")[7]))
    workers = {worker.name for worker in people.WORKERS}
    named = {worker for worker in workers if worker in paper(name).text}

    assert told == {colleague.username for colleague in people.STAFF}
    assert {"王建国", "赵丽", "郑国平", "罗翠萍", "钱卫东", "顾素珍"} == named


@pytest.mark.parametrize("name", PAPERS)
def test_papers_are_for_strangers(name: str) -> None:
    assert faults(paper(name).text) == []


def test_a_place_on_somebodys_machine_is_seen() -> None:
    assert faults("see /home/me and /tmp/x") == ["/home/", "/tmp/"]
