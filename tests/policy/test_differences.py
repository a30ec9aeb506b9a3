"""What changed between two definitions: every difference has a sentence, and the sentences are plain."""

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from workflows.policy import shape
from workflows.policy.differences import Change, Part, differences
from workflows.policy.programme import Programme

Definition = dict[str, Any]
Path = tuple[str | int, ...]


@pytest.fixture
def everything(definition: Definition) -> Definition:
    """Golden Autumn, and an entry of every part it does without."""
    return definition | {
        "repeats": [
            {"rows": "bills", "noun": "单据", "most": 9},
            {"rows": "members", "noun": "家人", "most": 9},
        ],
        "calculations": [
            {
                "key": "own_costs",
                "label": "自付费用",
                "terms": [{"of": "bills.paid"}, {"of": "city_aid", "times": [-1, 2], "if_missing": 0}],
                "src": "I",
            }
        ],
        "benefits": [{"what": "午餐补贴", "src": "I", "fen": 2000, "per": "day", "when": {"filed": True}}],
        "quota": {
            "src": "I",
            "by": "entry_way",
            "each": [
                {"code": "本科批", "places": 30, "src": "I"},
                {"code": "专科批", "places": 20, "src": "I"},
            ],
            "waiting_list": True,
            "priority": [
                {"label": "在档家庭", "when": {"filed": True}},
                {"label": "户口不在本市", "when": {"migrant": True}},
            ],
        },
        "schedule": {"every": "quarter", "month": 1, "day": 15, "pay_by": "当月底发到", "src": "I"},
        "other_ways": [
            {"reason": "INCOME", "text": "可以申请临时救助。"},
            {"reason": "DUPLICATE", "text": "明年可以再来。"},
        ],
    }


def told(old: Definition, new: Definition) -> tuple[Change, ...]:
    """Read without the checks of contradictions: a spoiled definition is compared as well."""
    return differences(shape.read(Programme, old), shape.read(Programme, new))


def changed(definition: Definition, change: Callable[[Definition], None]) -> Definition:
    new = copy.deepcopy(definition)
    change(new)
    return new


def sentences(old: Definition, change: Callable[[Definition], None]) -> list[str]:
    return [each.sentence for each in told(old, changed(old, change))]


# ---- nothing is passed over -----------------------------------------------------------------------------------------


