"""Policies, news, cases, questions, events and the sections of unions as data: what their pages say, field by field."""

from collections.abc import Iterator
from datetime import date
from typing import Any, TypeVar

from cms.publishing import wanted
from cms.publishing.making import Making
from cms.publishing.outlets import texts
from cms.writing.documents import Case, Entry, Event, News, Policy, Question
from cms.writing.entries import event_calendar
from cms.writing.policies import Library

Json = dict[str, Any]
E = TypeVar("E", bound=Entry)


def listed(making: Making, kind: type[E]) -> Iterator[E]:
    """The entries of one kind that have a page, as their pages show them, in the order of their paths."""
    found = [each for each in wanted.as_published(making.content, making.state) if isinstance(each, kind)]
    yield from (
        each for each in sorted(found, key=lambda each: each.path) if each.path in making.content.files
    )


def policies(making: Making) -> Iterator[Json]:
    """The library: how each stands on the day, and what it leads to."""
    library = Library(list(listed(making, Policy)), on=making.on)
    for policy in library.policies.values():
        found = library.stands(policy)
        yield _common(policy, making) | {
            "issuer": policy.issuer,
            "level": policy.level,
            "number": policy.number,
            "kind": policy.kind,
            "status": policy.status,
            "stands": {"word": found.word.value, "says": found.sentence},
            "cited_only": policy.cited_only,
            "issued": _day(policy.issued),
            "effective": _day(policy.effective),
            "expires": _day(policy.expires),
            "based_on": [library.policies[slug].key for slug in policy.based_on if slug in library.policies],
            "replaces": [library.policies[slug].key for slug in policy.replaces if slug in library.policies],
            "replaced_by": found.by.key if found.by else None,
            "attachments": [
                {"title": each.title, "address": f"/{each.file}", "bytes": each.bytes}
                for each in policy.attachments
            ],
        }


def events(making: Making) -> Iterator[Json]:
    """Training classes and job fairs."""
    for event in listed(making, Event):
        yield _common(event, making) | {
            "kind": event.kind,
            "begins": _day(event.begins),
            "ends": _day(event.last_day),
            "hours": event.hours,
            "centre": event.place or None,
            "where": event.where,
            "seats": event.seats or None,
            "enrol": event.enrol,
            "enrol_by": _day(event.enrol_by),
            "programme": event.programme or None,
            "calendar": f"/{event_calendar(event)}",
        }


def news(making: Making) -> Iterator[Json]:
    """What happened."""
    for each in listed(making, News):
        yield _common(each, making) | {"day": _day(each.day)}


def cases(making: Making) -> Iterator[Json]:
    """What places do well."""
    for each in listed(making, Case):
        yield _common(each, making) | {"day": _day(each.day), "sender": each.sender}


def questions(making: Making) -> Iterator[Json]:
    """What people ask, with the answers."""
    for each in listed(making, Question):
        yield _common(each, making) | {"topic": each.topic, "programme": each.programme or None}


def unions(making: Making) -> Iterator[Json]:
    """The unions that have a section of the site; entries name them by code."""
    for section in sorted(making.state.sections, key=lambda each: each.path):
        if section.path in making.content.files:
            yield {
                "id": section.union,
                "title": section.title,
                "summary": section.summary,
                "area": section.area,
                "address": texts.address_of(section.path),
            }


def _common(entry: Entry, making: Making) -> Json:
    text = texts.body(making.pages[entry.path], path=entry.path)
    return {
        "id": entry.key,
        "title": entry.title,
        "summary": entry.summary,
        "address": texts.address_of(entry.path),
        "union": entry.union,
        "office": entry.office,
        "checked": _day(entry.checked),
        "sources": dict(entry.sources),
        "body": {"markdown": text, "html": texts.html(text)},
    }


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
