"""The questions of a self-check as people read them: from the catalogue, the form, or a list of the form."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from workflows.policy.facts import FACTS, About, Effort, Origin
from workflows.policy.parts import Choice, Field, FieldType, When
from workflows.policy.programme import Programme

Leaf = Mapping[str, Any]

#: The category of a household that has no file.
NO_FILE: Final = "非建档"
#: The answer of somebody to whom none of the choices applies.
NONE_OF_THEM: Final = ""
LIST: Final = "list"


@dataclass(frozen=True)
class Question:
    """One question as people read it; with kind ``list`` its ``fields`` are asked for each row."""

    key: str
    kind: str
    about: About
    text: str
    help: str = ""
    choices: tuple[Choice, ...] = ()
    effort: Effort = Effort.KNOWN
    show_if: When | None = None
    fields: tuple["Question", ...] = ()
    most: int = 1


def of(programme: Programme, key: str, *, gates: Iterable[Leaf]) -> Question:
    """The question behind a fact, or the list of that name with the columns somebody looks at.

    :param gates: the criteria that decide.
    """
    if any(each.rows == key for each in programme.repeats):
        return _list(programme, key, gates)
    fact, known = programme.asks[key], FACTS.get(key)
    asked = next((each for section in programme.form for each in section.fields if each.key == key), None)
    choices = fact.choices
    if known and known.source is Origin.FILE and choices and NO_FILE not in fact.codes:
        choices = (*choices, Choice(NONE_OF_THEM, "都不是，或者没有档案"))
    return Question(
        key,
        fact.type.value,
        fact.about,
        fact.question,
        help=asked.help if asked and known is None else "",
        choices=choices,
        effort=fact.effort,
        show_if=asked.show_if if asked else None,
    )


def _list(programme: Programme, rows: str, gates: Iterable[Leaf]) -> Question:
    wanted = set(_columns(programme, rows, gates))
    return Question(
        rows,
        LIST,
        About.HOUSEHOLD,
        programme.noun_of(rows),
        effort=Effort.GET_PAPER,
        fields=tuple(_column(each) for each in programme.fields(rows) if each.key in wanted),
        most=programme.most_rows(rows),
    )


def _column(field: Field) -> Question:
    kind = FieldType.INT if field.type is FieldType.YEAR else field.type
    return Question(
        field.key,
        kind.value,
        About.HOUSEHOLD,
        field.label,
        help=field.help,
        choices=field.choices,
        show_if=field.show_if,
    )


def _columns(programme: Programme, rows: str, gates: Iterable[Leaf]) -> Iterator[str]:
    """What rules, calculations and amounts look at in a list."""
    for leaf in gates:
        if leaf.get("rows") == rows:
            yield from (
                str(key) for key in (leaf.get("field"), (leaf.get("where") or {}).get("field")) if key
            )
    rule = programme.amount
    counted = [term.of for each in programme.calculations for term in each.terms]
    counted += [*(row.of for row in rule.table), *(each.of for each in rule.ceilings)] if rule else []
    yield from (
        inner for name, _, inner in (each.partition(".") for each in counted) if name == rows and inner
    )
