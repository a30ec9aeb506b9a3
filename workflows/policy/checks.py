"""What a clerk can get wrong in a programme although every part alone is well formed; said in Chinese."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from workflows.policy import criteria
from workflows.policy.facts import FACTS, About, Fact, Origin
from workflows.policy.parts import (
    AmountRule,
    BatchEvery,
    Beneficiary,
    Clause,
    Deferral,
    Field,
    FieldType,
    NoticeRule,
    Paper,
    PaymentBatches,
    Per,
    Period,
    Persona,
    Section,
    Source,
    Stage,
    Verdict,
    When,
    Window,
)
from workflows.policy.shape import Problem
from workflows.policy.states import PHASES, RejectReason

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


def form(sections: Sequence[Section], beneficiary: Beneficiary | None) -> Iterator[Problem]:
    rows = beneficiary.rows if beneficiary else None
    yield from _unique("form", "部分标识", [section.key for section in sections])
    if beneficiary is not None:
        if beneficiary.most < 1:
            yield "beneficiary.most", "最多人数至少是1"
        if not any(section.repeat == rows for section in sections):
            yield "form", f"受益人是“{beneficiary.noun}”，表单里却没有按“{rows}”重复的部分"
    asked_once = [field for section in sections if section.repeat is None for field in section.fields]
    asked_per_row = [field for section in sections if section.repeat is not None for field in section.fields]
    yield from _unique("form", "字段标识", [field.key for field in (*asked_once, *asked_per_row)])
    for index, section in enumerate(sections):
        where = f"form[{index}]"
        if section.repeat is not None and section.repeat != rows:
            yield f"{where}.repeat", f"“{section.title}”按“{section.repeat}”重复，但受益人的标识是“{rows}”"
        if not section.fields:
            yield f"{where}.fields", f"“{section.title}”里没有字段"
        near = asked_once if section.repeat is None else [*asked_once, *asked_per_row]
        for place, field in enumerate(section.fields):
            yield from _field(f"{where}.fields[{place}]", section, field, near)


def _field(where: str, section: Section, field: Field, near: Sequence[Field]) -> Iterator[Problem]:
    name = f"“{section.title}”的“{field.label}”"
    if not _KEY.fullmatch(field.key):
        yield f"{where}.key", f"{name}的标识“{field.key}”只能用小写字母、数字和下划线，以字母开头"
    if field.type in _CHOOSING and not field.choices:
        yield f"{where}.choices", f"{name}是选择题，却没有选项"
    if field.type not in _CHOOSING and field.choices:
        yield f"{where}.choices", f"{name}不是选择题，不能有选项"
    yield from _unique(f"{where}.choices", f"{name}的选项", [choice.code for choice in field.choices])
    if field.must_agree and field.type is not FieldType.BOOL:
        yield f"{where}.must_agree", f"{name}要求同意，字段类型就应是是非题（bool）"
    fact = FACTS.get(field.key)
    if fact is not None:
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
    household: Mapping[str, Any] | None,
    beneficiary_rule: Mapping[str, Any] | None,
    sections: Sequence[Section],
    beneficiary: Beneficiary | None,
    clauses: Sequence[Clause],
) -> Iterator[Problem]:
    if beneficiary_rule is not None and beneficiary is None:
        yield "beneficiary_rule", "有受益人条件，却没有写明受益人"
    known = {clause.ref for clause in clauses}
    yield from _unique("clauses", "条款", [clause.ref for clause in clauses])
    seen: list[str] = []
    for where, label, rule, about in (
        ("household_rule", "家庭条件", household, {About.HOUSEHOLD}),
        ("beneficiary_rule", "受益人条件", beneficiary_rule, {About.HOUSEHOLD, About.BENEFICIARY}),
    ):
        if rule is None:
            continue
        try:
            criteria.build(rule)
        except criteria.Refused as refusal:
            yield where, f"{label}：{refusal}"
            continue
        for leaf in criteria.leaves(rule):
            yield from _criterion(f"{where}.{leaf['id']}", leaf, about, sections, beneficiary, known)
            seen.append(leaf["id"])
    yield from _unique("beneficiary_rule", "条件编号", seen)


def _criterion(
    where: str,
    leaf: Mapping[str, Any],
    about: set[About],
    sections: Sequence[Section],
    beneficiary: Beneficiary | None,
    clauses: set[str],
) -> Iterator[Problem]:
    name = f"条件“{leaf['id']}”"
    if not str(leaf.get("text", "")).strip():
        yield f"{where}.text", f"{name}缺少读者看得懂的说明"
    if leaf.get("clause", "") not in clauses:
        yield f"{where}.clause", f"{name}引用的条款“{leaf.get('clause', '')}”不在政策条款里"
    if "reason" in leaf and leaf["reason"] not in set(RejectReason):
        yield f"{where}.reason", f"{name}的不予理由“{leaf['reason']}”不在目录里"
    if "derive" in leaf:
        if beneficiary is None or leaf.get("rows") != beneficiary.rows:
            yield where, f"{name}要对“{leaf.get('rows')}”计算，但表单里没有这份名单"
        return
    fact = FACTS.get(leaf["fact"])
    if fact is None:
        yield where, f"{name}要问“{leaf['fact']}”，但情况目录里没有这一项"
        return
    if leaf["type"] != fact.type.value:
        yield where, f"{name}把“{fact.key}”当作“{leaf['type']}”，目录里是“{fact.type.value}”"
    if fact.about not in about:
        yield where, f"{name}问的是受益人的情况，应放在受益人条件里"
    if fact.source is Origin.ANSWER and fact.key not in {
        each.key for part in sections for each in part.fields
    }:
        yield where, f"{name}要用到“{fact.question}”，但表单里没有问，档案和登记里也没有"
    yield from _codes(where, name, leaf, fact)


def _codes(where: str, name: str, leaf: Mapping[str, Any], fact: Fact) -> Iterator[Problem]:
    value = leaf.get("value")
    for code in value if isinstance(value, list | tuple) else [value]:
        if fact.choices and isinstance(code, str) and code not in fact.codes:
            yield f"{where}.value", f"{name}里的“{code}”不是“{fact.key}”的选项"


def papers(
    required: Sequence[Paper], sections: Sequence[Section], beneficiary: Beneficiary | None
) -> Iterator[Problem]:
    yield from _unique("papers", "材料标识", [paper.key for paper in required])
    for index, paper in enumerate(required):
        where = f"papers[{index}]"
        if not _KEY.fullmatch(paper.key):
            yield (
                f"{where}.key",
                f"材料“{paper.name}”的标识“{paper.key}”只能用小写字母、数字和下划线，以字母开头",
            )
        if paper.per is Per.BENEFICIARY and beneficiary is None:
            yield f"{where}.per", f"材料“{paper.name}”按受益人收，但项目没有受益人"
        if paper.life_months is not None and paper.life_months < 1:
            yield f"{where}.life_months", f"材料“{paper.name}”的有效月数至少是1"
        if paper.when is not None:
            fields = _fields(sections, rows=paper.per is Per.BENEFICIARY)
            yield from _when(f"{where}.when", f"材料“{paper.name}”", paper.when, fields)


def stages(steps: Sequence[Stage], notice: NoticeRule | None) -> Iterator[Problem]:
    if not steps:
        yield "stages", "至少要有一个办理环节"
    yield from _unique("stages", "环节", [stage.key for stage in steps])
    order = list(PHASES)
    known = [order.index(stage.key) for stage in steps if stage.key in PHASES]
    if known != sorted(known):
        yield "stages", f"办理环节的顺序应为：{'、'.join(PHASES.values())}"
    for index, stage in enumerate(steps):
        where = f"stages[{index}]"
        if stage.key not in PHASES:
            yield (
                f"{where}.key",
                f"环节“{stage.name}”的标识“{stage.key}”不在目录里，可以选：{'、'.join(PHASES)}",
            )
        if (stage.limit_workdays is None) == (stage.min_workdays is None):
            yield where, f"环节“{stage.name}”要写办理时限，或者写最短天数，只写一个"
        if any(
            days is not None and days < 1
            for days in (stage.limit_workdays, stage.min_workdays, stage.wait_workdays)
        ):
            yield where, f"环节“{stage.name}”的天数至少是1"
    yield from _notice(steps, notice)


def _notice(steps: Sequence[Stage], notice: NoticeRule | None) -> Iterator[Problem]:
    stage = next((stage for stage in steps if stage.key == "notice"), None)
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
    rule: AmountRule, sections: Sequence[Section], beneficiary: Beneficiary | None
) -> Iterator[Problem]:
    fields = _fields(sections, rows=beneficiary is not None)
    if not rule.table:
        yield "amount.table", "金额表里至少要有一行"
    for index, row in enumerate(rule.table):
        where = f"amount.table[{index}]"
        yield from _when(f"{where}.when", f"金额“{row.label}”", row.when, fields)
        if row.fen < 1:
            yield f"{where}.fen", f"金额“{row.label}”应大于0"
        if not any(_covers(ceiling.when, row.when) for ceiling in rule.ceilings):
            yield where, f"金额“{row.label}”没有上限"
    for (left, one), (right, other) in combinations(enumerate(rule.table), 2):
        if _overlap(one.when, other.when):
            yield f"amount.table[{right}]", f"金额表第{left + 1}行和第{right + 1}行会同时适用，请分开"
    for index, ceiling in enumerate(rule.ceilings):
        yield from _when(f"amount.ceilings[{index}].when", f"第{index + 1}个上限", ceiling.when, fields)
        if ceiling.months_of_line < 1:
            yield f"amount.ceilings[{index}].months_of_line", f"第{index + 1}个上限至少是1个月的低保标准"


def after(
    funds: Sequence[str],
    batches: PaymentBatches | None,
    deferral: Deferral | None,
    sections: Sequence[Section],
) -> Iterator[Problem]:
    if not funds:
        yield "fund_sources", "至少要写一个资金来源"
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


def _fields(sections: Sequence[Section], *, rows: bool) -> dict[str, Field]:
    return {
        field.key: field for section in sections if rows or section.repeat is None for field in section.fields
    }


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
