"""Editors read Chinese: every English text of the installed parts of Wagtail has a Chinese one, which says as much.

What counts is what Django answers, wherever it has it from: Wagtail's own Chinese stops short of some four hundred
texts, and `locale/zh_Hans` fills them in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation.trans_real import DjangoTranslation

from tools import compiled, wagtail_texts
from tools.catalogue import Text, read, written
from tools.machine import ROOT

DOMAINS = ("django", "djangojs")
#: What is written in Latin letters in Chinese, too.
SAME_IN_CHINESE = {"ID", "URL", "Wagtail API v2", "Wagtail API v3"}

CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]")
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|\{\w+\}|<[^>]*>")

PAGES = Text("One page was stamped", "%(num)d <b>pages</b> were stamped")
LINK = Text('See <a href="%(url)s" target="_blank">the page</a><br />of {user}')

Known = dict[Text, tuple[str, ...]]


@pytest.fixture(scope="module", params=DOMAINS)
def domain(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def texts(domain: str) -> list[Text]:
    return sorted(wagtail_texts.english(settings.INSTALLED_APPS, domain))


@pytest.fixture(scope="module")
def spoken(domain: str) -> DjangoTranslation:
    """All that Django says to a reader of Chinese."""
    return DjangoTranslation("zh-hans", domain=domain)


def answers(text: Text, spoken: DjangoTranslation) -> Iterator[str]:
    """What Django says for a text: about one, and about many."""
    if not text.plural:
        yield spoken.pgettext(text.context, text.singular) if text.context else spoken.gettext(text.singular)
        return
    for number in (1, 5):
        if text.context:
            yield spoken.npgettext(text.context, text.singular, text.plural, number)
        else:
            yield spoken.ngettext(text.singular, text.plural, number)


def still_english(text: Text, spoken: DjangoTranslation) -> bool:
    plain = [PLACEHOLDER.sub("", answer) for answer in answers(text, spoken)]
    return text.singular not in SAME_IN_CHINESE and any(
        LATIN.search(answer) and not CHINESE.search(answer) for answer in plain
    )


# --- what Django answers ---------------------------------------------------------------------------------------------
def test_no_text_of_wagtail_is_english(texts: list[Text], spoken: DjangoTranslation, domain: str) -> None:
    assert len(texts) > {"django": 1500, "djangojs": 80}[domain]
    assert [text.singular for text in texts if still_english(text, spoken)] == [], (
        "run `make catalogue` and fill in what it names"
    )


def test_every_answer_keeps_placeholders_and_tags(texts: list[Text], spoken: DjangoTranslation) -> None:
    assert [
        f"{text.singular} → {answer}"
        for text in texts
        for answer in answers(text, spoken)
        if not wagtail_texts.says_as_much(text.plural or text.singular, answer)
    ] == []


def test_what_is_the_same_in_chinese_is_still_said(texts: list[Text], domain: str) -> None:
    """The list of exceptions holds nothing that Wagtail no longer says."""
    if domain == "django":
        assert {text.singular for text in texts} >= SAME_IN_CHINESE


# --- the catalogue of this house -------------------------------------------------------------------------------------
def test_the_file_holds_what_wagtail_lacks_and_nothing_else(domain: str) -> None:
    """Sorted, with the apps that say it; what a new Wagtail says in Chinese itself leaves the file."""
    path = ROOT / compiled.WAGTAIL_POS[domain]
    found, known = (
        wagtail_texts.lacking(settings.INSTALLED_APPS, domain),
        read(path, locale=wagtail_texts.LOCALE),
    )

    assert wagtail_texts.faults(wagtail_texts.kept(found, known)) == []
    assert path.read_text(encoding="utf-8") == written(found, known, header=wagtail_texts.HEADER), (
        "run `make catalogue`"
    )
    assert known.keys() == found.keys()


def test_no_text_says_less_politely_you_than_the_rest() -> None:
    """您 throughout."""
    for po in compiled.WAGTAIL_POS.values():
        forms = read(ROOT / po, locale=wagtail_texts.LOCALE).values()
        assert [form for each in forms for form in each if "你" in form] == []


# --- the checks bite -------------------------------------------------------------------------------------------------
def test_a_text_without_chinese_is_named(spoken: DjangoTranslation) -> None:
    assert still_english(PAGES, spoken)
    assert still_english(LINK, spoken)
    assert not still_english(Text("%(from)s - <b>%(to)s</b>"), spoken)
    assert wagtail_texts.faults({PAGES: ("",)}) == [f"no Chinese: {PAGES.singular}"]


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        (PAGES, "%(num)d 个<b>页面</b>已盖章", "1 个<b>页面</b>已盖章"),
        (PAGES, "<b>%(num)d</b> 个页面已盖章", "%(num)d 个页面已盖章"),
        (
            LINK,
            '{user}的<br /><a href="%(url)s" target="_blank">页面</a>',
            '{user}的<br /><a href="%(url)s">页面</a>',
        ),
        (
            LINK,
            '<a href="%(url)s" target="_blank">{user}</a><br />',
            '<a href="%(url)s" target="_blank"></a><br />',
        ),
    ],
)
def test_another_placeholder_or_tag_is_noticed(text: Text, good: str, bad: str) -> None:
    assert wagtail_texts.faults({text: (good,)}) == []

    (fault,) = wagtail_texts.faults({text: (bad,)})
    assert fault.startswith("other placeholders")


def test_what_is_filled_in_is_kept_and_what_is_new_waits(tmp_path: Path) -> None:
    known: Known = {PAGES: ("%(num)d 个<b>页面</b>已盖章",)}
    found = {PAGES: {"wagtail.admin"}, LINK: {"wagtail.users"}}
    place = tmp_path / "django.po"

    wished = wagtail_texts.kept(found, known)
    place.write_text(written(found, wished, header=wagtail_texts.HEADER), encoding="utf-8")

    assert read(place, locale=wagtail_texts.LOCALE) == {**known, LINK: ("",)}


def test_only_installed_parts_of_wagtail_are_asked() -> None:
    apps = {
        app
        for app, _ in wagtail_texts.folders(["wagtail.users", "allauth", "cms", "wagtail.contrib.settings"])
    }

    assert apps == {"wagtail.users", "wagtail.contrib.settings"}
