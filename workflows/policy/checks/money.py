"""What can be wrong with amounts, ceilings and funds."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from workflows.policy.checks.shared import asked_when, counts, fields_of, unique
from workflows.policy.facts import Fact
from workflows.policy.parts import (
    AmountRow,
    AmountRule,
    BatchEvery,
    Beneficiary,
    Ceiling,
    Deferral,
    FieldType,
    LineOn,
    PaymentBatches,
    Repeat,
    Schedule,
    Section,
    Stage,
    Step,
    When,
)
from workflows.policy.shape import Problem

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
        yield from asked_when(f"{where}.when", f"金额“{row.label}”", row.when, fields)
        yield from _amount_row(where, row, sections, beneficiary, repeats, asks)
        if not any(_covers(ceiling.when, row.when) for ceiling in rule.ceilings):
            yield where, f"金额“{row.label}”没有上限"
    for (left, one), (right, other) in combinations(enumerate(rule.table), 2):
        if _overlap(one.when, other.when):
            yield f"amount.table[{right}]", f"金额表第{left + 1}行和第{right + 1}行会同时适用，请分开"
    for index, ceiling in enumerate(rule.ceilings):
        where = f"amount.ceilings[{index}]"
        yield from asked_when(f"{where}.when", f"第{index + 1}个上限", ceiling.when, fields)
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
        yield from counts(f"{where}.of", name, row.of, sections, beneficiary, repeats, asks)


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
        yield from counts(f"{where}.of", name, ceiling.of, sections, beneficiary, repeats, asks)


def line(rule: AmountRule, schedule: Schedule | None) -> Iterator[Problem]:
    if rule.line_on is LineOn.PERIOD and schedule is None:
        yield "amount.line_on", "只有由系统按期列名单的项目，才能按一期的第一天取低保标准"


def paying(
    rule: AmountRule | None, steps: Sequence[Stage], funds: Sequence[str], sections: Sequence[Section]
) -> Iterator[Problem]:
    pays = any(stage.step is Step.PAY for stage in steps)
    accounts = [
        field for field in fields_of(sections, rows=False).values() if field.type is FieldType.BANK_CARD
    ]
    if pays and len(accounts) != 1:
        yield "form", "有发放环节，表单里就要问一次收款的银行卡号（类型是“银行卡号”），不能在重复的部分里"
    if pays and rule is None:
        yield "amount", "有发放环节，却没有写金额规则"
    if rule is not None and not pays:
        yield "stages", "有金额规则，却没有发放环节"
    if rule is not None and not funds:
        yield "fund_sources", "至少要写一个资金来源"


def after(
    funds: Sequence[str],
    batches: PaymentBatches | None,
    deferral: Deferral | None,
    sections: Sequence[Section],
) -> Iterator[Problem]:
    yield from unique("fund_sources", "资金来源", list(funds))
    for fund in funds:
        if fund not in FUND_SOURCES:
            yield "fund_sources", f"没有“{fund}”这种资金来源，可以选：{'、'.join(FUND_SOURCES)}"
    if batches is not None:
        last = 7 if batches.every is BatchEvery.WEEK else 28
        if not 1 <= batches.day <= last:
            yield "payment_batches.day", f"发放日应在1至{last}之间，现在是{batches.day}"
    if deferral is not None:
        yield from asked_when("deferral.when", "缓发情况", deferral.when, fields_of(sections, rows=True))


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
