"""Definitions of programmes for the editor's tests: one that uses every kind of part, and many that are a little off it."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from cms.models import ProgrammePage

Definition = dict[str, Any]

_REF = "澜江市试行办法第一条"
EVERYTHING: Definition = {
    "schema": 3,
    "code": "P-ALL-2026",
    "name": "2026年样样都有",
    "kind": "医疗救助",
    "season": "全年",
    "year": 2026,
    "level": "CITY",
    "valid": {"start": "2026-01-01", "end": "2026-12-31", "src": "I"},
    "window": {"opens": "2026-01-05", "opens_src": "I", "closes": "2026-11-30", "closes_src": "R16、I"},
    "applicant": "由患者本人或家人申请",
    "beneficiary": {"noun": "患者", "rows": "patients", "most": 3},
    "repeats": [
        {"rows": "bills", "noun": "票据", "most": 20, "least": 1},
        {"rows": "relatives", "noun": "家人", "most": 12},
    ],
    "calculations": [
        {
            "key": "own_cost",
            "label": "个人自付",
            "src": "I",
            "terms": [
                {"of": "bills.paid", "times": [80, 100]},
                {"of": "bills.fee", "times": [-1, 2], "if_missing": 0},
                {"of": "city_need", "param": "lookback_months", "if_missing": 12345},
            ],
        },
        {"key": "heads", "label": "家里几份", "src": "I", "terms": [{"of": "relatives"}, {"of": "own_cost"}]},
    ],
    "household_rule": {
        "schema": 1,
        "root": {
            "all": [
                {
                    "id": "A1",
                    "text": "申请人是工会会员",
                    "clause": _REF,
                    "fact": "union_member",
                    "type": "bool",
                    "op": "is",
                    "value": True,
                    "reason": "OUT_OF_SCOPE",
                    "src": "R16",
                },
                {
                    "any": [
                        {
                            "id": "A2",
                            "text": "家里每人自付不超过低保标准的一倍半",
                            "clause": _REF,
                            "severity": "gate",
                            "derive": "per_head",
                            "rows": "relatives",
                            "field": "earns",
                            "where": {"field": "state", "in": ["在岗", "退休、内退"]},
                            "op": "le",
                            "param": "city_line",
                            "times": [15, 10],
                        },
                        {
                            "all": [
                                {
                                    "id": "A3.a",
                                    "text": "至少有两张票据",
                                    "clause": _REF,
                                    "derive": "count",
                                    "rows": "bills",
                                    "op": "ge",
                                    "value": 2,
                                },
                                {
                                    "not": {
                                        "any": [
                                            {
                                                "id": "A4",
                                                "text": "不是这几类",
                                                "clause": _REF,
                                                "fact": "category",
                                                "type": "choice",
                                                "op": "in",
                                                "value": ["非建档"],
                                            },
                                            {
                                                "not": {
                                                    "id": "A5",
                                                    "text": "票据合起来过了",
                                                    "clause": _REF,
                                                    "derive": "sum",
                                                    "rows": "bills",
                                                    "field": "paid",
                                                    "op": "gt",
                                                    "value": 100050,
                                                }
                                            },
                                        ]
                                    }
                                },
                            ]
                        },
                        {
                            "not": {
                                "id": "A6",
                                "text": "不知道",
                                "clause": _REF,
                                "fact": "hurt_on",
                                "type": "date",
                                "op": "known",
                            }
                        },
                    ]
                },
                {
                    "id": "A7",
                    "text": "受伤在今年",
                    "clause": _REF,
                    "severity": "advise",
                    "fact": "hurt_on",
                    "type": "date",
                    "op": "ge",
                    "value": "2026-01-01",
                },
                {
                    "id": "A8",
                    "text": "自付是正数",
                    "clause": _REF,
                    "fact": "own_cost",
                    "type": "money",
                    "op": "gt",
                    "value": 0,
                },
            ]
        },
    },
    "beneficiary_rule": {
        "schema": 1,
        "root": {
            "any": [
                {
                    "id": "B1",
                    "text": "患者满18周岁",
                    "clause": _REF,
                    "fact": "patient_born",
                    "type": "date",
                    "op": "age_ge",
                    "value": 18,
                    "on": "2026-09-01",
                },
                {
                    "id": "B2",
                    "text": "患的是这几种病",
                    "clause": _REF,
                    "fact": "illnesses",
                    "type": "choices",
                    "op": "any_of",
                    "value": ["甲，乙", "丙"],
                },
            ]
        },
    },
    "once": {"per": "beneficiary", "src": "I"},
    "form": [
        {
            "key": "family",
            "title": "A 家庭",
            "help": "请家里人一起看看。",
            "fields": [
                {"key": "filed", "label": "是否在档", "type": "bool", "pii": "P2", "from_file": True},
                {"key": "hurt_on", "label": "哪一天受的伤", "type": "date", "pii": "P3", "required": True},
                {
                    "key": "course",
                    "label": "选哪个班",
                    "type": "choice",
                    "pii": "P1",
                    "choices": ["是", {"code": "2", "label": "二班|晚上"}],
                    "show_if": {"filed": [False, None]},
                },
                {"key": "city_need", "label": "还差多少", "type": "money", "pii": "P2", "help": "写元"},
                {"key": "agreed", "label": "同意核对", "type": "bool", "pii": "P1", "must_agree": True},
                {"key": "card", "label": "卡号", "type": "bank_card", "pii": "P3", "required": True},
            ],
        },
        {
            "key": "patient",
            "title": "B 患者",
            "repeat": "patients",
            "fields": [
                {
                    "key": "patient_id",
                    "label": "身份证号",
                    "type": "id_number",
                    "pii": "P3",
                    "required": True,
                },
                {"key": "patient_born", "label": "出生日期", "type": "date", "pii": "P3"},
                {
                    "key": "illnesses",
                    "label": "哪些病",
                    "type": "choices",
                    "pii": "P3",
                    "choices": ["甲，乙", "丙", "没有"],
                },
            ],
        },
        {
            "key": "bill",
            "title": "C 票据",
            "repeat": "bills",
            "fields": [
                {"key": "paid", "label": "自付", "type": "money", "pii": "P2"},
                {"key": "fee", "label": "挂号费", "type": "money", "pii": "P2"},
            ],
        },
        {
            "key": "relative",
            "title": "D 家人",
            "repeat": "relatives",
            "fields": [
                {"key": "earns", "label": "月收入", "type": "money", "pii": "P2"},
                {
                    "key": "state",
                    "label": "状态",
                    "type": "choice",
                    "pii": "P2",
                    "choices": ["在岗", "退休、内退", "其他"],
                },
            ],
        },
    ],
    "papers": [
        {
            "key": "bill_copy",
            "name": "票据",
            "why": "证明花了多少。",
            "per": "application",
            "src": "I",
            "when": {"filed": [True]},
            "several": True,
            "life_months": 12,
        },
        {"key": "diagnosis", "name": "诊断书", "why": "证明病情。", "per": "beneficiary", "src": "I"},
    ],
    "stages": [
        {
            "key": "accept",
            "name": "受理",
            "step": "accept",
            "actor": "STATION",
            "src": "I",
            "roles": ["ACCEPTOR"],
            "limit_workdays": 2,
        },
        {
            "key": "township",
            "name": "乡镇街道初审",
            "step": "check",
            "actor": "TOWNSHIP",
            "src": "I",
            "roles": ["TOWNSHIP_REVIEWER"],
            "limit_workdays": 3,
            "only_if": {"course": "2"},
        },
        {
            "key": "county",
            "name": "县级审核",
            "step": "check",
            "actor": "COUNTY",
            "src": "I",
            "roles": ["COUNTY_OFFICER", "COUNTY_HEAD"],
            "limit_workdays": 5,
        },
        {
            "key": "notice",
            "name": "公示",
            "step": "notice",
            "actor": "COUNTY",
            "src": "R16",
            "roles": ["COUNTY_HEAD", "COUNTY_OFFICER"],
            "min_workdays": 5,
        },
        {
            "key": "city",
            "name": "市级审批",
            "step": "approve",
            "actor": "CITY",
            "src": "I",
            "roles": ["CITY_APPROVER"],
            "limit_workdays": 3,
            "wait_workdays": 15,
            "wait_src": "I",
        },
        {
            "key": "province",
            "name": "上级批复",
            "step": "upper",
            "actor": "UPPER",
            "src": "I",
            "roles": ["CITY_APPROVER"],
            "above_fen": 0,
        },
        {
            "key": "pay",
            "name": "发放",
            "step": "pay",
            "actor": "CITY_FINANCE",
            "src": "I",
            "roles": ["FINANCE_MAKER", "FINANCE_CHECKER"],
            "limit_workdays": 5,
            "method": "实名制转账",
        },
    ],
    "amount": {
        "table": [
            {
                "label": "在档的",
                "when": {"filed": True, "course": "是"},
                "src": "I",
                "of": "own_cost",
                "share": [80, 100],
            },
            {"label": "二班的", "when": {"filed": True, "course": "2"}, "src": "I", "months": [15, 10]},
            {"label": "没有建档", "when": {"filed": False}, "src": "I", "fen": 33333, "of": "patients"},
        ],
        "ceilings": [
            {"when": {}, "src": "I", "months_of_line": 10},
            {"when": {}, "src": "I", "fen": 500050, "per": "case"},
            {"when": {"filed": [True, False]}, "src": "I", "of": "own_cost"},
            {"when": {}, "src": "I", "param": "temporary_aid_max_year", "per": "year"},
        ],
        "rounding": "fen",
    },
    "benefits": [
        {"what": "免费体检", "src": "I"},
        {
            "what": "护理补贴",
            "src": "I",
            "fen": 3050,
            "per": "day",
            "when": {"filed": True},
            "note": "住院的每天算",
        },
    ],
    "fund_sources": ["市财政", "社会捐赠"],
    "quota": {
        "src": "I",
        "by": "course",
        "each": [{"code": "是", "places": 30, "src": "I"}, {"code": "2", "places": 20, "src": "R16"}],
        "waiting_list": True,
        "priority": [{"label": "零就业家庭", "when": {"zero_employment": True}}],
    },
    "notice": {"workdays": 5, "web_items": ["number", "item"], "sheet_adds": [], "src": "R16"},
    "payment_batches": {"every": "month", "day": 15, "until": "发完为止", "src": "I"},
    "deferral": {"when": {"course": ["是", None]}, "reason": "住院", "reopen": "出院", "src": "I"},
    "follow_up": [{"what": "回访", "src": "I", "every": "每季度", "by": "站点", "until": "康复"}],
    "other_ways": [{"reason": "OUT_OF_SCOPE", "text": "可以申请临时救助。"}],
    "clauses": [{"ref": _REF, "text": "条文。"}],
    "sources": [{"mark": "R16", "title": "某市公告"}, {"mark": "I", "title": "本市自定"}],
    "personas": [
        {
            "name": "在档的一家",
            "on": "2026-08-03",
            "facts": {
                "union_member": True,
                "filed": None,
                "course": "是",
                "city_need": 123450,
                "members": 3,
                "hurt_on": "2026-07-01",
                "relatives": [],
                "bills": [{"paid": 100051, "fee": None}, {}],
            },
            "rows": [{"illnesses": ["丙"], "patient_born": None}, {"illnesses": ["甲，乙", "丙"]}, {}],
            "expect": "unknown",
        },
        {
            "name": "别的一家",
            "on": "2026-08-03",
            "facts": {"category": "深度困难"},
            "rows": [],
            "expect": "met",
            "expect_fen": 50,
            "because": ["A1", "B2"],
        },
    ],
}
LISTED: Definition = {
    **{
        name: EVERYTHING[name] for name in ("schema", "season", "year", "level", "valid", "window", "clauses")
    },
    "code": "P-LIST-2026",
    "name": "2026年免申即享",
    "kind": "生活救助",
    "intake": "list",
    "sources": [{"mark": "I", "title": "本市自定"}, {"mark": "R16", "title": "某市公告"}],
    "household_rule": {
        "schema": 1,
        "root": {
            "id": "L1",
            "text": "家庭在档",
            "clause": _REF,
            "fact": "filed",
            "type": "bool",
            "op": "is",
            "value": True,
        },
    },
    "stages": [
        {"key": "listing", "name": "生成名单", "step": "list", "actor": "SYSTEM", "src": "I"},
        {
            "key": "city",
            "name": "审批",
            "step": "approve",
            "actor": "CITY",
            "src": "I",
            "roles": ["CITY_APPROVER"],
            "limit_workdays": 3,
        },
    ],
    "schedule": {"every": "quarter", "month": 2, "day": 10, "pay_by": "季度末前", "src": "I"},
    "quota": {"src": "I", "places": 40},
}


_WORDS = {
    "label",
    "name",
    "title",
    "text",
    "help",
    "why",
    "what",
    "note",
    "method",
    "by",
    "until",
    "noun",
    "pay_by",
}
_HOUSEHOLD = ["union_member", "filed", "course", "city_need", "members", "hurt_on", "own_cost", "illnesses"]
_LEAVES: list[Definition] = [
    {"fact": "filed", "type": "bool", "op": "is", "value": False},
    {"fact": "category", "type": "choice", "op": "not_in", "value": ["相对困难", "非建档"]},
    {"fact": "category", "type": "choice", "op": "is", "value": "深度困难"},
    {"fact": "course", "type": "choice", "op": "in", "value": ["是", "2"]},
    {"fact": "city_need", "type": "money", "op": "lt", "value": 93001, "times": [3, 2]},
    {"fact": "city_need", "type": "money", "op": "lt", "param": "city_line", "times": [2, 1]},
    {"fact": "members", "type": "int", "op": "ne", "value": 3},
    {"fact": "hurt_on", "type": "date", "op": "age_le", "value": 1, "on": "2026-12-31"},
    {"fact": "hurt_on", "type": "date", "op": "lt", "value": "2026-06-30"},
    {"fact": "members", "type": "int", "op": "known"},
    {
        "derive": "count",
        "rows": "relatives",
        "op": "ge",
        "value": 2,
        "where": {"field": "state", "in": ["在岗"]},
    },
    {"derive": "sum", "rows": "bills", "field": "paid", "op": "gt", "value": 5},
]


def page() -> ProgrammePage:
    """A page of no installation: nothing is asked of a database."""
    return ProgrammePage(title="", slug="page", content_type_id=1, locale_id=1)


def texts() -> st.SearchStrategy[str]:
    """Words with everything a clerk may put into them."""
    return st.text("是否 不知道、，,|：:[]“”（）《》元%5年Aa-.", min_size=1, max_size=8)


@st.composite
def reworded(draw: st.DrawFn, original: Definition) -> Definition:
    """The definition with some of its words and numbers replaced, some parts left out, some in another order."""
    definition = copy.deepcopy(original)
    places = list(_places(definition))
    for holder, key in draw(st.lists(st.sampled_from(places), min_size=1, max_size=5)):
        if isinstance(holder, dict) and key in holder:
            _change(draw, holder, key)
        elif isinstance(holder, list):
            holder.reverse()
    return definition


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner)
            yield value, key
    elif isinstance(value, list):
        yield value, None
        for inner in value:
            yield from _places(inner)


def _change(draw: st.DrawFn, holder: Definition, key: str) -> None:
    match holder[key]:
        case bool():
            holder[key] = not holder[key]
        case int():
            holder[key] = draw(st.integers(0, 2**40))
        case str() if key in _WORDS:
            holder[key] = draw(texts())
        case str():
            pass
        case _ if key not in ("value", "where", "terms", "form"):
            del holder[key]


@st.composite
def ruled(draw: st.DrawFn) -> Definition:
    """The definition of everything with conditions in groups of any shape."""
    numbers = iter(range(1000))

    def leaf(chosen: Definition) -> Definition:
        return {"id": f"R{next(numbers)}", "text": "一句话", "clause": _REF, **copy.deepcopy(chosen)}

    nodes: st.SearchStrategy[Definition] = st.recursive(
        st.sampled_from(_LEAVES),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda many: {"all": many}),
            st.lists(inner, min_size=1, max_size=3).map(lambda many: {"any": many}),
            inner.map(lambda one: {"not": one}),
        ),
        max_leaves=12,
    )

    def numbered(node: Definition) -> Definition:
        for kind in ("all", "any"):
            if kind in node:
                return {kind: [numbered(each) for each in node[kind]]}
        return {"not": numbered(node["not"])} if "not" in node else leaf(node)

    root = numbered(draw(nodes))
    told = {name: each for name, each in EVERYTHING.items() if name != "personas"}
    return {**told, "household_rule": {"schema": 1, "root": root}}


@st.composite
def told_of(draw: st.DrawFn) -> Definition:
    """The definition of everything with an example family of any circumstances."""
    values = st.one_of(
        st.booleans(),
        st.none(),
        st.integers(-(10**9), 10**9),
        texts(),
        st.sampled_from(["本科", "2026-08-03", "高职(专科)", "5元", "是", "007", ""]),
    )
    keys = st.sampled_from([*_HOUSEHOLD, "是否在档", "paid", "earns", "别的一项"])
    plain = st.dictionaries(keys, st.one_of(values, st.lists(values, max_size=3)), max_size=5)
    rows = st.dictionaries(
        st.sampled_from(["bills", "relatives", "others"]), st.lists(plain, max_size=2), max_size=2
    )
    persona = {
        "name": "一家",
        "on": "2026-08-03",
        "facts": {**draw(plain), **draw(rows)},
        "rows": draw(st.lists(plain, max_size=2)),
        "expect": "unknown",
    }
    return {**EVERYTHING, "personas": [persona]}
