"""Which questions a programme's rules turn on, the cheapest first, and when they need not be asked any more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from workflows.policy import criteria, questions
from workflows.policy.amounts import RECEIVED
from workflows.policy.calculations import worked_out
from workflows.policy.dated import in_force
from workflows.policy.facts import About, Effort
from workflows.policy.parts import (
    AmountRow,
    AmountRule,
    Calculation,
    Ceiling,
    CeilingPer,
    Verdict,
    When,
    fits,
)
from workflows.policy.programme import Programme
from workflows.policy.questions import NO_FILE, NONE_OF_THEM, Question
from workflows.policy.typed import Refused, integer

Rule = Mapping[str, Any]
Facts = Mapping[str, Any]

#: What one answer says of another: nobody without a file is asked for its category.
IMPLIED: Final[Sequence[tuple[When, When]]] = (
    ({"filed": False}, {"category": NO_FILE, "file_state": NONE_OF_THEM, "register_on_file": False}),
    ({"category": NO_FILE}, {"filed": False, "file_state": NONE_OF_THEM, "register_on_file": False}),
    ({"file_state": NONE_OF_THEM}, {"filed": False, "category": NO_FILE, "register_on_file": False}),
    ({"in_filed_household": False}, {"filed": False, "category": NO_FILE, "file_state": NONE_OF_THEM}),
    ({"filed": True}, {"in_filed_household": True}),
    ({"file_state": ["ACTIVE", "TAPERING"]}, {"filed": True, "in_filed_household": True}),
    ({"category": ["深度困难", "相对困难", "意外致困"]}, {"filed": True, "in_filed_household": True}),
)
_EFFORTS: Final = tuple(Effort)


@dataclass(frozen=True)
class Answers:
    """What was answered: None says "I do not know"; what was not asked yet is not there.

    ``row`` is the beneficiary who is being asked about, ``before`` those already asked about.
    """

    once: Facts = field(default_factory=dict)
    row: Facts = field(default_factory=dict)
    before: Sequence[Facts] = ()


@dataclass(frozen=True)
class Standing:
    """What a rule says so far, and the criteria that are still open."""

    verdict: Verdict
    open: tuple[str, ...] = ()


class Asking:
    """The questions of one programme, in the order in which they are asked."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self._rows = programme.beneficiary.rows if programme.beneficiary else ""
        self._rules: Sequence[Rule] = [
            rule for rule in (programme.household_rule, programme.beneficiary_rule) if rule
        ]
        self.gates = {
            leaf["id"]: leaf for rule in self._rules for leaf in criteria.leaves(rule) if _is_gate(leaf)
        }

    @cached_property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """The questions that decide a criterion, by its id."""
        return {each: tuple(dict.fromkeys(self._of_leaf(leaf))) for each, leaf in self.gates.items()}

    @cached_property
    def amount_needs(self) -> tuple[str, ...]:
        """The questions the amount turns on."""
        rule = self.programme.amount
        found: list[str] = []
        for part in _parts(rule):
            found += part.when
            found += self._of(part.of) if part.of else ()
        if rule and any(ceiling.per is CeilingPer.YEAR for ceiling in rule.ceilings):
            found.append(RECEIVED)
        return tuple(dict.fromkeys(found))

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Every question by its key: those of the rules, cheapest first, then those of the amount alone."""
        ordered = sorted(dict.fromkeys(key for keys in self.needs.values() for key in keys), key=self.cost)
        return {key: self._question(key) for key in (*ordered, *self.amount_needs)}

    def order(self) -> tuple[str, ...]:
        """The keys of the questions that the rules turn on, as they are asked."""
        keys = {key for needed in self.needs.values() for key in needed}
        return tuple(key for key in self.questions if key in keys)

    def next_question(
        self, answers: Answers, *, params: Sequence[Mapping[str, Any]], on: str, area: str | None
    ) -> str | None:
        """What to ask now; None when the verdict on this beneficiary is certain, or nobody can say more.

        :raises Refused: a fact of the wrong type, or a parameter that is not in force.
        """
        household, row = self.standing(answers, params=params, on=on, area=area)
        if Verdict.NOT_MET in (household.verdict, row.verdict):
            return None
        known = self.known(answers)
        asked = {key for each in (*household.open, *row.open) for key in self.needs[each]}
        return next((key for key in self.order() if key in asked and not self.is_asked(key, known)), None)

    def next_for_amount(self, answers: Answers) -> str | None:
        """What to ask to work the amount out; None when every line that may still fit has what it needs."""
        rule, known = self.programme.amount, self.known(answers)
        wanted: list[str] = []
        for part in _parts(rule):
            if self._may_fit(part.when, known):
                wanted += [*part.when, *(self._of(part.of) if part.of else ())]
        if rule and any(each.per is CeilingPer.YEAR for each in rule.ceilings):
            wanted.append(RECEIVED)
        return next((key for key in self.questions if key in wanted and not self.is_asked(key, known)), None)

    def _may_fit(self, when: When, known: Facts) -> bool:
        """Whether no answer speaks against it yet."""
        return fits({key: value for key, value in when.items() if self.is_asked(key, known)}, known)

    def standing(
        self, answers: Answers, *, params: Sequence[Mapping[str, Any]], on: str, area: str | None
    ) -> tuple[Standing, Standing]:
        """What the two rules say of the answers so far: of the household, and of the beneficiary.

        :raises Refused: see :meth:`next_question`.
        """
        known = self.known(answers)
        of_household = {key: value for key, value in known.items() if key not in answers.row}
        of_household |= self._calculated(About.HOUSEHOLD, of_household, known, params, on=on, area=area)
        everything = {**of_household, **{key: known[key] for key in answers.row}}
        everything |= self._calculated(About.BENEFICIARY, everything, known, params, on=on, area=area)
        programme = self.programme
        return (
            _judged(programme.household_rule, of_household, params, on=on, area=area),
            _judged(programme.beneficiary_rule, everything, params, on=on, area=area),
        )

    def known(self, answers: Answers) -> dict[str, Any]:
        """All that is known by now, with what one answer says of another."""
        known = dict(answers.once)
        if self._rows:
            known[self._rows] = [*answers.before, answers.row]
        for when, then in IMPLIED:
            if fits(when, known):
                known = {**then, **known}
        return {**known, **answers.row}

    def is_asked(self, key: str, known: Facts) -> bool:
        """Whether nothing more can be learnt of it: it was asked, follows from an answer, or is not shown at all."""
        question = self.questions.get(key)
        return key in known or (question is not None and not fits(question.show_if, known))

    def cost(self, key: str) -> tuple[int, int, int, int]:
        """What a question is sorted by: effort, then how many criteria it settles, then its place in the rules.

        A question is as hard as the easiest criterion it decides, and that as hard as the hardest question it needs.
        """
        fed = [each for each, keys in self.needs.items() if key in keys]
        efforts = {each: max(self._effort(one) for one in self.needs[each]) for each in fed}
        settled = {one for each in fed for one in self._settles[each]}
        places = list(self.needs)
        return (
            min(efforts.values()),
            self._effort(key),
            -len(settled),
            min(places.index(each) for each in fed),
        )

    def settles(self, key: str) -> int:
        """How many criteria a question settles when its answer goes the way that settles most."""
        fed = [each for each, keys in self.needs.items() if key in keys]
        return len({one for each in fed for one in self._settles[each]})

    @cached_property
    def _settles(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        everything = frozenset(self.gates)
        for rule in self._rules:
            own = [leaf["id"] for leaf in criteria.leaves(rule) if leaf["id"] in self.gates]
            for each in own:
                ways = []
                for result in ("met", "not_met"):
                    outcome, _all, settled = _settled(rule["root"], each, result)
                    ends = rule is self.programme.household_rule and outcome == "not_met"
                    ways.append(everything if ends else settled)
                found[each] = max(ways, key=len)
        return found

    def _effort(self, key: str) -> int:
        return _EFFORTS.index(self._question(key).effort)

    def _question(self, key: str) -> Question:
        return questions.of(self.programme, key, gates=self.gates.values())

    # ---- what feeds what ---------------------------------------------------------------------------------------------

    def inputs(self, of: str) -> tuple[str, ...]:
        """The questions behind what a calculation or an amount counts."""
        return tuple(dict.fromkeys(self._of(of)))

    def _of_leaf(self, leaf: Rule) -> Iterator[str]:
        if "derive" not in leaf:
            yield from self._of(leaf["fact"])
        elif leaf["rows"] != self._rows:
            yield leaf["rows"]
        else:
            yield from (key for key in (leaf.get("field"), (leaf.get("where") or {}).get("field")) if key)

    def _of(self, of: str) -> Iterator[str]:
        name, _, inner = of.partition(".")
        calculation = self._calculation(name)
        if calculation is not None:
            for term in calculation.terms:
                yield from self._of(term.of)
        elif name != self._rows:
            yield name
        elif inner:
            yield inner

    def _calculation(self, key: str) -> Calculation | None:
        return next((each for each in self.programme.calculations if each.key == key), None)

    def _calculated(
        self,
        about: About,
        facts: Facts,
        known: Facts,
        params: Sequence[Mapping[str, Any]],
        *,
        on: str,
        area: str | None,
    ) -> dict[str, Any]:
        """Only what all its questions were asked for: before that even a default would be a guess."""
        ready = [
            each
            for each in self.programme.calculations
            if self.programme.asks[each.key].about is about
            and all(self.is_asked(key, known) for key in self._of(each.key))
        ]

        def value(key: str) -> int:
            found = integer(in_force(params, key, on=on, area=area).get("value"))
            if found is None:
                raise Refused("param", f"参数“{key}”应是整数", param=key)
            return found

        return worked_out(ready, facts, value)


def _parts(rule: AmountRule | None) -> list[AmountRow | Ceiling]:
    """What an amount is made of: the lines of its table, and its ceilings."""
    return [*rule.table, *rule.ceilings] if rule else []


def _is_gate(leaf: Rule) -> bool:
    return bool(leaf.get("severity", "gate") == "gate")


def _judged(
    rule: Rule | None, facts: Facts, params: Sequence[Mapping[str, Any]], *, on: str, area: str | None
) -> Standing:
    if rule is None:
        return Standing(Verdict.MET)
    outcome = criteria.evaluate(rule, facts, params, on, area)
    verdict = Verdict(outcome["result"])
    return Standing(verdict, criteria.deciding(rule, outcome["trace"]) if verdict is Verdict.UNKNOWN else ())


def _settled(node: Rule, leaf: str, result: str) -> tuple[str, frozenset[str], frozenset[str]]:
    """What a node says when one criterion is known and no other: the outcome, its criteria, and those now settled."""
    nothing: frozenset[str] = frozenset()
    kind = next((each for each in ("all", "any", "not") if each in node), None)
    if kind is None:
        own = frozenset({node["id"]}) if _is_gate(node) else nothing
        return (result, own, own) if node["id"] == leaf else ("unknown", own, nothing)
    children = [_settled(child, leaf, result) for child in ([node["not"]] if kind == "not" else node[kind])]
    below = nothing.union(*(everything for _, everything, _ in children))
    outcome = _combined(kind, [each for each, own, _ in children if own])
    settled = nothing.union(*(each for *_, each in children)) if outcome == "unknown" else below
    return outcome, below, settled


def _combined(kind: str, outcomes: Sequence[str]) -> str:
    if kind == "not":
        return {"met": "not_met", "not_met": "met"}.get(outcomes[0], "unknown")
    strongest, weakest = ("not_met", "met") if kind == "all" else ("met", "not_met")
    if strongest in outcomes:
        return strongest
    return "unknown" if "unknown" in outcomes else weakest
