"""Kind, periods, sources, examples: what a definition says of itself."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workflows.policy import criteria
from workflows.policy.checks.shared import unique
from workflows.policy.parts import OtherWay, Period, Persona, Source, Verdict, Window
from workflows.policy.shape import Problem

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
_MARK = re.compile(r"R[0-9]+[a-z]?|I|G")


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


def other_ways(given: Sequence[OtherWay]) -> Iterator[Problem]:
    yield from unique("other_ways", "不予理由", [way.reason.label for way in given])


def personas(examples: Sequence[Persona], *rules: Mapping[str, Any] | None) -> Iterator[Problem]:
    """Call only with rules that have been found right."""
    ids = {leaf["id"] for rule in rules if rule is not None for leaf in criteria.leaves(rule)}
    yield from unique("personas", "示例名称", [persona.name for persona in examples])
    for index, persona in enumerate(examples):
        for because in persona.because:
            if because not in ids:
                yield f"personas[{index}].because", f"示例“{persona.name}”说的条件“{because}”不存在"
        if persona.expect is not Verdict.MET and persona.expect_fen:
            yield f"personas[{index}].expect_fen", f"示例“{persona.name}”不符合条件，金额应为0"


def marks(definition: Mapping[str, Any], sources: Sequence[Source]) -> Iterator[Problem]:
    """Every number says where it comes from, and every mark is explained."""
    known = {source.mark for source in sources}
    yield from unique("sources", "出处代号", [source.mark for source in sources])
    for where, text in _marks(definition, ""):
        for mark in str(text).split("、"):
            if not _MARK.fullmatch(mark):
                yield where, f"出处“{mark}”写法不对，应为 R16 这样的代号、I（本市自定）或 G（常识）"
            elif mark not in known:
                yield where, f"出处“{mark}”不在出处列表里"


def late_mark(window: Window) -> Iterator[Problem]:
    if window.late_closes is not None and not window.late_src:
        yield "window.late_src", "补报截止日期要写明出处"


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
