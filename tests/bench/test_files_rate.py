"""20,000 files taken over from a table, written out again, and every category of them worked out anew."""

import sys
import time
from datetime import date

import pytest

from tests.conftest import City, id_number, moment
from tests.households.test_importing import AS_OF, book, main_row, member_row
from workflows.base import spreadsheets
from workflows.households import exporting, importing, sweeping
from workflows.households.models import HouseholdFile, Sweep
from workflows.network.models import UnionOrg
from workflows.policy.household.national import FILE_TITLES, FILES, MEMBER_TITLES, MEMBERS
from workflows.policy.household.national_out import rows_of
from workflows.policy.household.sweeps import Kind

FILES_IN = 20_000
AT = moment(date(2026, 8, 14))


def family(number: int) -> tuple[dict[str, str], list[dict[str, str]]]:
    """A worker with a spouse and, in every second family, a child; of as many families as 100,000 no two numbers are alike."""
    born = date(1950 + number % 40, 1 + number % 12, 1 + number % 28)
    place = 2 * (number // 480) + 1
    told = {"职工编号": f"N{number:06d}", "姓名": f"职工{number}"}
    monthly = 800 + 10 * (number % 300)
    others = [
        {
            **member_row(1),
            **told,
            "姓名": f"配偶{number}",
            "关系(是户主的)": "配偶",
            "人员身份": "失(无)业",
            "学段": "",
            "学校": "",
            "入学年份": "",
        }
    ]
    if number % 2:
        others.append({**member_row(1), **told, "姓名": f"孩子{number}"})
    for nth, other in enumerate(others):
        theirs = date(born.year + 1 + 22 * nth, born.month, born.day)
        other |= {
            "身份证号": id_number("369902", theirs, place + 1 + 420 * nth),
            "性别": "女",
            "出生日期": theirs.isoformat(),
            "年龄": "",
        }
    heads = 1 + len(others)
    head = main_row(
        1,
        **told,
        身份证号=id_number("369902", born, place),
        出生日期=born.isoformat(),
        本人月平均收入=str(monthly),
        家庭其他非薪资年收入="",
        家庭年度总收入=str(12 * monthly),
        家庭人口=str(heads),
        家庭月人均收入="",
    )
    return head, others


def line_changes() -> Sweep:
    """A sweep over every file of the city, as the line has changed."""
    return Sweep.objects.create(
        kind=Kind.LINE,
        union=UnionOrg.objects.get(code="LJ"),
        on=AT.date(),
        opened_at=AT,
        due_on=AT.date(),
        cause="city_line@2026-08-14@369900",
    )


@pytest.mark.bench
def test_twenty_thousand_files_in_under_three_minutes_and_reckoned_at_the_rate_of_a_hundred_thousand_in_ten(
    city: City,
) -> None:
    made_up = [family(number) for number in range(FILES_IN)]
    content = book(
        [head for head, _others in made_up], [each for _head, others in made_up for each in others]
    )
    officer = city["方敏"].actor

    began = time.perf_counter()
    made = importing.begin(content, as_of=AS_OF, by=officer, at=AT)
    importing.look_through(made)
    looked = time.perf_counter()
    assert made.problems == []
    importing.confirm(made, by=officer)
    made.refresh_from_db()
    importing.take_over(made)
    done = time.perf_counter()
    assert HouseholdFile.objects.in_force().count() == FILES_IN

    rows: dict[str, list[tuple[str, ...]]] = {FILES: [FILE_TITLES], MEMBERS: [MEMBER_TITLES]}
    wanted = list(HouseholdFile.objects.in_force().order_by("file_no").values_list("pk", flat=True))
    for file in exporting.each(wanted):
        for sheet, cells in rows_of(file, on=AT.date()):
            rows[sheet].append(tuple(cells))
    written = spreadsheets.write_xlsx(rows)
    out = time.perf_counter()

    sweep = line_changes()
    sweeping.fill(sweep)
    reckoned = time.perf_counter() - out
    sys.stdout.write(
        f"\n{FILES_IN:,} files: looked through {looked - began:.0f} s, taken over {done - looked:.0f} s, "
        f"written out {out - done:.0f} s ({len(written) / 1e6:.1f} MB); categories worked out anew {reckoned:.0f} s, "
        f"{FILES_IN / reckoned:.0f} a second\n"
    )
    assert sweep.cases.count() == FILES_IN
    assert done - began < 180
    assert reckoned < 600 * FILES_IN / 100_000
