"""What can be asked in a programme, read from what has been typed of it so far: its questions, lists, calculations."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from workflows.policy.facts import FACTS, FactType, type_of_field
from workflows.policy.parts import FieldType

_TYPES = {kind.value: type_of_field(kind) for kind in FieldType}
Kinds = Mapping[str, FactType]


@dataclass(frozen=True)
class Asked:
    """The kinds of facts by key, those of each list apart, and the keys by the words people read."""

    kinds: Kinds = field(default_factory=dict)
    lists: Mapping[str, Kinds] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, definition: Mapping[str, Any]) -> Self:
        """From a definition's JSON, however incomplete."""
        own: dict[str, FactType] = {}
        lists: dict[str, dict[str, FactType]] = {}
        names: list[tuple[str, str]] = []
        rows = (definition.get("beneficiary") or {}).get("rows")
        for section in definition.get("form") or ():
            repeat = section.get("repeat")
            for each in section.get("fields") or ():
                key, kind = each.get("key", ""), _TYPES.get(each.get("type"))
                names.append((each.get("label", ""), key))
                if kind is None:
                    continue
                if repeat:
                    lists.setdefault(repeat, {})[key] = kind
                if repeat in (None, "", rows):
                    own[key] = kind
        for each in definition.get("calculations") or ():
            names.append((each.get("label", ""), each.get("key", "")))
            own[each.get("key", "")] = FactType.MONEY
        for stage in definition.get("stages") or ():
            for each in stage.get("outcomes") or ():
                names.append((each.get("label", ""), each.get("key", "")))
                own[each.get("key", "")] = FactType.BOOL if each.get("type") == "bool" else FactType.INT
        labels = Counter(label for label, _ in names)
        clear = {label: key for label, key in names if labels[label] == 1}
        return cls({**own, **{key: fact.type for key, fact in FACTS.items()}}, lists, clear)

    def kind(self, of: str) -> FactType | None:
        """Of a fact, of ``rows.field``, or of ``rows`` (their number); nothing when it is not known."""
        rows, dot, key = of.partition(".")
        if dot:
            return self.lists.get(rows, {}).get(key)
        if rows in self.lists and rows not in self.kinds:
            return FactType.INT
        return self.kinds.get(of)

    def key(self, word: str) -> str:
        """The key of a fact that was named by its key, or by the words of its question."""
        return word if word in self.kinds else self.names.get(word, word)

    def row(self, rows: str) -> "Asked":
        """The same, as asked in one row of a list."""
        return Asked({**self.kinds, **self.lists.get(rows, {})}, self.lists, self.names)
