"""Tables as files come back as they were, start nothing, and no bomb is unpacked."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from workflows.base import spreadsheets
from workflows.base.spreadsheets import Unreadable

signs = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff\ufffe\uffff")
cells = st.text(signs, max_size=12).map(str.strip)
tables = st.lists(st.lists(cells, min_size=1, max_size=4).map(tuple), max_size=5).filter(
    lambda rows: all(any(row) for row in rows)
)


@given(tables)
def test_what_is_written_is_read_again(rows: list[tuple[str, ...]]) -> None:
    wide = max(map(len, rows), default=0)

    def padded(found: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        return [row + ("",) * (wide - len(row)) for row in found]

    assert padded(spreadsheets.read_xlsx(spreadsheets.write_xlsx({"表": rows}))["表"]) == padded(rows)
    assert spreadsheets.read_csv(spreadsheets.write_csv(rows)) == rows


def test_a_long_number_stays_a_number_of_that_length() -> None:
    number = "369902198307150010"
    assert spreadsheets.read_table(spreadsheets.write_xlsx({"表": [[number]]})) == [(number,)]


def test_nothing_that_goes_out_is_a_formula() -> None:
    book = load_workbook(io.BytesIO(spreadsheets.write_xlsx({"表": [["=1+1", "@x", "+86"]]})))
    assert [cell.data_type for cell in next(book.worksheets[0].iter_rows())] == ["s", "s", "s"]
    assert spreadsheets.write_csv([["=1+1", "-3", "x"]]).decode("utf-8-sig") == "'=1+1,'-3,x\r\n"


def test_a_bomb_is_not_unpacked() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (spreadsheets.MOST_UNPACKED + 1))
    with pytest.raises(Unreadable, match="展开后太大"):
        spreadsheets.read_xlsx(bomb.getvalue())


@pytest.mark.parametrize("upload", [b"", b"PK\x03\x04rubbish", b"<html>", b"\xff\xfe\x00\x01" * 9])
def test_what_is_no_table_is_refused_in_words(upload: bytes) -> None:
    with pytest.raises(Unreadable):
        spreadsheets.read_xlsx(upload)


def test_gb18030_is_understood() -> None:
    assert spreadsheets.read_table("姓名,住址\r\n陈立,东岭区\r\n".encode("gb18030")) == [
        ("姓名", "住址"),
        ("陈立", "东岭区"),
    ]
