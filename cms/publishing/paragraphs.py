"""What changed between two texts of a page, paragraph by paragraph, in the words a reader sees."""

import html
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

#: Lines that say how things stand today, and those that only help while they do: they come and go with the calendar.
_OF_THE_DAY = re.compile(
    r'<p class="(?:window-now|window-calendar|centre-now)"[^>]*>.*?</p>\n?|<p><a class="btn" href="/apply/[^"]*">.*?</a></p>\n?'
)


@dataclass(frozen=True)
class Difference:
    """What was taken out and what was put in at one place of a page; one of the two may be empty."""

    before: tuple[str, ...]
    after: tuple[str, ...]


def between(old: str, new: str) -> list[Difference]:
    """The differences of two Markdown texts, without what only the day makes."""
    was, now = words(old), words(new)
    matcher = SequenceMatcher(a=was, b=now, autojunk=False)
    return [
        Difference(tuple(was[i:j]), tuple(now[k:m]))
        for tag, i, j, k, m in matcher.get_opcodes()
        if tag != "equal"
    ]


def lasting(text: str) -> str:
    """A text without the lines that only the day makes."""
    return _OF_THE_DAY.sub("", text)


def plain(markdown: str) -> str:
    """One paragraph as words: no marks, no tags, no links."""
    text = re.sub(r"<[^>]+>|\{[#.:][^}]*\}|\[\^[^\]]+\]", "", markdown)
    text = re.sub(r"!?\[((?:[^\[\]\\]|\\.)*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r'^\s*(?:#{1,6}|[-*]|\d+\.|:|>|!!!|\?\?\?\+?)\s+(?:\w+ (?="))?', "", text)
    text = re.sub(r"\*\*|__|(?<!\\)[*`]", "", text)
    return html.unescape(re.sub(r"\\(.)", r"\1", re.sub(r"\s+", " ", text))).strip().strip('"').strip()


@lru_cache(maxsize=1024)  # a page and its editions are compared anew for every release
def words(text: str) -> tuple[str, ...]:
    """The lines of a page as a reader sees them, front matter as its title and its one sentence alone."""
    head = re.match(r"---\n(.*?\n)---\n", text, flags=re.DOTALL)
    lines = []
    if head:
        lines += [
            found[1] for found in re.finditer(r"^(?:title|summary): (.*)$", head[1], flags=re.MULTILINE)
        ]
        text = text[head.end() :]
    lines += re.split(r"\n+", lasting(text))
    told = (plain(line) if "|" not in line else _row(line) for line in lines)
    return tuple(each for each in told if each)


def _row(line: str) -> str:
    cells = [plain(cell) for cell in line.strip().strip("|").split("|")]
    return "" if all(set(cell) <= {"-", ":"} for cell in cells) else "，".join(cell for cell in cells if cell)
