"""A programme definition: the Golden Autumn of the domain brief, and everything a clerk can get wrong."""

import copy
import hashlib
import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from workflows.policy.programme import Contradiction, PaperDue, Per, Programme, fits
from workflows.policy.typed import day

Definition = dict[str, Any]


def keys(due: list[PaperDue]) -> list[str]:
    return [each.key for each in due]


# ---- what the Golden Autumn is --------------------------------------------------------------------------------------


def test_what_is_read_is_written_back_byte_for_byte(definition: Definition) -> None:
    programme = Programme.from_json(definition)
    assert programme.to_json() == definition
    assert Programme.from_json(programme.to_json()) == programme
    assert Programme.from_json(json.loads(json.dumps(definition))) == programme


def test_its_fingerprint_is_of_the_canonical_json(golden_autumn: Programme, definition: Definition) -> None:
    text = json.dumps(definition, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert golden_autumn.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_a_default_that_is_written_out_changes_nothing(
    golden_autumn: Programme, definition: Definition
) -> None:
    definition["papers"][0]["several"] = False
    definition["form"][0]["fields"][3]["required"] = False
    definition["form"][0]["fields"][0]["choices"] = []
    assert Programme.from_json(definition).sha256 == golden_autumn.sha256


def test_what_was_read_does_not_change_with_what_it_was_read_from(definition: Definition) -> None:
    programme = Programme.from_json(definition)
    before = copy.deepcopy(programme.to_json())
    definition["household_rule"]["root"]["all"].clear()
    definition["amount"]["table"][0]["when"]["filed"] = False
    programme.to_json()["household_rule"]["root"].clear()
    assert programme.to_json() == before


def test_golden_autumn_promises_25_working_days(golden_autumn: Programme) -> None:
    assert golden_autumn.promised_workdays == 25
    assert [stage.workdays for stage in golden_autumn.stages] == [2, 5, 5, 5, 3, 5]
    city = golden_autumn.stage("city")
    assert city is not None
    assert city.wait_workdays == 15
    assert golden_autumn.stage("means_check") is None


@pytest.mark.parametrize(
    ("on", "is_open", "late"),
    [
        ("2026-07-09", False, False),
        ("2026-07-10", True, False),
        ("2026-08-27", True, False),
        ("2026-08-28", False, True),
        ("2026-09-30", False, True),
        ("2026-10-01", False, False),
    ],
)
def test_the_first_and_the_last_day_are_in_time(
    golden_autumn: Programme, on: str, is_open: bool, late: bool
) -> None:
    assert golden_autumn.is_open(date.fromisoformat(on)) is is_open
    assert golden_autumn.is_open_late(date.fromisoformat(on)) is late


def test_the_form_has_sections_a_to_f_and_one_row_for_each_student(golden_autumn: Programme) -> None:
    assert [section.title[0] for section in golden_autumn.form] == list("ABCDEF")
    assert {section.repeat for section in golden_autumn.form} == {None, "students"}
    assert {field.key for field in golden_autumn.fields("students")} >= {"stage", "training", "other_aid"}
    assert "union" in {field.key for field in golden_autumn.fields()}


def test_numbers_of_persons_and_accounts_are_in_the_most_guarded_class(golden_autumn: Programme) -> None:
    for section in golden_autumn.form:
        for field in section.fields:
            if field.type in ("id_number", "bank_card", "address"):
                assert field.pii == "P3", field.key


def test_papers_follow_from_the_case(golden_autumn: Programme) -> None:
    filed = {"filed": True, "register_on_file": True, "migrant": False, "new_account": False}
    new, enrolled = {"enrolment": "new"}, {"enrolment": "enrolled"}
    assert keys(golden_autumn.papers_due(filed, [new, enrolled])) == [
        "admission_notice:0",
        "school_record:1",
        "student_id_card:0",
        "student_id_card:1",
        "fee_standard:0",
        "fee_standard:1",
    ]
    unfiled = {"filed": False, "migrant": True, "new_account": True, "means_data_old": True}
    assert keys(golden_autumn.papers_due(unfiled, [new])) == [
        "admission_notice:0",
        "student_id_card:0",
        "household_register",
        "fee_standard:0",
        "trouble_proof",
        "labour_contract",
        "means_check_authority",
        "bank_card_photo",
    ]


def test_every_paper_says_why(golden_autumn: Programme) -> None:
    for paper in golden_autumn.papers:
        assert paper.why.endswith("。")
        assert paper.per in Per


def test_fitting_is_exact_and_the_unknown_fits_only_where_it_is_listed() -> None:
    assert fits(None, {})
    assert fits({}, {})
    assert fits({"filed": True}, {"filed": True})
    assert not fits({"filed": True}, {"filed": 1})
    assert not fits({"filed": False}, {})
    assert fits({"filed": [False, None]}, {})
    assert fits({"aid": ["甲", "乙"]}, {"aid": ["乙", "丙"]})
    assert not fits({"aid": ["甲"], "filed": True}, {"aid": ["甲"], "filed": None})


# ---- what a clerk can get wrong -------------------------------------------------------------------------------------

Spoil = Callable[[Definition], object]


def leaf(definition: Definition, rule: str, place: int) -> Any:
    return definition[rule]["root"]["all"][place]


WRONG: dict[str, tuple[Spoil, str, str]] = {
    "a newer schema": (lambda d: d.update(schema=4), "schema", "比本系统认识的3新"),
    "schema nought": (lambda d: d.update(schema=0), "schema", "“定义格式”应为3，现在是“0”"),
    "schema true": (lambda d: d.update(schema=True), "schema", "现在是“True”"),
    "no schema": (lambda d: d.pop("schema"), "schema", "现在是“None”"),
    "a misspelt part": (lambda d: d.update(amuont=1), "amuont", "没有“amuont”这一项"),
    "no name": (lambda d: d.pop("name"), "name", "缺少“项目名称”"),
    "an empty name": (lambda d: d.update(name=" "), "name", "“项目名称”不能为空"),
    "unknown kind": (lambda d: d.update(kind="买房"), "kind", "没有“买房”"),
    "unknown level": (lambda d: d.update(level="省"), "level", "“级别”没有“省”这个选项"),
    "a date that is none": (
        lambda d: d["window"].update(closes="2026-02-30"),
        "window.closes",
        "“截止日期”应写成",
    ),
    "a date without quotes": (
        lambda d: d["window"].update(closes=date(2026, 8, 27)),
        "window.closes",
        "加引号",
    ),
    "a reversed period": (lambda d: d["valid"].update(end="2026-01-01"), "valid", "早于开始日期"),
    "a reversed window": (lambda d: d["window"].update(opens="2026-09-01"), "window", "早于开放日期"),
    "a window before the period": (
        lambda d: d["window"].update(opens="2026-07-01"),
        "window.opens",
        "早于项目有效期",
    ),
    "a window after the period": (
        lambda d: d["window"].update(late_closes="2027-09-30"),
        "window",
        "晚于项目有效期",
    ),
    "overlapping windows": (
        lambda d: d["window"].update(late_closes="2026-08-27"),
        "window.late_closes",
        "应晚于",
    ),
    "a late window without reason": (
        lambda d: d["window"].pop("late_reason"),
        "window.late_reason",
        "什么理由",
    ),
    "a late window without mark": (lambda d: d["window"].pop("late_src"), "window.late_src", "出处"),
    "a section twice": (lambda d: d["form"].append(d["form"][0]), "form", "部分标识“applicant”重复了"),
    "a field twice": (
        lambda d: d["form"][1]["fields"].append(d["form"][0]["fields"][0]),
        "form",
        "字段标识“applicant_name”重复了",
    ),
    "an empty section": (lambda d: d["form"][0].update(fields=[]), "form[0].fields", "没有字段"),
    "a field that is a text": (
        lambda d: d["form"][0].update(fields=["姓名"]),
        "form[0].fields[0]",
        "应是一组带名称的内容",
    ),
    "a list that is none": (lambda d: d.update(papers="无"), "papers", "“材料”应是一个列表"),
    "a repeat nobody knows": (lambda d: d["form"][2].update(repeat="kids"), "form[2].repeat", "按“kids”重复"),
    "no rows for the beneficiary": (
        lambda d: d["beneficiary"].update(rows="children"),
        "form",
        "表单里却没有按“children”重复的部分",
    ),
    "no room for anybody": (lambda d: d["beneficiary"].update(most=0), "beneficiary.most", "至少是1"),
    "a Chinese key": (
        lambda d: d["form"][0]["fields"][0].update(key="姓名"),
        "form[0].fields[0].key",
        "小写字母",
    ),
    "an unknown field type": (
        lambda d: d["form"][0]["fields"][0].update(type="colour"),
        "form[0].fields[0].type",
        "“字段类型”没有“colour”",
    ),
    "yes that is no yes": (
        lambda d: d["form"][0]["fields"][0].update(required="是"),
        "form[0].fields[0].required",
        "应填是或否",
    ),
    "a choice without choices": (
        lambda d: d["form"][0]["fields"][7].pop("choices"),
        "form[0].fields[7].choices",
        "没有选项",
    ),
    "choices without a choice": (
        lambda d: d["form"][0]["fields"][0].update(choices=["甲"]),
        "form[0].fields[0].choices",
        "不是选择题",
    ),
    "a choice twice": (
        lambda d: d["form"][0]["fields"][7].update(choices=["甲", "甲"]),
        "form[0].fields[7].choices",
        "“甲”重复了",
    ),
    "a choice the catalogue does not know": (
        lambda d: d["form"][2]["fields"][3]["choices"].append("夜校"),
        "form[2].fields[3].choices",
        "“夜校”不在“stage”的目录里",
    ),
    "a fact asked as another type": (
        lambda d: d["form"][2]["fields"][3].update(type="text", choices=[]),
        "form[2].fields[3].type",
        "类型应为“choice”",
    ),
    "a student's fact asked of the household": (
        lambda d: d["form"][0]["fields"].append(d["form"][2]["fields"].pop(3)),
        "form[0].fields[11]",
        "放错了部分",
    ),
    "agreement to a text": (
        lambda d: d["form"][0]["fields"][0].update(must_agree=True),
        "form[0].fields[0].must_agree",
        "是非题",
    ),
    "shown if a field nobody asks": (
        lambda d: d["form"][1]["fields"][8].update(show_if={"weather": True}),
        "form[1].fields[8].show_if.weather",
        "取决于“weather”",
    ),
    "shown if an impossible answer": (
        lambda d: d["form"][1]["fields"][9].update(show_if={"temporary_trouble": "有"}),
        "form[1].fields[9].show_if.temporary_trouble",
        "应填是或否",
    ),
    "a household question that depends on a student": (
        lambda d: d["form"][1]["fields"][9].update(show_if={"abroad": True}),
        "form[1].fields[9].show_if.abroad",
        "取决于“abroad”",
    ),
    "a criterion asking what nobody supplies": (
        lambda d: d["form"][2]["fields"].pop(14),
        "beneficiary_rule.E4a",
        "表单里没有问，档案和登记里也没有",
    ),
    "a criterion asking what the catalogue does not know": (
        lambda d: leaf(d, "household_rule", 0).update(fact="star_sign"),
        "household_rule.E1",
        "情况目录里也没有",
    ),
    "a criterion with another type": (
        lambda d: leaf(d, "beneficiary_rule", 0).update(type="choices", op="any_of"),
        "beneficiary_rule.E3",
        "目录里是“choice”",
    ),
    "a criterion with an impossible choice": (
        lambda d: leaf(d, "beneficiary_rule", 0)["value"].append("幼儿园"),
        "beneficiary_rule.E3.value",
        "“幼儿园”不是“stage”的选项",
    ),
    "a student's fact in the household's rule": (
        lambda d: leaf(d, "household_rule", 0).update(fact="abroad"),
        "household_rule.E1",
        "应放在受益人条件里",
    ),
    "a criterion without words": (
        lambda d: leaf(d, "household_rule", 0).pop("text"),
        "household_rule.E1.text",
        "说明",
    ),
    "a criterion without its clause": (
        lambda d: leaf(d, "household_rule", 0).update(clause="第九条"),
        "household_rule.E1.clause",
        "“第九条”不在政策条款里",
    ),
    "a criterion with an unknown reason": (
        lambda d: leaf(d, "household_rule", 0).update(reason="BECAUSE"),
        "household_rule.E1.reason",
        "“BECAUSE”不在目录里",
    ),
    "a rule that cannot be": (
        lambda d: leaf(d, "household_rule", 0).update(op="lt"),
        "household_rule",
        "家庭条件：条件“E1”",
    ),
    "an id in both rules": (
        lambda d: leaf(d, "beneficiary_rule", 0).update(id="E1"),
        "household_rule",
        "条件编号“E1”重复了",
    ),
    "counting a list nobody fills": (
        lambda d: d["household_rule"]["root"]["all"].append(
            {
                "id": "E9",
                "text": "t",
                "clause": d["clauses"][0]["ref"],
                "derive": "count",
                "rows": "pets",
                "op": "ge",
                "value": 1,
            }
        ),
        "household_rule.E9",
        "没有这份名单",
    ),
    "a rule for nobody": (lambda d: d.pop("beneficiary"), "beneficiary_rule", "没有写明受益人"),
    "a clause twice": (lambda d: d["clauses"].append(d["clauses"][0]), "clauses", "重复了"),
    "a paper twice": (
        lambda d: d["papers"].append(d["papers"][0]),
        "papers",
        "材料标识“admission_notice”重复了",
    ),
    "a paper without reason": (
        lambda d: d["papers"][0].update(why=""),
        "papers[0].why",
        "“为什么要”不能为空",
    ),
    "a paper whose key cannot stand in an address": (
        lambda d: d["papers"][0].update(key="录取"),
        "papers[0].key",
        "小写字母",
    ),
    "a paper in an impossible case": (
        lambda d: d["papers"][0].update(when={"enrolment": "maybe"}),
        "papers[0].when.enrolment",
        "“maybe”不是“enrolment”的选项",
    ),
    "a household paper that depends on a student": (
        lambda d: d["papers"][3].update(when={"enrolment": "new"}),
        "papers[3].when.enrolment",
        "取决于“enrolment”",
    ),
    "a paper without life": (
        lambda d: d["papers"][0].update(life_months=0),
        "papers[0].life_months",
        "至少是1",
    ),
    "no stages": (lambda d: d.update(stages=[]), "stages", "至少要有一个"),
    "a stage without actor": (lambda d: d["stages"][0].pop("actor"), "stages[0].actor", "缺少“办理单位”"),
    "a stage with a Chinese key": (
        lambda d: d["stages"][0].update(key="受理"),
        "stages[0].key",
        "小写字母",
    ),
    "a stage of no kind": (
        lambda d: d["stages"][0].update(step="tea"),
        "stages[0].step",
        "没有“tea”这个选项",
    ),
    "a stage twice": (
        lambda d: d["stages"].append(d["stages"][0]),
        "stages",
        "环节标识“acceptance”重复了",
    ),
    "a stage without a role": (
        lambda d: d["stages"][2].pop("roles"),
        "stages[2].roles",
        "没有写由哪个岗位办理",
    ),
    "a stage done by a role that may not": (
        lambda d: d["stages"][4].update(roles=["STATION_REVIEWER"]),
        "stages[4].roles",
        "不能由“站点审核人”办理",
    ),
    "paid by one person": (
        lambda d: d["stages"][5].update(roles=["FINANCE_MAKER"]),
        "stages[5].roles",
        "制单、复核两个岗位",
    ),
    "stages out of order": (lambda d: d["stages"].reverse(), "stages", "“受理”应是第一个环节"),
    "a check behind the decision": (
        lambda d: d["stages"].insert(5, {**d["stages"][1], "key": "again", "name": "再审核"}),
        "stages[5]",
        "应排在审批之前",
    ),
    "a notice that nobody posts": (
        lambda d: d["stages"].insert(1, d["stages"].pop(3)),
        "stages[1]",
        "前面应是审核环节",
    ),
    "no decision": (lambda d: d["stages"].pop(4), "stages", "至少要有一个审批环节"),
    "a notice for some only": (
        lambda d: d["stages"][3].update(only_if={"filed": True}),
        "stages[3]",
        "每件都要经过",
    ),
    "a stage without limit": (
        lambda d: d["stages"][0].pop("limit_workdays"),
        "stages[0].limit_workdays",
        "要写办理时限",
    ),
    "a stage of no days": (lambda d: d["stages"][0].update(limit_workdays=0), "stages[0]", "至少是1"),
    "days that are a text": (
        lambda d: d["stages"][0].update(limit_workdays="2"),
        "stages[0].limit_workdays",
        "应是整数",
    ),
    "a notice of four days": (
        lambda d: (d["notice"].update(workdays=4), d["stages"][3].update(min_workdays=4)),
        "notice.workdays",
        "不能少于5个工作日",
    ),
    "a notice that differs from its stage": (
        lambda d: d["notice"].update(workdays=7),
        "notice.workdays",
        "应一致",
    ),
    "a notice without stage": (lambda d: d["stages"].pop(3), "stages", "没有公示环节"),
    "a stage without notice": (lambda d: d.pop("notice"), "notice", "没有写公示规则"),
    "a notice that shows the identity number": (
        lambda d: d["notice"]["web_items"].append("id_no"),
        "notice.web_items[5]",
        "没有“id_no”这个选项",
    ),
    "no amounts": (lambda d: d["amount"].update(table=[]), "amount.table", "至少要有一行"),
    "an amount of nothing": (
        lambda d: d["amount"]["table"][0].update(fen=0),
        "amount.table[0].fen",
        "应大于0",
    ),
    "an amount in two ways": (
        lambda d: d["amount"]["table"][0].update(months=[1, 1]),
        "amount.table[0].fen",
        "只写一个",
    ),
    "a share of nothing": (
        lambda d: d["amount"]["table"][0].update(fen=None, share=[8, 10]),
        "amount.table[0].of",
        "要写明按哪一项",
    ),
    "more than all": (
        lambda d: d["amount"]["table"][0].update(fen=None, of="tuition", share=[11, 10]),
        "amount.table[0].share",
        "超过了全部",
    ),
    "a share of a school": (
        lambda d: d["amount"]["table"][0].update(fen=None, of="school", share=[1, 2]),
        "amount.table[0].of",
        "“school”，但表单里没有问",
    ),
    "a ceiling in two ways": (
        lambda d: d["amount"]["ceilings"][0].update(fen=100),
        "amount.ceilings[0]",
        "只写一个",
    ),
    "payment without amounts": (lambda d: d.pop("amount"), "amount", "却没有写金额规则"),
    "amounts without payment": (lambda d: d["stages"].pop(5), "stages", "却没有发放环节"),
    "places for a question nobody asks": (
        lambda d: d.update(quota={"src": "I", "by": "course", "each": []}),
        "quota.by",
        "没有这道单选题",
    ),
    "places in two ways": (
        lambda d: d.update(quota={"src": "I", "places": 3, "by": "hukou_type", "each": []}),
        "quota.places",
        "只写一种",
    ),
    "an option without places": (
        lambda d: d.update(
            quota={"src": "I", "by": "hukou_type", "each": [{"code": "农业", "places": 0, "src": "I"}]}
        ),
        "quota.each",
        "“居民户口”没有写名额",
    ),
    "a list nobody fills in": (
        lambda d: d.update(repeats=[{"rows": "bills", "noun": "费用单", "most": 9}]),
        "repeats[0].rows",
        "却没有按“bills”重复的部分",
    ),
    "a calculation with a known name": (
        lambda d: d.update(
            calculations=[{"key": "tuition", "label": "学费", "src": "I", "terms": [{"of": "boarding"}]}]
        ),
        "calculations[0].key",
        "请换一个",
    ),
    "a calculation of words": (
        lambda d: d.update(
            calculations=[{"key": "all", "label": "合计", "src": "I", "terms": [{"of": "stage"}]}]
        ),
        "calculations[0].terms[0].of",
        "不是数字",
    ),
    "a division by nothing": (
        lambda d: d.update(
            calculations=[
                {"key": "all", "label": "合计", "src": "I", "terms": [{"of": "tuition", "times": [1, 0]}]}
            ]
        ),
        "calculations[0].terms[0].times",
        "第二个大于0",
    ),
    "a list without its day": (lambda d: d.update(intake="list"), "schedule", "哪一天生成名单"),
    "a day without a list": (
        lambda d: d.update(
            schedule={"every": "quarter", "month": 2, "day": 15, "pay_by": "当月底", "src": "I"}
        ),
        "schedule",
        "不用名单日程",
    ),
    "two ways for one refusal": (
        lambda d: d.update(
            other_ways=[{"reason": "INCOME", "text": "甲"}, {"reason": "INCOME", "text": "乙"}]
        ),
        "other_ways",
        "“收入超标”重复了",
    ),
    "an amount in yuan with fen": (
        lambda d: d["amount"]["table"][0].update(fen=5000.5),
        "amount.table[0].fen",
        "应是整数",
    ),
    "an amount without ceiling": (lambda d: d["amount"]["ceilings"].pop(0), "amount.table[0]", "没有上限"),
    "two amounts for one case": (
        lambda d: d["amount"]["table"][1].update(when={"filed": True}),
        "amount.table[1]",
        "第1行和第2行会同时适用",
    ),
    "an amount for an impossible case": (
        lambda d: d["amount"]["table"][0]["when"].update(stage=["大专"]),
        "amount.table[0].when.stage",
        "“大专”不是“stage”的选项",
    ),
    "a ceiling of nothing": (
        lambda d: d["amount"]["ceilings"][0].update(months_of_line=0),
        "amount.ceilings[0].months_of_line",
        "至少是1个月",
    ),
    "no fund": (lambda d: d.update(fund_sources=[]), "fund_sources", "至少要写一个"),
    "a fund nobody knows": (lambda d: d["fund_sources"].append("小金库"), "fund_sources", "没有“小金库”"),
    "paying on the ninth day of the week": (
        lambda d: d["payment_batches"].update(day=9),
        "payment_batches.day",
        "1至7",
    ),
    "deferral for what nobody asks": (
        lambda d: d["deferral"].update(when={"army": True}),
        "deferral.when.army",
        "取决于“army”",
    ),
    "a number without mark": (lambda d: d["stages"][0].pop("src"), "stages[0].src", "缺少“出处”"),
    "a mark nobody explains": (
        lambda d: d["stages"][0].update(src="R99"),
        "stages[0].src",
        "“R99”不在出处列表里",
    ),
    "a mark that is none": (lambda d: d["stages"][0].update(src="网上"), "stages[0].src", "“网上”写法不对"),
    "an example about a criterion that is not there": (
        lambda d: d["personas"][4].update(because=["E44"]),
        "personas[4].because",
        "“E44”不存在",
    ),
    "an example that is refused and paid": (
        lambda d: d["personas"][4].update(expect_fen=100),
        "personas[4].expect_fen",
        "金额应为0",
    ),
}


@pytest.mark.parametrize(("spoil", "where", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_a_clerk_gets_wrong_is_said_in_chinese_with_its_place(
    definition: Definition, spoil: Spoil, where: str, message: str
) -> None:
    spoil(definition)
    with pytest.raises(Contradiction) as found:
        Programme.from_json(definition)
    assert any(place == where and message in said for place, said in found.value.problems), (
        found.value.problems
    )
    assert all(re.search(r"[\u4e00-\u9fff]", said) for _, said in found.value.problems)


def test_all_mistakes_are_named_at_once(definition: Definition) -> None:
    definition["notice"]["workdays"] = 3
    definition["fund_sources"] = []
    leaf(definition, "household_rule", 0)["clause"] = ""
    with pytest.raises(Contradiction) as found:
        Programme.from_json(definition)
    assert {"notice.workdays", "fund_sources", "household_rule.E1.clause"} <= {
        where for where, _ in found.value.problems
    }


@pytest.mark.parametrize("data", [None, [], "schema: 1", 5, {"schema": 1}, {"schema": "1"}, {"schema": 1.5}])
def test_what_is_no_definition_at_all_is_refused(data: object) -> None:
    with pytest.raises(Contradiction):
        Programme.from_json(data)


def test_parameters_are_dated_and_never_overlap(parameters: list[dict[str, Any]]) -> None:
    for row in parameters:
        assert day(row["from"])
        assert row["to"] is None or (day(row["to"]) and row["to"] >= row["from"])
        assert row["source"]
    for one in parameters:
        for other in parameters:
            if one is not other and (one["key"], one["area"]) == (other["key"], other["area"]):
                first, second = sorted((one, other), key=lambda row: str(row["from"]))
                assert first["to"] is not None
                assert first["to"] < second["from"]
