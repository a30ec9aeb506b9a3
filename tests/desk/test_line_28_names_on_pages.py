"""Security line 28 on pages: whatever a name is made of, lists show its first character and nothing more."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.conftest import City
from tests.desk.conftest import at, sit
from workflows.applications import review
from workflows.applications.models import Application, Notice
from workflows.policy.masking import mask_name

#: Han of every plane, long names of other peoples, Latin and full-width letters, marks, variants, dots and blanks.
LETTERS = st.one_of(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    st.characters(min_codepoint=0x3400, max_codepoint=0x4DBF),
    st.characters(min_codepoint=0x20000, max_codepoint=0x2A6DF),
    st.characters(min_codepoint=0xFF21, max_codepoint=0xFF5A),
    st.characters(min_codepoint=0x0F40, max_codepoint=0x0F6C),
    st.characters(min_codepoint=0x0621, max_codepoint=0x064A),
    st.sampled_from("·•・　 'ABCxyz&<>\"\U000e0100\ufe00\u0301"),
)
NAMES = st.one_of(
    st.text(alphabet=LETTERS, min_size=1, max_size=30),
    st.sampled_from(
        [
            "欧阳小明",
            "司马",
            "阿卜杜拉·买买提",
            "迪丽热巴·迪力木拉提",
            "𠀀𠮷",
            "葛\U000e0100明",
            "<b>王</b>",
            "王 五",
        ]
    ),
)
#: The mark every name of the test ends with: no page may show it.
TAIL = "龘齉爩"


def shown_on(text: str, before: str, after: str) -> str:
    """What a page shows between two marks, as a reader sees it."""
    cell = re.search(f"{before}(.*?){after}", text, re.DOTALL)
    assert cell, text[:400]
    return html.unescape(re.sub(r"<[^>]*>", "", cell[1])).strip()


def letters_of(name: str) -> list[str]:
    return [
        char
        for char in unicodedata.normalize("NFC", name)
        if unicodedata.category(char)[0] in "LNS" or unicodedata.category(char) == "Co"
    ]


def only_its_first(shown: str, name: str) -> bool:
    return set(shown[1:]) <= {"*"} and shown[:1] in {*letters_of(name)[:1], "*"}


@pytest.fixture
def visitor() -> Client:
    return Client()


@pytest.mark.django_db
def test_line_28_names_of_every_shape_on_the_notices_and_the_worklist(
    on_notice: Application, standing: Notice, city: City, visitor: Client
) -> None:
    colleague = sit(city["方敏"])
    person = on_notice.applicant

    @settings(
        max_examples=40,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(NAMES)
    def read(name: str) -> None:
        assume(letters_of(name) and not set(name) & set(TAIL))
        full = name + TAIL
        with transaction.atomic():
            person.name = full
            person.save(update_fields=["name"])
            Notice.objects.filter(pk=standing.pk).update(masked_name=mask_name(full))
            pages = {
                "list": visitor.get("/notices/").content.decode(),
                "notice": visitor.get(f"/notices/{standing.number}/").content.decode(),
                "worklist": colleague.get("/desk/", {"tab": "running"}).content.decode(),
            }
            transaction.set_rollback(True)
        for which, text in pages.items():
            assert not set(TAIL) & set(html.unescape(text)), which
        cell = shown_on(pages["worklist"], 'data-label="申请人">', "</td>")
        assert only_its_first(cell, full), cell
        for which in ("list", "notice"):
            assert mask_name(full) in html.unescape(pages[which])

    read()


def test_line_28_the_notice_is_posted_with_the_masked_name(
    opined: Application, city: City, visitor: Client
) -> None:
    """What stands in the row itself is masked: no page can forget it."""
    opined.applicant.name = f"迪丽热巴·{TAIL}"
    opined.applicant.save(update_fields=["name"])

    posted = review.post_notice(opined, by=city["罗斌"].actor, at=at(), note="同意。")

    assert posted.masked_name == "迪**"
