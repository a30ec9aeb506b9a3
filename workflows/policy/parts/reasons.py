"""What a programme rests on: clauses, sources, example cases."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from workflows.policy.parts.cases import When


@dataclass(frozen=True)
class Clause:
    """An article of the policy document that criteria cite by `ref`."""

    ref: Annotated[str, "条款"]
    text: Annotated[str, "条文"]


@dataclass(frozen=True)
class Source:
    """What a mark such as R16 stands for."""

    mark: Annotated[str, "出处代号"]
    title: Annotated[str, "出处名称"]


class Verdict(StrEnum):
    """What a rule says; the values are those of the criterion table."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Persona:
    """An example case the union can read; a version cannot be published while one of them comes out otherwise."""

    name: Annotated[str, "示例名称"]
    on: Annotated[date, "申请日期"]
    facts: Annotated[When, "家庭情况"]
    rows: Annotated[tuple[When, ...], "受益人情况"]
    expect: Annotated[Verdict, "应有结论"]
    expect_fen: Annotated[int, "应有金额（分）"] = 0
    # Identifiers of the criteria that decide, when the case is refused.
    because: Annotated[tuple[str, ...], "决定结论的条件"] = ()
