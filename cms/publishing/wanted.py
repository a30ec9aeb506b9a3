"""What should be public: a pure function of the live pages, and of the business day."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from cms.publishing import guard, selfchecks
from cms.publishing.state import ProgrammeList, State
from cms.publishing.today import Today
from cms.writing import assets, directory, directory_pages, entries, markdown, programme_file
from cms.writing.documents import Entry, Section
from cms.writing.programme_handling import window_today
from cms.writing.programme_text import Text
from cms.writing.prose import CannotWrite
from workflows.policy.programme import Programme

__all__ = ["Content", "ProgrammeList", "State", "content", "last_change", "navigation", "on_day"]

_WINDOW_NOW = re.compile(r'<p class="window-now" data-programme="([^"]+)"></p>')


@dataclass(frozen=True)
class Content:
    """The files of content/, and what had to be held back to its last good text (or left out), with the reason.

    ``assets``: the pictures and attachments that the files name, and where their bytes lie.
    """

    files: Mapping[str, str]
    held: Mapping[str, str]
    assets: Mapping[str, Path] = field(default_factory=dict)


def content(state: State, *, before: Mapping[str, str]) -> Content:
    """The files that say what is live.

    A page that cannot be written keeps its last good text (``before``) and never keeps another page back.
    """
    files: dict[str, str] = {}
    held = {}
    for path, write in _files(state, _MEMORY.texts(state.programmes)):
        try:
            text = _MEMORY.text(path, write)
            guard.no_personal_numbers(text)
            _all_there(text, state)
        except CannotWrite as error:
            held[path] = str(error)
            if path in before:
                files[path] = before[path]
        else:
            files[path] = text
    for path, reason in state.unreadable.items():
        held[path] = reason
        if path in before:
            files.setdefault(path, before[path])
    named = {path: state.assets[path] for path in sorted(assets.used(files.values())) if path in state.assets}
    return Content(files=dict(sorted(files.items())), held=held, assets=named)


def _all_there(text: str, state: State) -> None:
    """:raises CannotWrite: when a page names a picture or an attachment whose bytes are not there."""
    for path in assets.used([text]):
        if path not in state.assets:
            raise CannotWrite(f"找不到图片或附件 {path}，请重新上传。")


class Memory:
    """The texts of the state before: what says the same is not written again."""

    #: Pages; a larger site would take too much memory.
    MOST = 2000

    def __init__(self) -> None:
        self._texts: dict[str, Text] = {}
        self._written: dict[str, tuple[partial[str], str]] = {}

    def texts(self, programmes: Mapping[str, Programme]) -> Mapping[str, Text]:
        """The programmes in the words of their guides; those that are the same as before are the same objects."""
        self._texts = {code: self._text_of(code, programme) for code, programme in programmes.items()}
        return self._texts

    def text(self, path: str, write: partial[str]) -> str:
        """What ``write`` gives, which depends on its arguments alone."""
        was = self._written.get(path)
        if was and (was[0].func, was[0].args, was[0].keywords) == (write.func, write.args, write.keywords):
            return was[1]
        text = write()
        if len(self._written) < self.MOST or path in self._written:
            self._written[path] = (write, text)
        return text

    def _text_of(self, code: str, programme: Programme) -> Text:
        was = self._texts.get(code)
        return was if was and was.programme.sha256 == programme.sha256 else Text(programme)


#: Of the process that publishes; it publishes one state at a time.
_MEMORY = Memory()


def _files(state: State, texts: Mapping[str, Text]) -> Iterator[tuple[str, partial[str]]]:
    if state.home:
        yield state.home.path, partial(markdown.home, state.home)
    if state.shelf:
        titles = {guide.slug: (guide.title, guide.summary) for guide in state.guides}
        yield state.shelf.path, partial(markdown.shelf, state.shelf, titles=titles)
    for guide in (*state.guides, *state.programme_pages):
        yield guide.path, partial(markdown.guide, guide, programmes=texts)
    for page in state.programme_pages:
        path = page.path.removesuffix(".md") + ".yml"
        yield path, partial(programme_file.text, state.programmes[page.programme])
    if state.programme_list:
        listed = state.programme_list
        offers = [(page.title, page.summary, page.path, page.programme) for page in state.programme_pages]
        yield (
            listed.path,
            partial(markdown.programme_list, title=listed.title, summary=listed.summary, entries=offers),
        )
    if state.directory:
        # One place with the number of a person holds the page of its area back, not the list of all.
        clean = [
            each for each in state.centres if guard.is_clean(f"{each.name}\n{each.address}\n{each.phone}")
        ]
        yield state.directory.path, partial(directory_pages.index, state.directory, clean)
        for code, name in state.directory.areas:
            here = [centre for centre in state.centres if centre.area == code]
            if here:
                yield f"centres/{code}.yml", partial(directory.file, code, here)
                yield f"centres/{code}.md", partial(directory_pages.area, name, here)
    for entry in state.entries:
        yield entry.path, partial(entries.text, entry)
    for listing in state.lists:
        yield listing.path, partial(entries.listing, listing)
    for section in state.sections:
        yield section.path, partial(entries.section, section)
    if state.calendar:
        yield state.calendar.path, partial(entries.calendar, state.calendar)


def on_day(content: Content, state: State, *, on: date) -> dict[str, str]:
    """The files of the site on a business day: windows open and close, places are suspended and come back.

    Beside the Markdown there are the data of the self-checks, as JSON.
    """
    places = directory_pages.on_day(state.centres, on=on)

    def window(found: re.Match[str]) -> str:
        programme = state.programmes.get(found[1])
        return window_today(programme, on=on) if programme else ""

    there = [page for page in state.programme_pages if page.path in content.files]
    data = selfchecks.files(
        there,
        state.programmes,
        parameters=state.parameters,
        areas=dict(state.directory.areas) if state.directory else {},
        on=on,
    )
    texts = dict(content.files)
    texts[selfchecks.HELP] = selfchecks.help_page(
        there, state.programmes, data=data, start=_start(content, state), on=on
    )
    pages = dict(data)
    for path, text in texts.items():
        if path.endswith(".md"):
            text = _WINDOW_NOW.sub(window, selfchecks.placed(text, data))
            pages[path] = places(text) if path.startswith("centres/") else text
    shown = replace(state, entries=list(as_published(content, state)))
    return Today(state=shown, there=frozenset(pages), on=on).pages(pages)


def as_published(content: Content, state: State) -> Iterator[Entry]:
    """The entries as their pages show them: one that was held back is listed as it stood before."""
    for entry in state.entries:
        if entry.path not in content.held:
            yield entry
        elif entry.path in content.files:
            yield entries.read(content.files[entry.path], path=entry.path, strict=False)


def _start(content: Content, state: State) -> tuple[str, str] | None:
    """The guide that the front page names for those who come for the first time."""
    path = state.home.help_path if state.home else ""
    titles = {guide.path: guide.title for guide in (*state.guides, *state.programme_pages)}
    return (path, titles[path]) if path in titles and path in content.files else None


def navigation(content: Content, state: State) -> list[Any]:
    """The tree of pages for the site: subjects with their guides, programmes, places."""
    there = set(content.files)
    tree: list[Any] = []

    def add(title: str, paths: Sequence[str]) -> None:
        found = [path for path in paths if path in there]
        if found:
            tree.append({title: found})

    if "index.md" in there:
        tree.append({"首页": "index.md"})
    for section in _sections(state):
        add(section.title, [f"guides/{slug}.md" for slug in section.guides])
    if state.programme_list:
        add(
            state.programme_list.title,
            [state.programme_list.path, *(page.path for page in state.programme_pages)],
        )
    if state.directory:
        areas = [f"centres/{code}.md" for code, _ in state.directory.areas]
        add(state.directory.title, [state.directory.path, *areas])
    return tree


def _sections(state: State) -> Sequence[Section]:
    return state.shelf.sections if state.shelf else ()


def last_change(state: State) -> date | None:
    """The newest day anything was checked: the date the release bears, so that the same content gives the same bytes."""
    days = [page.checked for page in (*state.guides, *state.programme_pages)]
    days += [page.checked for page in (state.home, state.directory, state.calendar) if page]
    days += [entry.checked for entry in state.entries]
    days += [centre.last_verified for centre in state.centres if centre.last_verified]
    return max(days, default=None)
