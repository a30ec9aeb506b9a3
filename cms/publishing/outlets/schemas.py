"""The shape of every data file as JSON Schema 2020-12; published beside the data under ``/data/v1/schema/``."""

from collections.abc import Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
TEXT: Final[Schema] = {"type": "string"}
SOME_TEXT: Final[Schema] = {"type": "string", "minLength": 1}
FLAG: Final[Schema] = {"type": "boolean"}
NUMBER: Final[Schema] = {"type": "integer"}
DAY: Final[Schema] = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
DAY_OR_NOT: Final[Schema] = {"type": ["string", "null"], "pattern": r"^\d{4}-\d{2}-\d{2}$"}
UUID: Final[Schema] = {
    "type": "string",
    "pattern": r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
}
#: An address of the site, from its root.
ADDRESS: Final[Schema] = {"type": "string", "pattern": r"^/"}
ADDRESS_OR_NOT: Final[Schema] = {"type": ["string", "null"], "pattern": r"^/"}
SPAN: Final[Schema] = {"type": "string", "pattern": r"^\d{2}:\d{2}-\d{2}:\d{2}$"}
#: What the definition says in its own words and shapes; see the programme's page for how to read it.
ANYTHING: Final[Schema] = {"type": ["object", "array", "string", "integer", "boolean", "null"]}
ANY_OBJECT: Final[Schema] = {"type": "object"}
ANY_OBJECT_OR_NOT: Final[Schema] = {"type": ["object", "null"]}


def listing(items: Schema) -> Schema:
    """An array of one kind."""
    return {"type": "array", "items": items}


def mapping(values: Schema) -> Schema:
    """An object whose names are free and whose values are of one kind."""
    return {"type": "object", "additionalProperties": values}


