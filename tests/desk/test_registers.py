"""登记核对 at the desk: what is connected and what is not, files out, answers in, and what is wrong in them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.desk.conftest import sit
from tests.desk.test_sweeps import text
from tests.households.conftest import Family, House, begin, family, house, on_file
from tests.households.test_registers import ask, by_files, filled
from workflows.base import day, spreadsheets
from workflows.households.models import HouseholdFile, MeansCheck
from workflows.people.models import AccessLog
from workflows.policy.household import columns
from workflows.policy.household.registers import REGISTERS

__all__ = ["begin", "by_files", "family", "house", "on_file"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(on_file: Family, house: House) -> Client:
    day.set_day(on_file.at.date())
    return sit(house.city["方敏"])


def upload(client: Client, content: bytes, name: str = "回复.xlsx") -> Any:
    return client.post(
        reverse("desk:register_take", args=["means"]), {"answers": SimpleUploadedFile(name, content)}
    )


def test_what_is_not_connected_is_said_and_what_to_do(officer: Client, on_file: Family, house: House) -> None:
    ask(on_file, house, "social_aid")
    page = text(officer.get(reverse("desk:registers")))
    assert "未接入，请用公函或电话核对" in page
    assert "社会救助信息管理系统" in page


def test_files_go_out_and_come_in_and_the_family_sees_both(
    officer: Client, on_file: Family, house: House, by_files: None
) -> None:
    ask(on_file, house)
    send = reverse("desk:register_send", args=["means"])
    assert "请写明用途" in text(officer.post(send, {"as": "xlsx"}, follow=True))
    sent = officer.post(send, {"as": "xlsx", "purpose": "送市核对中心"})
    assert "HD2026-0001.xlsx" in sent.headers["Content-Disposition"]
    table = [list(row) for row in spreadsheets.read_table(sent.content)]
    filled(table, 1, 截至日期="2026-08-12", 住房套数="9.5")
    filled(table, 2, 截至日期="2026-08-12")
    wrong = upload(officer, spreadsheets.write_xlsx({"核对": table}))
    assert wrong.status_code == 422
    assert "第2行：“住房套数”：请填写整数" in text(wrong)
    assert "一行也没有记" in text(wrong)
    filled(table, 1, 住房套数="1")
    done = upload(officer, spreadsheets.write_csv(table), "回复.csv")
    assert done.status_code == 302
    assert MeansCheck.objects.get(register="means", sent_at__isnull=False).standing == "IN"
    page = text(officer.get(reverse("desk:file", args=[on_file.file.pk])))
    assert "居民家庭经济状况核对平台" in page
    assert "另一种说法" in page
    assert AccessLog.objects.filter(what="means check sent", person=on_file.main.person).exists()


def test_a_file_that_is_no_table_is_refused_in_words(
    officer: Client, on_file: Family, by_files: None
) -> None:
    assert "另存为 .xlsx" in text(upload(officer, b"PK\x03\x04rubbish"))
    assert "请先选择" in text(officer.post(reverse("desk:register_take", args=["means"])))


def test_a_station_sees_what_is_awaited_and_sends_nothing(
    on_file: Family, house: House, by_files: None
) -> None:
    ask(on_file, house)
    day.set_day(on_file.at.date())
    client = sit(house.city["沈梅"])
    assert on_file.file.file_no in text(client.get(reverse("desk:registers")))
    assert client.post(reverse("desk:register_send", args=["means"])).status_code == 404
    assert upload(client, b"x").status_code == 404


def test_another_county_sees_none_of_it(on_file: Family, house: House, by_files: None) -> None:
    ask(on_file, house)
    page = text(sit(house.city["冯远"]).get(reverse("desk:registers")))
    assert on_file.file.file_no not in page


def do(client: Client, family: Family, key: str, **typed: str) -> Any:
    family.read()
    sent = {f"{key}-{name}": value for name, value in typed.items()} | {"seen": family.file.turn}
    return client.post(reverse("desk:do_file", args=[family.file.pk, key]), sent)


def test_each_register_is_answered_in_its_own_panel_and_stands_side_by_side(
    officer: Client, on_file: Family, house: House, django_assert_max_num_queries: Any
) -> None:
    checks = {key: str(ask(on_file, house, key).pk) for key in ("means", "social_aid", "members")}
    page = reverse("desk:file", args=[on_file.file.pk])
    officer.get(page)
    with django_assert_max_num_queries(14):
        shown = text(officer.get(page))
    assert all(reverse("desk:do_file", args=[on_file.file.pk, f"answered-{key}"]) in shown for key in checks)
    said = {"check": checks["social_aid"], "as_of": "2026-08-12"}
    assert do(officer, on_file, "answered-social_aid", **said, **{"home-0": "yes"}).status_code == 302
    assert MeansCheck.objects.get(register="social_aid").answered_by == house.city["方敏"].post
    assert MeansCheck.objects.get(pk=checks["means"]).standing == "SENT"
    stale = do(officer, on_file, "answered-social_aid", **said, **{"home-0": "no"})
    assert (stale.status_code, "刚刚有人办过" in text(stale)) == (422, True)
    me, him = on_file.file.members.order_by("pk")
    members = {"check": checks["members"], "as_of": "2026-08-12", "unknown": str(him.pk)}
    titles = [column.item.key for column in columns.columns(REGISTERS["members"])]
    unit, number = titles.index("unit"), titles.index("member_no")
    refused = do(officer, on_file, "answered-members", **members, **{f"m{him.pk}-{unit}": "澜江物流"})
    assert (refused.status_code, "勾了没有记录" in text(refused)) == (422, True)
    kept = {f"m{me.pk}-{unit}": "澜江纺织有限公司", f"m{me.pk}-{number}": "HY0001"}
    assert do(officer, on_file, "answered-members", **members, **kept).status_code == 302
    shown = text(officer.get(page))
    assert "登记机关说的不一样" in shown
    assert shown.count("另一种说法") == 1, "the same said by another is not another telling"
    assert "HY0001" in shown


def test_who_signs_as_second_reads_the_reason_and_the_head_sees_it_afterwards(
    officer: Client, on_file: Family, house: House
) -> None:
    check = ask(on_file, house)
    assert do(officer, on_file, "waive-means", check=str(check.pk), why="平台检修一周").status_code == 302
    head, page = sit(house.city["罗斌"]), reverse("desk:file", args=[on_file.file.pk])
    shown = text(head.get(page))
    assert "写的理由：平台检修一周" in shown
    assert "还没有人会签" in shown
    assert do(officer, on_file, "wait-means", check=str(check.pk)).status_code == 302
    do(officer, on_file, "waive-means", check=str(check.pk), why="平台还在检修")
    assert do(head, on_file, "countersign-means", check=str(check.pk)).status_code == 302
    HouseholdFile.objects.filter(pk=on_file.file.pk).update(state="COUNTY_REVIEW")
    assert "平台还在检修" in text(head.get(page))


def test_a_batch_is_taken_again_by_its_number(
    officer: Client, on_file: Family, house: House, by_files: None
) -> None:
    ask(on_file, house)
    officer.post(reverse("desk:register_send", args=["means"]), {"as": "xlsx", "purpose": "送核对中心"})
    again = reverse("desk:register_send_again", args=["HD2026-0001"])
    assert again in text(officer.get(reverse("desk:registers")))
    assert "请写明用途" in text(officer.post(again, {"as": "xlsx"}, follow=True))
    taken = officer.post(again, {"as": "xlsx", "purpose": "原件损坏"})
    assert "原件损坏" in spreadsheets.read_xlsx(taken.content)["说明"][0][0]
