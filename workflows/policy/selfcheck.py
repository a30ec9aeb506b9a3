"""The self-check of a guide, as the browser gets it: questions, rules, papers, amounts. Advice; the server judges.

One shape for a programme's own page and for the page across all programmes, so that one script reads both.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from workflows.policy import amount_words, criteria
from workflows.policy.amounts import CITY_LINE
from workflows.policy.asking import IMPLIED, Asking
from workflows.policy.circumstances import measure, one_of, told
from workflows.policy.facts import FACTS, About
from workflows.policy.parts import AmountRule, Calculation, Intake, LineOn, Paper, Per
from workflows.policy.programme import Programme
from workflows.policy.questions import LIST, Question

#: The question in which area the reader's union lies; asked where a parameter differs by area.
AREA: Final = "@area"

#: Facts about the programme itself: across programmes each asks for its own, by its name.
_OF_ITS_OWN: Final[Mapping[str, str]] = {
    "received_this_year": "您家今年在“{name}”里已经领过多少元？没有领过填0。",
    "already_awarded": "这一{one}这一次已经领过“{name}”的资助吗？",
    "other_item_this_year": "除了“{name}”，您家今年领过工会的别的帮扶项目吗？",
}

Json = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]


def order(programme: Programme) -> tuple[str, ...]:
    """The keys of the questions a programme's rules turn on, the cheapest first."""
    return Asking(programme).order()


def data(
    programmes: Sequence[Programme],
    *,
    params: Rows,
    pages: Mapping[str, str],
    areas: Mapping[str, str],
    across: bool = False,
) -> Json:
    """What the browser needs to check these programmes by itself.

    :param params: every row of every parameter; only those that are needed are handed on.
    :param pages: the public address of each programme's page, by code.
    :param areas: names of areas by code.
    :param across: whether it is one check over all of them; then a family is first asked whether it has such a
        beneficiary at all.
    """
    asking = [Asking(programme) for programme in programmes]
    names = _Names(asking, across=across)
    rows = _needed(programmes, params)
    codes = sorted({str(row["area"]) for row in rows if row.get("area")})
    questions = {
        names.of(one.programme, each): (one.programme, each)
        for one in asking
        for each in one.questions.values()
    }
    ordered = sorted(questions, key=lambda each: _cost_of_all(each, asking, names))
    return _without_empty(
        {
            "across": across,
            "area": codes[0] if codes else None,
            "areas": [[code, areas.get(code, code)] for code in codes] if len(codes) > 1 else [],
            "groups": _groups(programmes),
            "questions": [_question(each, names.named(*questions[each])) for each in ordered],
            "programmes": [_entry(one, names, pages.get(one.programme.code, "")) for one in asking],
            "params": rows,
            "implied": [[dict(when), dict(then)] for when, then in IMPLIED],
        }
    )


class _Names:
    """What each question is called across programmes: its key, unless two of them mean different things by it."""

    def __init__(self, asking: Sequence[Asking], *, across: bool) -> None:
        first: dict[str, Question] = {}
        apart: set[str] = set(_OF_ITS_OWN) if across else set()
        for one in asking:
            for key, question in one.questions.items():
                if first.setdefault(key, question) != question and key not in FACTS:
                    apart.add(key)
        self._apart = apart

    def of(self, programme: Programme, question: Question) -> str:
        return f"{programme.code}/{question.key}" if question.key in self._apart else question.key

    def named(self, programme: Programme, question: Question) -> Question:
        """The question with its programme's name in it, where it is about the programme itself."""
        if question.key not in self._apart or question.key not in _OF_ITS_OWN:
            return question
        one = one_of(programme.beneficiary.noun) if programme.beneficiary else "户"
        return replace(question, text=_OF_ITS_OWN[question.key].format(name=programme.name, one=one))


def _cost_of_all(name: str, asking: Sequence[Asking], names: _Names) -> tuple[int, int, int, int, int]:
    """As :meth:`Asking.cost`, over all programmes together; what only an amount asks comes last."""
    costs, settled, place = [], 0, 0
    for number, one in enumerate(asking):
        for key in one.order():
            if names.of(one.programme, one.questions[key]) == name:
                effort, own, _settled, first = one.cost(key)
                costs.append((effort, own))
                settled += one.settles(key)
                place = place or number * 1000 + first
    return (0, *min(costs), -settled, place) if costs else (1, 0, 0, 0, 0)


def _groups(programmes: Sequence[Programme]) -> list[Json]:
    """The beneficiaries that are asked about: each name of rows once."""
    found = {each.beneficiary.rows: each.beneficiary.noun for each in programmes if each.beneficiary}
    return [{"rows": rows, "noun": noun, "measure": measure(noun)} for rows, noun in found.items()]


def _needed(programmes: Sequence[Programme], params: Rows) -> list[Json]:
    """The rows of the parameters that rules, calculations and amounts look up."""
    keys = {key for programme in programmes for key in _parameters(programme)}
    names = ("key", "area", "from", "to", "value")
    rows = [
        {name: row[name] for name in names if row.get(name) is not None}
        for row in params
        if row.get("key") in keys
    ]
    return sorted(rows, key=lambda row: (row["key"], row.get("area", ""), row["from"]))


