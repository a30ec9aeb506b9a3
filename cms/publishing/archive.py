"""Earlier editions on the public site: each at an address that stays, and one page that tells what changed since when."""

import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from cms.publishing import guard, paragraphs, record
from cms.publishing.editions import Edition
from cms.publishing.outlets import texts
from cms.writing import plain_yaml
from cms.writing.markdown import relative
from cms.writing.prose import Marks, inline
from workflows.policy.differences import differences
from workflows.policy.programme import Programme
from workflows.policy.wording import day

#: How much the page of changes tells: entries in all, places of one page, letters of one paragraph.
_ENTRIES, _PLACES, _LETTERS = 200, 5, 160
_PLAIN = Marks()
_LINK = re.compile(r"(?<!!)\[((?:[^\[\]\\]|\\.)*)\]\(([^)\s:]+\.md)(#[^)\s]*)?\)")
_TAG = re.compile(r'<a href="([^":]+\.md)(#[^"]*)?">(.*?)</a>')

Definitions = Mapping[tuple[str, int], Programme]


@dataclass(frozen=True)
class Entry:
    """One change of one page. ``sentences``: what became different, in words."""

    on: date
    title: str
    path: str
    sentences: tuple[str, ...]
    before: str = ""


def with_past(
    pages: Mapping[str, str], editions: Mapping[str, Sequence[Edition]], *, definitions: Definitions
) -> dict[str, str]:
    """The pages of a release with the earlier editions of each, and the page of changes.

    :param definitions: the versions of each programme, by code and number.
    """
    made = dict(pages)
    for told in editions.values():
        *earlier, now = told
        shown = [each for each in earlier if not each.withdrawn and guard.is_clean(each.text)]
        for each in shown:
            made[each.address] = _edition(each, now=now, there=pages)
        if shown or now.path.startswith("programmes/"):
            made[now.path] = pages[now.path].rstrip("\n") + "\n" + _versions(shown, now=now)
    entries = changes(editions, definitions=definitions)
    made[record.CHANGES] = _page(entries)
    made[record.CHANGES_DATA] = _data(entries)
    return made


def changes(editions: Mapping[str, Sequence[Edition]], *, definitions: Definitions) -> list[Entry]:
    """What changed, the newest first."""
    return sorted(
        (entry for told in editions.values() for entry in _entries(told, definitions)),
        key=lambda entry: (entry.on, entry.path),
        reverse=True,
    )[:_ENTRIES]


def _data(entries: Sequence[Entry]) -> str:
    told = [
        {
            "id": f"{texts.address_of(entry.path).strip('/')}@{entry.on.isoformat()}",
            "day": entry.on.isoformat(),
            "title": entry.title,
            "address": texts.address_of(entry.path),
            "told": list(entry.sentences),
            "before": texts.address_of(entry.before) if entry.before else None,
        }
        for entry in entries
    ]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def _page(entries: Sequence[Entry]) -> str:
    title, summary = "改了什么", "帮扶项目和指南从哪一天起改了什么，新的在前面。每条都能看到原来的那一版。"
    parts = [f'<p class="lead">{summary}</p>']
    for on, of_day in groupby(entries, key=lambda entry: entry.on):
        parts.append(f"## {day(on)} {{#d{on.isoformat()}}}")
        for entry in of_day:
            parts.append(f"### [{inline(entry.title, _PLAIN)}]({relative(entry.path, at=record.CHANGES)})")
            parts.append("\n".join(f"-   {_line(sentence)}" for sentence in entry.sentences))
            if entry.before:
                parts.append(f"[看原来的那一版]({relative(entry.before, at=record.CHANGES)})")
    if not entries:
        parts.append("公开以来还没有改动。")
    return f"---\n{plain_yaml.dump({'title': title, 'summary': summary})}---\n\n" + "\n\n".join(parts) + "\n"


