"""What changes from day to day on the pages of entries, lists and the calendar: how things stand, what comes next."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from cms.publishing.state import State
from cms.writing import plain_yaml
from cms.writing.documents import (
    EVENT_KINDS,
    ISSUER_LEVELS,
    LISTS,
    TOPICS,
    Case,
    Entry,
    Event,
    Listing,
    News,
    Policy,
    Question,
    UnionSection,
)
from cms.writing.entries import TODAY, event_calendar
from cms.writing.markdown import div, relative
from cms.writing.policies import BADGES, Library, Standing, Stands
from cms.writing.prose import Marks, inline
from workflows.policy.programme import Programme
from workflows.policy.wording import day

PLAIN = Marks()
MONTHS_SHOWN = 12
#: Programmes that are open for longer stand once, at the end of the calendar, instead of in each month.
SHORT_DAYS = 150
_PICTURE = re.compile(
    r'\]\((?:\.\./)*(assets/([a-p]{16}-[a-z0-9-]+)\.(jpg|png))\)\{ width="(\d+)" height="(\d+)" \}'
)
_FILE = re.compile(r"\]\((?:\.\./)*(assets/[a-p]{16}-[a-z0-9-]+\.pdf)\)")
_CITED = re.compile(r'<span class="why">([^<]+)</span>')
_NOTE = re.compile(r"^(\[\^(R\d+[a-z]?)\]: )(.+)$", re.MULTILINE)
#: Widths at which pictures are kept beside their own.
WIDTHS = (480, 960)
E = TypeVar("E", bound=Entry)


@dataclass(frozen=True)
class Today:
    """All that is live, as it stands on a business day. ``there``: the paths that have a page."""

    state: State
    there: frozenset[str]
    on: date

    # ---- what there is ----------------------------------------------------------------------------------------------
    def of(self, kind: type[E]) -> list[E]:
        return [entry for entry in self.state.entries if isinstance(entry, kind) and entry.path in self.there]

    @cached_property
    def library(self) -> Library:
        return Library(self.of(Policy), on=self.on)

    @property
    def policies(self) -> Mapping[str, Policy]:
        return self.library.policies

    def stands(self, policy: Policy) -> Stands:
        return self.library.stands(policy)

    @cached_property
    def cited(self) -> Mapping[str, Policy]:
        """Policies by the names under which clauses cite them, the longest first."""
        named = [(name, policy) for policy in self.policies.values() for name in policy.cited_as]
        return dict(sorted(named, key=lambda pair: (-len(pair[0]), pair[0])))

    def policy_of(self, clause: str) -> tuple[str, Policy] | None:
        """The policy a clause belongs to, with the name it is cited by."""
        return next(((name, each) for name, each in self.cited.items() if clause.startswith(name)), None)

    @cached_property
    def marked(self) -> Mapping[str, Policy]:
        return {policy.mark: policy for policy in self.policies.values() if policy.mark}

    @cached_property
    def programmes_of(self) -> Mapping[str, list[str]]:
        """Codes of the programmes that rest on each policy, by its slug."""
        found: dict[str, list[str]] = defaultdict(list)
        for code, programme in self.state.programmes.items():
            told = [(self.policy_of(clause) or ("", None))[1] for clause in clauses_of(programme)]
            told += [self.marked.get(source.mark) for source in programme.sources]
            for slug in dict.fromkeys(policy.slug for policy in told if policy):
                found[slug].append(code)
        return found

    @cached_property
    def programme_pages(self) -> Mapping[str, tuple[str, str]]:
        """Title and path of each programme's page, by code."""
        pages = self.state.programme_pages
        return {page.programme: (page.title, page.path) for page in pages if page.path in self.there}

    @cached_property
    def unions(self) -> Mapping[str, UnionSection]:
        return {section.union: section for section in self.state.sections}

    def upcoming(self) -> list[Event]:
        """Events that are not over; the day after the last one they are gone from the lists."""
        events = [event for event in self.of(Event) if event.last_day >= self.on]
        return sorted(events, key=lambda event: (event.begins, event.slug))

    def newest(self) -> list[News]:
        return sorted(self.of(News), key=lambda news: (news.day, news.slug), reverse=True)

    # ---- pages ------------------------------------------------------------------------------------------------------
    def pages(self, texts: Mapping[str, str]) -> dict[str, str]:
        """The texts with what stands in them today, and the pages that are made of the day alone."""
        fill: dict[str, str] = {}
        up: dict[str, tuple[str, str]] = {}
        lists = {listing.holds: listing for listing in self.state.lists}
        for entry in self.state.entries:
            fill[entry.path] = self.entry(entry)
            if entry.folder in lists:
                up[entry.path] = (lists[entry.folder].title, f"/{entry.folder}/")
        for listing in lists.values():
            fill[listing.path] = _lead(listing.summary) + self.listing(listing, at=listing.path)
        for section in self.state.sections:
            fill[section.path] = _lead(section.summary) + self.section(section)
        if self.state.calendar:
            fill[self.state.calendar.path] = _lead(self.state.calendar.summary) + self.calendar()
        told = dict(texts)
        for path, text in texts.items():
            if path in fill:
                text = text.replace(TODAY, fill[path], 1)
                text = text.replace("\n\n\n\n", "\n\n")
            if path in up:
                text = with_matter(text, {"up": {"title": up[path][0], "href": up[path][1]}})
            if path.endswith(".md"):
                told[path] = self.linked(addressed(text), at=path)
        if "policies" in lists and "policies/index.md" in told:
            told |= self.library_pages(lists["policies"])
        if "index.md" in told:
            told["index.md"] = with_matter(told["index.md"], self.front())
        return told

    def linked(self, text: str, *, at: str) -> str:
        """Clauses and sources as links to the policies they belong to."""

        def clause(found: re.Match[str]) -> str:
            named = self.policy_of(found[1])
            if named is None:
                return found[0]
            name, policy = named
            return f'<span class="why">[{name}]({relative(policy.path, at=at)}){found[1][len(name) :]}</span>'

        def note(found: re.Match[str]) -> str:
            policy = self.marked.get(found[2])
            if policy is None or "](" in found[3]:
                return found[0]
            return f"{found[1]}[{found[3]}]({relative(policy.path, at=at)})"

        return _NOTE.sub(note, _CITED.sub(clause, text))

    def entry(self, entry: Entry) -> str:
        match entry:
            case Policy():
                return self.policy(entry)
            case Event():
                return self.event(entry)
            case Case():
                return f'<p class="dateline">{day(entry.day)} · 来稿：{inline(entry.sender, PLAIN)}</p>'
            case News():
                return f'<p class="dateline">{day(entry.day)} · {self.union_name(entry)}</p>'
            case Question():
                told = f"[{entry.topic}](index.md#{_topic_anchor(entry.topic)})"
                return f"{told}{self.rests_on(entry.programme, at=entry.path)}"
        return ""

    def union_name(self, entry: Entry) -> str:
        section = self.unions.get(entry.union)
        return inline(section.title, PLAIN) if section else ""

    def rests_on(self, code: str, *, at: str) -> str:
        if code not in self.programme_pages:
            return ""
        title, path = self.programme_pages[code]
        return f" · [{inline(title, PLAIN)}]({relative(path, at=at)})"

    # ---- policies ---------------------------------------------------------------------------------------------------
    def policy(self, policy: Policy) -> str:
        found = self.stands(policy)
        rows = [("谁发的", f"{inline(policy.issuer, PLAIN)}（{policy.level}）")]
        if policy.number:
            rows.append(("文号", inline(policy.number, PLAIN)))
        rows += [(label, day(value)) for label, value in _days(policy) if value]
        for label, slugs in (("依据", policy.based_on), ("代替", policy.replaces)):
            links = [self.policy_link(self.policies[slug]) for slug in slugs if slug in self.policies]
            if links:
                rows.append((label, "、".join(links)))
        if found.by:
            rows.append(("替代它的", self.policy_link(found.by)))
        names = [
            f"[{inline(self.programme_pages[code][0], PLAIN)}]({relative(self.programme_pages[code][1], at=policy.path)})"
            for code in self.programmes_of.get(policy.slug, ())
            if code in self.programme_pages
        ]
        if names:
            rows.append(("参考它的" if policy.cited_only else "按它办的", "、".join(names)))
        return f"{_line(found)}\n\n{_box(rows)}"

    def policy_link(self, policy: Policy) -> str:
        return f"[{inline(policy.title, PLAIN)}]({policy.slug}.md)"

    def library_pages(self, listing: Listing) -> dict[str, str]:
        """The library by level and by year: a filter that needs no script."""
        matter = {"up": {"title": listing.title, "href": "/policies/"}}
        by_level = _groups(self.policies.values(), lambda policy: policy.level, ISSUER_LEVELS)
        years = sorted({_year(policy) for policy in self.policies.values()}, reverse=True)
        by_year = _groups(self.policies.values(), _year, years)
        return {
            "policies/by-level.md": _made(
                {"title": f"{listing.title}：按发文机关", "summary": listing.summary, **matter},
                [_lead(listing.summary).strip(), _views("by-level"), *self.shelves(by_level, at="level")],
            ),
            "policies/by-year.md": _made(
                {"title": f"{listing.title}：按年份", "summary": listing.summary, **matter},
                [_lead(listing.summary).strip(), _views("by-year"), *self.shelves(by_year, at="year")],
            ),
        }

    def shelves(self, groups: Iterable[tuple[str, list[Policy]]], *, at: str) -> Iterator[str]:
        for number, (name, policies) in enumerate(groups, 1):
            yield f"## {name}（{len(policies)}） {{#{at}-{number}}}"
            yield "\n".join(self.policy_line(policy) for policy in _newest(policies))

    def policy_line(self, policy: Policy) -> str:
        found = self.stands(policy)
        told = [policy.issuer, policy.number, "" if policy.cited_only else found.sentence.rstrip("。")]
        why = " · ".join(inline(each, PLAIN) for each in told if each)
        return f'-   {self.policy_link(policy)} {_badge(found.word)} <span class="why">{why}</span>'

    # ---- lists ------------------------------------------------------------------------------------------------------
    def listing(self, listing: Listing, *, at: str) -> str:
        match listing.holds:
            case "policies":
                own = _groups(self.policies.values(), lambda policy: self.stands(policy).word, list(Standing))
                feed = _subscribe("订阅政策文件的更新（RSS）", "/feeds/policies.xml", "application/rss+xml")
                return "\n\n".join([_views("index"), *self.shelves(own, at="state"), feed])
            case "news":
                feed = _subscribe("订阅动态（RSS）", "/feeds/news.xml", "application/rss+xml")
                return f"{self.by_year(self.newest(), at=at)}\n\n{feed}"
            case "cases":
                cases = sorted(self.of(Case), key=lambda case: (case.day, case.slug), reverse=True)
                return self.by_year(cases, at=at)
            case "questions":
                groups = _groups(self.of(Question), lambda question: question.topic, TOPICS)
                parts = []
                for topic, questions in groups:
                    parts += [f"## {topic} {{#{_topic_anchor(topic)}}}"]
                    parts.append("\n".join(_item(each, at=at) for each in questions))
                return "\n\n".join(parts) or "还没有内容。"
            case _:
                return self.events(at=at)

    def by_year(self, entries: Sequence[News | Case], *, at: str) -> str:
        years = sorted({str(each.day.year) for each in entries}, reverse=True)
        parts = []
        for year, told in _groups(entries, lambda each: str(each.day.year), years):
            parts.append(f"## {year}年 {{#y{year}}}")
            parts.append(
                "\n".join(
                    _item(each, at=at, told=f"{day(each.day)} · {self.from_whom(each)}") for each in told
                )
            )
        return "\n\n".join(parts) or "还没有内容。"

    def from_whom(self, entry: Entry) -> str:
        return inline(entry.sender, PLAIN) if isinstance(entry, Case) else self.union_name(entry)

    def events(self, *, at: str) -> str:
        parts = []
        for number, (kind, events) in enumerate(
            _groups(self.upcoming(), lambda event: event.kind, EVENT_KINDS), 1
        ):
            parts.append(f"## {kind} {{#kind-{number}}}")
            parts += [self.event_card(event, at=at) for event in events]
        nothing = "现在没有排定的培训班和招聘活动。想第一时间知道，请打 **12351** 登记。"
        return "\n\n".join([*(parts or [nothing]), _ALL_DAYS])

    def event_card(self, event: Event, *, at: str) -> str:
        title = f"### [{inline(event.title, PLAIN)}]({relative(event.path, at=at)})"
        told = f"**{_span(event)}** {inline(event.hours, PLAIN)}"
        return div("card", "\n\n".join([title, event_line(event, on=self.on), told, self.place(event)]))

    def event(self, event: Event) -> str:
        rows = [("哪几天", _span(event)), ("几点", inline(event.hours, PLAIN)), ("在哪里", self.place(event))]
        if event.seats:
            rows.append(("名额", f"{event.seats}名"))
        rows.append(("怎么报名", inline(event.enrol, PLAIN)))
        if event.programme in self.programme_pages:
            title, path = self.programme_pages[event.programme]
            rows.append(("帮扶项目", f"[{inline(title, PLAIN)}]({relative(path, at=event.path)})"))
        told = f"{event_line(event, on=self.on)}\n\n{_box(rows)}"
        return told if self.on > event.last_day else f"{told}\n\n{_into_calendar(event)}"

    def place(self, event: Event) -> str:
        centre = next((each for each in self.state.centres if each.code == event.place), None)
        told = [inline(event.where, PLAIN)] if event.where else []
        if centre:
            told.insert(
                0,
                f"[{inline(centre.name, PLAIN)}](/centres/{centre.area}/#c{centre.code})，{inline(centre.address, PLAIN)}",
            )
        return "；".join(told) or "地点报名后通知"

    # ---- a union's section, the calendar, the front page ------------------------------------------------------------
    def section(self, section: UnionSection) -> str:
        at = section.path
        parts = []
        if any(centre.area == section.area for centre in self.state.centres):
            parts.append(
                f"[{inline(section.title, PLAIN)}的服务网点：地址、电话、开门时间](/centres/{section.area}/)"
            )
        own = [event for event in self.upcoming() if event.union == section.union]
        if own:
            parts += ["## 培训班和招聘活动 {#events}", *(self.event_card(event, at=at) for event in own)]
        for kind, folder in ((News, "news"), (Policy, "policies"), (Case, "cases"), (Question, "questions")):
            entries: list[Entry] = [each for each in self.of(kind) if each.union == section.union]
            entries = [each for each in entries if not (isinstance(each, Policy) and each.cited_only)]
            if entries:
                shown = sorted(entries, key=lambda each: (_day_of(each), each.slug), reverse=True)
                parts.append(f"## {LISTS[folder]} {{#{folder}}}")
                parts.append("\n".join(_item(each, at=at) for each in shown))
        return "\n\n".join(parts) or "还没有内容。"

    def calendar(self) -> str:
        calendar = self.state.calendar
        if calendar is None:
            return ""
        at = calendar.path
        parts = []
        for year, month in _months(self.on, MONTHS_SHOWN):
            lines = [f"-   {line}" for line in self.in_month(year, month, at=at)]
            now = "（这个月）" if (year, month) == (self.on.year, self.on.month) else ""
            parts.append(f"## {year}年{month}月{now} {{#m{year}-{month:02}}}")
            parts.append("\n".join(lines) or "这个月没有排定的事；一直能办的见下面。")
        if long := [self.programme_line(each, at=at) for each in self.long_ones()]:
            parts += ["## 一直能办的 {#always}", "\n".join(f"-   {line}" for line in long)]
        parts.insert(0, _ALL_DAYS)
        return "\n\n".join(parts)

    def in_month(self, year: int, month: int, *, at: str) -> Iterator[str]:
        first, last = date(year, month, 1), _last_of(year, month)
        told = set()
        for programme in self.short_ones():
            window = programme.window
            if window.opens <= last and (window.late_closes or window.closes) >= max(first, self.on):
                told.add(programme.code)
                yield self.programme_line(programme, at=at)
        for yearly in self.state.calendar.yearly if self.state.calendar else ():
            if month in yearly.months and self.of_page(yearly.page) not in told:
                name = inline(yearly.title, PLAIN)
                if yearly.page in self.there:
                    name = f"[{name}]({relative(yearly.page, at=at)})"
                yield f'**{name}** <span class="why">{inline(yearly.text, PLAIN)}</span>'
        for event in self.upcoming():
            # A class of three months stands once: where it begins, or, when it is running, in this month.
            if first <= max(event.begins, self.on) <= last:
                name = f"[{inline(event.title, PLAIN)}]({relative(event.path, at=at)})"
                yield f'**{name}** <span class="why">{event.kind} · {_span(event)} · {inline(event.hours, PLAIN)}</span>'

    def of_page(self, path: str) -> str:
        """Code of the programme that a page tells of; empty where it tells of none."""
        pages = (*self.state.guides, *self.state.programme_pages)
        return next((page.programme for page in pages if page.path == path), "")

    def short_ones(self) -> list[Programme]:
        return [each for each in self.open_ones() if _length(each) <= SHORT_DAYS]

    def long_ones(self) -> list[Programme]:
        return [each for each in self.open_ones() if _length(each) > SHORT_DAYS]

    def open_ones(self) -> list[Programme]:
        """Programmes that have a page and are not over, by the day they open."""
        found = [
            each
            for each in self.state.programmes.values()
            if each.code in self.programme_pages
            and (each.window.late_closes or each.window.closes) >= self.on
        ]
        return sorted(found, key=lambda each: (each.window.opens, each.code))

    def programme_line(self, programme: Programme, *, at: str) -> str:
        title, path = self.programme_pages[programme.code]
        window = programme.window
        told = _from_to(window.opens, window.closes)
        return f'**[{inline(title, PLAIN)}]({relative(path, at=at)})** <span class="why">帮扶项目 · {told}</span>'

    def front(self) -> dict[str, object]:
        """What the front page names: which lists there are, what comes next, what happened last."""
        told: dict[str, object] = {}
        if self.state.calendar and self.state.calendar.path in self.there:
            told["calendar"] = self.state.calendar.title
        doors = [
            {"title": each.title, "href": f"/{each.holds}/"}
            for each in self.state.lists
            if each.path in self.there
        ]
        if doors:
            told["doors"] = doors
        told_now: list[dict[str, str]] = [
            {"title": event.title, "href": _address(event.path), "told": f"{event.kind}，{_span(event)}"}
            for event in self.upcoming()[:3]
        ]
        told_now += [
            {"title": news.title, "href": _address(news.path), "told": day(news.day)}
            for news in self.newest()[:3]
        ]
        return told | ({"latest": told_now} if told_now else {})


