"""What the guides themselves say, piece by piece: their blocks without the parts quoted from programmes.

A *piece* is what is read in one go: a paragraph, a line of a list, a row of a table, a step's title with its limit, a
paper with its reason, an example family as a whole. Marks stand in braces, as the editor types them: ``{R29}`` names a
source (``{G}`` general knowledge, with its own footnote), ``{示例}`` says that the number is this city's own, any other
word a fact of the programme.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup

from cms.writing.documents import GLANCE, Block, Guide

_SOURCE = re.compile(r"\{(?:R\d+[a-z]?|G|示例)\}")
_BRACES = re.compile(r"\{[^{}]*\}")
#: Figures that are no claim: days, years and school years, times of the clock, the numbers one dials, paper sizes.
_NO_CLAIM = re.compile(
    r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{4}[-—]\d{4}学年|\d{1,2}月\d{1,2}日|\d{1,2}月(?:[上中下]旬|[份初底起])?(?!\d)"
    r"|(?<=[到至])\d{1,2}日(?!内)|\d{1,2}[:：]\d{2}|12351|(?<!\d)1(?:10|19|20)(?![\d,.]|\s*[元天个人户岁年倍%％])|A4"
)
_NUMBER = re.compile(
    r"\d[\d,，]*(?:\.\d+)?\s*(?:%|％|[\u4e00-\u9fff]{0,4})"
    r"|[一二三四五六七八九十百千万两]+(?:元(?!旦)|个工作日|周岁)"
)
_SENTENCE = re.compile(r"(?<=[。！？])")


@dataclass(frozen=True)
class Piece:
    """Words that stand together. ``whole``: one mark speaks for all of them; ``bare``: no mark can stand here."""

    where: str
    text: str
    whole: bool = False
    bare: bool = False

    @property
    def sentences(self) -> list[str]:
        return [self.text] if self.whole else [part for part in _SENTENCE.split(self.text) if part.strip()]


def pieces(guide: Guide) -> Iterator[Piece]:
    """Everything the guide says in its own words, in the order of the page."""
    yield Piece("标题", guide.title, bare=True)
    yield Piece("摘要", guide.summary, bare=True)
    for name, label in GLANCE.items():
        if guide.glance.get(name):
            yield Piece(label, guide.glance[name])
    heading = "开头"
    for block in guide.body:
        if block["type"] == "heading":
            heading = block["value"]["text"]
            yield Piece(heading, heading, bare=True)
        else:
            yield from _block(block, heading)


def unmarked(guide: Guide) -> list[str]:
    """The sentences with a number whose source nobody can see."""
    found = []
    for piece in pieces(guide):
        for sentence in piece.sentences:
            if numbers(sentence) and (piece.bare or not _SOURCE.search(sentence)):
                found.append(f"{guide.path} · {piece.where}：{sentence.strip()}")
    return found


def numbers(sentence: str) -> list[str]:
    """The numbers that claim something: not days, times, the hotline, nor what is quoted in braces."""
    return _NUMBER.findall(_NO_CLAIM.sub("·", _BRACES.sub("·", sentence)))


def shingles(guide: Guide, *, size: int = 8) -> set[str]:
    """Every run of ``size`` letters in the guide's own words, without marks and punctuation."""
    runs = set()
    for piece in pieces(guide):
        letters = re.sub(r"\W", "", _BRACES.sub("", piece.text))
        runs |= {letters[at : at + size] for at in range(len(letters) - size + 1)}
    return runs


def shared(one: set[str], other: set[str]) -> float:
    """How much of the shorter of two texts stands in the other, from 0 to 1."""
    return len(one & other) / max(1, min(len(one), len(other)))


def _block(block: Block, heading: str) -> Iterator[Piece]:
    value: Any = block["value"]
    match block["type"]:
        case "prose":
            yield from (Piece(heading, text) for text in paragraphs(value))
        case "steps":
            for step in value:
                yield Piece(heading, f"{step['title']} {step.get('limit', '')}")
                yield from (Piece(heading, text) for text in paragraphs(step.get("body", "")))
                if step.get("needs"):
                    yield Piece(heading, step["needs"])
        case "papers":
            yield from (Piece(heading, f"{paper['name']}：{paper['why']}") for paper in value)
        case "callout":
            yield from _titled(value["title"], value["text"], heading)
        case "example":
            # The family is made up; one mark says so for all its figures.
            yield Piece(heading, "\n".join([value["title"], *paragraphs(value["text"])]), whole=True)
        case "refusals":
            for reason in value:
                yield from _titled(reason["reason"], reason["instead"], heading)
        case "questions":
            for pair in value:
                yield from _titled(pair["question"], pair["answer"], heading)
        case "table":
            yield from _table(value, heading)
        case "worked":
            # Its amounts are computed and marked by the programme; the story is typed.
            yield Piece(heading, value["title"], bare=True)
            yield Piece(heading, value["story"], bare=True)
        case "facts":
            return
        case kind:
            raise AssertionError(f"a block that nobody reads: {kind}")


def _titled(title: str, text: str, heading: str) -> Iterator[Piece]:
    """A box: its title is read together with the first paragraph."""
    first, *rest = paragraphs(text) or [""]
    yield Piece(heading, f"{title.rstrip('。！？')}：{first}")
    yield from (Piece(heading, each) for each in rest)


def _table(value: Mapping[str, Any], heading: str) -> Iterator[Piece]:
    """Row by row; a mark in the caption speaks for every row."""
    caption = value.get("caption", "")
    speaks = "".join(_SOURCE.findall(caption))
    yield Piece(heading, caption)
    yield Piece(heading, "，".join(column["heading"] for column in value["columns"]))
    for row in value["rows"]:
        yield Piece(heading, "，".join(row["values"]) + speaks, whole=True)


def paragraphs(rich: str) -> list[str]:
    """Paragraphs and lines of lists as plain text."""
    soup = BeautifulSoup(rich, "html.parser")
    for inner in soup.find_all(["ul", "ol"]):
        if inner.find_parent("li"):
            inner.insert_before("\n")
    told = [node.get_text() for node in soup.find_all(["p", "li"]) if not node.find_parent("li")]
    return [line.strip() for text in told for line in text.split("\n") if line.strip()]
