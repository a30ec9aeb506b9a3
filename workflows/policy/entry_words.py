"""An entry of a definition - a paper, a stage, a ceiling - as one name and one phrase that people understand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from workflows.policy import parts
from workflows.policy.matching import Key
from workflows.policy.money import yuan
from workflows.policy.wording import NOTHING, Names, day, fraction, named, parameter, quoted

_UNITS: Final = {
    "limit_workdays": "个工作日",
    "min_workdays": "个工作日",
    "wait_workdays": "个工作日",
    "workdays": "个工作日",
    "life_months": "个月",
    "places": "个",
    "year": "年",
}
_MONEY: Final = frozenset({"fen", "above_fen", "expect_fen"})


@dataclass(frozen=True)
class Kind:
    """How the entries of a list are told apart, named, and described when they are new."""

    keys: tuple[Key[Any], ...]
    name: Callable[[Any, Names], str]
    told: Callable[[Any, Names], str] = lambda entry, names: ""
    #: Whether it concerns the family in which order they stand.
    ordered: bool = False


def said(field: str, value: Any, names: Names) -> str:
    """A value as people read it."""
    match value:
        case None | "" | ():
            return NOTHING
        case bool():
            return "是" if value else "否"
        case StrEnum():
            return named(value)
        case date():
            return day(value)
        case int():
            return f"{yuan(value)}元" if field in _MONEY else f"{value}{_UNITS.get(field, '')}"
        case Mapping():
            return quoted(names.when(value)) if value else NOTHING
        case tuple() if field == "times":
            return fraction(value)
        case tuple() if field == "terms":
            return quoted(_formula(value, names))
        case tuple():
            return "、".join(named(each) if isinstance(each, StrEnum) else str(each) for each in value)
    if field == "by" and "." in value:
        return _listed(value, names)
    if field in ("by", "of"):
        return names.counted(value)
    return f"每{names.rows(value)}填一份" if field == "repeat" else quoted(str(value))


def together(entry: Any, names: Names) -> str:
    match entry:
        case parts.AmountRow():
            return _amount_words(entry, names)
        case parts.Ceiling():
            return _ceiling_words(entry, names)
        case parts.Benefit():
            return f"{named(entry.per)}{yuan(entry.fen)}元" if entry.fen is not None else named(entry.per)
        case parts.PaymentBatches():
            return _batch_day(entry)
        case parts.Outcome():
            return _outcome_words(entry)
        case parts.FeeDue():
            return _due_words(entry)
        case parts.Places():
            return f"{entry.places}个"
        case _:
            return _list_day(entry)


def _amount_words(row: parts.AmountRow, names: Names) -> str:
    ways = []
    if row.fen is not None:
        ways.append(f"{yuan(row.fen)}元" + (f"×{names.counted(row.of)}" if row.of else ""))
    if row.share:
        ways.append(f"{names.counted(row.of)}的{fraction(row.share)}")
    if row.months:
        ways.append(f"{fraction(row.months)}个月的低保标准")
    if row.of and row.fen is None and not row.share:
        ways.append(names.counted(row.of))
    return "、".join(ways) or NOTHING


def _ceiling_words(ceiling: parts.Ceiling, names: Names) -> str:
    ways = []
    if ceiling.months_of_line is not None:
        ways.append(f"{ceiling.months_of_line}个月的低保标准")
    if ceiling.fen is not None:
        ways.append(f"{yuan(ceiling.fen)}元")
    if ceiling.of:
        ways.append(names.counted(ceiling.of))
    if ceiling.param:
        ways.append(parameter(ceiling.param))
    return "、".join(ways) or NOTHING


def _ceiling_name(ceiling: parts.Ceiling, names: Names) -> str:
    when = f"（{names.when(ceiling.when)}）" if ceiling.when else ""
    return f"{named(ceiling.per)}的上限{when}"


def _formula(terms: Sequence[parts.Term], names: Names) -> str:
    told = []
    for term in terms:
        words = names.counted(term.of)
        if term.times != (1, 1):
            words += f"×{fraction(term.times)}"
        if term.param:
            words += f"×{parameter(term.param)}"
        if term.if_missing is not None:
            words += f"（没有填时按{term.if_missing}算）"
        told.append(words)
    return "＋".join(told) or NOTHING


def _listed(by: str, names: Names) -> str:
    rows, _dot, key = by.partition(".")
    return f"每{names.rows(rows)}的{names.of(key)}"


def question(field: parts.Field, names: Names) -> str:
    told = "必填" if field.required else "可以不填"
    if field.from_file:
        told = "从家庭档案带出，不用填"
    when = f"，只在{names.when(field.show_if)}时问" if field.show_if else ""
    return f"“{field.label}”（{told}{when}）"


def _section(section: parts.Section, names: Names) -> str:
    questions = "、".join(f"“{field.label}”" for field in section.fields)
    each = f"（每{names.rows(section.repeat)}填一份）" if section.repeat else ""
    return f"问{questions}{each}"


def _paper(paper: parts.Paper, names: Names) -> str:
    when = f"，{names.when(paper.when)}时要" if paper.when else ""
    return f"{named(paper.per)}{when}。为什么要：{paper.why.rstrip('。')}"


def _stage(stage: parts.Stage, names: Names) -> str:
    days = ""
    if stage.limit_workdays:
        days = f"，{stage.limit_workdays}个工作日内"
    elif stage.min_workdays:
        days = f"，不少于{stage.min_workdays}个工作日"
    only = []
    if stage.above_fen is not None:
        only.append(f"金额超过{yuan(stage.above_fen)}元")
    if stage.only_if:
        only.append(names.when(stage.only_if))
    when = f"（只有{'，并且'.join(only)}时才经过）" if only else ""
    noted = "、".join(f"“{each.label}”（{_outcome_words(each)}）" for each in stage.outcomes)
    return f"由{stage.actor.label}办理{days}{when}{f'，办完登记{noted}' if noted else ''}"


def _outcome_words(outcome: parts.Outcome) -> str:
    told = [f"不低于{outcome.least}{outcome.unit}"] if outcome.least is not None else []
    if outcome.warn_below is not None:
        told.append(f"低于{outcome.warn_below}{outcome.unit}提醒")
    if outcome.must:
        told.append("必须为是")
    if not told and outcome.unit:
        told.append(f"以{outcome.unit}计")
    return "，".join(told) or "只登记，不作要求"


def _due_words(due: parts.FeeDue) -> str:
    only = "".join(f"，只在登记{key}为{'是' if value else '否'}时" for key, value in (due.when or {}).items())
    return f"付{fraction(due.share)}{only}"


def _fee(fee: parts.Fee, names: Names) -> str:
    dues = "；".join(f"{due.stage}办完{_due_words(due)}" for due in fee.due)
    return f"付给{fee.payee}，每件{yuan(fee.fen)}元，{dues}"


def _quota(quota: parts.Quota, names: Names) -> str:
    if quota.by:
        each = "、".join(f"{names.value(quota.by, place.code)}{place.places}个" for place in quota.each)
        told = f"按{names.of(quota.by)}分：{each}"
    else:
        told = f"共{quota.places}个"
    groups = "、".join(f"“{group.label}”" for group in quota.priority)
    return (
        told
        + ("，满额后可以候补" if quota.waiting_list else "，满额为止")
        + (f"，优先照顾{groups}" if groups else "")
    )


def _notice(notice: parts.NoticeRule, names: Names) -> str:
    return f"{notice.workdays}个工作日，网上写{'、'.join(named(item) for item in notice.web_items)}"


def _batch_day(batches: parts.PaymentBatches) -> str:
    if batches.every is parts.BatchEvery.WEEK and 1 <= batches.day <= 7:
        return f"每周{'一二三四五六日'[batches.day - 1]}"
    return f"{named(batches.every)}{batches.day}日"


def _list_day(schedule: parts.Schedule) -> str:
    if schedule.every is parts.ScheduleEvery.MONTH and schedule.month == 1:
        return f"每月{schedule.day}日"
    return f"{named(schedule.every)}第{schedule.month}个月的{schedule.day}日"


def _benefit(benefit: parts.Benefit, names: Names) -> str:
    told = [together(benefit, names)] if benefit.fen is not None else []
    if benefit.when:
        told.append(f"{names.when(benefit.when)}时")
    return "，".join([*told, *([benefit.note] if benefit.note else [])])


def _duty(duty: parts.FollowUp, names: Names) -> str:
    told = [duty.every, duty.by, f"直到{duty.until}" if duty.until else ""]
    return "，".join(each for each in told if each)


def _when_key(entry: Any) -> str:
    return str(sorted((key, str(value)) for key, value in (entry.when or {}).items()))


SINGLES: Final[Mapping[str, Callable[[Any, Names], str]]] = {
    "beneficiary": lambda each, names: f"按{each.noun}分别填写和计算，一次最多{each.most}名",
    "once": lambda each, names: (
        f"{named(each.per)}只能领一次{f'（按{_listed(each.by, names)}认）' if each.by else ''}"
    ),
    "quota": _quota,
    "notice": _notice,
    "schedule": lambda each, names: f"{_list_day(each)}生成名单，{each.pay_by}",
    "payment_batches": lambda each, names: f"{_batch_day(each)}发放，{each.until}",
    "deferral": lambda each, names: f"{names.when(each.when)}时缓发（{each.reason}），{each.reopen}再发",
}
LISTS: Final[Mapping[str, Kind]] = {
    "repeats": Kind(
        (lambda each: each.rows, lambda each: each.noun),
        lambda each, names: f"“{each.noun}”的名单",
        lambda each, names: f"最少{each.least}行，最多{each.most}行",
    ),
    "form": Kind(
        (lambda each: each.key, lambda each: each.title),
        lambda each, names: f"表单“{each.title}”这一部分",
        _section,
    ),
    "calculations": Kind(
        (lambda each: each.key, lambda each: each.label),
        lambda each, names: f"计算项“{each.label}”",
        lambda each, names: _formula(each.terms, names),
    ),
    "papers": Kind(
        (lambda each: each.key, lambda each: each.name), lambda each, names: f"材料“{each.name}”", _paper
    ),
    "stages": Kind(
        (lambda each: each.key, lambda each: each.name),
        lambda each, names: f"环节“{each.name}”",
        _stage,
        ordered=True,
    ),
    "amount.table": Kind(
        (lambda each: each.label, _when_key),
        lambda each, names: f"“{each.label}”的金额",
        _amount_words,
    ),
    "amount.ceilings": Kind(
        (lambda each: f"{_when_key(each)}{each.per}", _when_key, lambda each: each.per),
        _ceiling_name,
        _ceiling_words,
    ),
    "stages.outcomes": Kind(
        (lambda each: each.key, lambda each: each.label),
        lambda each, names: f"登记项“{each.label}”",
        lambda each, names: _outcome_words(each),
    ),
    "fees": Kind((lambda each: each.what,), lambda each, names: f"费用“{each.what}”", _fee),
    "fees.due": Kind(
        (lambda each: each.stage,),
        lambda each, names: f"环节“{each.stage}”办完时的付款",
        lambda each, names: _due_words(each),
    ),
    "benefits": Kind((lambda each: each.what,), lambda each, names: f"待遇“{each.what}”", _benefit),
    "fund_sources": Kind((), lambda each, names: f"资金来源“{each}”"),
    "quota.each": Kind(
        (lambda each: each.code,),
        lambda each, names: f"“{each.code}”的名额",
        lambda each, names: f"{each.places}个",
    ),
    "quota.priority": Kind(
        (lambda each: each.label, _when_key),
        lambda each, names: f"优先对象“{each.label}”",
        lambda each, names: names.when(each.when),
        ordered=True,
    ),
    "follow_up": Kind((lambda each: each.what,), lambda each, names: f"跟踪事项“{each.what}”", _duty),
    "other_ways": Kind(
        (lambda each: each.reason,),
        lambda each, names: f"因“{each.reason.label}”没有通过时的其他路",
        lambda each, names: each.text.rstrip("。"),
    ),
    "clauses": Kind(
        (lambda each: each.ref, lambda each: each.text),
        lambda each, names: f"条款“{each.ref}”",
        lambda each, names: each.text.rstrip("。"),
    ),
    "sources": Kind(
        (lambda each: each.mark, lambda each: each.title),
        lambda each, names: f"出处{each.mark}",
        lambda each, names: each.title,
    ),
    "personas": Kind(
        (lambda each: each.name,),
        lambda each, names: f"示例“{each.name}”",
        lambda each, names: f"应有结论是{named(each.expect)}",
    ),
}
