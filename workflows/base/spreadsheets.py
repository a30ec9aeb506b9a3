"""Tables as files, in and out: xlsx and csv, every cell text, so that identity and card numbers stay what they are.

What comes from outside is looked at before it is unpacked, and what goes out can start nothing when it is opened.
"""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from python_calamine import CalamineError, CalamineWorkbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Row = tuple[str, ...]

MOST_BYTES: Final = 20 * 1024 * 1024
#: Unpacked, of all parts together: a file of zeros packs a thousand times smaller.
MOST_UNPACKED: Final = 400 * 1024 * 1024
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 200
#: What a spreadsheet program may take for a formula at the beginning of a cell of a csv.
_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r")
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Unreadable(ValueError):
    """The file is no such table. The message is a sentence in Chinese that says what to do."""


def read_xlsx(upload: bytes) -> dict[str, list[Row]]:
    """The rows of every sheet by its name, each cell as text; empty rows at the end are left out.

    :raises Unreadable: see above.
    """
    if len(upload) > MOST_BYTES:
        raise Unreadable(_("文件太大，请分成几份。"))
    try:
        with zipfile.ZipFile(io.BytesIO(upload)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise Unreadable(_("文件展开后太大，请分成几份。"))
        book = CalamineWorkbook.from_filelike(io.BytesIO(upload))
        return {
            name: list(_rows(book.get_sheet_by_name(name).to_python(skip_empty_area=False)))
            for name in book.sheet_names
        }
    except (zipfile.BadZipFile, CalamineError, ValueError, OSError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(_("打不开这个文件。请用 Excel 或 WPS 另存为 .xlsx 再上传。")) from error


def read_csv(upload: bytes) -> list[Row]:
    """The rows of a csv in UTF-8 or GB 18030.

    :raises Unreadable: see above.
    """
    if len(upload) > MOST_BYTES:
        raise Unreadable(_("文件太大，请分成几份。"))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = upload.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            read = csv.reader(io.StringIO(text, newline=""))
            return list(_rows([_without_guard(cell) for cell in row] for row in read))
        except csv.Error as error:
            raise Unreadable(_("这个 CSV 里有读不出来的地方。")) from error
    raise Unreadable(_("文件的编码认不出来，请另存为 UTF-8 的 CSV，或者 .xlsx。"))


def read_table(upload: bytes) -> list[Row]:
    """The first sheet of an xlsx, or a csv: which of the two it is, its first bytes say.

    :raises Unreadable: see above.
    """
    if upload.startswith(b"PK"):
        return next(iter(read_xlsx(upload).values()), [])
    return read_csv(upload)


def _rows(found: Iterable[Sequence[object]]) -> Iterator[Row]:
    waiting = 0
    for number, cells in enumerate(found):
        if number >= MOST_ROWS or len(cells) > MOST_COLUMNS:
            raise Unreadable(_("表格太大，请分成几份。"))
        row = tuple(_text(cell) for cell in cells)
        if not any(row):
            waiting += 1
            continue
        for _blank in range(waiting):
            yield ()
        waiting = 0
        yield row


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):  # a datetime is one
        return cell.strftime("%Y-%m-%d")
    return str(cell).strip()


def _without_guard(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_BEGINS) else cell


def write_xlsx(sheets: Mapping[str, Iterable[Sequence[str]]]) -> bytes:
    """A workbook with these sheets; every cell is text, also one that begins like a formula."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for row in rows:
            sheet.append([_cell(sheet, text) for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """A csv in UTF-8 with its mark, which spreadsheet programs open as it is; nothing in it is taken for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([f"'{text}" if text.startswith(_BEGINS) else text for text in row])
    return ("\ufeff" + out.getvalue()).encode()
