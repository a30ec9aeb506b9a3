"""Where each part of a programme's definition is typed on its page, and the way there and back."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from cms.blocks import programme as parts
from cms.blocks.asked import Asked
from workflows.policy.programme import SCHEMA, Contradiction, LineOn, Programme, Rounding

#: Key of the definition → field of the page.
LISTS = {
    "repeats": "repeats",
    "form": "sections",
    "calculations": "calculations",
    "papers": "papers",
    "stages": "stages",
    "benefits": "benefits",
    "fees": "fees",
    "fund_sources": "funds",
    "other_ways": "other_ways",
    "clauses": "clauses",
    "sources": "definition_sources",
    "follow_up": "follow_up",
    "personas": "personas",
}
ONE = {
    "beneficiary": "beneficiary",
    "once": "once",
    "quota": "quota",
    "notice": "notice",
    "schedule": "schedule",
    "payment_batches": "batches",
    "deferral": "deferral",
}
RULES = {"household_rule": "household_rule", "beneficiary_rule": "beneficiary_rule"}
FIELDS = {
    "code": "code",
    "name": "title",
    "kind": "kind",
    "season": "season",
    "year": "year",
    "level": "level",
    "school_year": "school_year",
    "applicant": "applicant",
    "intake": "intake",
    "valid.start": "valid_from",
    "valid.end": "valid_to",
    "valid.src": "valid_src",
    "window.opens": "opens",
    "window.opens_src": "opens_src",
    "window.closes": "closes",
    "window.closes_src": "closes_src",
    "window.late_closes": "late_closes",
    "window.late_reason": "late_reason",
    "window.late_src": "late_src",
}
AMOUNT = {"table": "amount_table", "ceilings": "ceilings"}
PLACES = {
    **FIELDS,
    **{f"amount.{key}": field for key, field in AMOUNT.items()},
    **LISTS,
    **ONE,
    **RULES,
    "valid": "valid_to",
    "window": "closes",
    "amount.rounding": "rounding",
    "amount.line_on": "line_on",
    "amount": "amount_table",
}

#: What numbers and words mean depends on what is asked; this is read first.
_ASKING = ("beneficiary", "form", "calculations", "stages")


def typed(page: Any) -> dict[str, Any]:
    """What stands on the page, as a definition's JSON, however incomplete."""
    asked = Asked.of({where: _told(page, where, Asked()) for where in _ASKING})
    data: dict[str, Any] = {"schema": SCHEMA}
    for where, field in FIELDS.items():
        _put(data, where, _plain(getattr(page, field)))
    for where in (*LISTS, *ONE):
        if told := _told(page, where, asked):
            data[where] = told
    money = {key: _stream_json(page, field, asked) for key, field in AMOUNT.items()}
    if any(money.values()):
        data["amount"] = {**money, "rounding": page.rounding, "line_on": page.line_on}
    for where, field in RULES.items():
        if rule := parts.rule_of(getattr(page, field), asked):
            data[where] = rule
    return {"stages": [], "clauses": [], "sources": [], **data}


def of(page: Any) -> Programme:
    """The programme a page defines.

    :raises Contradiction: with every mistake, as (where, Chinese message).
    """
    return Programme.from_json(typed(page))


def fill(page: Any, programme: Programme) -> None:
    """Fill a page's blocks from a definition; `of` gives the same back.

    :raises CannotEdit: when it holds something the blocks have no field for, naming the place.
    """
    data = programme.to_json()
    asked = Asked.of(data)
    money = data.get("amount") or {}
    for where, field in FIELDS.items():
        _set(page, field, _get(data, where))
    _set(page, "rounding", money.get("rounding", Rounding.YUAN.value))
    _set(page, "line_on", money.get("line_on", LineOn.SUBMISSION.value))
    _set(page, "intake", programme.intake.value)
    for where, field in LISTS.items():
        _stream(page, field, data.get(where) or [], asked)
    for where, field in ONE.items():
        _stream(page, field, [data[where]] if where in data else [], asked)
    for key, field in AMOUNT.items():
        _stream(page, field, money.get(key) or [], asked)
    for where, field in RULES.items():
        block = getattr(page, field).stream_block
        with _at(page, field):
            setattr(page, field, block.to_python(parts.rule_raw(data.get(where), asked, block)))
    _refuse_difference(page, programme)


def _refuse_difference(page: Any, programme: Programme) -> None:
    """Nothing is lost in silence: what would come back otherwise is not taken."""
    try:
        back = of(page)
    except Contradiction as error:
        where, message = error.problems[0]
        raise parts.CannotEdit(f"{_label_of(page, where)}：{message}") from error
    if back.sha256 != programme.sha256:
        where = next(_differences(programme.to_json(), back.to_json(), ""))
        raise parts.CannotEdit(f"{_label_of(page, where)}（{where}）还不能在编辑器里照样填写。")


def _differences(one: Any, other: Any, where: str) -> Iterator[str]:
    if type(one) is type(other) and isinstance(one, dict):
        for key in one | other:
            here = f"{where}.{key}" if where else str(key)
            if key in one and key in other:
                yield from _differences(one[key], other[key], here)
            else:
                yield here
    elif type(one) is type(other) and isinstance(one, list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from _differences(left, right, f"{where}[{index}]")
    elif type(one) is not type(other) or one != other:
        yield where


def field_of(where: str) -> str | None:
    """The field of the page where a place of the definition is typed."""
    steps = re.split(r"[.\[]", where)
    names = (".".join(steps[:length]) for length in range(len(steps), 0, -1))
    return next((PLACES[name] for name in names if name in PLACES), None)


def _label_of(page: Any, where: str) -> str:
    field = field_of(where)
    return f"“{page._meta.get_field(field).verbose_name}”" if field else where


@contextmanager
def _at(page: Any, field: str) -> Iterator[None]:
    try:
        yield
    except parts.CannotEdit as error:
        raise parts.CannotEdit(f"“{page._meta.get_field(field).verbose_name}”{error}") from error


def _stream(page: Any, field: str, items: list[Any], asked: Asked) -> None:
    block = getattr(page, field).stream_block
    ((name, child),) = block.child_blocks.items()
    with _at(page, field):
        raw = [{"type": name, "value": each} for each in parts.raw_each(child, items, asked)]
    setattr(page, field, block.to_python(raw))


def _told(page: Any, where: str, asked: Asked) -> Any:
    if where in LISTS:
        return _stream_json(page, LISTS[where], asked)
    told = _stream_json(page, ONE[where], asked)
    return told[0] if told else None


def _stream_json(page: Any, field: str, asked: Asked) -> list[Any]:
    stream = getattr(page, field)
    told: list[Any] = parts.json_of(stream.stream_block, stream, asked)
    return told


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _set(page: Any, field: str, value: Any) -> None:
    column = page._meta.get_field(field)
    if value is None:
        setattr(page, field, None if column.null else "")
    else:
        setattr(page, field, column.to_python(value))


def _put(data: dict[str, Any], where: str, value: Any) -> None:
    """Set a dotted key; what says nothing is left out."""
    if value in ("", None):
        return
    *above, last = where.split(".")
    for key in above:
        data = data.setdefault(key, {})
    data[last] = value


def _get(data: Mapping[str, Any], where: str) -> Any:
    value: Any = data
    for key in where.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
