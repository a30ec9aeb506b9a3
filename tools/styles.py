"""`make styles`: take the style sheets apart, so that publishing can give each page only the rules it needs.

The result, `site/styles.json`, is committed: a build needs no reader of style sheets and no Node.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tinycss2

from tools.machine import ROOT

ASSETS = ROOT / "site" / "assets"
PARTS = ROOT / "site" / "styles.json"
#: The sheets that public pages link to.
SHEETS = ("bangfu.css", "site.css")
#: One browser that does not know a selector drops the whole rule: what WeChat's older ones do not know stands alone.
MODERN = (":has(", "::details-content")
_NESTED = ("media", "supports")


def parts(css: str) -> list[list[Any]]:
    """The rules in their order: ``[at, [[selector, needs], …], declarations]``.

    ``needs``: what a page must hold for the selector to matter: ``.card``, ``table``. ``at``: the condition around it.
    """
    return list(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), at=""))


def _rules(nodes: list[Any], *, at: str) -> Iterator[list[Any]]:
    for node in nodes:
        if node.type == "at-rule" and node.lower_at_keyword in _NESTED:
            inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            yield from _rules(inner, at=f"@{node.at_keyword} {_text(node.prelude)}")
        elif node.type == "at-rule" and node.content is not None:
            yield [
                at,
                [[f"@{node.at_keyword} {_text(node.prelude)}".strip(), []]],
                _declarations(node.content),
            ]
        elif node.type == "qualified-rule":
            declared = _declarations(node.content)
            for selectors in _together(list(_selectors(node.prelude))):
                yield [at, selectors, declared]
        else:
            raise ValueError(f"Line {node.source_line}: {node.type} is not understood.")


def _together(selectors: list[list[Any]]) -> Iterator[list[list[Any]]]:
    plain = [each for each in selectors if not any(word in each[0] for word in MODERN)]
    if plain:
        yield plain
    yield from ([each] for each in selectors if each not in plain)


def _selectors(prelude: list[Any]) -> Iterator[list[Any]]:
    one: list[Any] = []
    for part in [*prelude, None]:
        if part is None or part == ",":
            yield [_text(one), sorted(set(_needs(one)))]
            one = []
        else:
            one.append(part)


def _needs(tokens: list[Any]) -> Iterator[str]:
    """Classes and element names; what stands in brackets, such as ``:is(…)``, may be one of several and is left out."""
    before = None
    for token in tokens:
        if token.type == "error":
            raise ValueError(f"Line {token.source_line}: {token.message} in a selector.")
        if token.type == "ident" and before != ":":
            yield f".{token.value}" if before == "." else token.lower_value
        elif token.type == "hash":
            yield f"#{token.value}"
        before = token.value if token.type == "literal" else None


def _declarations(content: list[Any]) -> str:
    told = []
    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if node.type != "declaration":
            raise ValueError(f"Line {node.source_line}: {node.type} is not understood.")
        told.append(f"{node.name}:{_text(node.value)}{'!important' if node.important else ''}")
    return ";".join(told)


def _text(tokens: list[Any]) -> str:
    """As short as it can be written without changing what it says."""
    told = ""
    for token in tokens:
        if token.type == "comment":
            continue
        piece = " " if token.type == "whitespace" else token.serialize()
        if piece == " " and (not told or told[-1] in " ,>"):
            continue
        if piece in (",", ">") and told.endswith(" "):
            told = told[:-1]
        told += piece
    return told.strip()


def written() -> str:
    """The text of `site/styles.json` as it should be."""
    sheets = {name: parts((ASSETS / name).read_text(encoding="utf-8")) for name in SHEETS}
    lines = [
        f"{json.dumps(name)}: [\n" + ",\n".join(_line(rule) for rule in rules) + "\n]"
        for name, rules in sheets.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _line(rule: list[Any]) -> str:
    return json.dumps(rule, ensure_ascii=False, separators=(",", ":"))


def main() -> int:
    PARTS.write_text(written(), encoding="utf-8")
    print(f"{Path(PARTS).relative_to(ROOT)}: {PARTS.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
