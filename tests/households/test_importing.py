"""Files taken over from tables: every bad cell is named, nothing is half there, and what comes in goes out the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import City, hire, id_number, moment
from tests.households.conftest import PERSON, Family, House
from workflows.base import day, spreadsheets, worker
from workflows.base.day import date_of
from workflows.base.models import Counter, OutboxItem
from workflows.households import (
    correcting,
    daily,
    deciding,
    drafting,
    exporting,
    importing,
    quality,
    saying,
    taking_over,
)
from workflows.households.models import FileExport, FileImport, HouseholdFile, Member, Statement
from workflows.households.moving import FileMoveNotAllowed
from workflows.network.actors import Actor
from workflows.people.models import AccessLog, Person
from workflows.policy.household import enumerations as enums
from workflows.policy.household.national import FILE_TITLES, FILES, MEMBER_TITLES, MEMBERS, Problem
from workflows.policy.household.national_in import read
from workflows.policy.household.national_out import rows_of
from workflows.policy.roles import Role

pytestmark = pytest.mark.django_db

AS_OF = date(2026, 7, 31)
AT = moment(date(2026, 8, 14))
UNIT = "澜江纺织有限公司工会"


def main_row(place: int, **more: str) -> dict[str, str]:
    """A family of 澜江纺织: 孙某 with 2,000 a month and a child, 400 of rent a year."""
    return {
        "职工编号": f"困档369902-2019-{place:04d}",
        "困难类别": "相对困难",
        "建档单位": UNIT,
        "建档日期": "2019-05-06",
        "姓名": f"孙{place}",
        "性别": "男",
        "身份证号": id_number("369902", date(1975, 5, 6), 2 * place + 101),
        "出生日期": "1975-05-06",
        "健康状况": "良好",
        "人员身份": "在岗",
        "工作状态": "在岗",
        "医保状况": "城镇职工",
        "工作时间": "1996-07-01",
        "所属行业": "纺织业",
        "户口类型": "非农业",
        "手机号码": "13900000001",
        "本人月平均收入": "2000",
        "家庭其他非薪资年收入": "400.50",
        "家庭年度总收入": "24400.50",
        "家庭人口": "2",
        "家庭月人均收入": "1016.69",
        "是否为零就业家庭": "否",
        "主要致困原因": "子女上学",
        "次要致困原因": "下岗失业、其他",
        "四个一批": "就业创业",
        "是否为解困脱困对象": "是",
        "住房类型": "租房",
        "建筑面积": "45.5",
        "家庭住址": "东岭区纺织路8号",
        **more,
    }


def member_row(place: int, **more: str) -> dict[str, str]:
    return {
        "职工编号": f"困档369902-2019-{place:04d}",
        "姓名": f"孙小{place}",
        "关系(是户主的)": "女",
        "性别": "女",
        "身份证号": id_number("369902", date(2008, 3, 2), 2 * place + 100),
        "出生日期": "2008-03-02",
        "年龄": "18",
        "健康状况": "良好",
        "人员身份": "学生",
        "医保状况": "城乡居民",
        "学段": "普通高中",
        "学校": "澜江一中",
        "入学年份": "2024",
        **more,
    }


def book(heads: list[dict[str, str]], members: list[dict[str, str]]) -> bytes:
    return spreadsheets.write_xlsx(
        {
            FILES: [FILE_TITLES, *([row.get(title, "") for title in FILE_TITLES] for row in heads)],
            MEMBERS: [MEMBER_TITLES, *([row.get(title, "") for title in MEMBER_TITLES] for row in members)],
        }
    )


def bring(content: bytes, by: Actor) -> FileImport:
    made = importing.begin(content, as_of=AS_OF, by=by, at=AT)
    worker.run_once(AT)
    made.refresh_from_db()
    return made


def do(made: FileImport, by: Actor) -> FileImport:
    importing.confirm(made, by=by)
    worker.run_once(AT)
    made.refresh_from_db()
    return made


def told(made: FileImport) -> list[tuple[str, int, str, str]]:
    return [(each["sheet"], each["row"], each["title"], each["sentence"]) for each in made.problems]


def out() -> dict[str, list[tuple[str, ...]]]:
    """The same columns, written out again."""
    rows: dict[str, list[Any]] = {FILES: [FILE_TITLES], MEMBERS: [MEMBER_TITLES]}
    wanted = list(HouseholdFile.objects.in_force().order_by("file_no").values_list("pk", flat=True))
    for file in exporting.each(wanted):
        for sheet, cells in rows_of(file, on=date_of(AT)):
            rows[sheet].append(cells)
    return spreadsheets.read_xlsx(spreadsheets.write_xlsx(rows))


# ---- in and out -----------------------------------------------------------------------------------------------------
def test_files_come_in_and_go_out_the_same(house: House) -> None:
    officer = house.actor("方敏")
    content = book(
        [main_row(1), main_row(2, 困难类别="低保户", 户口类型="居民户口")],
        [member_row(1), member_row(2)],
    )
    made = bring(content, officer)
    assert (made.standing, made.files, made.people, made.problems) == ("READY", 2, 4, [])
    assert not HouseholdFile.objects.exists(), "nothing counts before it is confirmed"
    made = do(made, officer)
    assert (made.standing, made.told) == ("DONE", None)
    assert out() == spreadsheets.read_xlsx(content)
    first, second = HouseholdFile.objects.order_by("file_no")
    assert (first.category, second.category) == ("相对困难", "深度困难")
    assert (first.state, first.opened_on, first.checked_on) == ("ACTIVE", date(2019, 5, 6), AS_OF)
    assert (first.next_check_on, first.path) == (date(2027, 7, 31), first.owner.path)
    said = saying.now(second)
    assert said.value("home", "old_category") == "DIBAOHU"
    assert {each.source for each in Statement.objects.all()} == {"IMPORT"}
    assert Member.objects.filter(active=True).count() == 4


def test_an_old_number_is_found_under_the_new_one_and_goes_out_as_it_came(house: House) -> None:
    officer = house.actor("方敏")
    long = id_number("369902", date(1975, 5, 6), 103)
    short = long[:6] + long[8:17]
    content = book([main_row(1, 身份证号=short)], [member_row(1)])
    do(bring(content, officer), officer)
    assert Person.by_id_number(long) is not None
    assert out() == spreadsheets.read_xlsx(content)


def test_what_a_family_says_later_counts_and_what_only_the_import_knows_stays(house: House) -> None:
    officer = house.actor("方敏")
    do(bring(book([main_row(1)], [member_row(1)]), officer), officer)
    file = HouseholdFile.objects.get()
    home = {"address": "东岭区新村1号", "main_cause": "子女上学", "housing": "租房"}
    saying.say(file, "home", [home], by=officer, at=AT)
    cells = dict(zip(FILE_TITLES, out()[FILES][1], strict=False))
    assert (cells["家庭住址"], cells["四个一批"]) == ("东岭区新村1号", "就业创业")


rows = st.fixed_dictionaries(
    {},
    optional={
        "民族": st.sampled_from([value.name for value in enums.ETHNIC.values]),
        "婚姻状况": st.sampled_from([value.name for value in enums.MARITAL.values]),
        "困难类别": st.sampled_from([value.name for value in enums.CATEGORY.values]),
        "合同期限": st.sampled_from([value.name for value in enums.CONTRACT.values]),
        "劳动合同签订时间": st.dates(date(1990, 1, 1), AS_OF).map(date.isoformat),
        "邮政编码": st.from_regex(r"[0-9]{6}", fullmatch=True),
        "是否单亲": st.sampled_from(["是", "否"]),
        "备注": st.text("困难一二三 =+-@", min_size=1, max_size=9).map(str.strip).filter(bool),
        "住房套数": st.integers(0, 20).map(str),
        "银行卡号": st.just("629999000000000033"),
        "开户银行": st.just("澜江银行"),
    },
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(more=rows, place=st.integers(1, 400))
def test_whatever_comes_in_goes_out_the_same(house: House, more: dict[str, str], place: int) -> None:
    if ("银行卡号" in more) != ("开户银行" in more):
        more = {key: value for key, value in more.items() if key not in ("银行卡号", "开户银行")}
    officer = house.actor("方敏")
    content = book([main_row(place, **more)], [member_row(place)])
    made = bring(content, officer)
    if HouseholdFile.objects.filter(file_no=main_row(place)["职工编号"]).exists():
        assert made.standing == "BAD", "the same family does not come in twice"
        return
    assert made.problems == []
    do(made, officer)
    found = next(row for row in out()[FILES][1:] if row[0] == main_row(place)["职工编号"])
    came = spreadsheets.read_xlsx(content)[FILES][1]
    assert found + ("",) * (len(came) - len(found)) == came


def again(on: date = AS_OF) -> list[Problem]:
    """What is wrong with all that is on file, when it is handed in again as it was written out."""
    problems: list[Problem] = []
    read(out(), on=on, problems=problems)
    return problems


def test_a_file_that_was_opened_here_can_be_handed_in_again(on_file: Family, house: House) -> None:
    """As the family wrote it, corrected by it, and after the county wrote down what it found."""
    on, file, officer = date_of(on_file.at), on_file.read(), house.actor("方敏")
    main = file.members.get(person=file.main)
    assert again(on) == []
    own = {**PERSON, "monthly_income": 150_000}
    correction = correcting.offer(file, "person", own, by=on_file.main.actor, at=on_file.at, member=main)
    assert correction is not None
    correcting.taken(correction, note="", by=officer, at=on_file.at)
    assert again(on) == []
    wages = [{"kind": "WAGE", "fen": 2_500_007}, {"kind": "RENT", "fen": 120_000}]
    saying.say(file, "income", wages, member=main, by=officer, at=on_file.at, source=saying.Source.STAFF)
    cells = dict(zip(FILE_TITLES, out()[FILES][1], strict=False))
    assert (cells["本人月平均收入"], cells["家庭年度总收入"]) == ("2083.33", "26200.07")
    assert cells["家庭其他非薪资年收入"] == "1200.11", (
        "what twelve equal months leave of the wages is in the sum"
    )
    assert again(on) == []


def test_what_hangs_on_a_health_that_was_corrected_does_not_stay(house: House) -> None:
    officer = house.actor("方敏")
    disabled = {"健康状况": "残疾", "残疾类别": "肢体", "残疾等级": "二级", "残疾证号": "36990219750506"}
    do(bring(book([main_row(1, **disabled)], [member_row(1)]), officer), officer)
    file = HouseholdFile.objects.get()
    own = {**PERSON, "health": "良好"}
    saying.say(file, "person", [own], member=file.members.get(person=file.main), by=officer, at=AT)
    cells = dict(zip(FILE_TITLES, out()[FILES][1], strict=False))
    assert (cells["残疾类别"], cells["残疾证号"], cells["所属行业"]) == ("", "", "纺织业")
    assert again() == []


#: The titles of domain 2.15, word by word; what is only on paper (people, opinions, enclosures) is in no table.
HEAD = (
    "职工编号 困难类别 姓名 民族 性别 政治面貌 身份证号 出生日期 健康状况 残疾类别 工作状态 劳模类型 住房类型 建筑面积 手机号码 "
    "其他联系方式 邮政编码 工作时间 所属行业 婚姻状况 户口类型 家庭住址 工作单位 单位性质 企业状况 是否单亲 本人月平均收入 "
    "家庭其他非薪资年收入 家庭年度总收入 家庭人口 家庭月人均收入 户口所在地行政区划 医保状况 是否有一定自救能力 是否为零就业家庭 "
    "主要致困原因 次要致困原因 其他文字描述 开户银行 支行名称 银行卡号 是否为解困脱困对象 确定时间 五类重点群体 四个一批"
).split()
MEMBER = (
    "姓名 关系(是户主的) 民族 身份证号 出生日期 年龄 性别 政治面貌 月收入 劳模类型 健康状况 疾病/残疾类别 医保状况 婚姻状况 "
    "户口类型 手机号码 其它联系方式 人员身份 当前学历 入学年份 年制 单位或学校 单位性质 企业状况 所属行业 工作状态 "
    "劳动合同签订/入伍时间 合同期限 备注"
).split()


def test_a_table_of_the_national_form_itself_comes_in(house: House) -> None:
    assert set(HEAD) <= set(FILE_TITLES)
    assert set(MEMBER) <= set(MEMBER_TITLES)
    heads = {title: text for title, text in main_row(1).items() if title in HEAD}
    study = {"当前学历": "普通高中", "入学年份": "2024", "年制": "3", "单位或学校": "澜江一中"}
    child = {title: text for title, text in member_row(1, **study).items() if title in MEMBER}
    child |= {"职工编号": heads["职工编号"], "健康状况": "残疾", "疾病/残疾类别": "听力", "残疾等级": "三级"}
    heads |= {"建档单位": UNIT, "建档日期": "2019-05-06"}
    content = spreadsheets.write_xlsx(
        {FILES: [[f"{each}*" for each in heads], [*heads.values()]], MEMBERS: [[*child], [*child.values()]]}
    )
    officer = house.actor("方敏")
    made = bring(content, officer)
    assert made.problems == []
    do(made, officer)
    member = HouseholdFile.objects.get().members.exclude(relation="本人").get()
    said = saying.now(HouseholdFile.objects.get())
    assert said.value("education", "school", member=member.pk) == "澜江一中"
    assert said.value("person", "disability", member=member.pk) == "听力"
    cells = dict(zip(MEMBER_TITLES, out()[MEMBERS][1], strict=False))
    assert (cells["疾病/残疾类别"], cells["年龄"]) == ("听力", "18")


def test_titles_of_before_are_known_and_problems_are_told_by_the_titles_of_the_table(house: House) -> None:
    heads = main_row(1) | {"参加工作时间": "以前", "单亲家庭": "√", "是否为零就业家庭": "是"}
    heads = {title: text for title, text in heads.items() if title != "工作时间"}
    child = member_row(1) | {"有劳动能力": "也许", "与户主关系": "女"}
    del child["关系(是户主的)"]
    content = spreadsheets.write_xlsx(
        {FILES: [[*heads], [*heads.values()]], MEMBERS: [[*child], [*child.values()]]}
    )
    assert told(bring(content, house.actor("方敏"))) == [
        (FILES, 2, "参加工作时间", "请按年、月、日填写，例如 2026-08-03 或 2026年8月3日。"),
        (MEMBERS, 2, "职工编号", "“困难职工档案”表里没有这个编号，或者那一行有错。"),
    ]
    heads["参加工作时间"] = "1996-07-01"
    content = spreadsheets.write_xlsx(
        {FILES: [[*heads], [*heads.values()]], MEMBERS: [[*child], [*child.values()]]}
    )
    assert told(bring(content, house.actor("方敏"))) == [
        (FILES, 2, "家庭人口", "“困难职工档案”加“家庭成员”一共是1人。"),
        (FILES, 2, "家庭月人均收入", "不等于年度总收入除以12、再除以人口。"),
        (FILES, 2, "是否为零就业家庭", "和各人的工作状态、有没有劳动能力对不上。"),
        (MEMBERS, 2, "有劳动能力", "请填写“是”或“否”。"),
    ]


def test_a_yes_stays_a_yes_however_it_is_written(house: House) -> None:
    officer = house.actor("方敏")
    heads = [main_row(n, 享受最低生活保障=yes) for n, yes in enumerate(["有", "√", "1", "对"], start=1)]
    heads += [main_row(n, 享受最低生活保障=no) for n, no in enumerate(["无", "没有", "0", "×"], start=5)]
    made = do(bring(book(heads, [member_row(n) for n in range(1, 9)]), officer), officer)
    assert made.problems == []
    files = HouseholdFile.objects.order_by("file_no")
    assert list(files.values_list("on_dibao", flat=True)) == [True] * 4 + [False] * 4


# ---- what is wrong --------------------------------------------------------------------------------------------------
def test_every_bad_cell_is_named_and_nothing_is_imported(house: House, on_file: Family) -> None:
    officer = house.actor("方敏")
    taken = on_file.read()
    content = book(
        [
            main_row(1, 家庭年度总收入="30000", 家庭人口="3", 家庭月人均收入="1"),
            main_row(2, 身份证号="369902198307150011", 困难类别="很困难"),
            main_row(3, 建档单位="柳溪竹制品有限公司工会", 住房类型="别墅"),
            main_row(
                4,
                姓名=on_file.main.person.name,
                身份证号=on_file.main.person.id_no or "",
                性别="",
                出生日期="",
            ),
            main_row(5, 建档日期="2026-13-01", 性别="女", 职工编号=taken.file_no),
        ],
        [member_row(1, **{"关系(是户主的)": "亲戚"}), member_row(9), member_row(4, 健康状况="", 年龄="25")],
    )
    made = bring(content, officer)
    assert made.standing == "BAD"
    assert told(made) == [
        (FILES, 2, "家庭年度总收入", "不等于各人月收入乘12、再加其他非薪资收入。"),
        (FILES, 2, "家庭人口", "“困难职工档案”加“家庭成员”一共是1人。"),
        (FILES, 2, "家庭月人均收入", "不等于年度总收入除以12、再除以人口。"),
        (FILES, 3, "身份证号", "第18位校验码不正确，请逐位核对证件。"),
        (FILES, 3, "困难类别", "没有这个困难类别。"),
        (FILES, 4, "住房类型", "请从列出的住房类型里选。"),
        (FILES, 5, "家庭人口", "“困难职工档案”加“家庭成员”一共是1人。"),
        (FILES, 5, "家庭月人均收入", "不等于年度总收入除以12、再除以人口。"),
        (FILES, 5, "身份证号", "这个人已经在另一份有效的档案里。"),
        (FILES, 6, "性别", "和身份证号对不上。"),
        (FILES, 6, "建档日期", "请填写已经到了的日期，例如2026-08-03。"),
        (MEMBERS, 2, "关系(是户主的)", "请从表里的关系选，例如“配偶”“子”“女”。"),
        (MEMBERS, 3, "职工编号", "“困难职工档案”表里没有这个编号，或者那一行有错。"),
        (MEMBERS, 4, "健康状况", "请选择健康状况。"),
        (MEMBERS, 4, "年龄", "和身份证号对不上，按周岁写数字。"),
    ]
    with pytest.raises(FileMoveNotAllowed):
        importing.confirm(made, by=officer)
    assert HouseholdFile.objects.count() == 1


def test_a_unit_of_another_county_or_a_number_that_is_taken_is_refused(house: House, on_file: Family) -> None:
    made = bring(
        book(
            [
                main_row(3, 建档单位="柳溪竹制品有限公司工会", 家庭人口="1", 家庭月人均收入="2033.38"),
                main_row(4, 职工编号=on_file.read().file_no, 家庭人口="1", 家庭月人均收入="2033.38"),
            ],
            [],
        ),
        house.actor("方敏"),
    )
    assert told(made) == [
        (FILES, 2, "建档单位", "您的范围里没有这个单位，写工会全称或者编号。"),
        (FILES, 3, "职工编号", "这个编号已经有档案了。"),
    ]
    city = bring(book([main_row(3, 建档单位="柳溪竹制品有限公司工会")], [member_row(3)]), house.actor("秦岚"))
    assert city.problems == []


def test_two_rows_of_one_person_or_of_one_name_too_many_are_refused(house: House) -> None:
    officer = house.actor("方敏")
    do(bring(book([main_row(1)], [member_row(1)]), officer), officer)
    HouseholdFile.objects.update(state="CLOSED", stands=None, closed_on=AS_OF)
    Member.objects.update(active=False)
    twice = member_row(2, 身份证号=main_row(3)["身份证号"], 性别="", 出生日期="", 年龄="")
    heads = [
        main_row(2),
        main_row(3, 家庭人口="1", 家庭月人均收入="2033.38"),
        main_row(1, 姓名="赵四", 职工编号="新1"),
    ]
    made = bring(book(heads, [twice, member_row(1, 职工编号="新1")]), officer)
    assert told(made) == [
        (FILES, 3, "身份证号", "“家庭成员”表第2行已经有这个人，一家一份档案。"),
        (FILES, 4, "姓名", "姓名和这个身份证号对不上，请对照证件。"),
    ]


def test_a_table_without_its_columns_says_which(house: House) -> None:
    made = bring(spreadsheets.write_xlsx({FILES: [["姓名", "爱好"], ["张三", "棋"]]}), house.actor("方敏"))
    assert told(made) == [
        (FILES, 1, "爱好", "不认识这一列，请照空表的列名改，或者删掉。"),
        (FILES, 1, "", "缺这几列：职工编号、困难类别、建档单位、建档日期、身份证号。"),
    ]
    assert told(bring(spreadsheets.write_xlsx({"别的": [["x"]]}), house.actor("方敏")))[0][3].startswith(
        "要有一张"
    )


# ---- all or nothing -------------------------------------------------------------------------------------------------
def test_somebody_who_is_filed_elsewhere_meanwhile_stops_all_of_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = house.actor("方敏")
    first = bring(book([main_row(1), main_row(2)], [member_row(1), member_row(2)]), officer)
    second = bring(book([main_row(2, 职工编号="另一份")], [member_row(2, 职工编号="另一份")]), officer)
    do(second, officer)
    do(first, officer)
    first.refresh_from_db()
    assert (first.standing, first.told) == ("FAILED", None)
    assert told(first)[0] == (FILES, 3, "身份证号", "这个人已经在另一份有效的档案里。")
    assert HouseholdFile.objects.filter(imported=first).count() == 0


def test_somebody_in_a_file_of_another_county_is_named_without_the_county(
    on_file: Family, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked through, and in the very moment of importing, when only the database knows."""
    other, mine = house.actor("冯远"), on_file.main.person
    one = {"家庭人口": "1", "家庭月人均收入": "2033.38", "性别": "", "出生日期": "", "建档单位": "LJ-LX-E01"}
    head = main_row(7, 姓名=mine.name, 身份证号=mine.id_no or "", **one)
    fine = main_row(8, **one)
    assert told(bring(book([fine, head], []), other)) == [
        (FILES, 3, "身份证号", "这个人已经在另一份有效的档案里。")
    ]
    wrong_name = bring(book([{**head, "姓名": "别人"}], []), other)
    assert told(wrong_name) == [(FILES, 2, "姓名", "姓名和这个身份证号对不上，请对照证件。")]
    persons = Person.objects.count()
    monkeypatch.setattr(importing, "_against_the_house", lambda _files, _made: [])
    late = do(bring(book([fine, head], []), other), other)
    assert (late.standing, late.told) == ("FAILED", None)
    assert told(late)[0][3] == "导入的这一刻有人被建了另一份档案，请再检查一遍。"
    assert (HouseholdFile.objects.count(), Person.objects.count()) == (1, persons), "nothing is half there"


