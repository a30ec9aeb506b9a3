"""State which unions there should be; running it twice changes nothing."""

from collections.abc import Iterable, Mapping

from workflows.network.models import UnionOrg


def unions_are(rows: Iterable[Mapping[str, str]]) -> None:
    """Make the tree what the rows say. A row's parent stands before it.

    Rows carry code, name, kind, level, parent (code or empty), area, address, phone.
    """
    known = {union.code: union for union in UnionOrg.objects.all()}
    for row in rows:
        parent = known[row["parent"]] if row.get("parent") else None
        union = known.get(row["code"]) or UnionOrg(code=row["code"])
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
        if union.pk is None or any(getattr(union, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(union, name, value)
            union.save()
        known[union.code] = union
