"""A programme as it is frozen with each version: guide, form, rules, amounts, stages all come from here."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Self

from workflows.policy import checks, shape
from workflows.policy.parts import (
    AmountRow,
    AmountRule,
    BatchEvery,
    Beneficiary,
    Ceiling,
    Choice,
    Clause,
    Deferral,
    Field,
    FieldType,
    FollowUp,
    NoticeItem,
    NoticeRule,
    Paper,
    PaymentBatches,
    Per,
    Period,
    Persona,
    Pii,
    Rounding,
    Section,
    SheetItem,
    Source,
    Stage,
    StageActor,
    Verdict,
    When,
    Window,
    fits,
)
from workflows.policy.roles import Level
from workflows.policy.shape import Contradiction, Problem

SCHEMA = 1


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
    form: Annotated[tuple[Section, ...], "表单"]
    stages: Annotated[tuple[Stage, ...], "办理环节"]
    amount: Annotated[AmountRule, "金额规则"]
    fund_sources: Annotated[tuple[str, ...], "资金来源"]
    clauses: Annotated[tuple[Clause, ...], "政策条款"]
    sources: Annotated[tuple[Source, ...], "出处"]
    school_year: Annotated[str, "学年"] = ""
    applicant: Annotated[str, "申请人说明"] = ""
    beneficiary: Annotated[Beneficiary | None, "受益人"] = None
    household_rule: Annotated[Mapping[str, Any] | None, "家庭条件"] = None
    beneficiary_rule: Annotated[Mapping[str, Any] | None, "受益人条件"] = None
    papers: Annotated[tuple[Paper, ...], "材料"] = ()
    notice: Annotated[NoticeRule | None, "公示"] = None
    follow_up: Annotated[tuple[FollowUp, ...], "跟踪帮扶"] = ()
    payment_batches: Annotated[PaymentBatches | None, "发放批次"] = None
    deferral: Annotated[Deferral | None, "缓发"] = None
    personas: Annotated[tuple[Persona, ...], "示例"] = ()

    @classmethod
    def from_json(cls, data: object) -> Self:
        """A programme from plain JSON (or YAML loaded safely).

        :raises Contradiction: with every mistake found, as (where, Chinese message).
        """
        schema = data.get("schema") if isinstance(data, Mapping) else None
        if schema != SCHEMA or isinstance(schema, bool):
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
        yield from checks.form(self.form, self.beneficiary)
        wrong_rules = list(
            checks.rules(
                self.household_rule, self.beneficiary_rule, self.form, self.beneficiary, self.clauses
            )
        )
        yield from wrong_rules
        yield from checks.papers(self.papers, self.form, self.beneficiary)
        yield from checks.stages(self.stages, self.notice)
        yield from checks.amount(self.amount, self.form, self.beneficiary)
        yield from checks.after(self.fund_sources, self.payment_batches, self.deferral, self.form)
        if not wrong_rules:
            yield from checks.personas(self.personas, self.household_rule, self.beneficiary_rule)
        yield from checks.marks(self.to_json(), self.sources)
        yield from checks.late_mark(self.window)


__all__ = [
    "SCHEMA",
    "AmountRow",
    "AmountRule",
    "BatchEvery",
    "Beneficiary",
    "Ceiling",
    "Choice",
    "Clause",
    "Contradiction",
    "Deferral",
    "Field",
    "FieldType",
    "FollowUp",
    "NoticeItem",
    "NoticeRule",
    "Paper",
    "PaperDue",
    "PaymentBatches",
    "Per",
    "Period",
    "Persona",
    "Pii",
    "Problem",
    "Programme",
    "Rounding",
    "Section",
    "SheetItem",
    "Source",
    "Stage",
    "StageActor",
    "Verdict",
    "When",
    "Window",
    "fits",
]
