"""The assessment of one application: the household's verdict, one for each beneficiary, and the money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from workflows.policy import criteria, dated, typed
from workflows.policy.amounts import CITY_LINE, Amount, NoAmount, Values, award, together
from workflows.policy.calculations import worked_out
from workflows.policy.facts import About
from workflows.policy.money import yuan
from workflows.policy.parts import Calculation, LineOn, Persona, Verdict
from workflows.policy.programme import Programme

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """What one rule said, with its whole trace; of a refusal or an open verdict, the criteria that decided."""

    verdict: Verdict
    trace: tuple[Mapping[str, Any], ...] = ()
    because: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "result": self.verdict.value,
            "trace": [dict(line) for line in self.trace],
            "because": list(self.because),
        }


@dataclass(frozen=True)
class RowFinding:
    """One beneficiary: the finding, and the amount when household and beneficiary are both met."""

    finding: Finding
    amount: Amount | None = None

    @property
    def verdict(self) -> Verdict:
        return self.finding.verdict

    @property
    def amount_fen(self) -> int:
        return self.amount.fen if self.amount else 0

    @property
    def lines(self) -> tuple[str, ...]:
        """How the amount came about, in readable steps."""
        return self.amount.lines if self.amount else ()

    def to_json(self) -> dict[str, Any]:
        return {**self.finding.to_json(), "amount_fen": self.amount_fen, "lines": list(self.lines)}


@dataclass(frozen=True)
class Reason:
    """A criterion that decided, as people read it. `row` is the beneficiary's index, None for the household."""

    id: str
    text: str
    clause: str
    reject_reason: str
    row: int | None = None


@dataclass(frozen=True)
class Assessment:
    """Everything the decision rests on: frozen with the application at submission and again at decision."""

    on: date
    area: str
    programme_sha256: str
    household: Finding
    rows: tuple[RowFinding, ...]
    # The row of the city line that amounts were reckoned with: {key, from, value, source…}; empty where none was.
    line: Mapping[str, Any] = field(default_factory=dict)
    # Every row of a parameter that conditions, calculations and amounts looked up, in that order.
    params_used: tuple[Mapping[str, Any], ...] = ()
    # What the programme calculates of the household, by key; None where a part is unknown.
    calculated: Mapping[str, int | None] = field(default_factory=dict)
    # How the sum over all beneficiaries was limited, in readable steps.
    lines: tuple[str, ...] = ()

    @property
    def total_fen(self) -> int:
        return sum(row.amount_fen for row in self.rows)

    @property
    def verdict(self) -> Verdict:
        """Of the whole: met when somebody is to be paid, unknown while somebody still may be."""
        if self.household.verdict is not Verdict.MET:
            return self.household.verdict
        verdicts = {row.verdict for row in self.rows}
        if Verdict.MET in verdicts:
            return Verdict.MET
        return Verdict.NOT_MET if verdicts == {Verdict.NOT_MET} else Verdict.UNKNOWN

    def to_json(self) -> dict[str, Any]:
        return {
            "on": self.on.isoformat(),
            "area": self.area,
            "programme_sha256": self.programme_sha256,
            "verdict": self.verdict.value,
            "household": self.household.to_json(),
            "rows": [row.to_json() for row in self.rows],
            "line": dict(self.line),
            "params_used": [dict(row) for row in self.params_used],
            "calculated": dict(self.calculated),
            "lines": list(self.lines),
            "total_fen": self.total_fen,
        }


