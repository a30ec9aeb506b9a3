"""Documents as an adversary would type them: every block, every kind of page, letters that mean something to Markdown."""

import html
from datetime import date
from typing import Any

from hypothesis import strategies as st

from cms.writing import assets, documents, prose
from cms.writing.documents import Attachment, Block, Case, Entry, Event, News, Policy, Question

#: What Markdown, YAML, HTML and the grammar of the house each take for something else.
LETTERS = "中文工会，。“”（）〔〕　ab1 2.#*_-+`~^[]()<>&|!?:=\\/\"'@$%;,/—…①〇é"
PIECES = (
    *(
        "**粗**",
        "_x_",
        "`x`",
        "[x](y)",
        "![x](y)",
        "[^R16]",
        "<b>x</b>",
        "&lt;",
        "&#124;",
        "---",
        "***",
        "# x",
    ),
    *(
        "1. x",
        "- x",
        "+ x",
        "!!! note",
        "??? x",
        "/// x",
        "| a | b |",
        "===",
        "~~~",
        "```",
        ": x",
        "x\\",
        "<br>",
        "-->",
    ),
    *("http://x/?a=b&c", "  双 空格  ", "true", "null", "2026-01-01", "0x1f"),
)
DATES = st.dates(min_value=date(2000, 1, 1), max_value=date(2040, 12, 31))


def _line(longest: int) -> st.SearchStrategy[str]:
    letters = st.text(LETTERS, min_size=1, max_size=longest)
    mixed = st.lists(st.one_of(letters, st.sampled_from(PIECES)), min_size=1, max_size=3).map("".join)
    return mixed.map(lambda text: " ".join(part for part in text.split(" ") if part)).filter(
        lambda t: t.strip() != ""
    )


LINE = _line(16)
#: The title of a box stands between quotation marks.
TITLE = LINE.map(lambda text: text.replace('"', "”"))
SLUG = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True)
ANCHOR = st.integers(0, 9999).map(lambda number: f"a{number}")
FILE = st.binary(min_size=1, max_size=8)