def record(**properties: Schema) -> Schema:
    """An object with exactly these properties, all of them there."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


CODED: Final = record(code=SOME_TEXT, name=SOME_TEXT)
MARKED: Final = record(markdown=TEXT, html=TEXT)

ARTICLE: Final[Mapping[str, Schema]] = {
    "id": UUID,
    "title": SOME_TEXT,
    "summary": TEXT,
    "address": ADDRESS,
    "audience": TEXT,
    "season": TEXT,
    "section": TEXT,
    "programme": {"type": ["string", "null"]},
    "office": TEXT,
    "rules": TEXT,
    "checked": DAY_OR_NOT,
    "glance": mapping(MARKED),
    "sources": mapping(TEXT),
    "body": MARKED,
}

GUIDE: Final = record(**ARTICLE)

PROGRAMME: Final = record(
    id=SOME_TEXT,
    name=SOME_TEXT,
    kind=TEXT,
    year=NUMBER,
    level=TEXT,
    intake={"enum": ["apply", "list"]},
    valid=record(start=DAY, end=DAY),
    window=record(
        opens=DAY, closes=DAY, late_closes=DAY_OR_NOT, late_reason=TEXT, state=SOME_TEXT, says=SOME_TEXT
    ),
    schedule=ANY_OBJECT_OR_NOT,
    applicant=TEXT,
    beneficiary=ANY_OBJECT_OR_NOT,
    conditions=record(household=ANY_OBJECT_OR_NOT, beneficiary=ANY_OBJECT_OR_NOT, told=MARKED),
    calculations=listing(ANY_OBJECT),
    amount=record(rule=ANY_OBJECT_OR_NOT, told=MARKED),
    benefits=listing(ANY_OBJECT),
    papers=listing(
        record(
            key=SOME_TEXT,
            name=SOME_TEXT,
            why=SOME_TEXT,
            per={"enum": ["application", "beneficiary"]},
            when=ANY_OBJECT_OR_NOT,
            several=FLAG,
            life_months={"type": ["integer", "null"]},
            source=TEXT,
        )
    ),
    stages=listing(
        record(
            key=SOME_TEXT,
            name=SOME_TEXT,
            by=SOME_TEXT,
            limit_workdays={"type": ["integer", "null"]},
            min_workdays={"type": ["integer", "null"]},
            source=TEXT,
        )
    ),
    promised_workdays=NUMBER,
    self_check=ADDRESS_OR_NOT,
    calendar=ADDRESS_OR_NOT,
    sources=listing(ANY_OBJECT),
    page=GUIDE,
)

CENTRE: Final = record(
    id={"type": "string", "pattern": r"^\d{10}$"},
    name=SOME_TEXT,
    level=CODED,
    area=CODED,
    parent={"type": ["string", "null"]},
    union=SOME_TEXT,
    address=TEXT,
    landmark=TEXT,
    transport=TEXT,
    phone=SOME_TEXT,
    hotline=TEXT,
    page=ADDRESS,
    services=listing(CODED),
    accessibility=listing(CODED),
    appointment=FLAG,
    windows=listing(
        record(
            name=SOME_TEXT,
            services=listing(SOME_TEXT),
            hours=mapping(listing(SPAN)),
            lunch_duty=FLAG,
        )
    ),
    week=mapping(listing(SPAN)),
    exceptions=mapping(listing(SPAN)),
    status=record(
        state={"enum": ["OPEN", "SUSPENDED", "MOVED"]},
        begins=DAY_OR_NOT,
        ends=DAY_OR_NOT,
        notice=TEXT,
        holds_today=FLAG,
    ),
    last_verified=DAY_OR_NOT,
)

PARAMETER: Final = record(
    id=SOME_TEXT,
    name=SOME_TEXT,
    meaning=SOME_TEXT,
    group=CODED,
    lines=listing(
        record(
            area={"type": ["string", "null"]},
            begins=DAY,
            ends=DAY_OR_NOT,
            value=ANYTHING,
            says=TEXT,
            source=TEXT,
        )
    ),
)

HAPPENING: Final = record(
    id=SOME_TEXT,
    kind={"enum": ["opens", "closes", "late_closes", "list", "class", "fair", "enrol_by"]},
    day=DAY,
    ends=DAY_OR_NOT,
    title=SOME_TEXT,
    told=TEXT,
    address=ADDRESS,
    where=TEXT,
    programme={"type": ["string", "null"]},
)

ENTRY: Final[Mapping[str, Schema]] = {
    "id": UUID,
    "title": SOME_TEXT,
    "summary": TEXT,
    "address": ADDRESS,
    "union": SOME_TEXT,
    "office": TEXT,
    "checked": DAY,
    "sources": mapping(TEXT),
    "body": MARKED,
}
TEXT_OR_NOT: Final[Schema] = {"type": ["string", "null"]}

POLICY: Final = record(
    **ENTRY,
    issuer=SOME_TEXT,
    level=SOME_TEXT,
    number=TEXT,
    kind=TEXT,
    status=SOME_TEXT,
    stands=record(word=SOME_TEXT, says=SOME_TEXT),
    cited_only=FLAG,
    issued=DAY_OR_NOT,
    effective=DAY_OR_NOT,
    expires=DAY_OR_NOT,
    based_on=listing(UUID),
    replaces=listing(UUID),
    replaced_by=TEXT_OR_NOT,
    attachments=listing(record(title=SOME_TEXT, address=ADDRESS, bytes=NUMBER)),
)

NEWS: Final = record(**ENTRY, day=DAY)
CASE: Final = record(**ENTRY, day=DAY, sender=SOME_TEXT)
QUESTION: Final = record(**ENTRY, topic=SOME_TEXT, programme=TEXT_OR_NOT)
EVENT: Final = record(
    **ENTRY,
    kind=SOME_TEXT,
    begins=DAY,
    ends=DAY,
    hours=TEXT,
    centre=TEXT_OR_NOT,
    where=TEXT,
    seats={"type": ["integer", "null"]},
    enrol=TEXT,
    enrol_by=DAY_OR_NOT,
    programme=TEXT_OR_NOT,
    calendar=ADDRESS,
)
UNION: Final = record(id=SOME_TEXT, title=SOME_TEXT, summary=TEXT, area=TEXT, address=ADDRESS)
CHANGE: Final = record(
    id=SOME_TEXT, day=DAY, title=SOME_TEXT, address=ADDRESS, told=listing(SOME_TEXT), before=ADDRESS_OR_NOT
)

FEED: Final = record(id=SOME_TEXT, title=SOME_TEXT, type=SOME_TEXT, address=ADDRESS)

MOVED: Final = record(id=ADDRESS, to=ADDRESS_OR_NOT)

INDEX: Final = record(
    version={"enum": ["1"]},
    generated_for=DAY,
    site=SOME_TEXT,
    demo=FLAG,
    today=ADDRESS,
    files=listing(
        record(
            id=SOME_TEXT,
            title=SOME_TEXT,
            count=NUMBER,
            address=ADDRESS,
            schema=ADDRESS,
            each=ADDRESS_OR_NOT,
            each_schema=ADDRESS_OR_NOT,
            csv=ADDRESS_OR_NOT,
        )
    ),
)


def published(schema: Schema, *, address: str, title: str) -> dict[str, Any]:
    """A schema as a file of its own."""
    return {"$schema": DIALECT, "$id": address, "title": title, **schema}
