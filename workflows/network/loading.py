"""State which unions there should be; running it twice changes nothing."""

from collections.abc import Iterable, Mapping

from workflows.network.models import UnionOrg


def unions_are(rows: Iterable[Mapping[str, str]]) -> None:
    """Make the tree what the rows say.

    Rows carry code, name, kind, level, parent (code or empty), area, address, phone.
    """
    known = {union.code: union for union in UnionOrg.objects.select_related("parent")}
    for generation in _generations(list(rows)):
        fresh = []
        for row in generation:
            parent = known[row["parent"]] if row.get("parent") else None
            union = known.setdefault(row["code"], UnionOrg(code=row["code"]))
            if _becomes(union, row, parent):
                if union._state.adding:
                    fresh.append(union)
                else:
                    union.save()
        UnionOrg.objects.bulk_create(fresh)


def _generations(rows: list[Mapping[str, str]]) -> Iterable[list[Mapping[str, str]]]:
    """The city, then what stands below it, and so on: parents are stored before their children."""
    parents: set[str] = {""}
    while generation := [row for row in rows if (row.get("parent") or "") in parents]:
        yield generation
        parents = {row["code"] for row in generation}


def _becomes(union: UnionOrg, row: Mapping[str, str], parent: UnionOrg | None) -> bool:
    """Give a union what its row says; True when that changed it."""
    wanted = {
        "name": row["name"],
        "kind": row["kind"],
        "level": row["level"],
        "parent": parent,
        "area": str(row["area"]),
        "address": row.get("address", ""),
        "phone": row.get("phone", ""),
        "path": f"{parent.path if parent else ''}{row['code']}/",
    }
    changed = union._state.adding or any(getattr(union, name) != value for name, value in wanted.items())
    for name, value in wanted.items():
        setattr(union, name, value)
    return changed
