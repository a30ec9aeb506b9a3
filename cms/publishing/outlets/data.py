"""Everything public as JSON under ``/data/v1/``, for other programmes: an app of the union is another head of it.

A kind of data is one :class:`Kind` in :data:`KINDS`: what its entries are and how one looks. Lists, single files, schemas
and the index follow from that. Entries are made from what is published (a page that is held back stands here as it
stands on the site), never from anything that holds a person.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from cms.publishing import guard, record
from cms.publishing.making import Making
from cms.publishing.outlets import calendar, entries, places, schemas, texts
from cms.publishing.outlets.feeds import FEEDS
from cms.publishing.outlets.programmes import Listed, listed
from cms.publishing.outlets.schemas import Schema
from cms.writing import directory, programme_amounts, programme_conditions
from cms.writing.documents import Centre
from cms.writing.programme_handling import calendar_path, window_now
from workflows.policy.parameters import CATALOGUE, Group
from workflows.policy.shape import plain

Json = dict[str, Any]

ROOT = "data/v1"
#: What concerns the machine alone is nobody's rule.
_PUBLIC_GROUPS = frozenset(set(Group) - {Group.ONLINE})


@dataclass(frozen=True)
class Kind:
    """One kind of data.

    ``brief``: the fields that stand in the list when each entry has a file of its own; empty when the list holds all.
    """

    name: str
    title: str
    entries: Callable[[Making], Iterable[Json]]
    entry: Schema
    brief: tuple[str, ...] = ()
    csv: Callable[[Making], str] | None = None


def files(making: Making) -> dict[str, str]:
    """Index, lists, entries, tables and schemas, by path."""
    made: dict[str, str] = {}
    listed_files = []
    for kind in KINDS:
        entries = [each for each in kind.entries(making) if guard.is_clean(_dumped(each))]
        made |= _of_kind(kind, entries, making)
        listed_files.append(_line(kind, count=len(entries)))
    index = {
        "version": "1",
        "generated_for": making.on.isoformat(),
        "site": making.address,
        "demo": bool(settings.DEMO),
        "today": "/data/today.json",
        "files": listed_files,
    }
    made[f"{ROOT}/index.json"] = _dumped(index)
    made[f"{ROOT}/schema/index.json"] = _schema(schemas.INDEX, name="index", title="目录", making=making)
    return made


def parameter_lines(rows: Iterable[Mapping[str, Any]]) -> list[Json]:
    """The city's dated values that are everybody's business, in one order: what the release depends on."""
    fields = ("key", "area", "from", "to", "value", "source")
    public = [{field: row.get(field) for field in fields} for row in rows if _is_public(str(row["key"]))]
    for line in public:  # a database may keep the parts of a value in an order of its own
        if isinstance(value := line["value"], Mapping):
            line["value"] = dict(sorted(value.items()))
    return sorted(public, key=lambda row: (row["key"], row["area"] or "", row["from"]))


# --- kinds -------------------------------------------------------------------------------------------------------


def _articles_in(folder: str) -> Callable[[Making], Iterator[Json]]:
    """The pages below a folder of content/ that have an id of their own."""

    def articles(making: Making) -> Iterator[Json]:
        for path, text in making.content.files.items():
            if path.startswith(folder) and path.endswith(".md") and "id" in texts.matter(text):
                yield _article(path, making)

    return articles


def _article(path: str, making: Making) -> Json:
    """A page with front matter and an id of its own: a guide, the page of a programme."""
    matter = texts.matter(making.content.files[path])
    text = texts.body(making.pages[path], path=path)
    return {
        "id": str(matter["id"]),
        "title": matter["title"],
        "summary": matter.get("summary", ""),
        "address": texts.address_of(path),
        "audience": matter.get("audience", ""),
        "season": matter.get("season", ""),
        "section": matter.get("section", ""),
        "programme": matter.get("programme"),
        "office": matter.get("office", ""),
        "rules": matter.get("rules", ""),
        "checked": _day(matter.get("checked")),
        "glance": {name: _marked(line) for name, line in texts.glance(text).items()},
        "sources": matter.get("sources", {}),
        "body": {"markdown": text, "html": texts.html(text)},
    }


def _programmes(making: Making) -> Iterator[Json]:
    with_days = {each.programme for each in calendar.happenings(making)}
    for one in listed(making):
        yield _programme(one, making, has_days=one.programme.code in with_days)


def _programme(one: Listed, making: Making, *, has_days: bool) -> Json:
    programme = one.programme
    window = programme.window
    state, says = window_now(programme, on=making.on)
    check = f"check/{programme.code}.json"
    own_calendar = calendar_path(programme.code)
    return {
        "id": programme.code,
        "name": programme.name,
        "kind": programme.kind,
        "year": programme.year,
        "level": programme.level.value,
        "intake": programme.intake.value,
        "valid": {"start": _day(programme.valid.start), "end": _day(programme.valid.end)},
        "window": {
            "opens": _day(window.opens),
            "closes": _day(window.closes),
            "late_closes": _day(window.late_closes),
            "late_reason": window.late_reason,
            "state": state,
            "says": says,
        },
        "schedule": _plain_or_none(programme.schedule),
        "applicant": programme.applicant,
        "beneficiary": _plain_or_none(programme.beneficiary),
        "conditions": {
            "household": programme.household_rule,
            "beneficiary": programme.beneficiary_rule,
            "told": _told(programme_conditions.conditions(programme)),
        },
        "calculations": plain(programme.calculations),
        "amount": {
            "rule": _plain_or_none(programme.amount),
            "told": _told(programme_amounts.amounts(programme)),
        },
        "benefits": plain(programme.benefits),
        "papers": [
            {
                "key": paper.key,
                "name": paper.name,
                "why": paper.why,
                "per": paper.per.value,
                "when": None if paper.when is None else dict(paper.when),
                "several": paper.several,
                "life_months": paper.life_months,
                "source": paper.src,
            }
            for paper in programme.papers
        ],
        "stages": [
            {
                "key": stage.key,
                "name": stage.name,
                "by": stage.actor.label,
                "limit_workdays": stage.limit_workdays,
                "min_workdays": stage.min_workdays,
                "source": stage.src,
            }
            for stage in programme.stages
        ],
        "promised_workdays": programme.promised_workdays,
        "self_check": f"/{check}" if check in making.pages else None,
        "calendar": f"/{own_calendar}" if has_days else None,
        "sources": plain(programme.sources),
        "page": _article(one.path, making),
    }


def _centres(making: Making) -> Iterator[Json]:
    areas = places.areas(making)
    for centre in places.listed(making):
        yield _centre(centre, areas=areas, on=making.on)


def _centre(centre: Centre, *, areas: Mapping[str, str], on: date) -> Json:
    return {
        "id": centre.code,
        "name": centre.name,
        "level": _coded(centre.level, directory.LEVELS),
        "area": {"code": centre.area, "name": areas[centre.area]},
        "parent": centre.parent or None,
        "union": centre.union,
        "address": centre.address,
        "landmark": centre.landmark,
        "transport": centre.transport,
        "phone": centre.phone,
        "hotline": centre.hotline,
        "page": places.address_of(centre),
        "services": [_coded(code, directory.SERVICES) for code in directory.services(centre)],
        "accessibility": [_coded(code, directory.ACCESS) for code in centre.accessibility],
        "appointment": centre.appointment,
        "windows": [
            {
                "name": window.name,
                "services": list(window.services),
                "hours": {days: list(spans) for days, spans in window.hours.items()},
                "lunch_duty": window.lunch_duty,
            }
            for window in centre.windows
        ],
        "week": {day: ["-".join(span) for span in spans] for day, spans in directory.hours(centre).items()},
        "exceptions": {
            day: ["-".join(span) for span in spans] for day, spans in directory.exceptions(centre).items()
        },
        "status": {
            "state": centre.status.state,
            "begins": _day(centre.status.begins),
            "ends": _day(centre.status.ends),
            "notice": centre.status.notice,
            "holds_today": centre.status.holds(on),
        },
        "last_verified": _day(centre.last_verified),
    }


def _parameters(making: Making) -> Iterator[Json]:
    lines = parameter_lines(making.state.parameters)
    for key in sorted({line["key"] for line in lines}):
        definition = CATALOGUE[key]
        yield {
            "id": key,
            "name": definition.name,
            "meaning": definition.meaning,
            "group": {"code": definition.group.value, "name": definition.group.label},
            "lines": [
                {
                    "area": line["area"],
                    "begins": line["from"],
                    "ends": line["to"],
                    "value": line["value"],
                    "says": definition.words(line["value"]),
                    "source": line["source"],
                }
                for line in lines
                if line["key"] == key
            ],
        }


def _happenings(making: Making) -> Iterator[Json]:
    for each in calendar.happenings(making):
        yield {
            "id": each.uid,
            "kind": each.kind,
            "day": _day(each.day),
            "ends": _day(each.ends),
            "title": each.title,
            "told": each.told,
            "address": each.address,
            "where": each.where,
            "programme": each.programme or None,
        }


def _feeds(making: Making) -> Iterator[Json]:
    for feed in FEEDS:
        yield {"id": feed.name, "title": feed.title, "type": "application/rss+xml", "address": feed.address}
    yield {
        "id": "calendar",
        "title": "帮扶日历",
        "type": "text/calendar",
        "address": f"/{calendar.ALL}",
    }


def _changes(making: Making) -> Iterator[Json]:
    yield from json.loads(making.pages.get(record.CHANGES_DATA, "[]"))


def _moved(making: Making) -> Iterator[Json]:
    for old, new in making.state.moved.items():
        yield {"id": old, "to": new or None}


_SHORT = ("id", "title", "summary", "address", "audience", "season", "section", "programme", "checked")
_ENTRY = ("id", "title", "summary", "address", "union", "checked")
#: Each kind of data, in the order of the index.
KINDS: tuple[Kind, ...] = (
    Kind("guides", "帮扶指南", _articles_in("guides/"), schemas.GUIDE, brief=_SHORT),
    Kind("programmes", "帮扶项目", _programmes, schemas.PROGRAMME, brief=("id", "name", "year", "window")),
    Kind("centres", "服务网点", _centres, schemas.CENTRE, csv=places.table),
    Kind(
        "policies",
        "政策文件",
        entries.policies,
        schemas.POLICY,
        brief=(*_ENTRY, "issuer", "number", "stands", "effective"),
    ),
    Kind("news", "动态", entries.news, schemas.NEWS, brief=(*_ENTRY, "day")),
    Kind("cases", "经验做法", entries.cases, schemas.CASE, brief=(*_ENTRY, "day", "sender")),
    Kind("questions", "常见问题", entries.questions, schemas.QUESTION, brief=(*_ENTRY, "topic", "programme")),
    Kind(
        "events",
        "培训班和招聘活动",
        entries.events,
        schemas.EVENT,
        brief=(*_ENTRY, "kind", "begins", "ends", "enrol_by"),
    ),
    Kind("unions", "各级工会", entries.unions, schemas.UNION),
    Kind("parameters", "标准和期限", _parameters, schemas.PARAMETER),
    Kind("calendar", "帮扶日历", _happenings, schemas.HAPPENING),
    Kind("changes", "改了什么", _changes, schemas.CHANGE),
    Kind("feeds", "订阅", _feeds, schemas.FEED),
    Kind("moved", "搬走或撤下的页面", _moved, schemas.MOVED),
)


# --- files -------------------------------------------------------------------------------------------------------


def _of_kind(kind: Kind, entries: list[Json], making: Making) -> dict[str, str]:
    each, entry = entries, kind.entry
    made: dict[str, str] = {}
    if kind.brief:
        each = [
            {field: one[field] for field in kind.brief} | {"data": f"/{_path(kind, one)}"} for one in entries
        ]
        fields = {field: kind.entry["properties"][field] for field in kind.brief}
        entry = schemas.record(**fields, data=schemas.ADDRESS)
        made |= {_path(kind, one): _dumped(one) for one in entries}
        made[f"{ROOT}/schema/{kind.name}-one.json"] = _schema(
            kind.entry, name=f"{kind.name}-one", title=f"{kind.title}（单个）", making=making
        )
    whole = schemas.record(generated_for=schemas.DAY, entries=schemas.listing(entry))
    made[f"{ROOT}/schema/{kind.name}.json"] = _schema(whole, name=kind.name, title=kind.title, making=making)
    made[f"{ROOT}/{kind.name}.json"] = _dumped({"generated_for": making.on.isoformat(), "entries": each})
    if kind.csv:
        made[f"{ROOT}/{kind.name}.csv"] = kind.csv(making)
    return made


def _line(kind: Kind, *, count: int) -> Json:
    single = bool(kind.brief)
    return {
        "id": kind.name,
        "title": kind.title,
        "count": count,
        "address": f"/{ROOT}/{kind.name}.json",
        "schema": f"/{ROOT}/schema/{kind.name}.json",
        "each": f"/{ROOT}/{kind.name}/{{id}}.json" if single else None,
        "each_schema": f"/{ROOT}/schema/{kind.name}-one.json" if single else None,
        "csv": f"/{ROOT}/{kind.name}.csv" if kind.csv else None,
    }


def _schema(schema: Schema, *, name: str, title: str, making: Making) -> str:
    address = f"{making.address}/{ROOT}/schema/{name}.json"
    return _dumped(schemas.published(schema, address=address, title=title))


def _path(kind: Kind, entry: Json) -> str:
    return f"{ROOT}/{kind.name}/{entry['id']}.json"


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _is_public(key: str) -> bool:
    return key in CATALOGUE and CATALOGUE[key].group in _PUBLIC_GROUPS


def _told(parts: Iterable[str]) -> Json:
    return _marked(texts.without_notes("\n\n".join(parts)) + "\n")


def _marked(text: str) -> Json:
    html = texts.inline_html(text) if "\n" not in text else texts.html(text)
    return {"markdown": text, "html": html}


def _coded(code: str, names: Mapping[str, str]) -> Json:
    return {"code": code, "name": names[code]}


def _plain_or_none(value: object) -> Any:
    return None if value is None else plain(value)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
