"""Calculation sheets and letters of a file as documents: for the family to keep, for the station to post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from workflows.base.day import date_of
from workflows.base.printing import Document, Signed, Table
from workflows.households import drawing
from workflows.households.visit_records import Record
from workflows.policy import parameters
from workflows.policy.household import signing
from workflows.policy.money import yuan

if TYPE_CHECKING:
    from workflows.households.models import CalculationSheet, FileLetter, HomeVisit, HouseholdFile


@override("zh-hans")
def of_sheet(file: HouseholdFile, sheet: CalculationSheet) -> Document | None:
    """A calculation sheet with every line; None for one that was taken over with its sums alone."""
    told = drawing.told(sheet)
    if told is None:
        return None
    lines = [
        [
            f"{line['part']}：{line['what']}",
            line["who"],
            yuan(line["said_fen"]) if line["said_fen"] else "—",
            yuan(line["fen"]),
            " ".join(
                filter(
                    None,
                    (
                        line["working"],
                        line["why"],
                        _("凭证：%(what)s") % {"what": line["evidence"]}
                        if line["evidence"]
                        else _("没有凭证"),
                    ),
                )
            ),
        ]
        for line in told.lines
    ]
    rows = [
        (parameters.CATALOGUE[row["key"]], row) for row in told.rows if row["key"] in parameters.CATALOGUE
    ]
    return Document(
        title=_("困难职工家庭测算单"),
        number=file.file_no,
        lines=[
            _("档案编号：%(number)s") % {"number": file.file_no},
            _("职工：%(name)s") % {"name": file.main.name},
            _("测算日期：%(day)s") % {"day": date_format(sheet.on, "DATE_FORMAT")},
            *(
                [_("按哪一天的标准：%(day)s") % {"day": date_format(told.of_day, "DATE_FORMAT")}]
                if told.of_day
                else []
            ),
        ],
        blocks=[
            Table(
                (5, 2, 2, 2, 7),
                (_("项目"), _("谁"), _("填报（元）"), _("计入（元）"), _("怎么算、凭什么")),
                lines,
            ),
            _("收入合计 %(income)s 元，必须的支出合计 %(spending)s 元。月人均：%(working)s")
            % {
                "income": yuan(sheet.income_fen),
                "spending": yuan(sheet.unavoidable_fen),
                "working": told.working,
            },
            *(test["says"] for test in told.tests),
            *(f"{ground['says']}（{ground['source']}）" for ground in told.grounds),
            _("结论：%(category)s") % {"category": sheet.category or _("不符合任何一类")},
            Table(
                (5, 4, 3, 3),
                (_("依据的标准"), _("数值"), _("从哪天起"), _("出处")),
                [
                    [known.name, known.words(row["value"]), str(row["from"]), str(row["source"])]
                    for known, row in rows
                ],
            ),
            _("每一行都可以用笔核对。对结果有疑问的，请找建档单位，或者打工会热线12351。"),
        ],
        signed=file.owner.name,
    )


@override("zh-hans")
def of_letter(file: HouseholdFile, letter: FileLetter) -> Document:
    """A letter as it was sent."""
    *paragraphs, signed = letter.text.split("\n\n")
    return Document(
        title=letter.title,
        number=file.file_no,
        lines=[
            _("档案编号：%(number)s") % {"number": file.file_no},
            date_format(date_of(letter.event.at), "DATE_FORMAT"),
        ],
        blocks=paragraphs,
        signed=signed,
    )


@override("zh-hans")
def of_visit(file: HouseholdFile, visit: HomeVisit) -> Document:
    """The form of a home visit with its signatures, as they stand."""
    record = Record.of(visit)
    places = [
        (
            signing.svg(each.hand.strokes) if each.hand and each.hand.strokes else "",
            each.how or (_("已签字") if each.at else _("还没有签字")),
            f"{each.of} {date_format(date_of(each.at), 'DATE_FORMAT') if each.at else ''}",
        )
        for each in record.signatures
    ]
    return Document(
        title=_("困难职工家庭入户调查表"),
        number=file.file_no,
        lines=[
            _("档案编号：%(number)s") % {"number": file.file_no},
            _("职工：%(name)s") % {"name": file.main.name},
        ],
        blocks=[
            Table((5, 14), (_("项目"), _("情况")), list(record.lines)),
            _("照片 %(n)s 张，存在档案里。") % {"n": len(record.photos)},
            Signed(places),
        ],
    )