def _piece(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    target = st.sampled_from(
        ["guides/ga-amount.md", "/apply/", "https://example.test/a?b=c&amp;d", "policies/r16.md"]
    )
    return st.one_of(
        inside,
        st.sampled_from(["{R16}", "{R16}:", "{示例}"]),
        inside.map(lambda text: f"<b>{text}</b>"),
        inside.map(lambda text: f"<i>{text}</i>"),
        st.builds(lambda text, href: f'<a href="{href}">{text}</a>', inside, target),
    )


TEXT = LINE.map(lambda text: html.escape(text, quote=False))
RUN = st.lists(_piece(TEXT), min_size=1, max_size=4).map("".join)
PARAGRAPH = RUN.map(lambda run: f"<p>{run}</p>")
ITEM = st.builds(
    lambda text, inner: f"<li>{text}{inner}</li>",
    RUN,
    st.one_of(
        st.just(""),
        st.lists(RUN, min_size=1, max_size=2).map(
            lambda runs: "<ol>" + "".join(f"<li>{r}</li>" for r in runs) + "</ol>"
        ),
    ),
)
LIST = st.builds(
    lambda kind, items: f"<{kind}>{''.join(items)}</{kind}>",
    st.sampled_from(["ul", "ol"]),
    st.lists(ITEM, min_size=1, max_size=3),
)
RICH = st.lists(st.one_of(PARAGRAPH, PARAGRAPH, LIST), min_size=1, max_size=3).map("".join).map(prose.as_one)


def _picture(content: bytes, name: str, kind: str) -> str:
    return assets.path_of(content, name=name, kind=kind)


def _block(kind: str, value: Any) -> Block:
    return {"type": kind, "value": value}


def _table(draw: Any) -> Block:
    width = draw(st.integers(1, 4))
    row = st.lists(LINE, min_size=width, max_size=width)
    return _block(
        "table",
        {
            "columns": [{"type": "text", "heading": each} for each in draw(row)],
            "rows": [{"values": each} for each in draw(st.lists(row, min_size=1, max_size=3))],
            "caption": draw(st.one_of(st.just(""), LINE)),
        },
    )


BLOCKS = ["heading", "prose", "prose", "callout", "example", "table", "image", "steps", "papers", "questions"]


@st.composite
def blocks(draw: Any) -> Block:
    match draw(st.sampled_from(BLOCKS)):
        case "heading":
            value: Any = {
                "level": draw(st.sampled_from(["2", "3"])),
                "text": draw(LINE),
                "anchor": draw(ANCHOR),
            }
            return _block("heading", value)
        case "prose":
            return _block("prose", draw(RICH))
        case "callout":
            kind = draw(st.sampled_from(["note", "tip", "warning"]))
            return _block("callout", {"kind": kind, "title": draw(TITLE), "text": draw(RICH)})
        case "example":
            return _block("example", {"title": draw(TITLE), "text": draw(RICH)})
        case "table":
            return _table(draw)
        case "image":
            value = {"file": _picture(draw(FILE), draw(SLUG), draw(st.sampled_from(["jpg", "png"])))}
            value |= {"width": draw(st.integers(1, 1600)), "height": draw(st.integers(1, 1600))}
            return _block(
                "image", {**value, "alt": draw(LINE), "caption": draw(st.one_of(st.just(""), LINE))}
            )
        case "steps":
            some = st.one_of(st.just(""), LINE)
            step = st.fixed_dictionaries(
                {"title": LINE, "limit": some, "body": st.one_of(st.just(""), RICH), "needs": some}
            )
            return _block("steps", draw(st.lists(step, min_size=1, max_size=3)))
        case "papers":
            paper = st.fixed_dictionaries({"name": LINE, "why": LINE})
            return _block("papers", draw(st.lists(paper, min_size=1, max_size=3)))
        case _:
            pair = st.fixed_dictionaries({"question": TITLE, "answer": RICH})
            return _block("questions", draw(st.lists(pair, min_size=1, max_size=2)))


def canon(found: list[Block]) -> list[Block]:
    """The one form of a body: prose that follows prose is one text, questions that follow questions one block."""
    told: list[Block] = []
    for block in found:
        if told and told[-1]["type"] == block["type"] and block["type"] in ("prose", "questions"):
            joined = told[-1]["value"] + block["value"]
            told[-1] = _block(block["type"], prose.as_one(joined) if isinstance(joined, str) else joined)
        else:
            told.append(block)
    return told


BODY = st.lists(blocks(), min_size=0, max_size=6)
MAYBE = st.one_of(st.none(), DATES)
SOURCES = st.dictionaries(st.from_regex(r"R[0-9]{1,2}[a-z]?", fullmatch=True), LINE, max_size=2).map(
    lambda sources: {"R16": "公告", **sources}
)
COMMON = {
    "key": st.uuids().map(str),
    "slug": SLUG,
    "union": st.sampled_from(["LJ", "LJ-DL"]),
    "title": LINE,
    "summary": LINE,
    "office": st.one_of(st.just(""), LINE),
    "checked": DATES,
    "sources": SOURCES,
    "body": BODY,
}
CODE = st.sampled_from(["", "P-GA-2026"])
ATTACHMENT = st.builds(
    Attachment,
    title=LINE,
    file=st.builds(_picture, FILE, SLUG, st.just("pdf")),
    bytes=st.integers(1, 10_000_000),
)
ENTRY: st.SearchStrategy[Entry] = st.one_of(
    st.builds(
        Policy,
        **COMMON,
        issuer=LINE,
        level=st.sampled_from(documents.ISSUER_LEVELS),
        number=st.one_of(st.just(""), LINE),
        kind=st.sampled_from(documents.POLICY_KINDS),
        status=st.sampled_from(documents.POLICY_STATUS),
        mark=st.sampled_from(["", "R16", "R2d"]),
        cited_as=st.lists(LINE, max_size=2),
        cited_only=st.booleans(),
        issued=MAYBE,
        effective=MAYBE,
        expires=MAYBE,
        based_on=st.lists(SLUG, max_size=2),
        replaces=st.lists(SLUG, max_size=2),
        attachments=st.lists(ATTACHMENT, max_size=2),
        reading=BODY,
    ),
    st.builds(News, **COMMON, day=DATES),
    st.builds(Case, **COMMON, day=DATES, sender=LINE),
    st.builds(Question, **COMMON, topic=st.sampled_from(documents.TOPICS), programme=CODE),
    st.builds(
        Event,
        **COMMON,
        kind=st.sampled_from(documents.EVENT_KINDS),
        begins=DATES,
        ends=MAYBE,
        hours=LINE,
        place=st.sampled_from(["", "3699020001"]),
        where=st.one_of(st.just(""), LINE),
        seats=st.integers(0, 500),
        enrol=LINE,
        enrol_by=MAYBE,
        programme=CODE,
    ),
)