# ---- pieces ---------------------------------------------------------------------------------------------------------
def clauses_of(programme: Programme) -> list[str]:
    """Every clause that a programme cites."""

    def inside(node: object) -> Iterator[str]:
        if isinstance(node, Mapping):
            if isinstance(node.get("clause"), str):
                yield node["clause"]
            for each in node.values():
                yield from inside(each)
        elif isinstance(node, Sequence) and not isinstance(node, str):
            for each in node:
                yield from inside(each)

    rules = [rule for rule in (programme.household_rule, programme.beneficiary_rule) if rule]
    return list(dict.fromkeys([*inside(rules), *(clause.ref for clause in programme.clauses)]))


def event_line(event: Event, *, on: date) -> str:
    """How an event stands on a day, as a line of a page."""
    if on > event.last_day:
        return _window("badge-plain", "已结束", "这次活动已经结束，下面的内容留作参考。")
    if on >= event.begins:
        return _window("badge-ok", "进行中", f"{day(event.last_day)}结束。")
    if event.enrol_by and on > event.enrol_by:
        return _window(
            "badge-plain", "报名截止", f"{day(event.begins)}开始，报名已在{day(event.enrol_by)}截止。"
        )
    if event.enrol_by:
        return _window("badge-ok", "可以报名", f"报名到{day(event.enrol_by)}为止。")
    return _window("badge-wait", "还没开始", f"{day(event.begins)}开始。")


