"""The criterion table: one typed rule judged over facts. Unknown stays unknown; a wrong type is refused.

`evaluate` is the judge; the browser's self-check has a twin that must agree with it to the last refusal. A rule is
built once, and kept by its content, so that a rule edited in place is never judged by its old text.
"""

import marshal
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, cast

from workflows.policy import dated, typed
from workflows.policy.typed import Refused

__all__ = ["SCHEMA", "Built", "Refused", "build", "deciding", "evaluate", "leaves"]

SCHEMA: Final = 1

Result = Literal["met", "not_met", "unknown"]
Json = Mapping[str, Any]
# What a fact comes to: the value (None when unknown), what it is counted against, what the trace shows.
_Reading = tuple[Any, int, dict[str, Any]]

_ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "eq": operator.eq,
    "ne": operator.ne,
}
_OPERATORS: Final[dict[str, frozenset[str]]] = {
    "money": frozenset({*_ORDER, "known"}),
    "int": frozenset({*_ORDER, "known"}),
    "bool": frozenset({"is", "known"}),
    "date": frozenset({*_ORDER, "age_le", "age_ge", "known"}),
    "choice": frozenset({"is", "in", "not_in", "known"}),
    "choices": frozenset({"any_of", "none_of", "known"}),
}
_READ: Final[dict[str, Callable[[object], Any]]] = {
    "money": typed.integer,
    "int": typed.integer,
    "bool": typed.boolean,
    "date": typed.day,
    "choice": typed.text,
    "choices": typed.texts,
}
_DERIVATIONS: Final = frozenset({"count", "sum", "per_head"})
_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "is": operator.eq,
    "in": lambda left, right: left in right,
    "not_in": lambda left, right: left not in right,
    "any_of": lambda left, right: not set(left).isdisjoint(right),
    "none_of": lambda left, right: set(left).isdisjoint(right),
    "age_le": operator.le,
    "age_ge": operator.ge,
    **_ORDER,
}


_NOT: Final[dict[Result, Result]] = {"met": "not_met", "not_met": "met", "unknown": "unknown"}


@dataclass(frozen=True, slots=True)
class _Leaf:
    id: str
    advises: bool
    read: Callable[[Json, str], _Reading]
    op: str
    compare: Callable[[Any, Any], bool] | None
    value: Any
    param: str | None
    read_param: Callable[[object], Any]
    # The left side is multiplied by the denominator, the right by the numerator: no division in a rule.
    times: tuple[int, int] | None

    def judge(
        self, facts: Json, params: Sequence[Json], on: str, area: str | None
    ) -> tuple[Result, dict[str, Any]]:
        left, heads, shown = self.read(facts, on)
        line: dict[str, Any] = {"id": self.id, "result": "unknown"}
        right, source = self.right(params, on, area)
        if source is not None:
            line["param"] = source
        line["facts"] = shown
        result = self._result(left, heads, right)
        line["result"] = result
        return result, line

    def right(self, params: Sequence[Json], on: str, area: str | None) -> tuple[Any, str | None]:
        """What the fact is compared with, and the row of parameters it comes from.

        :raises Refused: code `param`: none in force, or not of the criterion's type.
        """
        if self.param is None:
            return self.value, None
        row = dated.in_force(params, self.param, on=on, area=area)
        value = self.read_param(row.get("value"))
        if value is None:
            raise Refused("param", f"参数“{self.param}”的值类型不对", param=self.param)
        return value, f"{self.param}@{row['from']}"

    def _result(self, left: Any, heads: int, right: Any) -> Result:
        if self.compare is None:
            return "met" if left is not None else "not_met"
        if left is None:
            return "unknown"
        if self.times is not None:
            left, right = left * self.times[1], right * self.times[0] * heads
        return "met" if self.compare(left, right) else "not_met"


@dataclass(frozen=True, slots=True)
class _Node:
    """`all`, `any` or `not` over nodes and leaves; a leaf is its place in the trace."""

    kind: str
    children: tuple["_Node | int", ...]


