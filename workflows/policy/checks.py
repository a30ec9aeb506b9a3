"""What a clerk can get wrong in a programme although every part alone is well formed; said in Chinese."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from workflows.policy import criteria
from workflows.policy.facts import FACTS, About, Fact, FactType, Origin
from workflows.policy.parts import (
    AmountRow,
    AmountRule,
    BatchEvery,
    Beneficiary,
    Calculation,
    Ceiling,
    Clause,
    Deferral,
    Field,
    FieldType,
    Intake,
    NoticeRule,
    Once,
    OncePer,
    OtherWay,
    Paper,
    PaymentBatches,
    Per,
    Period,
    Persona,
    Quota,
    Repeat,
    Schedule,
    Section,
    Source,
    Stage,
    StageActor,
    Step,
    Verdict,
    When,
    Window,
)
from workflows.policy.roles import Role
from workflows.policy.shape import Problem
from workflows.policy.states import RejectReason

NOTICE_WORKDAYS = 5
"""A notice shorter than this is no notice (R29, R71)."""

KINDS = (
    "生活救助",
    "医疗救助",
    "子女助学",
    "法律援助",
    "职业培训",
    "职业介绍/就业创业",
    "临时救助",
    "送温暖",
    "送清凉",
    "互助保障",
)
FUND_SOURCES = (
    "中央财政",
    "省财政",
    "市财政",
    "县财政",
    "上级工会补助",
    "本级工会经费",
    "社会捐赠",
    "行政拨付",
    "其他合法来源",
)
_MARK = re.compile(r"R[0-9]+[a-z]?|I|G")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_KEY_WORDS = "只能用小写字母、数字和下划线，以字母开头"
_NUMBERS = (FieldType.MONEY, FieldType.INT, FieldType.YEAR)
MOST_ROWS = 50
"""A list longer than this is no list a family fills in."""
_CHOOSING = (FieldType.CHOICE, FieldType.CHOICES)
_FACT_OF_FIELD = {FieldType.YEAR: "int"}


def kind(given: str) -> Iterator[Problem]:
    if given not in KINDS:
        yield "kind", f"没有“{given}”这种帮扶项目类型，可以选：{'、'.join(KINDS)}"


def periods(valid: Period, window: Window) -> Iterator[Problem]:
    if valid.end < valid.start:
        yield "valid", f"有效期的结束日期{valid.end}早于开始日期{valid.start}"
    if window.closes < window.opens:
        yield "window", f"申请截止日期{window.closes}早于开放日期{window.opens}"
    if window.opens < valid.start:
        yield "window.opens", f"申请开放日期{window.opens}早于项目有效期的开始{valid.start}"
    last = window.late_closes or window.closes
    if last > valid.end:
        yield "window", f"申请截止日期{last}晚于项目有效期的结束{valid.end}"
    if window.late_closes is None:
        return
    if window.late_closes <= window.closes:
        yield "window.late_closes", f"补报截止日期{window.late_closes}应晚于正常截止日期{window.closes}"
    if not window.late_reason.strip():
        yield "window.late_reason", "有补报截止日期，就要写明什么理由可以补报"


def form(
    sections: Sequence[Section], beneficiary: Beneficiary | None, repeats: Sequence[Repeat]
) -> Iterator[Problem]:
    rows = beneficiary.rows if beneficiary else None
    lists = [*([rows] if rows else []), *(each.rows for each in repeats)]
    yield from _unique("form", "部分标识", [section.key for section in sections])
    yield from _unique("repeats", "名单标识", lists)
    if beneficiary is not None:
        if beneficiary.most < 1:
            yield "beneficiary.most", "最多人数至少是1"
        if not any(section.repeat == rows for section in sections):
            yield "form", f"受益人是“{beneficiary.noun}”，表单里却没有按“{rows}”重复的部分"
    yield from _repeats(repeats, sections)
    asked_once = [field for section in sections if section.repeat is None for field in section.fields]
    every = [field for section in sections for field in section.fields]
    yield from _unique("form", "字段标识", [field.key for field in every])
    for name in lists:
        if any(field.key == name for field in every):
            yield "form", f"“{name}”既是名单的标识，又是字段的标识，请改一个"
    for index, section in enumerate(sections):
        where = f"form[{index}]"
        if section.repeat is not None and section.repeat not in lists:
            known = "、".join(f"“{each}”" for each in lists) or "没有名单"
            yield f"{where}.repeat", f"“{section.title}”按“{section.repeat}”重复，但项目里的名单是：{known}"
        if not section.fields:
            yield f"{where}.fields", f"“{section.title}”里没有字段"
        beside = [field for other in sections if other.repeat == section.repeat for field in other.fields]
        near = asked_once if section.repeat is None else [*asked_once, *beside]
        for place, field in enumerate(section.fields):
            yield from _field(f"{where}.fields[{place}]", section, field, near, rows)


def _repeats(repeats: Sequence[Repeat], sections: Sequence[Section]) -> Iterator[Problem]:
    for index, each in enumerate(repeats):
        where = f"repeats[{index}]"
        if not _KEY.fullmatch(each.rows):
            yield f"{where}.rows", f"名单“{each.noun}”的标识“{each.rows}”{_KEY_WORDS}"
        if not 1 <= each.most <= MOST_ROWS:
            yield f"{where}.most", f"名单“{each.noun}”最多的行数应在1至{MOST_ROWS}之间"
        if not 0 <= each.least <= each.most:
            yield f"{where}.least", f"名单“{each.noun}”最少的行数应在0至{each.most}之间"
        if not any(section.repeat == each.rows for section in sections):
            yield f"{where}.rows", f"有“{each.noun}”的名单，表单里却没有按“{each.rows}”重复的部分"


def intake(
    way: Intake, sections: Sequence[Section], steps: Sequence[Stage], schedule: Schedule | None
) -> Iterator[Problem]:
    listed = [stage for stage in steps if stage.step is Step.LIST]
    if way is Intake.LIST:
        if steps and steps[0].step is not Step.LIST:
            yield "stages", "由系统列名单的项目，第一个环节应是“系统生成名单”"
        if schedule is None:
            yield "schedule", "由系统列名单的项目，要写明哪一天生成名单"
        return
    if listed:
        yield "stages", f"环节“{listed[0].name}”由系统生成名单，但这个项目是由职工申请的"
    if schedule is not None:
        yield "schedule", "由职工申请的项目不用名单日程"
    if not sections:
        yield "form", "由职工申请的项目，表单里至少要有一个部分"
    if steps and steps[0].step is not Step.ACCEPT:
        yield "stages", "由职工申请的项目，第一个环节应是“受理”"


def calculations(
    given: Sequence[Calculation],
    sections: Sequence[Section],
    beneficiary: Beneficiary | None,
    repeats: Sequence[Repeat],
    asks: Mapping[str, Fact],
) -> Iterator[Problem]:
    taken = {*FACTS, *(field.key for section in sections for field in section.fields)}
    yield from _unique("calculations", "计算项标识", [each.key for each in given])
    before: set[str] = set()
    for index, each in enumerate(given):
        where, name = f"calculations[{index}]", f"计算项“{each.label}”"
        if not _KEY.fullmatch(each.key):
            yield f"{where}.key", f"{name}的标识“{each.key}”{_KEY_WORDS}"
        if each.key in taken:
            yield f"{where}.key", f"{name}的标识“{each.key}”已经是别的字段或情况，请换一个"
        if not each.terms:
            yield f"{where}.terms", f"{name}没有写怎么算"
        later = {other.key for other in given} - before
        for place, term in enumerate(each.terms):
            here = f"{where}.terms[{place}]"
            if term.of in later:
                yield f"{here}.of", f"{name}用到的“{term.of}”要先算出来，请把它排在前面"
            else:
                yield from _counts(f"{here}.of", name, term.of, sections, beneficiary, repeats, asks)
            if len(term.times) != 2 or term.times[1] < 1:
                yield f"{here}.times", f"{name}的“乘以几分之几”应是两个整数，第二个大于0"
        before.add(each.key)


def _counts(
    where: str,
    name: str,
    of: str,
    sections: Sequence[Section],
    beneficiary: Beneficiary | None,
    repeats: Sequence[Repeat],
    asks: Mapping[str, Fact],
) -> Iterator[Problem]:
    """What a calculation or an amount counts must be a number the programme knows."""
    rows, dot, key = of.partition(".")
    lists = {each.rows for each in repeats} | ({beneficiary.rows} if beneficiary else set())
    if rows in lists:
        numbers = {
            field.key
            for section in sections
            if section.repeat == rows
            for field in section.fields
            if field.type in _NUMBERS
        }
        if dot and key not in numbers:
            yield where, f"{name}要加起来的“{of}”不是名单里的数字"
        return
    fact = asks.get(of)
    if fact is None:
        yield where, f"{name}用到“{of}”，但表单里没有问，档案和登记里也没有"
    elif fact.type not in (FactType.MONEY, FactType.INT):
        yield where, f"{name}用到的“{of}”不是数字"
    elif fact.source is Origin.ANSWER and not _is_asked(of, sections):
        yield where, f"{name}要用到“{fact.question}”，但表单里没有问，档案和登记里也没有"


def _is_asked(key: str, sections: Sequence[Section]) -> bool:
    return any(field.key == key for section in sections for field in section.fields)


def _field(
    where: str, section: Section, field: Field, near: Sequence[Field], beneficiaries: str | None
) -> Iterator[Problem]:
    name = f"“{section.title}”的“{field.label}”"
    if not _KEY.fullmatch(field.key):
        yield f"{where}.key", f"{name}的标识“{field.key}”{_KEY_WORDS}"
    if field.type in _CHOOSING and not field.choices:
        yield f"{where}.choices", f"{name}是选择题，却没有选项"
    if field.type not in _CHOOSING and field.choices:
        yield f"{where}.choices", f"{name}不是选择题，不能有选项"
    yield from _unique(f"{where}.choices", f"{name}的选项", [choice.code for choice in field.choices])
    if field.must_agree and field.type is not FieldType.BOOL:
        yield f"{where}.must_agree", f"{name}要求同意，字段类型就应是是非题（bool）"
    fact = FACTS.get(field.key)
    if fact is not None and section.repeat in (None, beneficiaries):
        yield from _answers(where, name, section, field, fact)
    if field.show_if is not None:
        others = {other.key: other for other in near if other.key != field.key}
        yield from _when(f"{where}.show_if", f"{name}的显示条件", field.show_if, others, catalogue=False)


def _answers(where: str, name: str, section: Section, field: Field, fact: Fact) -> Iterator[Problem]:
    if _FACT_OF_FIELD.get(field.type, field.type.value) != fact.type.value:
        yield (
            f"{where}.type",
            f"{name}回答的是“{fact.question}”，类型应为“{fact.type.value}”，现在是“{field.type.value}”",
        )
    about = About.HOUSEHOLD if section.repeat is None else About.BENEFICIARY
    if about is not fact.about:
        yield (
            where,
            f"{name}问的是{'受益人' if fact.about is About.BENEFICIARY else '家庭'}的情况，放错了部分",
        )
    for choice in field.choices:
        if fact.choices and choice.code not in fact.codes:
            yield f"{where}.choices", f"{name}的选项“{choice.code}”不在“{fact.key}”的目录里"


def rules(
    given: Mapping[str, Mapping[str, Any] | None],
    *,
    asks: Mapping[str, Fact],
    sections: Sequence[Section],
    beneficiary: Beneficiary | None,
    repeats: Sequence[Repeat],
    calculations: Sequence[Calculation],
    clauses: Sequence[Clause],
) -> Iterator[Problem]:
    if given["beneficiary_rule"] is not None and beneficiary is None:
        yield "beneficiary_rule", "有受益人条件，却没有写明受益人"
    known = {clause.ref for clause in clauses}
    yield from _unique("clauses", "条款", [clause.ref for clause in clauses])
    lists = {each.rows for each in repeats} | ({beneficiary.rows} if beneficiary else set())
    uneven = {each.key for each in calculations if any(term.times[-1:] != (1,) for term in each.terms)}
    seen: list[str] = []
    for where, label, about in (
        ("household_rule", "家庭条件", {About.HOUSEHOLD}),
        ("beneficiary_rule", "受益人条件", {About.HOUSEHOLD, About.BENEFICIARY}),
    ):
        if (rule := given[where]) is None:
            continue
        try:
            criteria.build(rule)
        except criteria.Refused as refusal:
            yield where, f"{label}：{refusal}"
            continue
        for leaf in criteria.leaves(rule):
            yield from _criterion(f"{where}.{leaf['id']}", leaf, about, asks, sections, lists, known, uneven)
            seen.append(leaf["id"])
    yield from _unique("household_rule", "条件编号", seen)


def _criterion(
    where: str,
    leaf: Mapping[str, Any],
    about: set[About],
    asks: Mapping[str, Fact],
    sections: Sequence[Section],
    lists: set[str],
    clauses: set[str],
    uneven: set[str],
) -> Iterator[Problem]:
    name = f"条件“{leaf['id']}”"
    if not str(leaf.get("text", "")).strip():
        yield f"{where}.text", f"{name}缺少读者看得懂的说明"
    if leaf.get("clause", "") not in clauses:
        yield f"{where}.clause", f"{name}引用的条款“{leaf.get('clause', '')}”不在政策条款里"
    if "reason" in leaf and leaf["reason"] not in set(RejectReason):
        yield f"{where}.reason", f"{name}的不予理由“{leaf['reason']}”不在目录里"
    if "derive" in leaf:
        yield from _derived(where, name, leaf, sections, lists)
        return
    fact = asks.get(leaf["fact"])
    if fact is None:
        yield where, f"{name}要问“{leaf['fact']}”，但表单里没有问，情况目录里也没有这一项"
        return
    if leaf["type"] != fact.type.value:
        yield where, f"{name}把“{fact.key}”当作“{leaf['type']}”，目录里是“{fact.type.value}”"
    if fact.about not in about:
        yield where, f"{name}问的是受益人的情况，应放在受益人条件里"
    if fact.source is Origin.ANSWER and not _is_asked(fact.key, sections):
        yield where, f"{name}要用到“{fact.question}”，但表单里没有问，档案和登记里也没有"
    if fact.key in uneven and leaf.get("value") != 0:
        yield f"{where}.value", f"{name}用到的计算项“{fact.question}”会除不尽，只能同0比较"
    yield from _codes(where, name, leaf, fact)


def _derived(
    where: str, name: str, leaf: Mapping[str, Any], sections: Sequence[Section], lists: set[str]
) -> Iterator[Problem]:
    rows = leaf.get("rows")
    if rows not in lists:
        yield where, f"{name}要对“{rows}”计算，但表单里没有这份名单"
        return
    fields = {field.key: field for section in sections if section.repeat == rows for field in section.fields}
    if leaf["derive"] != "count" and (
        leaf["field"] not in fields or fields[leaf["field"]].type not in _NUMBERS
    ):
        yield where, f"{name}要合计的“{leaf['field']}”不是名单里的数字"
    if (only := leaf.get("where")) is None:
        return
    field = fields.get(only["field"])
    if field is None or field.type is not FieldType.CHOICE:
        yield where, f"{name}只算一部分人，依据的“{only['field']}”应是名单里的单选题"
        return
    for code in only["in"]:
        if code not in {choice.code for choice in field.choices}:
            yield where, f"{name}里的“{code}”不是“{field.label}”的选项"


def _codes(where: str, name: str, leaf: Mapping[str, Any], fact: Fact) -> Iterator[Problem]:
    value = leaf.get("value")
    for code in value if isinstance(value, list | tuple) else [value]:
        if fact.choices and isinstance(code, str) and code not in fact.codes:
            yield f"{where}.value", f"{name}里的“{code}”不是“{fact.key}”的选项"


def papers(
    required: Sequence[Paper],
    sections: Sequence[Section],
    beneficiary: Beneficiary | None,
    repeats: Sequence[Repeat],
) -> Iterator[Problem]:
    others = {each.rows for each in repeats}
    yield from _unique("papers", "材料标识", [paper.key for paper in required])
    for index, paper in enumerate(required):
        where = f"papers[{index}]"
        if not _KEY.fullmatch(paper.key):
            yield (
                f"{where}.key",
                f"材料“{paper.name}”的标识“{paper.key}”{_KEY_WORDS}",
            )
        if paper.per is Per.BENEFICIARY and beneficiary is None:
            yield f"{where}.per", f"材料“{paper.name}”按受益人收，但项目没有受益人"
        if paper.life_months is not None and paper.life_months < 1:
            yield f"{where}.life_months", f"材料“{paper.name}”的有效月数至少是1"
        if paper.when is not None:
            fields = _fields(sections, rows=paper.per is Per.BENEFICIARY, but=others)
            yield from _when(f"{where}.when", f"材料“{paper.name}”", paper.when, fields)


def stages(
    steps: Sequence[Stage], notice: NoticeRule | None, sections: Sequence[Section]
) -> Iterator[Problem]:
    if not steps:
        yield "stages", "至少要有一个办理环节"
    yield from _unique("stages", "环节标识", [stage.key for stage in steps])
    yield from _unique("stages", "环节名称", [stage.name for stage in steps])
    for index, stage in enumerate(steps):
        where, name = f"stages[{index}]", f"环节“{stage.name}”"
        if not _KEY.fullmatch(stage.key):
            yield f"{where}.key", f"{name}的标识“{stage.key}”{_KEY_WORDS}"
        yield from _who(where, name, stage)
        yield from _days(where, name, stage)
        if stage.above_fen is not None and stage.above_fen < 0:
            yield f"{where}.above_fen", f"{name}的金额界限不能是负数"
        if stage.only_if is not None:
            fields = _fields(sections, rows=False)
            yield from _when(f"{where}.only_if", f"{name}的经过条件", stage.only_if, fields)
    yield from _order(steps)
    yield from _notice(steps, notice)


def _who(where: str, name: str, stage: Stage) -> Iterator[Problem]:
    yield from _unique(f"{where}.roles", f"{name}的岗位", list(stage.roles))
    if stage.step is Step.LIST:
        if stage.roles:
            yield f"{where}.roles", f"{name}由系统办理，不用写岗位"
        if stage.actor is not StageActor.SYSTEM:
            yield f"{where}.actor", f"{name}由系统办理，办理单位应是“{StageActor.SYSTEM.label}”"
        return
    if not stage.roles:
        yield f"{where}.roles", f"{name}没有写由哪个岗位办理"
    possible = _ROLES_OF_STEP.get(stage.step, _SIGNERS)
    for role in stage.roles:
        if role not in possible:
            words = "、".join(each.label for each in Role if each in possible)
            yield f"{where}.roles", f"{name}是“{stage.step.label}”，不能由“{role.label}”办理，可以选：{words}"
    if stage.step is Step.PAY and len(stage.roles) != 2:
        yield f"{where}.roles", f"{name}要由制单、复核两个岗位办理"
    if stage.step is Step.UPPER and stage.actor is not StageActor.UPPER:
        yield f"{where}.actor", f"{name}等上级工会批复，办理单位应是“{StageActor.UPPER.label}”"


def _days(where: str, name: str, stage: Stage) -> Iterator[Problem]:
    limits = (stage.limit_workdays, stage.min_workdays)
    match stage.step:
        case Step.NOTICE:
            if stage.min_workdays is None or stage.limit_workdays is not None:
                yield f"{where}.min_workdays", f"{name}要写最短天数，不写办理时限"
        case Step.LIST | Step.UPPER | Step.SERVE:
            if stage.min_workdays is not None:
                yield f"{where}.min_workdays", f"{name}不用写最短天数"
        case _:
            if stage.limit_workdays is None or stage.min_workdays is not None:
                yield f"{where}.limit_workdays", f"{name}要写办理时限，不写最短天数"
    if any(days is not None and days < 1 for days in (*limits, stage.wait_workdays)):
        yield where, f"{name}的天数至少是1"


def _order(steps: Sequence[Stage]) -> Iterator[Problem]:
    """What must come before what, whatever stages a programme has."""
    kinds = [stage.step for stage in steps]
    for kind in (Step.LIST, Step.ACCEPT, Step.NOTICE, Step.PAY):
        if kinds.count(kind) > 1:
            yield "stages", f"“{kind.label}”的环节只能有一个"
    if Step.ACCEPT in kinds and kinds.index(Step.ACCEPT) != 0:
        yield "stages", "“受理”应是第一个环节"
    if kinds and Step.APPROVE not in kinds:
        yield "stages", "至少要有一个审批环节"
    decided = max(
        (place for place, kind in enumerate(kinds) if kind in (Step.APPROVE, Step.UPPER)), default=-1
    )
    for place, stage in enumerate(steps):
        if stage.step in (Step.PAY, Step.SERVE) and place < decided:
            yield f"stages[{place}]", f"环节“{stage.name}”应排在审批之后"
        if stage.step in (Step.CHECK, Step.NOTICE) and place > decided >= 0:
            yield f"stages[{place}]", f"环节“{stage.name}”应排在审批之前"
        if stage.step in (Step.ACCEPT, Step.NOTICE) and (stage.only_if or stage.above_fen is not None):
            yield f"stages[{place}]", f"环节“{stage.name}”每件都要经过，不能写经过条件"
        if stage.step is Step.NOTICE and (place == 0 or steps[place - 1].step is not Step.CHECK):
            yield f"stages[{place}]", f"公示由前一个审核环节发出，“{stage.name}”前面应是审核环节"
        if stage.step is Step.UPPER and Step.APPROVE not in kinds[:place]:
            yield f"stages[{place}]", f"“{stage.name}”之前应先有本级的审批环节"


_SIGNERS = frozenset(
    {
        Role.STATION_REVIEWER,
        Role.TOWNSHIP_REVIEWER,
        Role.COUNTY_OFFICER,
        Role.COUNTY_HEAD,
        Role.CITY_APPROVER,
    }
)
_ROLES_OF_STEP: Mapping[Step, frozenset[Role]] = {
    Step.ACCEPT: frozenset({Role.ACCEPTOR, Role.COUNTY_OFFICER}),
    Step.APPROVE: frozenset({Role.COUNTY_HEAD, Role.CITY_APPROVER}),
    Step.UPPER: frozenset({Role.CITY_APPROVER}),
    Step.PAY: frozenset({Role.FINANCE_MAKER, Role.FINANCE_CHECKER}),
}


def _notice(steps: Sequence[Stage], notice: NoticeRule | None) -> Iterator[Problem]:
    stage = next((stage for stage in steps if stage.step is Step.NOTICE), None)
    if notice is None:
        if stage is not None:
            yield "notice", "有公示环节，却没有写公示规则"
        return
    if notice.workdays < NOTICE_WORKDAYS:
        yield "notice.workdays", f"公示不能少于{NOTICE_WORKDAYS}个工作日，现在是{notice.workdays}个"
    yield from _unique("notice.web_items", "公示内容", list(notice.web_items))
    if stage is None:
        yield "stages", "有公示规则，却没有公示环节"
    elif stage.min_workdays is not None and stage.min_workdays != notice.workdays:
        yield (
            "notice.workdays",
            f"公示规则是{notice.workdays}个工作日，公示环节是{stage.min_workdays}个，应一致",
        )


def amount(
    rule: AmountRule,
    sections: Sequence[Section],
    beneficiary: Beneficiary | None,
    repeats: Sequence[Repeat],
    asks: Mapping[str, Fact],
) -> Iterator[Problem]:
    rows = beneficiary.rows if beneficiary else None
    fields = {
        field.key: field for section in sections if section.repeat in (None, rows) for field in section.fields
    }
    if not rule.table:
        yield "amount.table", "金额表里至少要有一行"
    for index, row in enumerate(rule.table):
        where = f"amount.table[{index}]"
        yield from _when(f"{where}.when", f"金额“{row.label}”", row.when, fields)
        yield from _amount_row(where, row, sections, beneficiary, repeats, asks)
        if not any(_covers(ceiling.when, row.when) for ceiling in rule.ceilings):
            yield where, f"金额“{row.label}”没有上限"
    for (left, one), (right, other) in combinations(enumerate(rule.table), 2):
        if _overlap(one.when, other.when):
            yield f"amount.table[{right}]", f"金额表第{left + 1}行和第{right + 1}行会同时适用，请分开"
    for index, ceiling in enumerate(rule.ceilings):
        where = f"amount.ceilings[{index}]"
        yield from _when(f"{where}.when", f"第{index + 1}个上限", ceiling.when, fields)
        yield from _ceiling(where, f"第{index + 1}个上限", ceiling, sections, beneficiary, repeats, asks)


def _amount_row(
    where: str,
    row: AmountRow,
    sections: Sequence[Section],
    beneficiary: Beneficiary | None,
    repeats: Sequence[Repeat],
    asks: Mapping[str, Fact],
) -> Iterator[Problem]:
    name = f"金额“{row.label}”"
    ways = (row.fen is not None, bool(row.share), bool(row.months))
    if sum(ways) != 1:
        yield f"{where}.fen", f"{name}要写金额、比例或低保标准的月数，只写一个"
    if row.fen is not None and row.fen < 1:
        yield f"{where}.fen", f"{name}应大于0"
    for key, pair in (("share", row.share), ("months", row.months)):
        if pair and (len(pair) != 2 or min(pair) < 1):
            yield f"{where}.{key}", f"{name}的分数应是两个正整数"
    if row.share and len(row.share) == 2 and row.share[0] > row.share[1]:
        yield f"{where}.share", f"{name}的比例超过了全部，请核对"
    if row.share and not row.of:
        yield f"{where}.of", f"{name}按比例计算，要写明按哪一项"
    if row.of and row.months:
        yield f"{where}.of", f"{name}按低保标准计算，不用再写按哪一项"
    elif row.of:
        yield from _counts(f"{where}.of", name, row.of, sections, beneficiary, repeats, asks)


def _ceiling(
    where: str,
    name: str,
    ceiling: Ceiling,
    sections: Sequence[Section],
    beneficiary: Beneficiary | None,
    repeats: Sequence[Repeat],
    asks: Mapping[str, Fact],
) -> Iterator[Problem]:
    ways = (
        ceiling.months_of_line is not None,
        ceiling.fen is not None,
        bool(ceiling.of),
        bool(ceiling.param),
    )
    if sum(ways) != 1:
        yield where, f"{name}要写低保标准月数、金额、某一项或某个参数，只写一个"
    if ceiling.months_of_line is not None and ceiling.months_of_line < 1:
        yield f"{where}.months_of_line", f"{name}至少是1个月的低保标准"
    if ceiling.fen is not None and ceiling.fen < 1:
        yield f"{where}.fen", f"{name}应大于0"
    if ceiling.of:
        yield from _counts(f"{where}.of", name, ceiling.of, sections, beneficiary, repeats, asks)


def paying(
    rule: AmountRule | None, steps: Sequence[Stage], funds: Sequence[str], sections: Sequence[Section]
) -> Iterator[Problem]:
    pays = any(stage.step is Step.PAY for stage in steps)
    accounts = [
        field for field in _fields(sections, rows=False).values() if field.type is FieldType.BANK_CARD
    ]
    if pays and len(accounts) != 1:
        yield "form", "有发放环节，表单里就要问一次收款的银行卡号（类型是“银行卡号”），不能在重复的部分里"
    if pays and rule is None:
        yield "amount", "有发放环节，却没有写金额规则"
    if rule is not None and not pays:
        yield "stages", "有金额规则，却没有发放环节"
    if rule is not None and not funds:
        yield "fund_sources", "至少要写一个资金来源"


def quota(given: Quota | None, sections: Sequence[Section], steps: Sequence[Stage]) -> Iterator[Problem]:
    if given is None:
        return
    if (given.places is None) == (not given.by):
        yield "quota.places", "名额要写总数，或者写按哪个字段分，只写一种"
    if given.places is not None and given.places < 1:
        yield "quota.places", "名额至少是1"
    if given.by:
        field = _fields(sections, rows=False).get(given.by)
        if field is None or field.type is not FieldType.CHOICE:
            yield "quota.by", f"按“{given.by}”分名额，但表单里没有这道单选题"
        else:
            codes = [choice.code for choice in field.choices]
            told = [each.code for each in given.each]
            yield from _unique("quota.each", "名额", told)
            for code in codes:
                if code not in told:
                    yield "quota.each", f"“{field.label}”的选项“{code}”没有写名额"
            for index, each in enumerate(given.each):
                if each.code not in codes:
                    yield f"quota.each[{index}].code", f"“{each.code}”不是“{field.label}”的选项"
                if each.places < 1:
                    yield f"quota.each[{index}].places", f"“{each.code}”的名额至少是1"
    elif given.each:
        yield "quota.each", "写了各项名额，就要写按哪个字段分"
    for index, group in enumerate(given.priority):
        yield from _when(
            f"quota.priority[{index}].when",
            f"优先对象“{group.label}”",
            group.when,
            _fields(sections, rows=False),
        )


def once(
    given: Once | None, beneficiary: Beneficiary | None, sections: Sequence[Section]
) -> Iterator[Problem]:
    if given is None or given.per is not OncePer.BENEFICIARY:
        return
    rows = beneficiary.rows if beneficiary else None
    numbers = [
        field
        for section in sections
        if rows is not None and section.repeat == rows
        for field in section.fields
        if field.type is FieldType.ID_NUMBER
    ]
    if not numbers:
        yield "once.per", "每名受益人只领一次，表单里就要问受益人的身份证号"


def other_ways(given: Sequence[OtherWay]) -> Iterator[Problem]:
    yield from _unique("other_ways", "不予理由", [way.reason.label for way in given])


def after(
    funds: Sequence[str],
    batches: PaymentBatches | None,
    deferral: Deferral | None,
    sections: Sequence[Section],
) -> Iterator[Problem]:
    yield from _unique("fund_sources", "资金来源", list(funds))
    for fund in funds:
        if fund not in FUND_SOURCES:
            yield "fund_sources", f"没有“{fund}”这种资金来源，可以选：{'、'.join(FUND_SOURCES)}"
    if batches is not None:
        last = 7 if batches.every is BatchEvery.WEEK else 28
        if not 1 <= batches.day <= last:
            yield "payment_batches.day", f"发放日应在1至{last}之间，现在是{batches.day}"
    if deferral is not None:
        yield from _when("deferral.when", "缓发情况", deferral.when, _fields(sections, rows=True))


def personas(examples: Sequence[Persona], *rules: Mapping[str, Any] | None) -> Iterator[Problem]:
    """Call only with rules that have been found right."""
    ids = {leaf["id"] for rule in rules if rule is not None for leaf in criteria.leaves(rule)}
    yield from _unique("personas", "示例名称", [persona.name for persona in examples])
    for index, persona in enumerate(examples):
        for because in persona.because:
            if because not in ids:
                yield f"personas[{index}].because", f"示例“{persona.name}”说的条件“{because}”不存在"
        if persona.expect is not Verdict.MET and persona.expect_fen:
            yield f"personas[{index}].expect_fen", f"示例“{persona.name}”不符合条件，金额应为0"


def marks(definition: Mapping[str, Any], sources: Sequence[Source]) -> Iterator[Problem]:
    """Every number says where it comes from, and every mark is explained."""
    known = {source.mark for source in sources}
    yield from _unique("sources", "出处代号", [source.mark for source in sources])
    for where, text in _marks(definition, ""):
        for mark in str(text).split("、"):
            if not _MARK.fullmatch(mark):
                yield where, f"出处“{mark}”写法不对，应为 R16 这样的代号、I（本市自定）或 G（常识）"
            elif mark not in known:
                yield where, f"出处“{mark}”不在出处列表里"


def late_mark(window: Window) -> Iterator[Problem]:
    if window.late_closes is not None and not window.late_src:
        yield "window.late_src", "补报截止日期要写明出处"


# ---- shared ---------------------------------------------------------------------------------------------------------


def _marks(value: Any, where: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            place = f"{where}.{key}" if where else str(key)
            if key == "src" or str(key).endswith("_src"):
                yield place, inner
            else:
                yield from _marks(inner, place)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _marks(inner, f"{where}[{index}]")


def _unique(where: str, label: str, keys: Sequence[str]) -> Iterator[Problem]:
    for key in dict.fromkeys(keys):
        if keys.count(key) > 1:
            yield where, f"{label}“{key}”重复了"


def _fields(sections: Sequence[Section], *, rows: bool, but: set[str] | None = None) -> dict[str, Field]:
    """The fields asked once; with `rows` those of repeated parts too, but for the lists named."""
    return {
        field.key: field
        for section in sections
        if section.repeat is None or (rows and section.repeat not in (but or set()))
        for field in section.fields
    }


def used(definition: Mapping[str, Any]) -> Iterator[str]:
    """The keys of facts and lists that rules, calculations, amounts, places, papers and stages look at."""
    for rule in ("household_rule", "beneficiary_rule"):
        if definition.get(rule):
            for leaf in criteria.leaves(definition[rule]):
                yield leaf["rows"] if "derive" in leaf else leaf["fact"]
    for calculation in definition.get("calculations", []):
        for term in calculation["terms"]:
            yield term["of"].partition(".")[0]
    money = definition.get("amount") or {}
    for part in (*money.get("table", []), *money.get("ceilings", [])):
        yield from part.get("when", {})
        if part.get("of"):
            yield part["of"].partition(".")[0]
        if part.get("per") == "year":
            yield "received_this_year"
    places = definition.get("quota") or {}
    if places.get("by"):
        yield places["by"]
    for part in (*places.get("priority", []), *definition.get("papers", []), *definition.get("benefits", [])):
        yield from part.get("when") or {}
    for stage in definition.get("stages", []):
        yield from stage.get("only_if") or {}


def _when(
    where: str, name: str, when: When, fields: Mapping[str, Field], *, catalogue: bool = True
) -> Iterator[Problem]:
    """What a `when` asks must be known by then, and its values possible."""
    for key, wanted in when.items():
        options = wanted if isinstance(wanted, list | tuple) else [wanted]
        if key in fields:
            field = fields[key]
            is_bool, codes = field.type is FieldType.BOOL, {choice.code for choice in field.choices}
        elif catalogue and key in FACTS and FACTS[key].source is not Origin.ANSWER:
            is_bool, codes = FACTS[key].type == "bool", set(FACTS[key].codes)
        else:
            yield f"{where}.{key}", f"{name}取决于“{key}”，但表单里没有问，档案和登记里也没有"
            continue
        for option in options:
            if option is None and isinstance(wanted, list | tuple):
                continue
            if is_bool and not isinstance(option, bool):
                yield f"{where}.{key}", f"{name}里“{key}”应填是或否（true/false），现在是“{option}”"
            elif not is_bool and option not in codes:
                yield f"{where}.{key}", f"{name}里的“{option}”不是“{key}”的选项"


def _options(when: When, key: str) -> list[Any]:
    wanted = when[key]
    return list(wanted) if isinstance(wanted, list | tuple) else [wanted]


def _overlap(one: When, other: When) -> bool:
    """Whether some case could fit both."""
    return not any(
        all(option not in _options(other, key) for option in _options(one, key))
        for key in one.keys() & other.keys()
    )


def _covers(ceiling: When, row: When) -> bool:
    """Whether every case of the row fits the ceiling."""
    return all(
        key in row and all(option in _options(ceiling, key) for option in _options(row, key))
        for key in ceiling
    )