def addressed(text: str) -> str:
    """Pictures and files by their public address, pictures with the widths they are kept in."""

    def picture(found: re.Match[str]) -> str:
        path, name, kind, width, height = found.groups()
        sizes = [f"/assets/{name}-{each}.{kind} {each}w" for each in WIDTHS if each < int(width)]
        several = (
            f' srcset="{", ".join([*sizes, f"/{path} {width}w"])}" sizes="(min-width: 48rem) 46rem, 94vw"'
            if sizes
            else ""
        )
        return f'](/{path}){{ width="{width}" height="{height}"{several} loading="lazy" }}'

    return _FILE.sub(r"](/\1)", _PICTURE.sub(picture, text))


def with_matter(text: str, more: Mapping[str, object]) -> str:
    """A page with more in its front matter."""
    if not more:
        return text
    begin, matter, rest = text.split("---\n", 2)
    return f"{begin}---\n{matter}{plain_yaml.dump(more)}---\n{rest}"


def _made(matter: Mapping[str, object], parts: Iterable[str]) -> str:
    return f"---\n{plain_yaml.dump(matter)}---\n\n" + "\n\n".join(parts) + "\n"


def _lead(summary: str) -> str:
    return f'<p class="lead">{inline(summary, PLAIN)}</p>\n\n' if summary else ""