@dataclass(frozen=True, slots=True)
class Built:
    """A rule that has been checked. Its leaves stand in document order."""

    root: _Node | int
    leaves: tuple[_Leaf, ...]

    def evaluate(
        self, facts: Json, params: Sequence[Json], on: str | date, area: str | None
    ) -> dict[str, Any]:
        """See :func:`evaluate`."""
        day = day_of(on)
        if not isinstance(facts, Mapping):
            raise Refused("type", "情况应是一组带名称的内容", fact="facts")
        judged = [leaf.judge(facts, params, day, area) for leaf in self.leaves]
        result = _combine(self.root, [result for result, _ in judged])
        return {"result": result, "trace": [line for _, line in judged]}

    def deciding(self, trace: Sequence[Json]) -> tuple[str, ...]:
        """See :func:`deciding`."""
        kept = set(_deciding(self.root, [line["result"] for line in trace]))
        return tuple(leaf.id for place, leaf in enumerate(self.leaves) if place in kept)


def day_of(on: str | date) -> str:
    """The evaluation day as text.

    :raises Refused: it is no day.
    """
    day = typed.day(on.isoformat() if isinstance(on, date) else on)
    if day is None:
        raise Refused("type", f"日期“{on}”不正确", fact="on")
    return day


_KEPT_AT_MOST: Final = 512
_kept: Final[dict[bytes, Built]] = {}


def evaluate(
    rule: Json, facts: Json, params: Sequence[Json], on: str | date, area: str | None = None
) -> dict[str, Any]:
    """Judge facts by a rule on a day: {"result": "met" | "not_met" | "unknown", "trace": [one line a leaf]}.

    :raises Refused: a fact or parameter of the wrong kind, no parameter in force, or a rule that cannot be.
    """
    return build(rule).evaluate(facts, params, on, area)


def deciding(rule: Json, trace: Sequence[Json]) -> tuple[str, ...]:
    """The ids of the criteria that made the result what it is, in document order.

    Of a refusal those that are not met and suffice; of an open verdict those still unknown.
    """
    return build(rule).deciding(trace)


def leaves(rule: Json) -> tuple[Json, ...]:
    """The criteria of a rule as they were written, in document order."""
    return tuple(_leaves(rule["root"]))


def build(rule: Json) -> Built:
    """Check a rule.

    :raises Refused: code `rule`, with the id of the leaf that is wrong.
    """
    if type(rule) is not dict:
        return _build(rule)
    try:
        # Faster than building, and unlike the identity of the dict it changes when the rule does.
        content = marshal.dumps(cast(Any, rule), 2)
    except ValueError:
        return _build(rule)
    built = _kept.get(content)
    if built is None:
        built = _build(rule)
        if len(_kept) >= _KEPT_AT_MOST:
            _kept.clear()
        _kept[content] = built
    return built


# ---- combining ------------------------------------------------------------------------------------------------------


def _combine(node: _Node | int, results: Sequence[Result]) -> Result:
    if isinstance(node, int):
        return results[node]
    children = [_combine(child, results) for child in node.children]
    if node.kind == "not":
        return _NOT[children[0]]
    strongest: Result = "not_met" if node.kind == "all" else "met"
    if strongest in children:
        return strongest
    if "unknown" in children:
        return "unknown"
    return "met" if node.kind == "all" else "not_met"


def _deciding(node: _Node | int, results: Sequence[Result]) -> Iterator[int]:
    if isinstance(node, int):
        yield node
        return
    outcome = _combine(node, results)
    for child in node.children:
        if node.kind == "not" or _combine(child, results) == outcome:
            yield from _deciding(child, results)


# ---- building -------------------------------------------------------------------------------------------------------


def _leaves(node: Json) -> Iterator[Json]:
    for kind in ("all", "any"):
        if kind in node:
            for child in node[kind]:
                yield from _leaves(child)
            return
    if "not" in node:
        yield from _leaves(node["not"])
    else:
        yield node


def _build(rule: object) -> Built:
    if not isinstance(rule, Mapping) or typed.integer(rule.get("schema")) != SCHEMA:
        raise Refused("rule", f"规则的格式应为{SCHEMA}")
    found: list[_Leaf] = []
    root = _node(rule.get("root"), found, may_advise=False)
    if root is None:
        raise Refused("rule", "规则里没有起决定作用的条件")
    return Built(root=root, leaves=tuple(found))