def test_the_series_of_numbers_goes_on_behind_what_came_in(
    begin: Callable[..., Family], house: House
) -> None:
    officer = house.actor("方敏")
    numbers = {n: f"困档369902-2026-{n:04d}" for n in (1, 5)}
    heads = [main_row(n, 职工编号=number) for n, number in numbers.items()]
    do(
        bring(book(heads, [member_row(n, 职工编号=number) for n, number in numbers.items()]), officer),
        officer,
    )
    family = begin()
    drafting.submit(family.read(), by=family.main.actor, at=family.at)
    assert house.open(family).file_no == "困档369902-2026-0006"
    Counter.objects.filter(series="file-369902-2026").update(last=0)
    assert deciding.next_number("369902", on=AS_OF) == "困档369902-2026-0002", "what is taken is left out"


def test_what_the_database_cannot_hold_is_named_and_an_import_given_up_says_so(house: House) -> None:
    officer = house.actor("方敏")
    long = main_row(1, 职工编号="困" * 31, 姓名="孙" * 41)
    assert told(bring(book([long], []), officer)) == [
        (FILES, 2, "职工编号", "最多30个字。"),
        (FILES, 2, "姓名", "最多40个字。"),
    ]
    made = bring(book([main_row(1)], [member_row(1)]), officer)
    importing.confirm(made, by=officer)
    OutboxItem.objects.filter(key=f"files.import:{made.pk}:do").update(state="failed")
    daily.tick(at=AT)
    made.refresh_from_db()
    assert (made.standing, made.told, told(made)[0][3][:4]) == ("FAILED", None, "没有办成")
    stuck = importing.begin(book([main_row(1)], [member_row(1)]), as_of=AS_OF, by=officer, at=AT)
    daily.tick(at=moment(date(2026, 8, 22)))
    stuck.refresh_from_db()
    assert (stuck.standing, stuck.told) == ("FAILED", None)