def _into_calendar(event: Event) -> str:
    words = "加到手机日历，报名截止前提醒您" if event.enrol_by else "加到手机日历，到时候提醒您"
    return _subscribe(words, f"/{event_calendar(event)}", "text/calendar")


def _subscribe(words: str, address: str, kind: str) -> str:
    return f'<p class="window-calendar"><a href="{address}" type="{kind}">{words}</a></p>'


_ALL_DAYS = _subscribe("把这些日子都加到手机日历", "/feeds/calendar.ics", "text/calendar")


def _line(found: Stands) -> str:
    return _window(BADGES.get(found.word, "badge-plain"), found.word, found.sentence)


def _window(badge: str, word: str, sentence: str) -> str:
    return f'<p class="window-now"><span class="badge {badge}">{word}</span> {inline(sentence, PLAIN)}</p>'


def _badge(word: Standing) -> str:
    return f'<span class="badge {BADGES.get(word, "badge-plain")}">{word}</span>'


def _box(rows: Iterable[tuple[str, str]]) -> str:
    return div("glance", "\n\n".join(f"{label}\n:   {text}" for label, text in rows))


def _days(policy: Policy) -> tuple[tuple[str, date | None], ...]:
    return (("印发", policy.issued), ("施行", policy.effective), ("失效", policy.expires))