def _node(raw: object, found: list[_Leaf], *, may_advise: bool) -> _Node | int | None:
    """A node; None for a leaf that only advises."""
    if not isinstance(raw, Mapping):
        raise Refused("rule", "规则里有一处不是条件")
    kinds = [kind for kind in ("all", "any", "not") if kind in raw]
    if not kinds:
        return _add_leaf(raw, found, may_advise=may_advise)
    if len(kinds) > 1:
        raise Refused("rule", "一处只能是“全部”“任一”“不是”中的一种")
    kind = kinds[0]
    given = [raw["not"]] if kind == "not" else raw[kind]
    if not isinstance(given, list | tuple) or not given:
        raise Refused("rule", "“全部”或“任一”里没有条件")
    children = [_node(child, found, may_advise=kind == "all") for child in given]
    gates = tuple(child for child in children if child is not None)
    if not gates:
        raise Refused("rule", "这一组里没有起决定作用的条件", leaf=found[-1].id if found else None)
    return _Node(kind, gates)


def _add_leaf(raw: Json, found: list[_Leaf], *, may_advise: bool) -> int | None:
    leaf = _leaf(raw)
    if any(leaf.id == other.id for other in found):
        raise Refused("rule", f"条件编号“{leaf.id}”重复", leaf=leaf.id)
    if leaf.advises and not may_advise:
        raise Refused("rule", "提示性的条件只能直接放在“全部”里", leaf=leaf.id)
    found.append(leaf)
    return None if leaf.advises else len(found) - 1


def _leaf(raw: Json) -> _Leaf:
    leaf_id = raw.get("id")
    if not isinstance(leaf_id, str) or not leaf_id:
        raise Refused("rule", "条件没有编号")

    def refuse(message: str) -> Refused:
        return Refused("rule", f"条件“{leaf_id}”：{message}", leaf=leaf_id)

    for words in ("text", "clause"):
        if words in raw and not isinstance(raw[words], str):
            raise refuse("说明和条款应是文字")
    severity = raw.get("severity", "gate")
    if severity not in ("gate", "advise"):
        raise refuse("只能是必须满足（gate）或提示（advise）")
    kind, read = _subject(raw, refuse)
    op = raw.get("op")
    if not isinstance(op, str) or op not in _OPERATORS[kind]:
        raise refuse(f"“{kind}”不能用“{op}”比较")
    as_age = op in ("age_le", "age_ge")
    right = _right_reader(kind, op)
    value, param = _right(raw, op, right, refuse)
    day = raw.get("on")
    if day is not None and typed.day(day) is None:
        raise refuse("计算年龄的日期不正确")
    times = _times(raw, kind, refuse)
    return _Leaf(
        id=leaf_id,
        advises=severity == "advise",
        read=_age_of(read, day) if as_age else read,
        op=op,
        compare=None if op == "known" else _COMPARE[op],
        value=value,
        param=param,
        read_param=right,
        times=times,
    )


def _right_reader(kind: str, op: str) -> Callable[[object], Any]:
    if op in ("age_le", "age_ge"):
        return typed.integer
    if op in ("in", "not_in"):
        return typed.texts
    return _READ[kind]


def _right(
    raw: Json, op: str, read: Callable[[object], Any], refuse: Callable[[str], Refused]
) -> tuple[Any, str | None]:
    value, param = raw.get("value"), raw.get("param")
    if op != "known" and (value is None) == (param is None):
        raise refuse("比较的值和参数要填一个，也只能填一个")
    if param is not None and (not isinstance(param, str) or not param):
        raise refuse("参数名称不正确")
    if value is None:
        return None, param
    checked = read(value)
    if checked is None:
        raise refuse("比较的值类型不对")
    return checked, param


def _times(raw: Json, kind: str, refuse: Callable[[str], Refused]) -> tuple[int, int] | None:
    is_number = kind in ("money", "int")
    given = raw.get("times")
    if given is None:
        return (1, 1) if is_number and raw.get("op") != "known" else None
    pair = [typed.integer(part) for part in given] if isinstance(given, list | tuple) else []
    match pair:
        case [int(numerator), int(denominator)] if is_number and numerator > 0 and denominator > 0:
            return numerator, denominator
    raise refuse("倍数应是两个正整数，只能用于数字")


# ---- reading facts --------------------------------------------------------------------------------------------------


