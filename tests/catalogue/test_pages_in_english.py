"""Whoever chooses English reads English; everybody else reads Chinese, whatever their browser says."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.conftest import City
from tests.desk.conftest import sit
from workflows.applications.models import Application

#: Where, and what its reader sees there in each language.
PAGES = {
    "/apply/": ("用手机号码登录", "Sign in with your mobile number"),
    "/accounts/login/": ("获取短信验证码", "Send me a code"),
    "/notices/": ("正在公示", "Current public notices"),
    "/nowhere-at-all/": ("网站正在准备", "The site is getting ready"),
}


def in_english(client: Client) -> Client:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def heading(page: str) -> str:
    """The main part of a page without its tags."""
    return re.sub(r"<[^>]*>", " ", page[page.index("<main") : page.index("</main>")])


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_english_for_whoever_chose_it(client: Client, path: str) -> None:
    chinese, english = PAGES[path]

    answer = in_english(client).get(path)
    page = answer.content.decode()

    assert '<html lang="en">' in page
    assert answer.headers["Content-Language"] == "en"
    assert english in heading(page)
    assert chinese not in page
    assert "Lanjiang City Federation of Trade Unions" in page


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_a_browser_that_prefers_english_is_no_choice(client: Client, path: str) -> None:
    chinese, english = PAGES[path]

    page = client.get(path, headers={"accept-language": "en-US,en;q=0.9"}).content.decode()

    assert '<html lang="zh-CN">' in page
    assert chinese in heading(page)
    assert english not in page


@pytest.mark.parametrize(
    ("language", "lang", "word"),
    [("en", "en", "No applications are waiting for you"), ("", "zh-CN", "工作台")],
)
def test_the_desk_speaks_the_language_of_its_reader(
    city: City, monday: date, language: str, lang: str, word: str
) -> None:
    client = sit(city["沈梅"])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    page = client.get("/desk/").content.decode()

    assert f'<html lang="{lang}">' in page
    assert word in heading(page)


def test_what_is_printed_for_the_stamp_is_chinese(submitted: Application, city: City) -> None:
    """A colleague who reads English still prints the form that the union files."""
    client = in_english(sit(city["沈梅"]))

    day = submitted.submitted_on
    assert day
    form = client.get(reverse("desk:approval_form", args=[submitted.pk])).content.decode()
    case = client.get(reverse("desk:case", args=[submitted.pk])).content.decode()

    assert '<html lang="zh-CN">' in form
    assert "澜江市困难职工帮扶审批表" in form
    assert "站点受理" in form
    assert f"{day.year}年{day.month}月{day.day}日" in form
    assert f"{day.day} {day:%B} {day.year}" in case


@pytest.mark.django_db
def test_the_button_at_the_foot_of_a_page_changes_its_language(client: Client) -> None:
    def button() -> tuple[str, str]:
        page = client.get("/notices/").content.decode()
        form = re.search(r'<form class="language" method="post" action="([^"]+)">.*?</form>', page, re.DOTALL)
        assert form
        value = re.search(r'name="language" value="([^"]+)"', form[0])
        assert value
        return form[1], value[1]

    for language, lang in (("en", "en"), ("zh-hans", "zh-CN")):
        assert button() == ("/language/", language)

        answer = client.post("/language/", {"language": language, "next": "/notices/"})

        assert (answer.status_code, answer.headers["Location"]) == (302, "/notices/")
        assert f'<html lang="{lang}">' in client.get("/notices/").content.decode()


@pytest.mark.django_db
def test_the_choice_is_kept_for_a_year_and_out_of_reach_of_scripts(client: Client) -> None:
    client.post("/language/", {"language": "en", "next": "/notices/"})

    cookie = client.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie["max-age"], cookie["samesite"], cookie["httponly"]) == (365 * 24 * 60 * 60, "Lax", True)


@pytest.mark.django_db
def test_a_link_cannot_change_the_language_nor_lead_away(client: Client) -> None:
    assert client.get("/language/?language=en").status_code == 405
    assert settings.LANGUAGE_COOKIE_NAME not in client.cookies

    away = client.post("/language/", {"language": "en", "next": "https://elsewhere.example/"})

    assert away.headers["Location"] == "/"


@pytest.mark.django_db
@pytest.mark.parametrize("made_up", ["fr", "zh", "EN", "../../etc", "en\x00"])
def test_a_language_that_is_not_spoken_here_is_chinese(client: Client, made_up: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = made_up

    assert '<html lang="zh-CN">' in client.get("/notices/").content.decode()


@pytest.mark.django_db
def test_one_readers_choice_is_not_the_next_readers(client: Client) -> None:
    in_english(client).get("/notices/")

    assert translation.get_language() == settings.LANGUAGE_CODE
    assert '<html lang="zh-CN">' in Client().get("/notices/").content.decode()
