"""认真分析致困原因，找准解困脱困措施: which measures are proposed for which cause; staff edit the table (domain 1: 85)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from workflows.policy.household.enumerations import CAUSE
from workflows.policy.household.planning import Batch, Provider, Strength
from workflows.policy.kinds import BadValue, Box, Typed


@dataclass(frozen=True)
class Proposed:
    """A measure as it is proposed for a cause: what, in which batch, by whom, what it gives."""

    content: str
    batch: Batch
    provider: Provider
    strength: Strength

    def __str__(self) -> str:
        return "｜".join((self.content, self.batch, self.provider, self.strength))


_MOST_PER_CAUSE: Final = 8
_LONGEST: Final = 100
#: The names of the boxes in which the measures of each cause are typed.
_BOXES: Final = MappingProxyType({f"c{n}": each.code for n, each in enumerate(CAUSE.values, start=1)})


def proposed(line: str) -> Proposed:
    """One measure of the table, as it is stored and typed: ``content｜batch｜provider｜strength``.

    :raises BadValue: with the sentence why not.
    """
    parts = [part.strip() for part in line.replace("|", "｜").split("｜")]
    if len(parts) != 4 or not parts[0] or len(parts[0]) > _LONGEST:
        raise BadValue(f"每行一项，写成“做什么｜哪一批｜谁来做｜给的是什么”，请改这一行：{line[:30]}")
    for part, words in zip(parts[1:], (Batch, Provider, Strength), strict=True):
        if part not in [each.value for each in words]:
            raise BadValue(f"“{part[:20]}”不认识，只能是：{'、'.join(each.value for each in words)}")
    return Proposed(parts[0], Batch(parts[1]), Provider(parts[2]), Strength(parts[3]))


def proposed_for(table: Mapping[str, Sequence[str]], causes: Iterable[str]) -> list[Proposed]:
    """The measures of these causes, the main cause first, none twice."""
    found = dict.fromkeys(proposed(line) for cause in causes for line in table.get(cause, ()))
    return list(found)


@dataclass(frozen=True)
class MeasuresByCause:
    """Kind of a parameter: which measures are proposed for each cause; typed one a line (domain 1: 85)."""

    @property
    def boxes(self) -> tuple[Box, ...]:
        example = "参加技能培训并推荐上岗｜就业创业｜工会｜造血"
        return tuple(Box(name, cause, example=example, lines=True) for name, cause in _BOXES.items())

    def check(self, value: object) -> None:
        if not isinstance(value, Mapping) or not set(value) <= set(_BOXES.values()):
            raise BadValue("只能给表上的致困原因定措施", box="c1")
        for name, cause in _BOXES.items():
            lines = value.get(cause, [])
            if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
                raise BadValue("应是一份清单", box=name)
            if len(lines) > _MOST_PER_CAUSE or len(set(lines)) < len(lines):
                raise BadValue(f"每个原因最多{_MOST_PER_CAUSE}项，不要重复", box=name)
            for line in lines:
                try:
                    proposed(line)
                except BadValue as error:
                    raise BadValue(error.reason, box=name) from None

    def read(self, typed: Typed) -> dict[str, list[str]]:
        value = {}
        for name, cause in _BOXES.items():
            lines = [line.strip() for text in typed.get(name, ()) for line in text.splitlines()]
            try:
                told = [str(proposed(line)) for line in lines if line]
            except BadValue as error:
                raise BadValue(error.reason, box=name) from None
            if told:
                value[cause] = told
        self.check(value)
        return value

    def typed(self, value: Any) -> dict[str, list[str]]:
        return {name: ["\n".join(value.get(cause, ()))] for name, cause in _BOXES.items()}

    def words(self, value: Any) -> str:
        return "；".join(f"{cause}：{'、'.join(lines)}" for cause, lines in value.items()) or "没有"