def _parameters(programme: Programme) -> Iterator[str]:
    for rule in (programme.household_rule, programme.beneficiary_rule):
        for leaf in criteria.leaves(rule) if rule else ():
            if leaf.get("param"):
                yield str(leaf["param"])
    yield from (term.param for each in programme.calculations for term in each.terms if term.param)
    if programme.amount is not None:
        if any(row.months for row in programme.amount.table):
            yield CITY_LINE
        for ceiling in programme.amount.ceilings:
            if ceiling.months_of_line is not None:
                yield CITY_LINE
            if ceiling.param:
                yield ceiling.param


def _question(name: str, question: Question) -> Json:
    return _without_empty(
        {
            "id": name,
            "kind": question.kind,
            "row": question.about is About.BENEFICIARY,
            "text": question.text,
            "help": question.help,
            "choices": [[choice.code, choice.label] for choice in question.choices],
            "show_if": dict(question.show_if) if question.show_if else None,
            "fields": [_question(each.key, each) for each in question.fields],
            "most": question.most if question.kind == LIST else None,
        }
    )


def _entry(asking: Asking, names: _Names, page: str) -> Json:
    programme = asking.programme
    window, of = programme.window, programme.beneficiary
    renamed = {
        key: name
        for key, question in asking.questions.items()
        if (name := names.of(programme, question)) != key
    }
    return _without_empty(
        {
            "code": programme.code,
            "name": programme.name,
            "page": page,
            "listed": programme.intake is Intake.LIST,
            "opens": window.opens.isoformat(),
            "closes": window.closes.isoformat(),
            "late_closes": window.late_closes.isoformat() if window.late_closes else None,
            "late_reason": window.late_reason,
            "rows": of.rows if of else None,
            "noun": of.noun if of else None,
            "one": f"一{one_of(of.noun)}" if of else None,
            "most": of.most if of else None,
            "household": _rule(programme.household_rule),
            "beneficiary": _rule(programme.beneficiary_rule),
            "needs": {leaf: list(keys) for leaf, keys in asking.needs.items()},
            "renamed": renamed,
            "calculations": [_calculation(asking, each) for each in programme.calculations],
            "amount": _amount(programme),
            "amount_needs": list(asking.amount_needs),
            "benefits": [
                _without_empty(
                    {
                        "text": amount_words.given(each),
                        "when": dict(each.when) if each.when else None,
                        "words": f"{told(programme, each.when)}的" if each.when else "",
                        "note": each.note,
                    }
                )
                for each in programme.benefits
            ],
            "papers": [_paper(programme, each) for each in programme.papers],
            "other_ways": {way.reason.value: way.text for way in programme.other_ways},
        }
    )


def _rule(rule: Mapping[str, Any] | None) -> Json | None:
    """A rule without the marks of its sources, which nothing judges by."""
    if rule is None:
        return None
    bare: Json = {"schema": rule["schema"], "root": _node(rule["root"])}
    return bare


def _node(node: Mapping[str, Any]) -> Json:
    for kind in ("all", "any"):
        if kind in node:
            return {kind: [_node(child) for child in node[kind]]}
    if "not" in node:
        return {"not": _node(node["not"])}
    return {
        key: value for key, value in node.items() if key != "src" and (key, value) != ("severity", "gate")
    }


def _calculation(asking: Asking, calculation: Calculation) -> Json:
    return {
        "key": calculation.key,
        "label": calculation.label,
        "row": asking.programme.asks[calculation.key].about is About.BENEFICIARY,
        "needs": list(asking.inputs(calculation.key)),
        "terms": [
            _without_empty(
                {
                    "of": term.of,
                    "times": list(term.times) if term.times != (1, 1) else None,
                    "param": term.param,
                    "if_missing": term.if_missing,
                }
            )
            for term in calculation.terms
        ],
    }


def _amount(programme: Programme) -> Json | None:
    rule = programme.amount
    if rule is None:
        return None
    return {
        "table": [
            _without_empty(
                {
                    "label": row.label,
                    "words": amount_words.worth(programme, row),
                    "when": dict(row.when),
                    "fen": row.fen,
                    "of": row.of,
                    "share": list(row.share),
                    "months": list(row.months),
                }
            )
            for row in rule.table
        ],
        "ceilings": [
            _without_empty(
                {
                    "when": dict(each.when),
                    "per": each.per.value,
                    "months": each.months_of_line,
                    "fen": each.fen,
                    "of": each.of,
                    "param": each.param,
                }
            )
            for each in rule.ceilings
        ],
        "rounding": rule.rounding.value,
        **_line_of(programme, rule),
    }


def _line_of(programme: Programme, rule: AmountRule) -> Json:
    """How many months the period has whose first day's line amounts are reckoned with."""
    if rule.line_on is not LineOn.PERIOD or programme.schedule is None:
        return {}
    return {"line_months": 12 // programme.schedule.times_a_year}


def _paper(programme: Programme, paper: Paper) -> Json:
    return _without_empty(
        {
            "name": paper.name,
            "why": paper.why,
            "row": paper.per is Per.BENEFICIARY,
            "when": dict(paper.when) if paper.when else None,
            "words": f"{told(programme, paper.when)}时要" if paper.when else "",
        }
    )


def _without_empty(given: Json) -> Json:
    """Only what says something; the number 0 does."""
    return {
        key: value
        for key, value in given.items()
        if value is not None and value is not False and value not in ("", [], {})
    }
