"""Papers of a file: which would help, which are there, adding and taking out. Nothing that was handed in goes away."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Aggregate, F, JSONField, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from workflows.base import files
from workflows.base.day import date_of
from workflows.base.models import PrivateFile
from workflows.base.uploads import Refusal
from workflows.households.models import FilePaper, HouseholdFile
from workflows.parameters import queries as parameters
from workflows.policy.household import proofs
from workflows.policy.household.lifecycle import ENDED, FileState
from workflows.policy.household.proofs import ASKED, OTHER, Proof

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

    from workflows.base.uploads import Offered
    from workflows.households.models import Member
    from workflows.households.saying import Said
    from workflows.network.actors import Actor

#: While a file is in one of these it is the family's to fill in, and what was added since may be taken out again.
OPEN: Final = (FileState.DRAFT, FileState.RETURNED)


class NotTaken(ValueError):
    """A paper cannot be added or taken out; the sentence says why."""


@dataclass(frozen=True)
class Wanted:
    """A paper that would help, whose it is, and what is there of it. ``asked``: it stands in the list of a return."""

    proof: Proof
    member: Member | None
    papers: Sequence[FilePaper]
    title: str
    asked: bool = False

    @property
    def key(self) -> str:
        return f"{self.proof.kind}:{self.member.pk}" if self.member else self.proof.kind


def asked_for(file: HouseholdFile) -> list[str]:
    """What a station or county wrote when it sent the file back, a line each; a file is sent back once."""
    back = file.events.filter(target=FileState.RETURNED).select_related("sealed_by").last()
    return str(back.note).splitlines() if back else []


def there(file: HouseholdFile) -> list[FilePaper]:
    """Every paper that was not taken out again, in one query."""
    found = file.papers.filter(removed_at__isnull=True)
    return list(found.select_related("held", "sealed_by", "member__person__sealed_by"))


class _Rows(Aggregate):
    """Rows of a group as one JSON array, on both databases."""

    function = "JSONB_AGG"
    output_field = JSONField()

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any
    ) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **more)


@dataclass(frozen=True)
class Listed:
    """A paper as a list shows it to somebody who has not opened it."""

    pk: UUID
    label: str
    whose: int | None
    form: str
    added_at: datetime
    added_by: str
    came_later: bool


def listed() -> Subquery:
    """The papers of a file as a column of the query that reads it, to be read by :func:`read`."""
    columns = {name: F(name) for name in ("id", "kind", "member_id", "added_by", "added_at", "turn")}
    found = FilePaper.objects.filter(file=OuterRef("pk"), removed_at__isnull=True).order_by().values("file")
    rows = _Rows(JSONObject(**columns, form=F("held__kind")))
    return Subquery(found.annotate(read=rows).values("read"), output_field=JSONField())


def read(rows: list[dict[str, Any]] | None) -> list[Listed]:
    """What :func:`listed` read, the oldest first."""
    found = [
        Listed(
            pk=UUID(row["id"]),
            label=proofs.name_of(row["kind"]),
            whose=row["member_id"],
            form=PrivateFile.Kind(row["form"]).label,
            added_at=_moment(row["added_at"]),
            added_by=row["added_by"],
            came_later=row["turn"] > 0,
        )
        for row in rows or ()
    ]
    return sorted(found, key=lambda each: each.added_at)


def _moment(text: str) -> datetime:
    """SQLite keeps moments in UTC without saying so."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def wanted(
    file: HouseholdFile,
    said: Said,
    members: Sequence[Member],
    *,
    asked: Sequence[str],
    also: Collection[str] = (),
) -> list[Wanted]:
    """Every paper there is a place for: what was asked for first, then what helps, then anything else.

    :param members: those who live there, with their persons.
    :param asked: of :func:`asked_for`.
    :param also: further kinds of the household, for example what a station needs that fills it in for somebody.
    """
    held: dict[str, list[FilePaper]] = {}
    for each in there(file):
        held.setdefault(each.key, []).append(each)

    def found() -> Iterator[Wanted]:
        for number, line in enumerate(asked, start=1):
            what, _colon, why = line.partition("：")
            kind = f"{ASKED}-{number}"
            yield Wanted(Proof(kind, why), None, held.pop(kind, ()), what, asked=True)
        for proof in (*map(Proof, also), *proofs.of_household(said.rows())):
            yield Wanted(proof, None, held.pop(proof.kind, ()), proof.name)
        for member in members:
            for proof in proofs.of_member(said.rows(member.pk)):
                papers = held.pop(f"{proof.kind}:{member.pk}", ())
                yield Wanted(proof, member, papers, proof.name)
        # What was added for something that is said no more is still there.
        for papers in [*held.values()]:
            first = papers[0]
            if first.kind != OTHER:
                yield Wanted(Proof(first.kind), first.member, papers, first.label)
        yield Wanted(Proof(OTHER, _("别的能说明情况的。")), None, held.get(OTHER, ()), proofs.name_of(OTHER))

    return list(found())


