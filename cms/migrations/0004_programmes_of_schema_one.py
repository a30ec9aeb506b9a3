"""Programmes typed before schema 2: their conditions in groups, their stages with step and posts, once for each head."""

import json
import uuid
from collections.abc import Callable
from typing import Any

from django.db import migrations
from django.db.models import F, JSONField
from django.db.models.functions import Cast
from wagtail.blocks import StreamValue

Raw = list[dict[str, Any]]

#: What the six stages of schema 1 did, and who signed.
STAGES = {
    "acceptance": ("accept", ["ACCEPTOR"]),
    "station": ("check", ["STATION_REVIEWER"]),
    "county": ("check", ["COUNTY_OFFICER", "COUNTY_HEAD"]),
    "notice": ("notice", ["COUNTY_OFFICER", "COUNTY_HEAD"]),
    "city": ("approve", ["CITY_APPROVER"]),
    "payment": ("pay", ["FINANCE_MAKER", "FINANCE_CHECKER"]),
}


def conditions(raw: Raw) -> Raw:
    """One of several, and what must not be, as groups; a group that stands alone stays one of all that must hold."""
    nodes = [_condition(child) for child in raw]
    if len(nodes) == 1 and nodes[0]["type"] == "group" and raw[0]["type"] != "group":
        return [_group("all", nodes, "")]
    return nodes


def _condition(child: dict[str, Any]) -> dict[str, Any]:
    match child["type"]:
        case "any":
            values = [item["value"] if item.get("type") == "item" else item for item in child["value"]]
            return _group("any", [_criterion(value) for value in values], child.get("id", ""))
        case "none":
            return _group("none", [_criterion(child["value"])], child.get("id", ""))
    return child


def _group(kind: str, nodes: Raw, block_id: str) -> dict[str, Any]:
    return {"type": "group", "value": {"kind": kind, "nodes": nodes}, "id": block_id or str(uuid.uuid4())}


def _criterion(value: dict[str, Any]) -> dict[str, Any]:
    return {"type": "criterion", "value": value, "id": str(uuid.uuid4())}


def stages(raw: Raw) -> Raw:
    """Each stage says what is done there, and by whom."""
    found = []
    for child in raw:
        value = child["value"]
        if "step" not in value and value.get("key") in STAGES:
            step, roles = STAGES[value["key"]]
            child = {**child, "value": {**value, "step": step, "roles": roles}}
        found.append(child)
    return found


def once(beneficiary: Raw) -> Raw:
    """Schema 1 paid every beneficiary once in a period, without saying so."""
    return [{"type": "once", "value": {"per": "beneficiary", "src": "I"}, "id": str(uuid.uuid4())}] * bool(
        beneficiary
    )


CHANGES: dict[str, Callable[[Raw], Raw]] = {
    "household_rule": conditions,
    "beneficiary_rule": conditions,
    "stages": stages,
}


def forward(apps: Any, schema_editor: Any) -> None:
    page_model, revisions = apps.get_model("cms", "ProgrammePage"), apps.get_model("wagtailcore", "Revision")
    # The blocks of today pass over what they do not know: the columns are read as they lie there.
    stored = {f"stored_{name}": Cast(F(name), JSONField()) for name in (*CHANGES, "beneficiary")}
    for page in page_model.objects.annotate(**stored):
        for name, change in CHANGES.items():
            _set(page, name, change(getattr(page, f"stored_{name}") or []))
        _set(page, "once", once(page.stored_beneficiary or []))
        page.save(update_fields=[*CHANGES, "once"])
    kind = apps.get_model("contenttypes", "ContentType").objects.filter(app_label="cms", model="programmepage")
    for revision in revisions.objects.filter(content_type__in=kind):
        for name, change in CHANGES.items():
            if name in revision.content:
                revision.content[name] = json.dumps(change(json.loads(revision.content[name])))
        beneficiary = json.loads(revision.content.get("beneficiary") or "[]")
        revision.content["once"] = json.dumps(once(beneficiary))
        revision.save(update_fields=["content"])


def _set(page: Any, name: str, raw: Raw) -> None:
    setattr(page, name, StreamValue(getattr(page, name).stream_block, raw, is_lazy=True))


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0003_schema_two"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
