"""Sheets and letters as PDF: all of it is there, in letters that can be read and searched."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime

import pikepdf
import pytest
from django.urls import reverse

from tests.conftest import Worker
from tests.desk.conftest import sit
from tests.desk.test_sweeps import text
from tests.households.conftest import Family, House
from tests.portal.conftest import phone_of
from workflows.base import day, printing
from workflows.base.printing import Document, NoFont, Table
from workflows.households import papers, running
from workflows.households.models import HouseholdFile
from workflows.people.models import AccessLog

pytestmark = pytest.mark.django_db

AT = datetime(2026, 8, 13, 1, tzinfo=UTC)


def words(content: bytes) -> str:
    """What a reader that speaks would read: the text of a PDF by its own table of characters."""
    found = []
    with pikepdf.open(io.BytesIO(content)) as document:
        for page in document.pages:
            tables = {str(name): _table(font) for name, font in page.Resources.Font.items()}
            font = ""
            for step in pikepdf.parse_content_stream(page):
                operands, operator = step.operands, step.operator
                if str(operator) == "Tf":
                    font = str(operands[0])
                for shown in _shown(operands, str(operator)):
                    found += [tables[font].get(shown[n : n + 2], "?") for n in range(0, len(shown), 2)]
    return "".join(found)


def _shown(operands: object, operator: str) -> list[bytes]:
    if operator == "Tj":
        return [bytes(operands[0])]  # type: ignore[index]  # pikepdf's operands have no type
    if operator == "TJ":
        return [bytes(each) for each in operands[0] if isinstance(each, pikepdf.String)]  # type: ignore[index]  # as above
    return []


def _table(font: pikepdf.Object) -> dict[bytes, str]:
    told = bytes(font.ToUnicode.read_bytes()).decode("latin-1")
    pairs = re.findall(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>", told)
    return {bytes.fromhex(code): bytes.fromhex(sign).decode("utf-16-be") for code, sign in pairs}


def test_a_document_is_the_same_each_time_tagged_and_no_markup_is_read_in_it() -> None:
    document = Document(
        title="告知信",
        number="JD1",
        blocks=['#panic("x") *不是粗体* $x$ @a <b>', Table((1, 2), ("项", "元"), [["a", "1"]])],
    )
    made = printing.pdf(document, at=AT)
    assert made == printing.pdf(document, at=AT)
    assert '#panic("x")*不是粗体*$x$@a<b>' in re.sub(r"\s", "", words(made))
    with pikepdf.open(io.BytesIO(made)) as read:
        assert read.Root.MarkInfo.Marked
        assert len(read.pages) == 1


def test_the_sheet_says_every_line_and_the_conclusion(on_file: Family) -> None:
    sheet = on_file.read().sheets.get()
    document = papers.of_sheet(on_file.file, sheet)
    assert document is not None
    told = re.sub(r"\s", "", words(printing.pdf(document, at=AT)))
    assert on_file.file.file_no in told
    assert "（24,000−20,000）÷12个月÷2人=166.67元" in told
    assert "结论：深度困难" in told
    assert "城市低保标准" in told


def test_a_machine_without_a_font_says_so_and_shows_the_page(
    on_file: Family, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "font", lambda: None)
    with pytest.raises(NoFont):
        printing.pdf(Document("t", "n", []), at=AT)
    day.set_day(on_file.at.date())
    sheet = on_file.file.sheets.get()
    address = reverse("desk:sheet_pdf", args=[on_file.file.pk, sheet.pk])
    page = sit(house.city["方敏"]).post(address, {"purpose": "办理这一步"}, follow=True)
    assert "fonts-noto-cjk" in text(page)


def test_the_family_and_the_centre_keep_both_and_strangers_neither(on_file: Family, house: House) -> None:
    running.close(
        on_file.read(), reason="家庭申请", explanation="自己要求的。", by=house.actor("罗斌"), at=on_file.at
    )
    day.set_day(on_file.at.date())
    file, sheet = on_file.read(), on_file.file.sheets.get()
    family, desk = phone_of(on_file.main), sit(house.city["方敏"])
    page = text(family.get(reverse("portal:household")))
    assert "166.67元" in page
    for client, letter, drawn in (
        (
            family,
            reverse("portal:household_letter", args=[file.turn]),
            reverse("portal:household_sheet", args=[sheet.pk]),
        ),
        (
            desk,
            reverse("desk:letter_pdf", args=[file.pk, file.turn]),
            reverse("desk:sheet_pdf", args=[file.pk, sheet.pk]),
        ),
    ):
        for address, said in ((letter, "自己要求的"), (drawn, "测算单")):
            if client is desk:
                asks = client.get(address)
                assert asks.headers["Content-Type"].startswith("text/html")
                assert "166.67" not in text(asks)
                assert "自己要求的" not in text(asks)
                answer = client.post(address, {"purpose": "答复本人询问"})
            else:
                answer = client.get(address)
            assert answer.headers["Content-Type"] == "application/pdf"
            assert said in re.sub(r"\s", "", words(answer.content))
    assert AccessLog.objects.filter(what="letter of a file", person=on_file.main.person).count() == 1
    stranger = sit(house.city["冯远"])
    assert stranger.get(reverse("desk:letter_pdf", args=[file.pk, file.turn])).status_code == 404
    assert stranger.get(reverse("desk:sheet_pdf", args=[file.pk, sheet.pk])).status_code == 404
    assert family.get(reverse("portal:household_sheet", args=[sheet.pk + 99])).status_code == 404


def test_of_a_sheet_with_its_sums_alone_the_family_is_told_the_sums(
    wang: Worker, wang_file: HouseholdFile
) -> None:
    """A file taken over from former years: no dead link, and nothing that was handed in is asked for as if it were not."""
    day.set_day(date(2026, 8, 3))
    sheet = wang_file.sheets.get()
    page = text(phone_of(wang).get(reverse("portal:household")))
    assert reverse("portal:household_sheet", args=[sheet.pk]) not in page
    assert "逐项的没有留在这里" in page
    assert "没有登记" in page
    assert "要填" not in page