def _entries(editions: Sequence[Edition], definitions: Definitions) -> Iterator[Entry]:
    first = editions[0]
    if not first.with_the_site and guard.is_clean(first.title):
        yield Entry(first.first_day, first.title, editions[-1].path, ("新公开的一页。",))
    for old, new in pairwise(editions):
        sentences = tuple(_differences(old, new, definitions))
        if sentences and guard.is_clean(new.title):
            kept = "" if old.withdrawn or not guard.is_clean(old.text) else old.address
            yield Entry(new.first_day, new.title, editions[-1].path, sentences, before=kept)


def _differences(old: Edition, new: Edition, definitions: Definitions) -> Iterator[str]:
    was, now = _definition(old, definitions), _definition(new, definitions)
    if was is not None and now is not None:
        told = _of_programmes(was, now)
        yield from told or ("只改了办理人员用的内容，对申请人没有变化。",)
        return
    if old.withdrawn or new.withdrawn:
        yield "内容有改动。"
        return
    found = paragraphs.between(old.text, new.text)
    for each in found[:_PLACES]:
        before, after = _short(each.before), _short(each.after)
        said = f"“{before}”改为“{after}”。" if before and after else ""
        said = said or (f"增加：{after}" if after else f"去掉：{before}")
        yield said if guard.is_clean(said) else "有一处改动。"
    if len(found) > _PLACES:
        yield f"另有{len(found) - _PLACES}处改动。"


def _definition(edition: Edition, definitions: Definitions) -> Programme | None:
    return definitions.get((edition.key, edition.version)) if edition.version else None


def _of_programmes(was: Programme, now: Programme) -> tuple[str, ...]:
    return tuple(change.sentence for change in differences(was, now) if change.for_worker)


def _short(lines: Sequence[str]) -> str:
    text = " ".join(lines)
    return text if len(text) <= _LETTERS else text[:_LETTERS].rstrip() + "……"


def _line(text: str) -> str:
    return inline(text.replace("{", "（").replace("}", "）"), _PLAIN)


def _edition(edition: Edition, *, now: Edition, there: Mapping[str, str]) -> str:
    """The page of an earlier edition: what it is first, then its text; links lead to what stands now."""
    head, body = _split(edition.text)
    name = f"第{edition.number}版"
    up = {"title": "现行版", "href": f"/{now.path.removesuffix('.md')}/"}
    matter = {"archived": True, "title": f"{edition.title}（旧版，{name}）", "up": up}
    matter |= {"summary": head["summary"]} if head.get("summary") else {}
    here = f"[现行版在这里]({relative(now.path, at=edition.address)})"
    box = f'!!! warning "这是旧版"\n\n    这是{name}，{_days(edition)}有效。{here}。'
    text = _links(body, at=edition.path, to=edition.address, there=there)
    return f"---\n{plain_yaml.dump(matter)}---\n\n{box}\n\n{text.strip()}\n"


def _versions(shown: Sequence[Edition], *, now: Edition) -> str:
    lines = [
        f"-   [第{each.number}版，{_days(each)}有效]({relative(each.address, at=now.path)})"
        for each in reversed(shown)
    ]
    changed = f"[看看改了什么]({relative(record.CHANGES, at=now.path)})"
    told = (
        "历次版本："
        + (f"现行是第{now.number}版，{day(now.first_day)}起有效。" if now.version else "")
        + changed
    )
    return "\n".join(
        ["", '<div class="versions" markdown>', "", told, "", *lines, *([""] if lines else []), "</div>", ""]
    )


def _days(edition: Edition) -> str:
    last = edition.last_day
    return f"{day(edition.first_day)}至{day(last) if last else '现在'}"


def _split(text: str) -> tuple[Mapping[str, object], str]:
    found = re.match(r"---\n(.*?\n)---\n", text, flags=re.DOTALL)
    return (plain_yaml.load(found[1]) or {}, text[found.end() :]) if found else ({}, text)


def _links(text: str, *, at: str, to: str, there: Mapping[str, str]) -> str:
    """Relative links as seen from another place; one that leads nowhere now is only its words, and so are anchors."""

    def lead(target: str, words: str) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(at), target))
        return f"[{words}]({relative(path, at=to)})" if path in there else words

    text = _LINK.sub(lambda found: lead(found[2], found[1]), text)
    return _TAG.sub(lambda found: lead(found[1], found[3]), text)