def add(
    file: HouseholdFile,
    place: Wanted,
    *,
    upload: bytes,
    name: str,
    by: Actor,
    at: datetime,
) -> FilePaper | None:
    """Check, rebuild, seal and keep an uploaded file as a paper; nothing is returned where the same is there already.

    :raises NotTaken: when the file has ended, or there are enough of this paper.
    :raises files.Refused: when the upload is not what it should be, with a sentence.
    """
    if file.position in ENDED:
        raise NotTaken(_("这份档案已经结束，不能再加材料。"))
    mark = hashlib.sha256(upload).hexdigest()
    same = file.papers.filter(kind=place.proof.kind, member=place.member, removed_at__isnull=True)
    if same.filter(mark=mark).exists():
        return None
    most = int(parameters.value("most_files_per_paper", area=file.owner.area, on=date_of(at)))
    if same.count() >= most:
        raise NotTaken(_("这项材料的文件够多了，最多%(most)s个。") % {"most": most})
    try:
        with transaction.atomic():
            made = FilePaper.objects.create(
                sealed_by=file.sealed_by,
                file=file,
                member=place.member,
                kind=place.proof.kind,
                held=files.store(upload, sealed_by=file.sealed_by, name=name),
                mark=mark,
                name=name[-120:],
                turn=file.turn,
                added_by=by.label,
                added_at=at,
            )
            HouseholdFile.objects.filter(pk=file.pk).update(touched_on=date_of(at))
    except IntegrityError:  # the same button in a second tab
        return None
    return made


def add_all(
    file: HouseholdFile, places: Sequence[Wanted], offered: Sequence[Offered], *, by: Actor, at: datetime
) -> list[Refusal]:
    """Add each file that can be taken; those that cannot come back with a sentence, and harm no other.

    :param places: of :func:`wanted`.
    """
    by_key, refused = {place.key: place for place in places}, []
    for each in offered:
        try:
            if (place := by_key.get(each.key)) is None:
                raise NotTaken(_("这份材料不需要上传。"))
            add(file, place, upload=each.taken(), name=each.name, by=by, at=at)
        except (files.Refused, NotTaken) as refusal:
            refused.append(Refusal(each.key, each.name, str(refusal)))
    return refused


def may_go(paper: FilePaper, file: HouseholdFile) -> bool:
    """Whether a paper may be taken out: it was added since the file is the family's to fill in."""
    return file.position in OPEN and paper.turn == file.turn


def remove(paper: FilePaper, file: HouseholdFile, *, at: datetime) -> None:
    """Take a paper out before it is handed in.

    :raises NotTaken: afterwards.
    """
    if not may_go(paper, file):
        raise NotTaken(_("已经交上去的材料不能再删。传错了的，补一份对的就行。"))
    FilePaper.objects.filter(pk=paper.pk, removed_at__isnull=True).update(removed_at=at)


def find(file: HouseholdFile, pk: UUID) -> FilePaper | None:
    """One paper that is there, with what opens it."""
    there = file.papers.filter(pk=pk, removed_at__isnull=True)
    return there.select_related("held__sealed_by", "sealed_by").first()


def forget(file: HouseholdFile) -> None:
    """Delete the papers of a draft with their bytes; the database refuses it for any other file."""
    held = [each.held for each in file.papers.select_related("held")]
    file.papers.all().delete()
    for each in held:
        transaction.on_commit(partial(each.path.unlink, missing_ok=True))
        each.delete()
