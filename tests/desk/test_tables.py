"""Files in and out as tables at the desk, and lists of laid-off workers."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.conftest import id_number, moment
from tests.desk.conftest import sit
from tests.desk.test_sweeps import text
from tests.households.conftest import Family, House, begin, family, house, on_file
from tests.households.test_importing import book, main_row, member_row
from tests.signing_in import outbox
from workflows.base import day, spreadsheets, worker
from workflows.households import aid
from workflows.households.models import FileImport, HouseholdFile, LaidOffList
from workflows.people.models import AccessLog

__all__ = ["begin", "family", "house", "on_file"]
pytestmark = pytest.mark.django_db

ON = date(2026, 8, 14)


@pytest.fixture
def august(db: None) -> date:
    day.set_day(ON)
    return ON


def upload(content: bytes, name: str = "表.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_table_is_looked_through_then_confirmed_then_there(house: House, august: date) -> None:
    officer = sit(house.city["方敏"])
    empty = officer.get(reverse("desk:empty_table"))
    assert "可以选的" in spreadsheets.read_xlsx(empty.content)
    lacking = officer.post(reverse("desk:begin_import"), {"as_of": "2026-07-31"})
    assert (lacking.status_code, "请先选择文件" in text(lacking)) == (422, True)
    rubbish = officer.post(
        reverse("desk:begin_import"), {"as_of": "2026-07-31", "table": upload(b"PK\x03\x04x")}
    )
    assert "另存为 .xlsx" in text(rubbish)
    bad = officer.post(
        reverse("desk:begin_import"),
        {"as_of": "2026-07-31", "table": upload(book([main_row(1, 家庭人口="5")], [member_row(1)]))},
    )
    page = text(officer.get(bad.headers["Location"]))
    assert "再看一次" in page
    worker.run_once(moment(ON))
    page = text(officer.get(bad.headers["Location"]))
    assert "1 处要改" in page
    assert "一共是2人" in page
    good = officer.post(
        reverse("desk:begin_import"),
        {"as_of": "2026-07-31", "table": upload(book([main_row(1)], [member_row(1)]))},
    )
    worker.run_once(moment(ON))
    page = text(officer.get(good.headers["Location"]))
    assert "确认，导入这 1 户" in page
    assert "孙1" not in page, "a preview names nobody"
    made = FileImport.objects.get(standing="READY")
    officer.post(reverse("desk:decide_import", args=[made.pk]), {"confirm": "1"})
    worker.run_once(moment(ON))
    assert "已导入" in text(officer.get(good.headers["Location"]))
    file = HouseholdFile.objects.get()
    page = text(officer.get(reverse("desk:file", args=[file.pk])))
    assert "导入" in page


def test_who_may_not_sees_no_form_and_reaches_nothing(house: House, august: date) -> None:
    officer, other = sit(house.city["方敏"]), sit(house.city["冯远"])
    made = officer.post(
        reverse("desk:begin_import"),
        {"as_of": "2026-07-31", "table": upload(book([main_row(1)], [member_row(1)]))},
    )
    assert other.get(made.headers["Location"]).status_code == 404
    station = sit(house.city["沈梅"])
    assert "上传并检查" not in text(station.get(reverse("desk:tables")))
    assert station.post(reverse("desk:begin_import"), {}).status_code == 404
    assert station.get(reverse("desk:empty_table")).status_code == 404


def test_an_export_is_asked_for_approved_and_taken(on_file: Family, house: House, august: date) -> None:
    officer, head = sit(house.city["方敏"]), sit(house.city["罗斌"])
    assert officer.post(reverse("desk:ask_export"), {"purpose": ""}).status_code == 422
    officer.post(reverse("desk:ask_export"), {"purpose": "年度台账"})
    page = text(head.get(reverse("desk:tables")))
    assert "年度台账" in page
    address = page.split('action="')[1:]
    decide = next(each.split('"')[0] for each in address if "/decide/" in each)
    head.post(decide, {"yes": "yes"})
    assert "正在做表" in text(officer.get(reverse("desk:tables")))
    worker.run_once(moment(ON))
    page = text(officer.get(reverse("desk:tables")))
    assert "最晚2026年8月17日下载" in page
    take = next(each.split('"')[0] for each in page.split('action="')[1:] if "/take/" in each)
    table = officer.post(take)
    assert on_file.read().file_no in str(spreadsheets.read_xlsx(table.content))
    assert "下载过" in text(officer.post(take, follow=True))


def laid(place: int, **more: str) -> list[str]:
    row = {
        "姓名": f"工人{place}",
        "身份证号": id_number("369902", date(1985, 4, 1), place),
        "手机号码": f"139000001{place:02d}",
        "离岗日期": "2026-08-10",
        **more,
    }
    return list(row.values())


def told(phone: str) -> list[str]:
    """What the phone was told about a list; other tests may have written to the same number."""
    return [each["text"] for each in outbox() if each["to"] == phone and "单位有变动" in each["text"]]


TITLES = ["姓名", "身份证号", "手机号码", "离岗日期"]


def test_a_list_of_laid_off_workers_begins_their_files_and_keeps_three_dates(
    on_file: Family, house: House, august: date, django_capture_on_commit_callbacks: Any
) -> None:
    station = sit(house.city["沈梅"])
    where = {"union": "LJ-DL-E01", "condition": "去产能"}
    rows = [TITLES, laid(10), laid(11, 手机号码="12900000001"), laid(12, 离岗日期="昨天"), laid(10)]
    wrong = station.post(
        reverse("desk:take_list"), {**where, "workers": upload(spreadsheets.write_csv(rows), "名单.csv")}
    )
    page = text(wrong)
    for sentence in ("第3行：“手机号码”", "第4行：“离岗日期”", "第5行：和第2行是同一个人"):
        assert sentence in page
    assert not LaidOffList.objects.exists()
    mine = on_file.main.person
    filed = [mine.name, mine.id_no or "", "13900000199", "2026-08-10"]
    with django_capture_on_commit_callbacks(execute=True):
        done = station.post(
            reverse("desk:take_list"),
            {
                **where,
                "workers": upload(spreadsheets.write_xlsx({"名单": [TITLES, laid(10), laid(11), filed]})),
            },
        )
    assert "登录" in told("13900000110")[-1]
    assert told("13900000199") == [], "who has a file need not begin one"
    assert HouseholdFile.objects.filter(state="DRAFT").count() == 2
    aid.record(on_file.file, item="临时救助", programme_code="T", amount_fen=1, reference="x", on=ON)
    page = text(station.get(done.headers["Location"]))
    assert page.count("还没有交上来") == 2
    assert "2026年8月13日" in page
    assert "2026年8月14日" in page
    seen = AccessLog.objects.filter(person=mine, user=house.city["沈梅"].user)
    assert "下岗名单" in seen.latest("pk").why
    assert sit(house.city["冯远"]).get(done.headers["Location"]).status_code == 404


def test_a_list_says_nothing_of_a_file_in_another_county(
    on_file: Family, house: House, august: date, django_capture_on_commit_callbacks: Any
) -> None:
    """Whoever sends names and numbers in does not learn whose family is on aid elsewhere."""
    aid.record(on_file.file, item="临时救助", programme_code="T", amount_fen=1, reference="x", on=ON)
    mine, station = on_file.main.person, sit(house.city["褚岩"])
    filed = [mine.name, mine.id_no or "", "13900000198", "2026-08-10"]
    table = spreadsheets.write_xlsx({"名单": [TITLES, laid(20), filed]})
    with django_capture_on_commit_callbacks(execute=True):
        done = station.post(
            reverse("desk:take_list"),
            {"union": "LJ-LX-E01", "condition": "破产", "workers": upload(table)},
            follow=True,
        )
    assert "请2人来建档，在您这里已经有档案的0人" in text(done)
    rows = [row.split("</tr>")[0] for row in done.content.decode().split("<tr>")[2:]]
    new, other = (re.sub(r"<th.*?</th>", "", row) for row in rows)
    assert new == other
    assert told("13900000120") == told("13900000198")
    assert not AccessLog.objects.filter(person=mine, user=house.city["褚岩"].user).exists()
    page = text(sit(house.city["秦岚"]).get(done.redirect_chain[-1][0]))
    assert "2026年8月13日" in page, "the city sees both counties"
    assert AccessLog.objects.filter(person=mine, user=house.city["秦岚"].user).exists()
