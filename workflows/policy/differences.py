"""What changed between two definitions, in sentences a worker and a clerk understand.

Entries are matched by their keys, never by position alone. Whatever differs in the JSON has a sentence; what only the
office needs to know (sources, examples, internal marks) is told apart from what concerns the family.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Final, get_type_hints

from workflows.policy import parts, rule_differences
from workflows.policy.entry_words import LISTS, SINGLES, question, said, together
from workflows.policy.matching import match, same
from workflows.policy.programme import Programme
from workflows.policy.wording import NOTHING, Names, quoted


class Part(StrEnum):
    """The part of a programme that a change belongs to, in the order people read them."""

    BASICS = "basics"
    WINDOW = "window"
    CONDITIONS = "conditions"
    AMOUNT = "amount"
    CEILINGS = "ceilings"
    QUOTA = "quota"
    PAPERS = "papers"
    FORM = "form"
    CALCULATIONS = "calculations"
    STAGES = "stages"
    NOTICE = "notice"
    PAYMENT = "payment"
    AFTERWARDS = "afterwards"
    CLAUSES = "clauses"
    SOURCES = "sources"
    PERSONAS = "personas"

    @property
    def label(self) -> str:
        return _PART_LABELS[self]


@dataclass(frozen=True)
class Change:
    """One thing that changed. ``where``: its place in the definition, entries by their keys.

    ``for_worker``: whether it concerns the family that applies.
    """

    where: str
    sentence: str
    part: Part
    for_worker: bool = True


def differences(old: Programme, new: Programme) -> tuple[Change, ...]:
    """What changed from one definition to another, part by part; nothing when their JSON is the same."""
    return tuple(_Comparison(old, new).run())


_PART_LABELS: Final = {
    Part.BASICS: "基本情况",
    Part.WINDOW: "申请时间",
    Part.CONDITIONS: "条件",
    Part.AMOUNT: "金额和待遇",
    Part.CEILINGS: "上限",
    Part.QUOTA: "名额",
    Part.PAPERS: "材料",
    Part.FORM: "表单问题",
    Part.CALCULATIONS: "计算方法",
    Part.STAGES: "办理环节",
    Part.NOTICE: "公示",
    Part.PAYMENT: "发放",
    Part.AFTERWARDS: "以后的事",
    Part.CLAUSES: "政策条款",
    Part.SOURCES: "出处和经费",
    Part.PERSONAS: "示例家庭",
}
_OFFICE_PARTS: Final = frozenset({Part.SOURCES, Part.PERSONAS})
_OFFICE_FIELDS: Final = frozenset(
    {"schema", "code", "key", "level", "pii", "roles", "wait_workdays", "src", "rows", "ref", "mark"}
)
_PART_OF: Final = {
    "valid": Part.WINDOW,
    "window": Part.WINDOW,
    "schedule": Part.WINDOW,
    "once": Part.CONDITIONS,
    "household_rule": Part.CONDITIONS,
    "beneficiary_rule": Part.CONDITIONS,
    "beneficiary": Part.FORM,
    "repeats": Part.FORM,
    "form": Part.FORM,
    "calculations": Part.CALCULATIONS,
    "papers": Part.PAPERS,
    "stages": Part.STAGES,
    "amount": Part.AMOUNT,
    "benefits": Part.AMOUNT,
    "fees": Part.PAYMENT,
    "fund_sources": Part.SOURCES,
    "quota": Part.QUOTA,
    "notice": Part.NOTICE,
    "payment_batches": Part.PAYMENT,
    "deferral": Part.PAYMENT,
    "follow_up": Part.AFTERWARDS,
    "other_ways": Part.AFTERWARDS,
    "clauses": Part.CLAUSES,
    "sources": Part.SOURCES,
    "personas": Part.PERSONAS,
}
_YES_NO: Final = {
    "required": ("改为必填", "改为可以不填"),
    "from_file": ("改为从家庭档案带出", "改为由您填写"),
    "must_agree": ("改为必须勾选同意", "不再要求必须同意"),
    "several": ("改为可以交多份", "改为只交一份"),
    "waiting_list": ("满额后改为可以候补", "满额后不再候补"),
}
#: What stands well in a message about one field, and badly behind the name of its entry.
_SHORTER: Final = {
    "key": "标识",
    "mark": "代号",
    "noun": "称呼",
    "reason": "理由",
    "ref": "条款号",
    "when": "适用情况",
    "why": "用途说明",
    "workdays": "天数",
}
_NAMES: Final = frozenset({"name", "title", "label", "what"})
#: Fields that make one sentence together: what they say is told by `_together`.
_TOGETHER: Final[Mapping[type, tuple[str, ...]]] = {
    parts.AmountRow: ("fen", "of", "share", "months"),
    parts.Ceiling: ("months_of_line", "fen", "of", "param"),
    parts.Benefit: ("fen", "per"),
    parts.Places: ("places",),
    parts.Outcome: ("least", "warn_below", "must", "unit"),
    parts.FeeDue: ("share", "when"),
    parts.PaymentBatches: ("every", "day"),
    parts.Schedule: ("every", "month", "day"),
}


class _Comparison:
    def __init__(self, old: Programme, new: Programme) -> None:
        self.old, self.new = old, new
        self.was, self.now = Names(old), Names(new)

    def run(self) -> Iterator[Change]:
        order = list(Part)
        found = [change for field in fields(Programme) for change in self._top(field.name)]
        yield from sorted(found, key=lambda change: order.index(change.part))

    def _top(self, name: str) -> Iterator[Change]:
        before, after = getattr(self.old, name), getattr(self.new, name)
        if same(before, after):
            return
        found = list(self._of(name, before, after))
        label, part = _label(Programme, name), _PART_OF.get(name, Part.BASICS)
        yield from found or [Change(name, f"“{label}”有改动。", part, part not in _OFFICE_PARTS)]

    def _of(self, name: str, before: Any, after: Any) -> Iterator[Change]:
        part, label = _PART_OF.get(name, Part.BASICS), _label(Programme, name)
        match name:
            case "household_rule" | "beneficiary_rule":
                for where, sentence, inside in rule_differences.differences(
                    name, label, old=before, new=after, was=self.was, now=self.now
                ):
                    yield Change(where, sentence, part, not inside)
            case "form":
                yield from self._form(before, after)
            case "amount":
                yield from self._amount(before, after)
            case "personas":
                yield from self._list(name, part, before, after, but=("facts", "rows"))
                yield from self._personas(before, after)
            case "calculations":
                yield from self._list(name, part, before, after)
            case "quota" if before and after:
                yield from self._fields(name, part, f"{label}的", before, after, but=("each", "priority"))
                yield from self._list("quota.each", part, before.each, after.each)
                yield from self._list("quota.priority", part, before.priority, after.priority)
            case "stages":
                yield from self._list(name, part, before, after, but=("outcomes",))
                yield from self._inside(name, part, before, after, "outcomes")
            case "fees":
                yield from self._list(name, part, before, after, but=("due",))
                yield from self._inside(name, part, before, after, "due")
            case _ if name in LISTS:
                yield from self._list(name, part, before, after)
            case _ if name in SINGLES:
                yield from self._single(name, part, label, before, after)
            case "valid":
                yield from self._fields(name, part, "有效期的", before, after)
            case "window":
                yield from self._fields(name, part, "申请", before, after)
            case _:
                yield self._turned(name, part, label, name, before, after)

    # ---- parts -------------------------------------------------------------------------------------------------------

    def _single(self, name: str, part: Part, label: str, before: Any, after: Any) -> Iterator[Change]:
        """A part there is once, or not at all."""
        told = SINGLES[name]
        if before is None:
            yield Change(name, f"新增{label}：{told(after, self.now)}。", part)
        elif after is None:
            yield Change(name, f"取消{label}（原来：{told(before, self.was)}）。", part)
        else:
            yield from self._fields(name, part, f"{label}的", before, after)

    def _amount(self, before: Any, after: Any) -> Iterator[Change]:
        if before is None or after is None:
            word = "这个项目改为发放资金。" if before is None else "这个项目不再发放资金。"
            yield Change("amount", word, Part.AMOUNT)
        empty = parts.AmountRule(table=(), ceilings=())
        before, after = before or empty, after or empty
        yield from self._list("amount.table", Part.AMOUNT, before.table, after.table)
        yield from self._list("amount.ceilings", Part.CEILINGS, before.ceilings, after.ceilings)
        yield from self._fields("amount", Part.AMOUNT, "金额的", before, after, but=("table", "ceilings"))

    def _inside(
        self, name: str, part: Part, before: Sequence[Any], after: Sequence[Any], inner: str
    ) -> Iterator[Change]:
        """The entries that stand within the entries of a list, such as the outcomes of a stage."""
        kind = LISTS[name]
        for old, new in match(before, after, *kind.keys).kept:
            of = kind.name(new, self.now)
            for change in self._list(f"{name}.{inner}", part, getattr(old, inner), getattr(new, inner)):
                yield replace(change, sentence=f"{of}：{change.sentence}")

    def _form(self, before: Sequence[parts.Section], after: Sequence[parts.Section]) -> Iterator[Change]:
        sections = match(before, after, lambda section: section.key, lambda section: section.title)
        yield from self._list("form", Part.FORM, before, after, but=("fields",))
        homes = {id(old): id(new) for old, new in sections.kept}
        here = {id(section): section for section in after}
        in_old = {id(field): section for section in before for field in section.fields}
        in_new = {id(field): section for section in after for field in section.fields}
        asked = match(
            [field for section in before for field in section.fields],
            [field for section in after for field in section.fields],
            lambda field: field.key,
            lambda field: field.label,
        )
        for field in asked.gone:
            if in_old[id(field)] not in sections.gone:
                name = f"“{in_old[id(field)].title}”里"
                yield Change(f"form.{field.key}", f"{name}不再问“{field.label}”。", Part.FORM)
        for field in asked.came:
            if in_new[id(field)] not in sections.came:
                name = f"“{in_new[id(field)].title}”里"
                told = question(field, self.now)
                yield Change(f"form.{field.key}", f"{name}新增一题：{told}。", Part.FORM)
        stayed: list[tuple[parts.Field, parts.Field]] = []
        for old, new in asked.kept:
            yield from self._field(f"form.{new.key}", old, new)
            home = here.get(homes.get(id(in_old[id(old)]), 0))
            if home is in_new[id(new)]:
                stayed.append((old, new))
            else:
                sentence = f"“{new.label}”这一题从“{in_old[id(old)].title}”移到“{in_new[id(new)].title}”。"
                yield Change(f"form.{new.key}", sentence, Part.FORM)
        for section in after:
            mine = [(old, new) for old, new in stayed if in_new[id(new)] is section]
            yield from self._order_in(section, mine, before)

    def _order_in(
        self,
        section: parts.Section,
        stayed: Sequence[tuple[parts.Field, parts.Field]],
        before: Sequence[parts.Section],
    ) -> Iterator[Change]:
        place = {
            id(field): number
            for number, field in enumerate(field for each in before for field in each.fields)
        }
        was = [new.key for old, new in sorted(stayed, key=lambda pair: place[id(pair[0])])]
        labels = {new.key: new.label for _, new in stayed}
        for key, behind in match(was, [new.key for _, new in stayed]).moved:
            to = f"移到“{labels[behind]}”之后" if behind is not None else "移到最前面"
            where = f"form.{key}"
            yield Change(where, f"“{section.title}”里，“{labels[key]}”这一题{to}。", Part.FORM, False)

    def _field(self, where: str, old: parts.Field, new: parts.Field) -> Iterator[Change]:
        name = f"{quoted(new.label)}这一题"
        if old.key != new.key:
            yield Change(f"{where}.key", f"{name}要重新填写（标识由{old.key}改为{new.key}）。", Part.FORM)
        if old.label != new.label:
            yield Change(f"{where}.label", f"{quoted(old.label)}这一题改问{quoted(new.label)}。", Part.FORM)
        options = match(old.choices, new.choices, lambda each: each.code, lambda each: each.label)
        for choice in options.gone:
            yield Change(f"{where}.choices", f"{name}去掉选项“{choice.label}”。", Part.FORM)
        for choice in options.came:
            yield Change(f"{where}.choices", f"{name}新增选项“{choice.label}”。", Part.FORM)
        for was, now in options.kept:
            if was.code != now.code:
                sentence = f"{name}的选项“{now.label}”要重新选（代码由{was.code}改为{now.code}）。"
                yield Change(f"{where}.choices", sentence, Part.FORM)
            if was.label != now.label:
                sentence = f"{name}的选项“{was.label}”改写成“{now.label}”。"
                yield Change(f"{where}.choices", sentence, Part.FORM)
        for choice, behind in options.moved:
            to = f"移到“{behind.label}”之后" if behind is not None else "移到最前面"
            yield Change(f"{where}.choices", f"{name}的选项“{choice.label}”{to}。", Part.FORM, False)
        yield from self._fields(where, Part.FORM, f"{name}的", old, new, but=("key", "label", "choices"))

    def _personas(self, before: Sequence[parts.Persona], after: Sequence[parts.Persona]) -> Iterator[Change]:
        for old, new in match(before, after, lambda each: each.name).kept:
            where, name = f"personas.{new.name}", f"示例“{new.name}”"
            yield from self._case(f"{where}.facts", f"{name}里", old.facts, new.facts)
            for number, (was, now) in enumerate(zip(old.rows, new.rows, strict=False), 1):
                yield from self._case(f"{where}.rows", f"{name}里第{number}人", was, now)
            if len(old.rows) != len(new.rows):
                sentence = f"{name}里的人数由{len(old.rows)}改为{len(new.rows)}。"
                yield Change(f"{where}.rows", sentence, Part.PERSONAS, False)

    def _case(
        self, where: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> Iterator[Change]:
        for key in dict.fromkeys((*old, *new)):
            if not same(old.get(key), new.get(key)) or (key in old) != (key in new):
                before = self.was.value(key, old[key]) if key in old else NOTHING
                after = self.now.value(key, new[key]) if key in new else NOTHING
                sentence = _from_to(f"{name}{self.now.of(key)}", before, after)
                yield Change(f"{where}.{key}", sentence, Part.PERSONAS, False)

    # ---- lists and fields --------------------------------------------------------------------------------------------

    def _list(
        self, where: str, part: Part, before: Sequence[Any], after: Sequence[Any], but: tuple[str, ...] = ()
    ) -> Iterator[Change]:
        kind = LISTS[where]
        matched = match(before, after, *kind.keys)
        family = part not in _OFFICE_PARTS

        def place(entry: Any) -> str:
            return f"{where}.{entry if isinstance(entry, str) else kind.keys[0](entry)}"

        for entry in matched.gone:
            yield Change(place(entry), f"取消{kind.name(entry, self.was)}。", part, family)
        for entry in matched.came:
            behind = _behind(entry, after)
            told = kind.told(entry, self.now)
            order = ""
            if kind.ordered:
                order = f"，排在{kind.name(behind, self.now)}之后" if behind is not None else "，排在最前面"
            sentence = f"新增{kind.name(entry, self.now)}{f'：{told}' if told else ''}{order}。"
            yield Change(place(entry), sentence, part, family)
        for entry, behind in matched.moved:
            to = f"移到{kind.name(behind, self.now)}之后" if behind is not None else "移到最前面"
            sentence = f"{kind.name(entry, self.now)}{to}。"
            yield Change(place(entry), sentence, part, family and kind.ordered)
        for old, new in matched.kept:
            if not isinstance(old, str):
                was, now = kind.name(old, self.was), kind.name(new, self.now)
                yield from self._fields(place(new), part, f"{now}的", old, new, but=but, was=was)

    def _fields(
        self, where: str, part: Part, of: str, old: Any, new: Any, *, but: tuple[str, ...] = (), was: str = ""
    ) -> Iterator[Change]:
        """The changes of one entry, field by field.

        :param of: what stands before the label of a field: “环节“公示”的”.
        :param was: the name the entry had, where a change of name is told as one.
        """
        kind = type(new)
        one = _TOGETHER.get(kind, ())
        if any(not same(getattr(old, each), getattr(new, each)) for each in one):
            sentence = _from_to(of.removesuffix("的"), together(old, self.was), together(new, self.now))
            yield Change(where, sentence, part, part not in _OFFICE_PARTS)
        for field in fields(kind):
            before, after = getattr(old, field.name), getattr(new, field.name)
            if field.name in (*but, *one) or same(before, after):
                continue
            if was and field.name in _NAMES:
                yield Change(where, f"{was}改叫{quoted(after)}。", part, part not in _OFFICE_PARTS)
            else:
                label = of + _label(kind, field.name)
                yield self._turned(f"{where}.{field.name}", part, label, field.name, before, after)

    def _turned(self, where: str, part: Part, label: str, field: str, before: Any, after: Any) -> Change:
        """One field of one entry."""
        if isinstance(after, bool) and field in _YES_NO:
            owner = label.rpartition("的")[0]
            sentence = f"{owner}{_YES_NO[field][0 if after else 1]}。"
        else:
            was, now = said(field, before, self.was), said(field, after, self.now)
            if was == now and isinstance(after, Mapping):
                was, now = quoted(self.was.exactly(before)), quoted(self.now.exactly(after))
            sentence = _from_to(label, was, now)
        inside = part in _OFFICE_PARTS or field in _OFFICE_FIELDS or field.endswith("_src")
        return Change(where, sentence, part, not inside)


# ---- words ----------------------------------------------------------------------------------------------------------


def _from_to(name: str, before: str, after: str) -> str:
    if before == after:
        return f"{name}换了写法，读起来一样。"
    if before == NOTHING:
        return f"{name}：原来没有写，现在是{after}。"
    if after == NOTHING:
        return f"{name}：原来是{before}，现在不写了。"
    return f"{name}由{before}改为{after}。"


def _behind(entry: Any, among: Sequence[Any]) -> Any:
    place = next(place for place, each in enumerate(among) if each is entry)
    return among[place - 1] if place else None


def _label(kind: type[Any], name: str) -> str:
    """What a field is called in a sentence about its entry, without its unit."""
    if name in _SHORTER:
        return _SHORTER[name]
    hint = get_type_hints(kind, include_extras=True)[name]
    return re.sub("（.*）", "", str(hint.__metadata__[0]))
