"""Read the bank's return file: which lines were paid, which came back and why."""

from __future__ import annotations

import csv
import io

from django.utils.translation import gettext as _

from workflows.payments.models import PaymentRun
from workflows.payments.runs import Outcome, ReturnUnreadable

LARGEST = 1024 * 1024
PAID = frozenset({"成功", "已发放", "paid"})
FAILED = frozenset({"失败", "退回", "未成功", "failed"})


def read(upload: bytes, *, run: PaymentRun) -> dict[int, Outcome]:
    """Outcomes by line number, from a CSV with the columns 批次号, 序号, 结果 and, if the bank gives one, 原因.

    UTF-8 and GB 18030 are understood.

    :raises ReturnUnreadable: with a sentence that names the row.
    """
    if len(upload) > LARGEST:
        raise ReturnUnreadable(_("回盘文件过大，请确认选对了文件。"))
    rows = csv.DictReader(io.StringIO(_text(upload), newline=""))
    if not {"批次号", "序号", "结果"} <= set(rows.fieldnames or ()):
        raise ReturnUnreadable(_("回盘文件要有“批次号”“序号”“结果”三列，第一行写列名。"))
    found: dict[int, Outcome] = {}
    for place, row in enumerate(rows, start=2):
        number, line = (row["批次号"] or "").strip(), (row["序号"] or "").strip()
        result = (row["结果"] or "").strip()
        if number != run.number:
            raise ReturnUnreadable(
                _("第%(place)s行的批次号“%(number)s”不是这个批次。") % {"place": place, "number": number[:30]}
            )
        if not line.isdecimal() or int(line) in found:
            raise ReturnUnreadable(_("第%(place)s行的序号不对，或者重复。") % {"place": place})
        if result not in PAID | FAILED:
            raise ReturnUnreadable(_("第%(place)s行的结果只能是“成功”或“失败”。") % {"place": place})
        found[int(line)] = Outcome(paid=result in PAID, word=(row.get("原因") or "").strip())
    if not found:
        raise ReturnUnreadable(_("回盘文件里没有记录。"))
    return found


def _text(upload: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return upload.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ReturnUnreadable(_("回盘文件的编码认不出来，请另存为 UTF-8 的 CSV。"))
