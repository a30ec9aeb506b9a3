"""A file through its pages, from the first form on a phone to the city's record: what each desk sees, and may not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from tests.conftest import City, Worker, enrol, hire, id_number, moment
from tests.desk.conftest import sit
from tests.portal.conftest import phone_of
from tests.signing_in import last_code
from workflows.base import day, printing
from workflows.households import checking, daily, deciding, saying
from workflows.households.models import HouseholdFile, Member, Statement
from workflows.people.models import AccessLog
from workflows.policy.household import columns
from workflows.policy.household.lifecycle import FileState
from workflows.policy.household.registers import REGISTERS
from workflows.policy.roles import Role

pytestmark = pytest.mark.django_db

HOME = {
    "address": "东岭区纺织路8号2栋302",
    "main_cause": "患重特大疾病",
    "housing": "承租单位公房",
    "homes": "0",
    "shop_or_hires": "no",
    "controls_company": "no",
    "vehicle": "no",
    "high_fee_school": "no",
    "web_notice": "yes",
}
PERSON = {
    "ethnic": "汉族",
    "political": "群众",
    "marital": "已婚",
    "register_region": "369902",
    "model_worker": "非劳模",
    "phone": "13900000040",
    "identity": "在岗",
    "work": "在岗",
    "able": "yes",
    "health": "良好",
    "medical_cover": "城镇职工",
}
ILL = {**PERSON, "health": "终末期肾病", "illness": "尿毒症", "work": "病休", "able": "no"}


@pytest.fixture
def liu(city: City) -> Worker:
    """刘桂英 of 澜江纺织."""
    return enrol("刘桂英", id_number("369902", date(1979, 6, 1), 40), "13900000040")


@pytest.fixture
def staff(city: City) -> Callable[[str], Client]:
    """Browsers of the named staff; 赵敏 and 钱进 visit."""
    for place, name in enumerate(("赵敏", "钱进"), start=301):
        city.staff[name] = hire(name, Role.ACCEPTOR, city.unions["LJ-DL-E01"], place=place)
    return lambda name: sit(city[name])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def where(file: HouseholdFile) -> str:
    """The state in which the file lies in the database now."""
    file.refresh_from_db()
    return str(file.state)


def fill_in(phone: Client, liu: Worker) -> HouseholdFile:
    """Everything a family types, with slips on the way."""
    page = reverse("portal:household")
    assert "建一份档案" in text(phone.get(page))
    assert phone.post(page, {"union": ""}).status_code == 200
    assert HouseholdFile.objects.count() == 0
    phone.post(page, {"union": "LJ-DL-E01"})
    file = HouseholdFile.objects.get()
    slip = phone.post(
        reverse("portal:household_part", args=["home"]), {**HOME, "address": "", "postcode": "25"}
    )
    assert slip.status_code == 422
    assert "请填写家庭住址。" in text(slip)
    assert "邮政编码是6位数字。" in text(slip)
    assert 'value="25"' in text(slip), "what was typed is still there"
    assert phone.post(reverse("portal:household_part", args=["home"]), HOME).status_code == 302
    husband = {"name": "陈立", "id_no": id_number("369902", date(1978, 3, 2), 61), "relation": "配偶"}
    wrong = phone.post(reverse("portal:household_member"), {**husband, "id_no": husband["id_no"][:-1] + "?"})
    assert wrong.status_code == 422
    assert "第18位应为数字或X" in text(wrong)
    phone.post(reverse("portal:household_member"), husband)
    me, him = file.members.order_by("pk")

    def part(member: Any, key: str) -> str:
        return reverse("portal:household_member_part", args=[member.pk, key])

    slip = phone.post(part(me, "person"), {**PERSON, "marital": "", "phone": ""})
    assert "请选择婚姻状况。" in text(slip), "the national form stars it"
    assert "请填写手机号码。" in text(slip)
    phone.post(part(me, "person"), PERSON)
    phone.post(part(me, "income"), {"kind": "WAGE", "fen": "24,000", "evidence": "单位工资证明"})
    phone.post(part(me, "income"), {"kind": "RENT", "fen": "100"})
    rent = Statement.objects.standing().get(part="income", place=1)
    phone.post(reverse("portal:household_member_row_remove", args=[me.pk, "income", rent.pk]))
    assert phone.post(part(him, "person"), {**ILL, "phone": ""}).status_code == 302, "his is not starred"
    phone.post(part(him, "income"), {"kind": "NONE", "fen": "0", "evidence": "单位停发工资的证明"})
    phone.post(
        part(him, "spending"), {"kind": "ILLNESS", "paid": "30000", "back": "10000", "evidence": "结算单"}
    )
    assert "24,000元" in text(phone.get(part(me, "income")))
    too_early = phone.post(reverse("portal:household_submit"), follow=True)
    assert "还没有同意核对的" in text(too_early)
    both = phone.post(reverse("portal:household_agree"), {"member": [str(me.pk), str(him.pk)]}, follow=True)
    assert "陈立是成年人，要本人同意" in text(both)
    agrees_by_code(phone, him)
    sent = phone.post(reverse("portal:household_submit"), follow=True)
    assert "已经交上去了" in text(sent)
    assert where(file) == FileState.SUBMITTED
    return file


def agrees_by_code(phone: Client, him: Member) -> None:
    """陈立 has the code on his own phone, and tells it."""
    own = phone.post(reverse("portal:household_by_code", args=[him.pk]), {"phone": "13900000040"})
    assert "这是您登录用的手机" in text(own)
    sent = phone.post(reverse("portal:household_by_code", args=[him.pk]), {"phone": "139 0000 0061"})
    enter = reverse("portal:household_code", args=[him.pk])
    assert sent.headers["Location"] == enter
    code = last_code(to="13900000061")
    wrong = phone.post(enter, {"code": f"{(int(code) + 1) % 10**6:06d}"})
    assert (wrong.status_code, "验证码不对" in text(wrong)) == (422, True)
    assert phone.post(enter, {"code": code}).status_code == 302


def whole_file(phone: Client) -> dict[str, bytes]:
    """What the family downloads, by name."""
    answer = phone.get(reverse("portal:household_download"))
    assert "no-store" in answer.headers["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sign(desk: Client, record: str, **typed: str) -> Any:
    """Sign what the page of a visit shows."""
    seen = text(desk.get(record)).partition('name="seen_as" value="')[2].partition('"')[0]
    return desk.post(record, {**typed, "seen_as": seen})


def step(desk: Client, file: HouseholdFile, key: str, **typed: Any) -> Any:
    """Press a button on the page of a file, as it shows it."""
    page = reverse("desk:file", args=[file.pk])
    shown = text(desk.get(page))
    address = reverse("desk:do_file", args=[file.pk, key])
    assert address in shown, f"{key} is not there"
    file.refresh_from_db()
    sent = {f"{key}-{name}": value for name, value in typed.items()} | {"seen": file.turn}
    answer = desk.post(address, sent)
    file.refresh_from_db()
    return answer


def test_a_file_from_the_phone_to_the_record(
    liu: Worker, city: City, staff: Callable[[str], Client], monday: date
) -> None:
    phone = phone_of(liu)
    file = fill_in(phone, liu)

    # The station: what is sealed shows only for a purpose, which is written down.
    shen = staff("沈梅")
    page = reverse("desk:file", args=[file.pk])
    shown = text(shen.get(page))
    assert "纺织路8号" not in shown
    assert "尿毒症" not in shown
    assert escape("●●●") in shown
    assert shen.post(reverse("desk:open_file", args=[file.pk]), {"purpose": ""}).status_code == 422
    opened = text(shen.post(reverse("desk:open_file", args=[file.pk]), {"purpose": "办理这一步"}))
    assert "纺织路8号" in opened
    assert "尿毒症" in opened
    log = AccessLog.objects.filter(ref=file.file_no, what="household file, opened").get()
    assert log.why == f"{city['沈梅'].post} · 办理这一步"
    assert "办理这一步" in text(phone.get(reverse("portal:household"))), "the family sees who looked, and why"
    assert step(shen, file, "accept", note="").status_code == 302

    # Two visit; nobody else signs for them.
    city_posts = {name: city[name].post.pk for name in ("赵敏", "钱进")}
    alone = step(shen, file, "arrange", first=city_posts["赵敏"], second=city_posts["赵敏"], unrelated="on")
    assert alone.status_code == 422
    assert "入户要两个人" in text(alone)
    step(shen, file, "arrange", first=city_posts["赵敏"], second=city_posts["钱进"], unrelated="on")
    assert where(file) == FileState.VISITING
    living = {
        f"living_{key}": "yes" for key in ("food", "clothes", "schooling", "medical", "housing", "water")
    }
    seen = {
        "visited_on": "2026-08-03",
        "minutes": "40",
        "met": "刘桂英",
        "seen": "租房，丈夫透析。",
        "next_step": "联系医疗救助。",
    }
    write, record = (reverse(f"desk:{name}", args=[file.pk]) for name in ("visit", "visit_record"))
    zhao, qian = staff("赵敏"), staff("钱进")
    assert write in text(zhao.get(reverse("desk:file", args=[file.pk])))
    half = zhao.post(write, seen)
    assert half.status_code == 422
    assert "租房，丈夫透析。" in text(half), "nothing typed is lost"
    assert zhao.post(write, {**seen, **living}).headers["Location"] == record
    sign(zhao, record, who="own")
    sign(qian, record, who="own")
    refused = step(staff("何强"), file, "finish-visit", note="")
    assert refused.status_code == 422
    unable = {"who": "family", "name": "刘桂英", "way": "READ_OUT"}
    assert "请写明原因" in text(sign(qian, record, **unable))
    sign(qian, record, **unable, why="手抖写不了字，念了两遍，点头同意")
    assert "租房，丈夫透析。" not in text(staff("何强").get(record)), (
        "sealed until it is opened for a purpose"
    )
    assert staff("何强").post(record, {"purpose": ""}).status_code == 422
    read = staff("何强").post(record, {"purpose": "入户调查"})
    assert "租房，丈夫透析。" in text(read), "who checks the visit reads what was found"
    paper = reverse("desk:visit_pdf", args=[file.pk, file.visits.get().pk])
    assert staff("何强").get(paper).headers["Location"] == record
    assert staff("何强").post(paper, {"purpose": "入户调查"}).headers["Content-Type"] == "application/pdf"
    step(staff("何强"), file, "finish-visit", note="属实。")
    assert where(file) == FileState.CHECKING

    # The county asks, and what is answered stands beside.
    fang, luo = staff("方敏"), staff("罗斌")
    step(fang, file, "ask", register="means", purpose="困难职工建档核对")
    check = str(file.checks.get().pk)
    only_a_day = step(fang, file, "answered-means", check=check, as_of="2026-07-31")
    assert only_a_day.status_code == 422
    assert "请至少填一项回复" in text(only_a_day)
    names = {column.title: f"home-{n}" for n, column in enumerate(columns.columns(REGISTERS["means"]))}
    told = {names["住房套数"]: "1", names["有机动车，或者经常使用机动车"]: "no"}
    assert step(fang, file, "answered-means", check=check, as_of="2026-07-31", **told).status_code == 302
    home = Statement.objects.filter(file=file, part="home")
    assert [each.source for each in home] == ["FAMILY", "REGISTER"]
    assert "居民家庭经济状况核对平台" in text(fang.get(page))
    step(fang, file, "verify", cooperates="yes", refused_work="no", note="")
    step(fang, file, "finish-check", note="")
    assert where(file) == FileState.COUNTY_REVIEW
    early = step(luo, file, "agree", note="")
    assert early.status_code == 422
    assert "还没有定稿的测算单" in text(early)
    step(luo, file, "draw")
    assert "166.67" in text(luo.get(page))
    step(luo, file, "agree", note="同意。")
    assert where(file) == FileState.PUBLIC_NOTICE
    posted = text(Client().get("/notices/"))
    assert "刘**" in posted
    assert "困难职工建档" in posted
    assert not [
        private for private in ("刘桂英", "纺织路", "透析", "深度困难", "369902") if private in posted
    ]
    assert "刘**" in text(fang.get(reverse("desk:file_notice_sheet", args=[file.pk])))
    day.set_day(date(2026, 8, 11))
    assert "刘**" not in text(Client().get("/notices/"))
    daily.tick(at=moment(date(2026, 8, 11)))
    file.refresh_from_db()
    step(staff("秦岚"), file, "record", note="")
    assert (where(file), file.category, file.file_no) == (
        FileState.ACTIVE,
        "深度困难",
        "困档369902-2026-0001",
    )
    mine = text(phone.get(reverse("portal:household")))
    assert "在档" in mine
    assert "家里有变化" in mine
    reported = phone.post(
        reverse("portal:household_report"), {"what": "丈夫做了移植，能上班了。"}, follow=True
    )
    assert "会有人来核实" in text(reported)
    file.refresh_from_db()
    assert (where(file), file.stands) == (FileState.RECHECK, "ACTIVE")
    again = phone.post(reverse("portal:household_report"), {"what": "女儿考上了大学。"}, follow=True)
    assert "女儿考上了大学" in text(again), "while it is looked into, the family sees what it has reported"
    kept = whole_file(phone)
    words = kept.pop(f"{file.file_no}.txt").decode()
    for phrase in (
        "东岭区纺织路8号2栋302",
        "【必须的支出】家庭填写",
        "居民家庭经济状况核对平台 2026年7月31日",
        "本人用自己的手机验证码同意",
        "租房，丈夫透析。",
        f"{city['沈梅'].post} · 办理这一步",
    ):
        assert phrase in words
    if printing.font() is not None:
        assert {name.split("-")[0] for name in kept} == {"测算单", "入户调查"}
        assert all(content.startswith(b"%PDF") for content in kept.values())


def test_the_other_county_and_finance_see_no_file(
    liu: Worker, city: City, staff: Callable[[str], Client], monday: date
) -> None:
    file = fill_in(phone_of(liu), liu)
    for stranger in ("柳青", "邵军", "魏平"):
        desk = staff(stranger)
        assert desk.get(reverse("desk:file", args=[file.pk])).status_code == 404
        assert desk.post(reverse("desk:do_file", args=[file.pk, "accept"]), {"seen": 1}).status_code == 404
    assert where(file) == FileState.SUBMITTED


def test_a_step_from_an_old_page_is_not_taken(
    liu: Worker, city: City, staff: Callable[[str], Client], monday: date
) -> None:
    file = fill_in(phone_of(liu), liu)
    step(staff("沈梅"), file, "accept", note="")
    late = staff("赵敏").post(
        reverse("desk:do_file", args=[file.pk, "send-back"]),
        {"seen": 1, "send-back-missing": "户口簿：要看家庭关系"},
    )
    assert late.status_code == 409
    assert "刚刚被别人处理过了" in text(late)


def test_a_file_that_is_sent_back_shows_its_list_to_the_family(
    liu: Worker, city: City, staff: Callable[[str], Client], monday: date
) -> None:
    phone = phone_of(liu)
    file = fill_in(phone, liu)
    nothing = step(staff("沈梅"), file, "send-back", missing="收入证明")
    assert nothing.status_code == 422
    assert "每一行都要有冒号" in text(nothing)
    step(staff("沈梅"), file, "send-back", missing="收入证明：单位盖章的工资表\n诊断书：二级以上医院")
    shown = text(phone.get(reverse("portal:household")))
    assert "收入证明：单位盖章的工资表" in shown
    assert "8月17日" in shown
    phone.post(reverse("portal:household_submit"))
    assert where(file) == FileState.SUBMITTED
    assert reverse("desk:do_file", args=[file.pk, "send-back"]) not in text(
        staff("沈梅").get(reverse("desk:file", args=[file.pk]))
    )


def test_the_page_of_a_file_asks_the_database_fourteen_times_at_most(
    liu: Worker, city: City, staff: Callable[[str], Client], monday: date, django_assert_max_num_queries: Any
) -> None:
    """Besides the session, the sign-in and the posts, which every page of the desk reads."""
    file = fill_in(phone_of(liu), liu)
    desk = staff("沈梅")
    page = reverse("desk:file", args=[file.pk])
    desk.get(page)
    with django_assert_max_num_queries(14) as asked:
        desk.get(page)
    assert len(asked) > 5


def at_review(file: HouseholdFile, city: City) -> None:
    """The file before the county head, with what was verified and a frozen sheet."""
    on = moment(date(2026, 8, 3))
    HouseholdFile.objects.update(state=FileState.COUNTY_REVIEW, since=date(2026, 8, 3))
    file.refresh_from_db()
    verified = {"cooperates": True, "refused_work": False}
    checking.verify(file, verified, by=city["方敏"].actor, at=on)
    deciding.draw(file, by=city["方敏"].actor, at=on)


def test_anybody_objects_on_the_web_and_the_county_answers(
    liu: Worker, city: City, staff: Callable[[str], Client], monday: date
) -> None:
    """The notice pauses; who said it stands on no page of the family."""
    phone = phone_of(liu)
    file = fill_in(phone, liu)
    at_review(file, city)
    luo, fang = staff("罗斌"), staff("方敏")
    sheets = file.sheets.count()
    address = reverse("desk:do_file", args=[file.pk, "draw"])
    assert staff("沈梅").post(address, {"seen": file.turn}).status_code == 422, "the station draws no sheet"
    assert file.sheets.count() == sheets
    shut = staff("沈梅").post(reverse("desk:do_file", args=[file.pk, "answered-means"]), {"seen": file.turn})
    assert shut.status_code == 422
    assert "不归您的岗位办" in text(shut)
    step(luo, file, "agree", note="")
    page = reverse("open_data:notice", args=[file.notices.get().number])
    assert Client().post(page, {"content": ""}).status_code == 422
    told = Client().post(page, {"content": "他家有两套房。", "name": "邻居甲"})
    assert told.status_code == 302
    assert where(file) == FileState.SUSPENDED
    assert "刘**" not in text(Client().get(page)), "while it is looked into nothing is shown"
    assert "邻居甲" not in text(phone.get(reverse("portal:household")))
    step(fang, file, "answer", upheld="no", finding="一套是单位公房。")
    step(luo, file, "resume", finding="已答复，不成立。")
    assert where(file) == FileState.PUBLIC_NOTICE
    own = text(phone.get(reverse("portal:household")))
    assert "公示异议的书面答复" in own
    assert "一套是单位公房。" in own
    assert "邻居甲" not in own


def test_a_family_that_refuses_the_web_is_posted_as_agreed_with_it(
    liu: Worker, city: City, staff: Callable[[str], Client], monday: date
) -> None:
    file = fill_in(phone_of(liu), liu)
    home = saying.now(file).counting("home")[0].row()
    at = moment(date(2026, 8, 3))
    saying.say(file, "home", [{**home, "web_notice": False}], by=city["沈梅"].actor, at=at)
    at_review(file, city)
    luo = staff("罗斌")
    refused = step(luo, file, "agree", note="")
    assert refused.status_code == 422
    assert "这家没有同意网上公示" in text(refused)
    step(luo, file, "agree", note="与家庭商定只在单位张贴。")
    assert where(file) == FileState.PUBLIC_NOTICE
    assert "刘**" not in text(Client().get("/notices/"))
