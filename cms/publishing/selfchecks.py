"""The self-checks of a release: one file for each programme, one for all of them, and the page that goes through all."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from cms.publishing import guard
from cms.writing import plain_yaml
from cms.writing.documents import Guide
from cms.writing.markdown import Page, relative
from cms.writing.programme_handling import is_over, window_line
from cms.writing.programme_text import Text
from cms.writing.prose import inline
from workflows.policy import selfcheck
from workflows.policy.programme import Programme

#: The page across all programmes.
HELP = "help/index.md"
_TITLE = "我能得到什么帮助"
_SUMMARY = "现在办的帮扶都在这一页。答几个问题，看看您家可能符合哪几项；也可以一项一项看，谁能办、给多少。"
_CONDITIONS = '<div class="facts checklist" data-programme="{code}" data-part="conditions" markdown>\n'

Rows = Sequence[Mapping[str, Any]]


def files(
    pages: Sequence[Guide],
    programmes: Mapping[str, Programme],
    *,
    parameters: Rows,
    areas: Mapping[str, str],
    on: date,
) -> dict[str, str]:
    """The data of the checks, by path: of each programme that has a page, and of all that are not over yet.

    A programme that holds what must never be public has none, and keeps no other back.
    """
    addresses = {page.programme: "/" + page.path.removesuffix(".md") + "/" for page in pages}

    def check(some: Sequence[Programme], *, across: bool = False) -> str:
        told = selfcheck.data(some, params=parameters, pages=addresses, areas=areas, across=across)
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))

    found, running = {}, []
    for code in addresses:
        text = check([programmes[code]])
        if guard.is_clean(text):
            found[_path(code)] = text
            running += [] if is_over(programmes[code], on=on) else [programmes[code]]
    return found | {_path("all"): check(running, across=True)}


def placed(text: str, data: Mapping[str, str]) -> str:
    """A page with the check of its programme before the conditions it quotes first; without a script they stand alone."""
    found = re.search(_CONDITIONS.format(code='([^"]+)'), text)
    if found is None or _path(found[1]) not in data:
        return text
    return text[: found.start()] + _place(found[1], data) + "\n\n" + text[found.start() :]


def help_page(
    pages: Sequence[Guide],
    programmes: Mapping[str, Programme],
    *,
    data: Mapping[str, str],
    start: tuple[str, str] | None,
    on: date,
) -> str:
    """The page across all programmes: the check, then each with who it is for, which reads without a script.

    :param start: path and title of the guide to read first.
    """
    matter = {"title": _TITLE, "summary": _SUMMARY}
    parts = [_SUMMARY]
    if start:
        parts.append(f"第一次来？先看[{inline(start[1], Page(HELP).marks)}]({relative(start[0], at=HELP)})。")
    parts.append(_place("all", data))
    parts.append("## 一项一项看 {#programmes}")
    checked = [page for page in pages if _path(page.programme) in data]
    parts += _entries(checked, programmes, on=on)
    return f"---\n{plain_yaml.dump(matter)}---\n\n" + "\n\n".join(parts) + "\n"


def _entries(pages: Sequence[Guide], programmes: Mapping[str, Programme], *, on: date) -> Iterator[str]:
    shown = [
        page
        for page in pages
        if not is_over(programmes[page.programme], on=on) and guard.is_clean(page.title)
    ]
    if not shown:
        yield "现在没有正在办的项目。家里有困难，请打 **12351**，或者到[就近的服务网点](/centres/)。"
    for page in shown:
        marks = Page(HELP).marks
        glance = Text(programmes[page.programme]).glance
        lines = [
            f'<div class="card" data-code="{page.programme}" markdown>',
            f"### [{inline(page.title, marks)}]({relative(page.path, at=HELP)})",
            window_line(programmes[page.programme], on=on),
        ]
        lines += [f"**{label}**：{glance[name]}" for label, name in _TOLD if glance[name]]
        yield "\n\n".join([*lines, "</div>"])


_TOLD = (("谁能办", "who"), ("给多少", "how_much"), ("什么时候", "when"))


def _place(name: str, data: Mapping[str, str]) -> str:
    """Where the script puts the check; the stamp lets a phone keep the file for as long as it is the same."""
    stamp = guard.stamp(data[_path(name)].encode())
    across = " data-across" if name == "all" else ""
    return f'<div class="selfcheck" data-check="/{_path(name)}?v={stamp}"{across}></div>'


def _path(name: str) -> str:
    return f"check/{name}.json"
