"""Files as the tables of the national form: asked for with a purpose, approved by another person, taken once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from workflows.base import spreadsheets
from workflows.base.day import date_of
from workflows.households import saying
from workflows.households.models import FileExport, HouseholdFile, Member
from workflows.households.moving import FileMoveNotAllowed
from workflows.people.models import AccessLog
from workflows.policy.household import national
from workflows.policy.household.national import FILE_TITLES, FILES, MEMBER_TITLES, MEMBERS, FileOut, PersonOut
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from workflows.households.saying import Said
    from workflows.network.actors import Actor
    from workflows.network.models import Post

ASKS: Final = frozenset({Role.COUNTY_OFFICER, Role.CITY_APPROVER})
APPROVES: Final = frozenset({Role.COUNTY_HEAD, Role.CITY_APPROVER})
#: Days within which an approved table is taken.
TAKEN_WITHIN: Final = 3
AT_ONCE: Final = 500


def ask(purpose: str, *, by: Actor, at: datetime) -> FileExport:
    """Ask for the files in force of one's own union and of all below it.

    :raises FileMoveNotAllowed: for anybody else, or without a purpose.
    """
    post = by.post
    if post is None or Role(post.role) not in ASKS:
        raise FileMoveNotAllowed(_("导出档案由县级帮扶专干或者市级审核申请。"))
    if not purpose.strip():
        raise FileMoveNotAllowed(_("请写明用途。"))
    return FileExport.objects.create(union=post.union, by=post, purpose=purpose.strip()[:120], at=at)


def decide(export: FileExport, *, yes: bool, by: Actor, at: datetime) -> None:
    """Another person of the same union, or of one above, approves or refuses.

    :raises FileMoveNotAllowed: for who asked, for anybody else, or when it is decided.
    """
    post = by.post
    if post is None or Role(post.role) not in APPROVES or not export.union.path.startswith(post.union.path):
        raise FileMoveNotAllowed(_("由县级负责人或者市级审核同意。"))
    if post.person_id == export.by.person_id:
        raise FileMoveNotAllowed(_("要由另一个人同意。"))
    open_ = FileExport.objects.filter(pk=export.pk, approved_by__isnull=True, refused=False)
    if not open_.update(
        approved_by=post if yes else None, approved_on=date_of(at) if yes else None, refused=not yes
    ):
        raise FileMoveNotAllowed(_("已经有人办过了。"))


def take(export: FileExport, *, by: Actor, at: datetime) -> bytes:
    """The workbook; every file in it is written down, for the family as well.

    :raises FileMoveNotAllowed: for anybody but who asked, before it is approved, after its days, or the second time.
    """
    if by.post is None or by.post.pk != export.by_id:
        raise FileMoveNotAllowed(_("由申请的人下载。"))
    until = export.approved_on + timedelta(days=TAKEN_WITHIN) if export.approved_on else None
    if until is None or date_of(at) > until:
        raise FileMoveNotAllowed(
            _("还没有同意，或者过了%(days)s天没有下载，请重新申请。") % {"days": TAKEN_WITHIN}
        )
    files = HouseholdFile.objects.in_force().filter(path__startswith=export.union.path)
    rows: dict[str, list[Sequence[str]]] = {FILES: [FILE_TITLES], MEMBERS: [MEMBER_TITLES]}
    with transaction.atomic():
        if not FileExport.objects.filter(pk=export.pk, taken_at__isnull=True).update(taken_at=timezone.now()):
            raise FileMoveNotAllowed(_("已经下载过一次，请重新申请。"))
        count = 0
        for file in each(files.order_by("path", "file_no"), note=(by, export)):
            count += 1
            for sheet, cells in national.rows_of(file):
                rows[sheet].append(cells)
        FileExport.objects.filter(pk=export.pk).update(files=count)
    mark = _("%(who)s %(at)s 导出，用途：%(why)s") % {
        "who": by.label,
        "at": timezone.localtime().strftime("%Y-%m-%d %H:%M"),
        "why": export.purpose,
    }
    return spreadsheets.write_xlsx({**rows, _("说明"): [[mark]]})


def each(files: Any, *, note: tuple[Actor, FileExport] | None = None) -> Iterator[FileOut]:
    """Files as they are written out, some hundred read at a time."""
    wanted = list(files.values_list("pk", flat=True))
    for start in range(0, len(wanted), AT_ONCE):
        portion = wanted[start : start + AT_ONCE]
        read = HouseholdFile.objects.select_related("owner", "sealed_by").in_bulk(portion)
        told, members = saying.of_many(portion), _members(portion)
        if note is not None:
            _note(note, [read[pk] for pk in portion])
        for pk in portion:
            yield _out(read[pk], members.get(pk, []), told.get(pk, saying.Said({})))


def _members(files: Sequence[Any]) -> dict[Any, list[Member]]:
    found: dict[Any, list[Member]] = {}
    living = Member.objects.filter(file__in=files, left_on__isnull=True).select_related("person__sealed_by")
    for member in living.order_by("pk"):
        found.setdefault(member.file_id, []).append(member)
    return found


def _note(note: tuple[Actor, FileExport], files: Sequence[HouseholdFile]) -> None:
    by, export = note
    why = f"{Role(export.by.role).label} · {export.purpose}"
    AccessLog.objects.bulk_create(
        AccessLog(
            user=by.user,
            person_id=file.main_id,
            what="household file, exported",
            ref=file.file_no,
            why=why,
            at=timezone.now(),
        )
        for file in files
    )


def _out(file: HouseholdFile, members: Sequence[Member], said: Said) -> FileOut:
    main = [member for member in members if member.person_id == file.main_id]
    others = [member for member in members if member.person_id != file.main_id]
    return FileOut(
        number=file.file_no,
        category=file.category,
        owner=file.owner.name,
        opened_on=file.opened_on or file.since,
        home=_merged(said, "home", None),
        people=[
            PersonOut(
                name=member.person.name,
                id_no=member.person.id_no or "",
                relation=member.relation,
                parts={part: _merged(said, part, member.pk) for part in ("person", "education", "account")},
                incomes=[row.row() for row in said.counting("income", member=member.pk)],
            )
            for member in (*main, *others)
        ],
    )


def _merged(said: Said, part: str, member: int | None) -> dict[str, Any]:
    """One row of what counts, and what only an earlier source knows."""
    merged: dict[str, Any] = {}
    for source in reversed(saying.COUNTS):
        for each_ in said.by(part, member=member, source=source)[:1]:
            merged |= each_.row()
    return merged


def seen_through(posts: Sequence[Post], *, most: int = 20) -> list[FileExport]:
    """The newest exports of the unions of these posts and of all below them."""
    return list(_exports(posts).select_related("union", "by__union", "by__person__sealed_by")[:most])


def seen(pk: UUID, posts: Sequence[Post]) -> FileExport | None:
    """One of :func:`seen_through`."""
    return _exports(posts).select_related("union", "by__union", "by__person__sealed_by").filter(pk=pk).first()


def _exports(posts: Sequence[Post]) -> QuerySet[FileExport]:
    within = Q(pk__in=[])
    for post in posts:
        within |= Q(union__path__startswith=post.union.path)
    return FileExport.objects.filter(within)