def assess(
    programme: Programme,
    *,
    facts: Facts,
    rows: Sequence[Facts],
    params: Sequence[Mapping[str, Any]],
    on: date,
    area: str,
) -> Assessment:
    """Judge a household and its beneficiaries as of the day of submission.

    A beneficiary's facts lie over the household's. A programme without beneficiaries is judged once, for the household.

    :param facts: of the household; rows besides the beneficiaries' stand in it under their name, as lists.
    :raises criteria.Refused: a fact of the wrong type, or a parameter that is not in force.
    """
    looked_up = _LookedUp(params, on=on.isoformat(), area=area)
    household_facts = _known(programme, facts, rows)
    calculated = worked_out(_household_calculations(programme), household_facts, looked_up)
    household_facts |= calculated
    household = _judge(programme.built_household_rule, household_facts, looked_up)
    people: Sequence[Facts] = rows if programme.beneficiary is not None else [{}]
    found = []
    for row in people:
        own = {**household_facts, **row}
        own |= worked_out(_row_calculations(programme), own, looked_up)
        finding = _judge(programme.built_beneficiary_rule, own, looked_up)
        both = household.verdict is Verdict.MET and finding.verdict is Verdict.MET
        found.append(_with_amount(programme, finding, own, looked_up) if both else RowFinding(finding))
    found, lines = _limited(programme, found, household_facts, looked_up)
    return Assessment(
        on=on,
        area=area,
        programme_sha256=programme.sha256,
        household=household,
        rows=tuple(found),
        line=looked_up.rows.get((CITY_LINE, _line_day(programme, on=on)), {}),
        params_used=looked_up.used(),
        calculated=calculated,
        lines=lines,
    )


@dataclass
class _LookedUp:
    """Values of parameters for one area and day, remembering every row that was asked for."""

    params: Sequence[Mapping[str, Any]]
    on: str
    area: str
    # By key and day.
    rows: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)

    def __call__(self, key: str, *, on: str = "") -> int:
        """The whole number a parameter stands for.

        :param on: another day than that of the judgement.
        :raises criteria.Refused: none is in force, or it is no whole number.
        """
        value = typed.integer(self._row(key, on or self.on).get("value"))
        if value is None:
            raise criteria.Refused("param", f"参数“{key}”应是整数（金额以分为单位）", param=key)
        return value

    def note(self, traced: Sequence[Mapping[str, Any]]) -> None:
        """Remember the rows that a rule looked up by itself."""
        for line in traced:
            if key := str(line.get("param", "")).partition("@")[0]:
                self._row(key, self.on)

    def used(self) -> tuple[Mapping[str, Any], ...]:
        """Every row that was asked for, once, in that order."""
        return tuple({(key, row.get("from")): row for (key, _on), row in self.rows.items()}.values())

    def _row(self, key: str, on: str) -> Mapping[str, Any]:
        if (key, on) not in self.rows:
            self.rows[key, on] = dict(dated.in_force(self.params, key, on=on, area=self.area))
        return self.rows[key, on]


def _line_day(programme: Programme, *, on: date) -> str:
    """The day whose city line amounts are reckoned with, as text."""
    if programme.amount and programme.amount.line_on is LineOn.PERIOD and programme.schedule:
        return programme.schedule.begins(on).isoformat()
    return on.isoformat()


def _for_amounts(programme: Programme, values: _LookedUp) -> Values:
    """The values amounts are reckoned with: those of the day, but for the city line where the rule takes another's."""
    line_day = _line_day(programme, on=date.fromisoformat(values.on))
    return lambda key: values(key, on=line_day if key == CITY_LINE else "")


def _known(programme: Programme, facts: Facts, rows: Sequence[Facts]) -> dict[str, Any]:
    """The household's facts, with the beneficiaries as a list under their name."""
    if programme.beneficiary is None:
        return dict(facts)
    return {**facts, programme.beneficiary.rows: list(rows)}


def _household_calculations(programme: Programme) -> list[Calculation]:
    return [each for each in programme.calculations if _about(programme, each) is About.HOUSEHOLD]


def _row_calculations(programme: Programme) -> list[Calculation]:
    return [each for each in programme.calculations if _about(programme, each) is About.BENEFICIARY]


def _about(programme: Programme, calculation: Calculation) -> About:
    return programme.asks[calculation.key].about