def test_a_worker_that_dies_in_the_middle_leaves_nothing_and_the_next_does_all(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = house.actor("方敏")
    monkeypatch.setattr(taking_over, "AT_ONCE", 1)
    made = bring(book([main_row(1), main_row(2)], [member_row(1), member_row(2)]), officer)
    real, portions = taking_over._portion, []

    def dies(*args: Any) -> None:
        real(*args)
        portions.append(1)
        if len(portions) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(taking_over, "_portion", dies)
    importing.confirm(made, by=officer)
    with pytest.raises(KeyboardInterrupt):
        importing.take_over(FileImport.objects.select_related("sealed_by", "union").get())
    assert not HouseholdFile.objects.exists()
    importing.take_over(FileImport.objects.select_related("sealed_by", "union").get())
    importing.take_over(FileImport.objects.select_related("sealed_by", "union").get())
    assert HouseholdFile.objects.count() == 2


def test_what_nobody_confirms_is_forgotten_and_only_its_own_hand_confirms(house: House) -> None:
    officer = house.actor("方敏")
    made = bring(book([main_row(1)], [member_row(1)]), officer)
    with pytest.raises(FileMoveNotAllowed, match="上传的人"):
        importing.confirm(made, by=house.actor("秦岚"))
    with pytest.raises(FileMoveNotAllowed):
        importing.begin(b"", as_of=AS_OF, by=house.actor("沈梅"), at=AT)
    daily.tick(at=moment(date(2026, 8, 22)))
    made.refresh_from_db()
    assert (made.standing, made.told) == ("DROPPED", None)


def test_an_imported_file_wants_a_pairing_and_is_whole(house: House) -> None:
    officer = house.actor("方敏")
    do(bring(book([main_row(1)], [member_row(1)]), officer), officer)
    flaws = {
        key
        for key, each in quality.FLAWS.items()
        if each.among(HouseholdFile.objects.all(), date(2026, 8, 14)).exists()
    }
    assert flaws == {"pairing"}


# ---- out, by two people ---------------------------------------------------------------------------------------------
def test_files_go_out_with_a_purpose_a_second_signature_and_a_trace(
    on_file: Family, house: House, city: City
) -> None:
    officer, head, at = house.actor("方敏"), house.actor("罗斌"), on_file.at
    with pytest.raises(FileMoveNotAllowed, match="用途"):
        exporting.ask(" ", by=officer, at=at)
    export = exporting.ask("向市总报年度台账", by=officer, at=at)
    with pytest.raises(FileMoveNotAllowed, match="还没有同意"):
        exporting.take(export, by=officer, at=at)
    for stranger in ("方敏", "何强", "冯远"):
        with pytest.raises(FileMoveNotAllowed):
            exporting.decide(export, yes=True, by=house.actor(stranger), at=at)
    exporting.decide(export, yes=True, by=head, at=at)
    export.refresh_from_db()
    with pytest.raises(FileMoveNotAllowed, match="申请的人"):
        exporting.take(export, by=head, at=at)
    day.set_day(date_of(at))
    worker.run_once(at)
    export.refresh_from_db()
    assert (export.standing, export.files, export.done) == ("READY", 1, 1)
    assert not AccessLog.objects.filter(what="household file, exported").exists(), "nobody has it yet"
    sheets = spreadsheets.read_xlsx(exporting.take(export, by=officer, at=at))
    assert sheets[FILES][1][0] == on_file.read().file_no
    assert "向市总报年度台账" in sheets["说明"][0][0]
    assert AccessLog.objects.filter(what="household file, exported", person=on_file.main.person).count() == 1
    with pytest.raises(FileMoveNotAllowed, match="下载过"):
        exporting.take(export, by=officer, at=at)
    export.refresh_from_db()
    assert (export.standing, export.table) == ("TAKEN", None)


def approved(house: House, at: datetime) -> FileExport:
    day.set_day(date_of(at))
    export = exporting.ask("台账", by=house.actor("方敏"), at=at)
    exporting.decide(export, yes=True, by=house.actor("罗斌"), at=at)
    return export


def test_a_table_nobody_takes_is_forgotten_after_its_days(on_file: Family, house: House) -> None:
    export = approved(house, on_file.at)
    worker.run_once(on_file.at)
    daily.tick(at=moment(date(2026, 8, 16)))
    export.refresh_from_db()
    assert export.standing == "READY"
    daily.tick(at=moment(date(2026, 8, 17)))
    export.refresh_from_db()
    assert (export.standing, export.table) == ("GONE", None)
    with pytest.raises(FileMoveNotAllowed, match="3天"):
        exporting.take(export, by=house.actor("方敏"), at=moment(date(2026, 8, 17)))


def test_a_worker_that_dies_over_a_table_makes_it_anew_and_one_that_gives_up_says_so(
    on_file: Family, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    export, real = approved(house, on_file.at), spreadsheets.write_xlsx

    def dies(_sheets: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(spreadsheets, "write_xlsx", dies)
    errand = {"export": str(export.pk)}
    with pytest.raises(KeyboardInterrupt):
        exporting.deliver(errand)
    export.refresh_from_db()
    assert (export.standing, export.table, export.files) == ("MAKING", None, 1)
    monkeypatch.setattr(spreadsheets, "write_xlsx", real)
    exporting.deliver(errand)
    export.refresh_from_db()
    made = export.table
    assert made
    exporting.deliver(errand)
    export.refresh_from_db()
    assert (export.standing, export.table) == ("READY", made), "made once"
    other = approved(house, on_file.at)
    OutboxItem.objects.filter(key__endswith=str(other.pk)).update(state="failed")
    daily.tick(at=on_file.at)
    other.refresh_from_db()
    assert other.standing == "FAILED"


def test_a_head_of_two_posts_does_not_sign_for_oneself(on_file: Family, house: House) -> None:
    both = hire("蒋平", Role.COUNTY_OFFICER, house.city.unions["LJ-DL"], place=230)
    export = exporting.ask("台账", by=both.actor, at=on_file.at)
    export.by.person_id = house.city["罗斌"].post.person_id
    with pytest.raises(FileMoveNotAllowed, match="另一个人"):
        exporting.decide(export, yes=True, by=house.actor("罗斌"), at=on_file.at)
