"""The papers of the house as data: headings, tables, links, pictures, commands."""

import re
from dataclasses import dataclass
from pathlib import Path

from tools.machine import ROOT

ENGLISH, CHINESE = "README.md", "README.zh.md"
PAPERS = (ENGLISH, CHINESE, "CONTRIBUTING.md", "CHANGELOG.md")

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_ROW = re.compile(r"^\|(.+)\|$", re.MULTILINE)


@dataclass(frozen=True)
class Paper:
    """One paper: its name and its text."""

    name: str
    text: str

    @property
    def prose(self) -> str:
        """The text without its fenced examples."""
        return _FENCE.sub("", self.text)

    @property
    def headings(self) -> list[str]:
        """The level of each heading, in order: ``##``."""
        return re.findall(r"^(#+) ", self.prose, re.MULTILINE)

    @property
    def links(self) -> list[str]:
        """Everything it links to or shows."""
        return _LINK.findall(self.prose)

    @property
    def spans(self) -> list[str]:
        """What stands in backquotes, outside of examples."""
        return re.findall(r"`([^`\n]+)`", self.prose)

    def first_cells(self, section: str) -> list[str]:
        """The first cells in backquotes of the tables below the section with this place (``3`` or ``5.1``)."""
        return [
            found[1]
            for cells in _ROW.findall(self._below(section))
            if (found := re.match(r"\s*`([^`]+)`", cells))
        ]

    def _below(self, section: str) -> str:
        wanted = [int(number) for number in section.split(".")]
        place = [0, 0]
        kept = []
        for line in self.prose.splitlines():
            if line.startswith("## "):
                place = [place[0] + 1, 0]
            elif line.startswith("### "):
                place[1] += 1
            elif place[: len(wanted)] == wanted:
                kept.append(line)
        return "\n".join(kept)


def paper(name: str, *, root: Path = ROOT) -> Paper:
    return Paper(name, (root / name).read_text(encoding="utf-8"))
