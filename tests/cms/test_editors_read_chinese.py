"""What editors read is Chinese: no English sentence, and no English word of Wagtail's, where they arrive and write."""

import html
import json
import re
from collections.abc import Callable, Iterator

import pytest
from bs4 import BeautifulSoup, Comment
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation.trans_real import DjangoTranslation

from cms.models import ProgrammePage
from tests.cms.conftest import Newsroom
from tools import wagtail_texts
from workflows.people.models import User

#: Attributes that are shown or read out.
SAID = ("alt", "aria-description", "aria-label", "placeholder", "title")
SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:]? [A-Za-z]{2,}")


def said(page: str) -> Iterator[str]:
    """Each piece of text of a page that somebody sees or hears."""
    soup = BeautifulSoup(page, "html.parser")
    # A counter of a side panel stays hidden, with Python's "None" in it, until there is something to count.
    for tag in soup.select("script, style, template, [data-side-panel-toggle-counter][hidden]"):
        tag.decompose()
    for text in soup.find_all(string=True):
        if not isinstance(text, Comment):
            yield " ".join(text.split())
    for tag in soup.find_all(True):
        yield from (" ".join(str(tag[name]).split()) for name in SAID if tag.get(name))


def english(page: str) -> set[str]:
    """The English in a page: whatever reads as a sentence, and Wagtail's words."""
    words = {text.singular for text in wagtail_texts.english(settings.INSTALLED_APPS, "django")} - {
        "URL",
        "ID",
    }
    return {text for text in said(page) if text in words or SENTENCE.search(text)}


def test_english_is_noticed() -> None:
    page = (
        '<p>Save draft</p><p>你好</p><b aria-label="Actions">网址 URL</b><script>no one reads this</script>'
    )

    assert english(page) == {"Save draft", "Actions"}


@pytest.mark.parametrize("place", ["home", "editor", "folder", "history", "usage"])
def test_where_editors_write_there_is_no_english(
    golden_page: ProgrammePage, newsroom: Newsroom, desk_of: Callable[[User], Client], place: str
) -> None:
    newsroom.gao.is_superuser = True  # who may do everything sees most
    newsroom.gao.save()
    page = golden_page.pk
    address = {
        "home": reverse("wagtailadmin_home"),
        "editor": reverse("wagtailadmin_pages:edit", args=[page]),
        "folder": reverse("wagtailadmin_explore", args=[golden_page.get_parent().pk]),
        "history": reverse("wagtailadmin_pages:history", args=[page]),
        "usage": reverse("wagtailadmin_pages:usage", args=[page]),
    }[place]

    answer = desk_of(newsroom.gao).get(address)

    assert answer.status_code == 200
    assert english(answer.content.decode()) == set()


def test_the_scripts_of_the_editor_speak_chinese(
    newsroom: Newsroom, desk_of: Callable[[User], Client]
) -> None:
    """Wagtail hands its scripts a list of texts: all of them are in it."""
    answer = desk_of(newsroom.lin).get(reverse("wagtailadmin_javascript_catalog"))
    handed = answer.content.decode()
    spoken = DjangoTranslation("zh-hans", domain="djangojs")

    texts = wagtail_texts.english(["wagtail.admin"], "djangojs")
    missing = [
        text.singular
        for text in texts
        if json.dumps(
            spoken.ngettext(text.singular, text.plural, 5) if text.plural else spoken.gettext(text.singular)
        )
        not in html.unescape(handed)
    ]

    assert len(texts) > 80
    assert missing == []