def _places(value: Any, above: Path = ()) -> Iterator[Path]:
    """Every value and every list entry."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*above, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield (*above, index)
            yield from _places(inner, (*above, index))
    else:
        yield above


def _holder(value: Any, path: Path) -> Any:
    for step in path[:-1]:
        value = value[step]
    return value


def _other(value: Any) -> Any:
    match value:
        case bool():
            return int(value)
        case int():
            return value + 1
        case None:
            return False
    return f"{value}甲"


def _mutations(definition: Definition) -> Iterator[tuple[str, Callable[[Definition], None]]]:
    for path in _places(definition):
        last, value = path[-1], _holder(definition, path)[path[-1]]
        if not isinstance(value, dict | list):
            yield f"{path} = {_other(value)}", _set(*path, to=_other(value))
        if isinstance(value, bool):
            yield f"not {path}", _set(*path, to=not value)
        if isinstance(last, int):
            yield f"without {path}", _without(*path)
            yield f"{path} first", _first(*path)


def _without(*path: str | int) -> Callable[[Definition], None]:
    return lambda new: _holder(new, path).pop(path[-1])


def _first(*path: str | int) -> Callable[[Definition], None]:
    return lambda new: _holder(new, path).insert(0, _holder(new, path).pop(path[-1]))


def _set(*path: str | int, to: Any) -> Callable[[Definition], None]:
    return lambda new: _holder(new, path).__setitem__(path[-1], to)


def test_every_difference_has_a_sentence_and_the_same_has_none(everything: Definition) -> None:
    assert told(everything, copy.deepcopy(everything)) == ()
    old = shape.read(Programme, everything)
    compared = 0
    for name, mutate in random.Random(20260803).sample(list(_mutations(everything)), 50):
        try:
            new = shape.read(Programme, changed(everything, mutate))
        except shape.Contradiction:
            continue
        for one, other in ((old, new), (new, old)):
            found = differences(one, other)
            assert bool(found) is (one.sha256 != other.sha256), name
            assert all(each.sentence.endswith("。") and "None" not in each.sentence for each in found), name
        compared += 1
    assert compared > 35


@pytest.mark.parametrize(
    "part",
    ["quota", "schedule", "amount", "notice", "deferral", "payment_batches", "beneficiary", "once", "follow_up",
     "household_rule", "beneficiary_rule", "calculations", "benefits", "repeats", "other_ways", "applicant"],
)  # fmt: skip
def test_a_whole_part_that_comes_or_goes_is_told(everything: Definition, part: str) -> None:
    everything["once"] = {"per": "household", "src": "I"}
    without = changed(everything, lambda new: new.pop(part))
    assert told(everything, without)
    assert told(without, everything)


# ---- as people read it ----------------------------------------------------------------------------------------------


TOWNSHIP = {
    "key": "township",
    "name": "乡镇街道初审",
    "step": "check",
    "actor": "TOWNSHIP",
    "roles": ["TOWNSHIP_REVIEWER"],
    "src": "I",
    "limit_workdays": 3,
}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_set("window", "closes", to="2026-08-31"), "申请截止日期由2026年8月27日改为2026年8月31日。"),
        (_set("amount", "table", 0, "fen", to=520_000), "“建档家庭、高等教育”的金额由5,000元改为5,200元。"),
        (_set("stages", 1, "limit_workdays", to=3), "环节“单位工会审核”的办理时限由5个工作日改为3个工作日。"),
        (
            lambda new: new["stages"].insert(2, TOWNSHIP),
            "新增环节“乡镇街道初审”：由乡镇街道（园区）工会办理，3个工作日内，排在环节“单位工会审核”之后。",
        ),
        (lambda new: new["stages"].insert(1, new["stages"].pop(4)), "环节“市级审批”移到环节“受理”之后。"),
        (lambda new: new["papers"].pop(1), "取消材料“学籍证明”。"),
        (_set("papers", 4, "several", to=False), "材料“学费收费标准或收据”改为只交一份。"),
        (_set("notice", "workdays", to=7), "公示的天数由5个工作日改为7个工作日。"),
        (_set("form", 0, "fields", 2, "required", to=False), "“手机号码”这一题改为可以不填。"),
        (
            _set("papers", 5, "when", "filed", to=False),
            "材料“低保证或致困证明”的适用情况由“‘是否在档’为否、不知道”改为“‘是否在档’为否”。",
        ),
        (lambda new: new["form"][4]["fields"].pop(4), "“E 收款”里不再问“支行”。"),
        (_set("quota", "each", 0, "places", to=40), "“本科批”的名额由30个改为40个。"),
        (
            _set("amount", "ceilings", 0, "months_of_line", to=12),
            "每位受益人的上限（学段是高职（专科）、本科、硕士、博士）由10个月的低保标准改为12个月的低保标准。",
        ),
        (
            _set("calculations", 0, "terms", 1, "times", to=[-1, 1]),
            "计算项“自付费用”的计算式由“每份单据的‘paid’加起来＋‘city_aid’×-1/2（没有填时按0算）”"
            "改为“每份单据的‘paid’加起来＋‘city_aid’×-1（没有填时按0算）”。",
        ),
    ],
)  # fmt: skip
def test_a_change_reads_like_this(
    everything: Definition, change: Callable[[Definition], None], sentence: str
) -> None:
    assert sentences(everything, change) == [sentence]


def test_a_question_that_moves_to_another_part_is_not_a_new_one(definition: Definition) -> None:
    def move(new: Definition) -> None:
        new["form"][1]["fields"].append(new["form"][0]["fields"].pop(8))

    assert sentences(definition, move) == ["“户口是否不在澜江市”这一题从“A 申请人”移到“B 家庭”。"]


def test_conditions_are_compared_one_by_one_and_as_they_are_put_together(definition: Definition) -> None:
    def one_is_enough(new: Definition) -> None:
        criteria = new["beneficiary_rule"]["root"]["all"]
        criteria.append({"any": [criteria.pop(3), criteria.pop(3)]})

    (sentence,) = sentences(definition, one_is_enough)
    assert "几条受益人条件之间的关系改了" in sentence
    assert (
        "（“学生读的不是高收费民办学校”，或者“学生不是自费出国（境）留学”）" in sentence.split("现在要求")[1]
    )

    dropped = sentences(definition, lambda new: new["household_rule"]["root"]["all"][1]["any"].pop(1))
    assert len(dropped) == 1
    assert dropped[0].startswith("取消家庭条件：没有建档，但最近12个月里")
    assert "有一条符合就可以" in dropped[0]

    moved = told(definition, changed(definition, lambda new: new["household_rule"]["root"]["all"].reverse()))
    assert moved
    assert all("移到" in each.sentence and not each.for_worker for each in moved)


def test_the_family_is_told_only_what_concerns_it(definition: Definition) -> None:
    def office(new: Definition) -> None:
        new["personas"].pop()
        new["sources"][0]["title"] = "另一份文件"
        new["stages"][0]["src"] = "R26"
        new["fund_sources"].pop()

    def family(new: Definition) -> None:
        office(new)
        new["papers"][0]["name"] = "新生录取通知书"

    assert len(told(definition, changed(definition, office))) == 4
    assert not [each for each in told(definition, changed(definition, office)) if each.for_worker]
    found = [each for each in told(definition, changed(definition, family)) if each.for_worker]
    assert [(each.part, each.sentence) for each in found] == [
        (Part.PAPERS, "材料“录取通知书”改叫“新生录取通知书”。")
    ]


def test_changes_are_told_part_by_part(definition: Definition) -> None:
    def several(new: Definition) -> None:
        new["stages"][0]["limit_workdays"] = 1
        new["window"]["closes"] = "2026-08-31"
        new["papers"].pop(0)

    found = told(definition, changed(definition, several))
    assert [each.part.label for each in found] == ["申请时间", "材料", "办理环节"]