def _subject(raw: Json, refuse: Callable[[str], Refused]) -> tuple[str, Callable[[Json, str], _Reading]]:
    if "fact" in raw and "derive" in raw:
        raise refuse("只能有一个比较的对象")
    if "derive" in raw:
        return "int", _derived(raw, refuse)
    fact, kind = raw.get("fact"), raw.get("type")
    if not isinstance(fact, str) or not fact:
        raise refuse("没有写明比较哪一项情况")
    if not isinstance(kind, str) or kind not in _READ:
        raise refuse(f"没有“{kind}”这种类型")
    return kind, _one_fact(fact, _READ[kind])


def _one_fact(fact: str, as_type: Callable[[object], Any]) -> Callable[[Json, str], _Reading]:
    def read(facts: Json, on: str) -> _Reading:
        raw = facts.get(fact)
        if raw is None:
            return None, 1, {fact: None}
        value = as_type(raw)
        if value is None:
            raise Refused("type", f"“{fact}”的类型不对", fact=fact)
        return value, 1, {fact: list(value) if type(value) is tuple else value}

    return read


def _age_of(read: Callable[[Json, str], _Reading], day: str | None) -> Callable[[Json, str], _Reading]:
    def read_age(facts: Json, on: str) -> _Reading:
        born, heads, shown = read(facts, on)
        if born is None:
            return None, heads, shown
        then = day or on
        if born > then:
            raise Refused("type", f"出生日期{born}晚于{then}", fact=next(iter(shown)))
        # A birthday on 29 February is reached on 1 March in common years: 02-28 is before 02-29.
        return int(then[:4]) - int(born[:4]) - (then[5:] < born[5:]), heads, shown

    return read_age


def _derived(raw: Json, refuse: Callable[[str], Refused]) -> Callable[[Json, str], _Reading]:
    derive, rows, field = raw["derive"], raw.get("rows"), raw.get("field")
    if not isinstance(derive, str) or derive not in _DERIVATIONS:
        raise refuse(f"没有“{derive}”这种计算")
    if not isinstance(rows, str) or not rows:
        raise refuse("没有写明对哪些人计算")
    if derive != "count" and (not isinstance(field, str) or not field):
        raise refuse("没有写明计算哪一项")
    keep = _where(raw.get("where"), rows, refuse)
    name = rows if derive == "count" else f"{rows}.{field}"

    def read(facts: Json, on: str) -> _Reading:
        members = facts.get(rows)
        if members is None:
            return None, 1, {name: None}
        if not isinstance(members, list | tuple) or not all(
            isinstance(member, Mapping) for member in members
        ):
            raise Refused("type", f"“{rows}”应是一份名单", fact=rows)
        kept, complete = keep(members)
        total: int | None = len(kept) if derive == "count" else _sum(kept, rows, str(field))
        if not complete:
            total = None
        elif total is not None and typed.integer(total) is None:
            raise Refused("type", f"“{rows}”里“{field}”的合计过大", fact=rows)
        if derive != "per_head":
            return total, 1, {name: total}
        return total if members else None, len(members), {name: total, rows: len(members)}

    return read


def _sum(members: Sequence[Json], rows: str, field: str) -> int | None:
    total = 0
    complete = True
    for member in members:
        raw = member.get(field)
        if raw is None:
            complete = False
            continue
        value = typed.integer(raw)
        if value is None:
            raise Refused("type", f"“{rows}”里的“{field}”应是整数", fact=rows)
        total += value
    return total if complete else None


def _where(
    where: object, rows: str, refuse: Callable[[str], Refused]
) -> Callable[[Sequence[Json]], tuple[Sequence[Json], bool]]:
    """Keeps the rows a derivation counts; also says whether for every row it is known if it belongs."""
    if where is None:
        return lambda members: (members, True)
    field = where.get("field") if isinstance(where, Mapping) else None
    codes = typed.texts(where.get("in")) if isinstance(where, Mapping) else None
    if not isinstance(field, str) or not field or codes is None:
        raise refuse("只算哪些人没有写清楚")

    def keep(members: Sequence[Json]) -> tuple[Sequence[Json], bool]:
        kept = []
        complete = True
        for member in members:
            raw = member.get(field)
            if raw is None:
                complete = False
                continue
            code = typed.text(raw)
            if code is None:
                raise Refused("type", f"“{rows}”里的“{field}”应是文字", fact=rows)
            if code in codes:
                kept.append(member)
        return kept, complete

    return keep
