"""How many, how often, and who goes first."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from workflows.policy.parts.cases import When, fits


@dataclass(frozen=True)
class Priority:
    """A group that goes first when places are short; earlier in the list goes first."""

    label: Annotated[str, "优先对象"]
    when: Annotated[When, "适用情况"]


@dataclass(frozen=True)
class Places:
    """How many places one choice of a field has."""

    code: Annotated[str, "选项代码"]
    places: Annotated[int, "名额"]
    src: Annotated[str, "出处"]


@dataclass(frozen=True)
class Quota:
    """How many can be taken. With ``by`` each choice of that field (a class) has its own places."""

    src: Annotated[str, "出处"]
    places: Annotated[int | None, "总名额"] = None
    by: Annotated[str, "按哪个字段分名额"] = ""
    each: Annotated[tuple[Places, ...], "各项名额"] = ()
    waiting_list: Annotated[bool, "满额后是否候补"] = False
    priority: Annotated[tuple[Priority, ...], "优先顺序"] = ()

    def of(self, facts: Mapping[str, Any]) -> tuple[str, int] | None:
        """Which pool a case draws from and how many places it has; None while the choice is not made."""
        if not self.by:
            return "", self.places or 0
        chosen = facts.get(self.by)
        return next(((each.code, each.places) for each in self.each if each.code == chosen), None)

    def rank(self, facts: Mapping[str, Any]) -> int:
        """0 goes first; a case of no named group comes after all of them."""
        groups = enumerate(self.priority)
        return next((place for place, group in groups if fits(group.when, facts)), len(self.priority))


class OncePer(StrEnum):
    """Who can have the award only once in a period; ``listed``: what stands in a list, such as a bill, once for ever."""

    BENEFICIARY = "beneficiary"
    APPLICANT = "applicant"
    HOUSEHOLD = "household"
    LISTED = "listed"


@dataclass(frozen=True)
class Once:
    """One award each; the period is the school year where the programme has one, else its year."""

    per: Annotated[OncePer, "谁只能领一次"]
    src: Annotated[str, "出处"]
    # For `listed`: the list and its question that tells one entry from another: bills.settlement_no.
    by: Annotated[str, "按名单里的哪一项"] = ""

    @property
    def rows(self) -> str:
        """The list whose entries count once each; empty where persons or households do."""
        return self.by.partition(".")[0]
