"""The parameter rows a sheet is drawn up with; it keeps those that were asked for, so that the sheet can name them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]


class NoStandard(LookupError):
    """A parameter has no value in force; ``key`` names it."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True)
class Standards:
    """Rows in force on one day for one area, by key: {key, area, from, value, source}."""

    rows: Mapping[str, Row]
    _asked: dict[str, Row] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Standards":
        return cls({str(row["key"]): row for row in rows})

    def value(self, key: str) -> Any:
        """:raises NoStandard: when none is in force."""
        if key not in self.rows:
            raise NoStandard(key)
        self._asked[key] = self.rows[key]
        return self.rows[key]["value"]

    def used(self) -> tuple[Row, ...]:
        """What was asked for so far, by key."""
        return tuple(self._asked[key] for key in sorted(self._asked))
