"""How a policy stands on a day: in force, not yet, ended, replaced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from cms.writing.documents import Policy
from workflows.policy.wording import day


class Standing(StrEnum):
    """In the order in which the library lists them."""

    IN_FORCE = "现行有效"
    COMING = "尚未生效"
    DRAFT = "审议中"
    REPLACED = "已被替代"
    ENDED = "已失效"
    REPEALED = "已废止"
    ELSEWHERE = "外部文件"


BADGES = {
    Standing.IN_FORCE: "badge-ok",
    Standing.COMING: "badge-wait",
    Standing.DRAFT: "badge-wait",
    Standing.ELSEWHERE: "badge-info",
}


@dataclass(frozen=True)
class Stands:
    """The short word, and the sentence beside it. ``by``: the policy that took its place, or will."""

    word: Standing
    sentence: str
    by: Policy | None = None


def stands(policy: Policy, *, on: date, replaced_by: Policy | None) -> Stands:
    """How a policy stands on a business day. ``replaced_by``: the live policy that names it as replaced."""
    if policy.cited_only:
        return Stands(
            Standing.ELSEWHERE,
            "这里只列出处，不转载原文，也不链接到转载它的网站；原文和效力以发文机关公布的为准。",
        )
    if policy.status == "审议中":
        return Stands(Standing.DRAFT, "还在征求意见，没有施行，办事不以它为准。")
    begins = policy.effective or policy.issued
    new = replaced_by if replaced_by and replaced_by.status != "审议中" else None
    since = (new.effective or new.issued) if new else None
    if new and since and since <= on:
        return Stands(Standing.REPLACED, f"{day(since)}起按《{new.title}》办理。", new)
    if policy.status == "已废止":
        told = f"执行到{day(policy.expires)}为止，已经废止。" if policy.expires else "已经废止，不再执行。"
        return Stands(Standing.REPEALED, told)
    if policy.expires and on > policy.expires:
        return Stands(Standing.ENDED, f"执行到{day(policy.expires)}为止。")
    if begins and on < begins:
        return Stands(Standing.COMING, f"{day(begins)}起施行，现在还按原来的规定办。")
    told = f"{day(begins)}起施行" if begins else "正在施行"
    if policy.expires:
        told += f"，到{day(policy.expires)}为止"
    if policy.status == "已修订":
        told += "；这是修订后的文本"
    if new and since:
        return Stands(Standing.IN_FORCE, f"{told}；{day(since)}起改按《{new.title}》。", new)
    return Stands(Standing.IN_FORCE, f"{told}。")


@dataclass(frozen=True)
class Library:
    """Policies that are public, on a business day: each by its slug, with what took its place."""

    listed: Sequence[Policy]
    on: date

    @cached_property
    def policies(self) -> Mapping[str, Policy]:
        return {policy.slug: policy for policy in self.listed}

    @cached_property
    def replaced_by(self) -> Mapping[str, Policy]:
        """The newest policy that replaces each."""
        by_age = sorted(self.listed, key=lambda each: (each.effective or each.issued or date.min, each.slug))
        return {slug: policy for policy in by_age for slug in policy.replaces}

    def stands(self, policy: Policy) -> Stands:
        return stands(policy, on=self.on, replaced_by=self.replaced_by.get(policy.slug))
