"""A programme as it is frozen with each version: guide, form, rules, amounts, stages all come from here."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Self

from workflows.policy import checks, criteria, facts, shape
from workflows.policy.facts import Fact
from workflows.policy.parts import (
    AmountRow,
    AmountRule,
    BatchEvery,
    Beneficiary,
    Benefit,
    BenefitPer,
    Calculation,
    Ceiling,
    CeilingPer,
    Choice,
    Clause,
    Deferral,
    Fee,
    FeeDue,
    Field,
    FieldType,
    FollowUp,
    Intake,
    LineOn,
    NoticeItem,
    NoticeRule,
    Once,
    OncePer,
    OtherWay,
    Outcome,
    OutcomeType,
    Paper,
    PaymentBatches,
    Per,
    Period,
    Persona,
    Pii,
    Places,
    Priority,
    Quota,
    Repeat,
    Rounding,
    Schedule,
    ScheduleEvery,
    Section,
    SheetItem,
    Source,
    Stage,
    StageActor,
    Step,
    Term,
    Verdict,
    When,
    Window,
    fits,
)
from workflows.policy.roles import Level
from workflows.policy.shape import Contradiction, Problem
from workflows.policy.states import RejectReason

SCHEMA = 3

#: How the stages of schema 1 were known by their keys alone.
_STAGES_OF_1 = {
    "acceptance": ("accept", ["ACCEPTOR"]),
    "station": ("check", ["STATION_REVIEWER"]),
    "county": ("check", ["COUNTY_OFFICER", "COUNTY_HEAD"]),
    "notice": ("notice", ["COUNTY_OFFICER", "COUNTY_HEAD"]),
    "city": ("approve", ["CITY_APPROVER"]),
    "payment": ("pay", ["FINANCE_MAKER", "FINANCE_CHECKER"]),
}


@dataclass(frozen=True)
class PaperDue:
    """A document this case needs; `row` is the index of the beneficiary, None for the whole application."""

    paper: Paper
    row: int | None = None

    @property
    def key(self) -> str:
        """Unique within one application: "household_register", "admission_notice:1"."""
        return self.paper.key if self.row is None else f"{self.paper.key}:{self.row}"


@dataclass(frozen=True)
class Programme:
    """One edition of an aid programme. Made by `from_json`, which refuses what contradicts itself."""

    schema: Annotated[int, "定义格式"]
    code: Annotated[str, "项目代码"]
    name: Annotated[str, "项目名称"]
    kind: Annotated[str, "帮扶项目类型"]
    season: Annotated[str, "季节"]
    year: Annotated[int, "年度"]
    level: Annotated[Level, "级别"]
    valid: Annotated[Period, "有效期"]
    window: Annotated[Window, "申请时间"]
    stages: Annotated[tuple[Stage, ...], "办理环节"]
    clauses: Annotated[tuple[Clause, ...], "政策条款"]
    sources: Annotated[tuple[Source, ...], "出处"]
    school_year: Annotated[str, "学年"] = ""
    applicant: Annotated[str, "申请人说明"] = ""
    intake: Annotated[Intake, "申请还是直接列入名单"] = Intake.APPLY
    beneficiary: Annotated[Beneficiary | None, "受益人"] = None
    repeats: Annotated[tuple[Repeat, ...], "其他名单"] = ()
    calculations: Annotated[tuple[Calculation, ...], "计算项"] = ()
    household_rule: Annotated[Mapping[str, Any] | None, "家庭条件"] = None
    beneficiary_rule: Annotated[Mapping[str, Any] | None, "受益人条件"] = None
    once: Annotated[Once | None, "只领一次"] = None
    form: Annotated[tuple[Section, ...], "表单"] = ()
    papers: Annotated[tuple[Paper, ...], "材料"] = ()
    amount: Annotated[AmountRule | None, "金额规则"] = None
    benefits: Annotated[tuple[Benefit, ...], "其他待遇"] = ()
    fees: Annotated[tuple[Fee, ...], "付给服务机构的费用"] = ()
    fund_sources: Annotated[tuple[str, ...], "资金来源"] = ()
    quota: Annotated[Quota | None, "名额"] = None
    notice: Annotated[NoticeRule | None, "公示"] = None
    schedule: Annotated[Schedule | None, "名单日程"] = None
    payment_batches: Annotated[PaymentBatches | None, "发放批次"] = None
    deferral: Annotated[Deferral | None, "缓发"] = None
    follow_up: Annotated[tuple[FollowUp, ...], "跟踪帮扶"] = ()
    other_ways: Annotated[tuple[OtherWay, ...], "不予时的其他路"] = ()
    personas: Annotated[tuple[Persona, ...], "示例"] = ()

    @classmethod
    def from_json(cls, data: object) -> Self:
        """A programme from plain JSON (or YAML loaded safely).

        :raises Contradiction: with every mistake found, as (where, Chinese message).
        """
        schema = data.get("schema") if isinstance(data, Mapping) else None
        if isinstance(schema, int) and not isinstance(schema, bool) and schema > SCHEMA:
            raise Contradiction(
                [("schema", f"这份定义的格式是{schema}，比本系统认识的{SCHEMA}新。请先升级系统，再导入")]
            )
        if schema in (1, 2) and not isinstance(schema, bool) and isinstance(data, Mapping):
            data = _from_2(_from_1(data) if schema == 1 else data)
        elif schema != SCHEMA or isinstance(schema, bool):
            raise Contradiction([("schema", f"“定义格式”应为{SCHEMA}，现在是“{schema}”")])
        programme = shape.read(cls, data)
        if problems := list(programme._problems()):
            raise Contradiction(problems)
        return programme

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; what equals its default is left out, so equal programmes give equal JSON."""
        value: dict[str, Any] = shape.plain(self)
        return value

    @cached_property
    def sha256(self) -> str:
        """Of the canonical JSON: sorted keys, no blanks, UTF-8."""
        text = json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def promised_workdays(self) -> int:
        """Working days from submission to money: the sum of the stages."""
        return sum(stage.workdays for stage in self.stages)

    def is_open(self, on: date) -> bool:
        """Whether anyone may submit on this day."""
        return self.window.opens <= on <= self.window.closes

    def is_open_late(self, on: date) -> bool:
        """Whether those with the late reason may still submit on this day."""
        late = self.window.late_closes
        return late is not None and self.window.closes < on <= late

    def papers_due(self, facts: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> list[PaperDue]:
        """The documents this case needs, in the order of the definition.

        A beneficiary's answers lie over the household's.
        """
        return list(self._papers_due(facts, rows))

    def stage(self, key: str) -> Stage | None:
        """The stage of that key, None when this programme goes without."""
        return next((stage for stage in self.stages if stage.key == key), None)

    @property
    def period(self) -> str:
        """In which an award is counted once: the school year, else the year of the edition."""
        return self.school_year or str(self.year)

    @cached_property
    def asks(self) -> Mapping[str, Fact]:
        """Every fact a rule of this programme may ask, by key: the catalogue, its own questions, its calculations."""
        return facts.asked_by(self.form, self.beneficiary, self.calculations)

    @cached_property
    def uses(self) -> frozenset[str]:
        """The facts and rows its rules, calculations, amounts, places and papers look at."""
        return frozenset(checks.used(self.to_json()))

    @cached_property
    def built_household_rule(self) -> criteria.Built | None:
        return criteria.build(self.household_rule) if self.household_rule is not None else None

    @cached_property
    def built_beneficiary_rule(self) -> criteria.Built | None:
        return criteria.build(self.beneficiary_rule) if self.beneficiary_rule is not None else None

    def most_rows(self, rows: str) -> int:
        """How many rows of a name the form takes at most."""
        if self.beneficiary is not None and self.beneficiary.rows == rows:
            return self.beneficiary.most
        return next((each.most for each in self.repeats if each.rows == rows), 0)

    def noun_of(self, rows: str) -> str:
        """What one row of a name is called."""
        if self.beneficiary is not None and self.beneficiary.rows == rows:
            return self.beneficiary.noun
        return next((each.noun for each in self.repeats if each.rows == rows), rows)

    def other_way(self, reason: RejectReason) -> str:
        """What else a family may try after a refusal for that reason; empty when the programme names nothing."""
        return next((way.text for way in self.other_ways if way.reason is reason), "")

    def fields(self, repeat: str | None = None) -> tuple[Field, ...]:
        """All fields asked once (None), or all fields of the rows of that name."""
        return tuple(field for section in self.form if section.repeat == repeat for field in section.fields)

    def _papers_due(self, facts: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Iterator[PaperDue]:
        for paper in self.papers:
            if paper.per is Per.APPLICATION:
                if fits(paper.when, facts):
                    yield PaperDue(paper)
                continue
            for index, row in enumerate(rows):
                if fits(paper.when, {**facts, **row}):
                    yield PaperDue(paper, index)

    def _problems(self) -> Iterator[Problem]:
        yield from checks.kind(self.kind)
        yield from checks.periods(self.valid, self.window)
        yield from checks.form(self.form, self.beneficiary, self.repeats)
        yield from checks.intake(self.intake, self.form, self.stages, self.schedule)
        yield from checks.calculations(
            self.calculations, self.form, self.beneficiary, self.repeats, self.asks
        )
        wrong_rules = list(
            checks.rules(
                {"household_rule": self.household_rule, "beneficiary_rule": self.beneficiary_rule},
                asks=self.asks,
                sections=self.form,
                beneficiary=self.beneficiary,
                repeats=self.repeats,
                calculations=self.calculations,
                clauses=self.clauses,
            )
        )
        yield from wrong_rules
        yield from checks.papers(self.papers, self.form, self.beneficiary, self.repeats)
        yield from checks.stages(self.stages, self.notice, self.form)
        if self.amount is not None:
            yield from checks.amount(self.amount, self.form, self.beneficiary, self.repeats, self.asks)
            yield from checks.line(self.amount, self.schedule)
        yield from checks.fees(self.fees, self.stages)
        yield from checks.paying(self.amount, self.stages, self.fund_sources, self.form)
        yield from checks.quota(self.quota, self.form, self.stages)
        yield from checks.once(self.once, self.beneficiary, self.form)
        yield from checks.after(self.fund_sources, self.payment_batches, self.deferral, self.form)
        yield from checks.other_ways(self.other_ways)
        if not wrong_rules:
            yield from checks.personas(self.personas, self.household_rule, self.beneficiary_rule)
        yield from checks.marks(self.to_json(), self.sources)
        yield from checks.late_mark(self.window)


def _from_1(data: Mapping[str, Any]) -> dict[str, Any]:
    """A definition of schema 1 in the words of schema 2; it had one kind of stages, known by their keys."""
    stages = []
    for stage in data.get("stages", []):
        if isinstance(stage, Mapping) and stage.get("key") in _STAGES_OF_1:
            step, roles = _STAGES_OF_1[stage["key"]]
            stage = {**stage, "step": step, "roles": roles}
        stages.append(stage)
    upgraded = {**data, "schema": 2, "stages": stages}
    if data.get("beneficiary") and "once" not in data:
        upgraded["once"] = {"per": "beneficiary", "src": "I"}
    return upgraded


def _from_2(data: Mapping[str, Any]) -> dict[str, Any]:
    """A definition of schema 2: schema 3 added parts and changed none."""
    return {**data, "schema": SCHEMA}


__all__ = [
    "SCHEMA",
    "AmountRow",
    "AmountRule",
    "BatchEvery",
    "Beneficiary",
    "Benefit",
    "BenefitPer",
    "Calculation",
    "Ceiling",
    "CeilingPer",
    "Choice",
    "Clause",
    "Contradiction",
    "Deferral",
    "Fee",
    "FeeDue",
    "Field",
    "FieldType",
    "FollowUp",
    "Intake",
    "LineOn",
    "NoticeItem",
    "NoticeRule",
    "Once",
    "OncePer",
    "OtherWay",
    "Outcome",
    "OutcomeType",
    "Paper",
    "PaperDue",
    "PaymentBatches",
    "Per",
    "Period",
    "Persona",
    "Pii",
    "Places",
    "Priority",
    "Problem",
    "Programme",
    "Quota",
    "Repeat",
    "Rounding",
    "Schedule",
    "ScheduleEvery",
    "Section",
    "SheetItem",
    "Source",
    "Stage",
    "StageActor",
    "Step",
    "Term",
    "Verdict",
    "When",
    "Window",
    "fits",
]