def _views(here: str) -> str:
    """The ways to look at the library, as links."""
    views = {"index": "按效力", "by-level": "按发文机关", "by-year": "按年份"}
    links = [f"**{word}**" if name == here else f"[{word}]({name}.md)" for name, word in views.items()]
    return div("views", " · ".join(links))


def _item(entry: Entry, *, at: str, told: str = "") -> str:
    why = " · ".join(each for each in (told, inline(entry.summary, PLAIN)) if each)
    return f'-   [{inline(entry.title, PLAIN)}]({relative(entry.path, at=at)}) <span class="why">{why}</span>'


def _groups(entries: Iterable[E], of: Callable[[E], str], order: Sequence[str]) -> list[tuple[str, list[E]]]:
    """The entries by what they have in common, in an order; groups of nothing are left out."""
    found: dict[str, list[E]] = {name: [] for name in order}
    for entry in entries:
        found[of(entry)].append(entry)
    return [(name, members) for name, members in found.items() if members]


def _newest(policies: Iterable[Policy]) -> list[Policy]:
    return sorted(policies, key=lambda p: (p.effective or p.issued or date.min, p.slug), reverse=True)


def _year(policy: Policy) -> str:
    found = policy.issued or policy.effective
    return f"{found.year}年" if found else "年份不详"


def _topic_anchor(topic: str) -> str:
    return f"topic-{TOPICS.index(topic) + 1}"


def _span(event: Event) -> str:
    return day(event.begins) if event.last_day == event.begins else _from_to(event.begins, event.last_day)


def _from_to(first: date, last: date) -> str:
    """2026年8月31日至10月23日; the second year only when it is another one."""
    return f"{day(first)}至{day(last) if last.year != first.year else f'{last.month}月{last.day}日'}"


def _day_of(entry: Entry) -> date:
    match entry:
        case News() | Case():
            return entry.day
        case Policy():
            return entry.effective or entry.issued or entry.checked
        case _:
            return entry.checked


def _months(on: date, count: int) -> Iterator[tuple[int, int]]:
    for ahead in range(count):
        year, month = divmod(on.year * 12 + on.month - 1 + ahead, 12)
        yield year, month + 1


def _last_of(year: int, month: int) -> date:
    return date.fromordinal((date(year + month // 12, month % 12 + 1, 1)).toordinal() - 1)


def _length(programme: Programme) -> int:
    return (programme.window.closes - programme.window.opens).days


def _address(path: str) -> str:
    return f"/{path.removesuffix('.md')}/"