def _limited(
    programme: Programme, found: list[RowFinding], facts: Facts, values: _LookedUp
) -> tuple[list[RowFinding], tuple[str, ...]]:
    """Keep the sum within what one application, or one year, may have; the last beneficiaries give way."""
    total = sum(row.amount_fen for row in found)
    try:
        most, lines = together(programme, facts, _for_amounts(programme, values), total_fen=total)
    except NoAmount:
        # Nobody can say yes to an amount whose limit is not known.
        return [
            RowFinding(Finding(Verdict.UNKNOWN, row.finding.trace)) if row.amount else row for row in found
        ], ()
    if most >= total:
        return found, lines
    kept = []
    for row in found:
        fen = min(row.amount_fen, most)
        most -= fen
        kept.append(replace(row, amount=Amount(fen, row.lines)) if row.amount else row)
    return kept, lines


def reasons(programme: Programme, assessment: Assessment) -> tuple[Reason, ...]:
    """The criteria that decide against the household or a beneficiary, or still leave them open."""
    found = _reasons(programme.household_rule, assessment.household, row=None)
    for index, row in enumerate(assessment.rows):
        found += _reasons(programme.beneficiary_rule, row.finding, row=index)
    return tuple(found)


def failing_personas(programme: Programme, *, params: Sequence[Mapping[str, Any]], area: str) -> list[str]:
    """Chinese messages for the example cases that come out otherwise than written; such a version is not published."""
    return [
        message
        for persona in programme.personas
        if (message := failing_persona(programme, persona, params=params, area=area))
    ]


def failing_persona(
    programme: Programme, persona: Persona, *, params: Sequence[Mapping[str, Any]], area: str
) -> str | None:
    """The Chinese message for one example case that comes out otherwise than written."""
    try:
        found = assess(
            programme, facts=persona.facts, rows=persona.rows, params=params, on=persona.on, area=area
        )
    except criteria.Refused as refusal:
        return f"示例“{persona.name}”无法核对：{refusal}"
    if found.verdict is not persona.expect:
        return f"示例“{persona.name}”应为“{_WORDS[persona.expect]}”，按现在的条件是“{_WORDS[found.verdict]}”"
    if found.total_fen != persona.expect_fen:
        return (
            f"示例“{persona.name}”应得{yuan(persona.expect_fen)}元，按现在的规则是{yuan(found.total_fen)}元"
        )
    ids = tuple(dict.fromkeys(reason.id for reason in reasons(programme, found)))
    if persona.because and ids != persona.because:
        return (
            f"示例“{persona.name}”应由条件{'、'.join(persona.because)}决定，现在是{'、'.join(ids) or '没有'}"
        )
    return None


def _judge(rule: criteria.Built | None, facts: Facts, values: _LookedUp) -> Finding:
    if rule is None:
        return Finding(Verdict.MET)
    outcome = rule.evaluate(facts, values.params, values.on, values.area)
    trace = tuple(outcome["trace"])
    values.note(trace)
    verdict = Verdict(outcome["result"])
    # What decides is asked of refusals and open verdicts only.
    return Finding(verdict, trace, () if verdict is Verdict.MET else rule.deciding(trace))


def _with_amount(programme: Programme, finding: Finding, facts: Facts, values: _LookedUp) -> RowFinding:
    try:
        return RowFinding(finding, award(programme, facts, _for_amounts(programme, values)))
    except NoAmount:
        # The conditions hold, but what the table asks is not known yet: nobody can say yes to an amount.
        return RowFinding(Finding(Verdict.UNKNOWN, finding.trace, ()))


def _reasons(rule: Mapping[str, Any] | None, finding: Finding, *, row: int | None) -> list[Reason]:
    if rule is None or finding.verdict is Verdict.MET:
        return []
    written = {leaf["id"]: leaf for leaf in criteria.leaves(rule)}
    return [
        Reason(
            id=leaf_id,
            text=written[leaf_id].get("text", ""),
            clause=written[leaf_id].get("clause", ""),
            reject_reason=written[leaf_id].get("reason", ""),
            row=row,
        )
        for leaf_id in finding.because
    ]


_WORDS = {Verdict.MET: "符合", Verdict.NOT_MET: "不符合", Verdict.UNKNOWN: "还不能确定"}
