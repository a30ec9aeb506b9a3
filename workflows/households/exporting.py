"""Files as the tables of the national form: asked for with a purpose, approved by another person, made, taken once.

The worker makes the table. It lies here sealed until it is taken or its days are over.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from workflows.base import day, outbox, spreadsheets
from workflows.base.day import date_of
from workflows.base.models import HouseKey
from workflows.households import saying
from workflows.households.models import FileExport, HouseholdFile, Member
from workflows.households.moving import FileMoveNotAllowed
from workflows.people import access
from workflows.policy.household import national_out
from workflows.policy.household.entries import PARTS
from workflows.policy.household.keeping import TABLE_DAYS
from workflows.policy.household.national import FILE_TITLES, FILES, MEMBER_TITLES, MEMBERS, FileOut, PersonOut
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from workflows.households.saying import Said
    from workflows.network.actors import Actor
    from workflows.network.models import Post

TOPIC: Final = "files.export"
ASKS: Final = frozenset({Role.COUNTY_OFFICER, Role.CITY_APPROVER})
APPROVES: Final = frozenset({Role.COUNTY_HEAD, Role.CITY_APPROVER})
AT_ONCE: Final = 500
Standing = FileExport.Standing


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
    """Another person of the same union, or of one above, approves, and the table is made; or refuses.

    :raises FileMoveNotAllowed: for who asked, for anybody else, or when it is decided.
    """
    post = by.post
    if post is None or Role(post.role) not in APPROVES or not export.union.path.startswith(post.union.path):
        raise FileMoveNotAllowed(_("由县级负责人或者市级审核同意。"))
    if post.person_id == export.by.person_id:
        raise FileMoveNotAllowed(_("要由另一个人同意。"))
    with transaction.atomic():
        open_ = FileExport.objects.filter(pk=export.pk, standing=Standing.ASKED)
        if not open_.update(
            standing=Standing.MAKING if yes else Standing.REFUSED,
            approved_by=post if yes else None,
            approved_on=date_of(at) if yes else None,
        ):
            raise FileMoveNotAllowed(_("已经有人办过了。"))
        if yes:
            outbox.put(TOPIC, {"export": str(export.pk)}, key=_errand(export))


def _errand(export: FileExport) -> str:
    return f"{TOPIC}:{export.pk}"


@override("zh-hans")  # the table is one, whoever takes it
def deliver(payload: dict[str, Any]) -> None:
    """Make a table. Handler of the outbox; begun again after a worker was killed, and made it does nothing."""
    made = FileExport.objects.select_related("union", "by__union", "by__person__sealed_by")
    export = made.get(pk=UUID(payload["export"]))
    if export.standing != Standing.MAKING:
        return
    on = day.today()
    files = HouseholdFile.objects.in_force().filter(path__startswith=export.union.path)
    wanted = list(files.order_by("path", "file_no").values_list("pk", flat=True))
    standing = FileExport.objects.filter(pk=export.pk, standing=Standing.MAKING)
    standing.update(files=len(wanted), done=0)
    rows: dict[str, list[Sequence[str]]] = {FILES: [FILE_TITLES], MEMBERS: [MEMBER_TITLES]}
    for done, file in enumerate(each(wanted), start=1):
        for sheet, cells in national_out.rows_of(file, on=on):
            rows[sheet].append(cells)
        if not done % AT_ONCE:
            standing.update(done=done)
    mark = _("%(who)s %(at)s 导出，用途：%(why)s") % {
        "who": f"{export.by}（{export.by.person.name}）",
        "at": timezone.localtime().strftime("%Y-%m-%d %H:%M"),
        "why": export.purpose,
    }
    book = spreadsheets.write_xlsx({**rows, _("说明"): [[mark]]})
    with transaction.atomic():
        if standing.update(standing=Standing.READY, ready_on=on, done=len(wanted)):
            export.sealed_by, export.table = HouseKey.of("exports"), _packed(book, wanted)
            export.save(update_fields=["sealed_by", "table"])


def _packed(book: bytes, files: Sequence[UUID]) -> str:
    return json.dumps({"book": base64.b64encode(book).decode(), "files": [str(file) for file in files]})


def take(export: FileExport, *, by: Actor, at: datetime) -> bytes:
    """The workbook; every file in it is written down, for the family as well.

    :raises FileMoveNotAllowed: for anybody but who asked, before it is made, after its days, or the second time.
    """
    if by.post is None or by.post.pk != export.by_id:
        raise FileMoveNotAllowed(_("由申请的人下载。"))
    forget_old(at=at)
    with transaction.atomic():
        held = FileExport.objects.select_for_update(of=("self",)).select_related("sealed_by")
        ready = held.get(pk=export.pk)
        if ready.standing == Standing.TAKEN:
            raise FileMoveNotAllowed(_("已经下载过一次，请重新申请。"))
        if ready.standing != Standing.READY or not ready.table:
            raise FileMoveNotAllowed(
                _("还没有同意、还没有做好，或者过了%(days)s天没有下载，请看最新情况。") % {"days": TABLE_DAYS}
            )
        told = json.loads(ready.table)
        FileExport.objects.filter(pk=export.pk).update(
            standing=Standing.TAKEN, taken_at=timezone.now(), table=None
        )
        _note(export, told["files"], by=by)
    return base64.b64decode(told["book"])


def _note(export: FileExport, files: Sequence[str], *, by: Actor) -> None:
    why = f"{Role(export.by.role).label} · {export.purpose}"
    for start in range(0, len(files), AT_ONCE):
        portion = HouseholdFile.objects.filter(pk__in=files[start : start + AT_ONCE])
        access.note_each(
            portion.values_list("main", "file_no"),
            user=by.user,
            what="household file, exported",
            why=why,
            at=timezone.now(),
        )


def forget_old(*, at: datetime) -> int:
    """Forget the tables nobody has taken within their days, and say of those the worker has given up that it has."""
    last = date_of(at) - timedelta(days=TABLE_DAYS)
    count = FileExport.objects.filter(standing=Standing.READY, ready_on__lt=last).update(
        standing=Standing.GONE, table=None
    )
    for export in FileExport.objects.filter(standing=Standing.MAKING).defer("table"):
        if outbox.has_failed(_errand(export)):
            given_up = FileExport.objects.filter(pk=export.pk, standing=Standing.MAKING)
            count += given_up.update(standing=Standing.FAILED)
    return count


def last_day(export: FileExport) -> date | None:
    """The last day on which a table can be taken; None before it is made."""
    return export.ready_on + timedelta(days=TABLE_DAYS) if export.ready_on else None


def each(wanted: Sequence[UUID]) -> Iterator[FileOut]:
    """These files as they are written out, some hundred read at a time."""
    for start in range(0, len(wanted), AT_ONCE):
        portion = wanted[start : start + AT_ONCE]
        read = HouseholdFile.objects.select_related("owner", "sealed_by").in_bulk(portion)
        told, members = saying.of_many(portion), _members(portion)
        for pk in portion:
            yield _out(read[pk], members.get(pk, []), told.get(pk, saying.Said({})))


def _members(files: Sequence[Any]) -> dict[Any, list[Member]]:
    found: dict[Any, list[Member]] = {}
    living = Member.objects.filter(file__in=files, left_on__isnull=True).select_related("person__sealed_by")
    for member in living.order_by("pk"):
        found.setdefault(member.file_id, []).append(member)
    return found


def _out(file: HouseholdFile, members: Sequence[Member], said: Said) -> FileOut:
    main = [member for member in members if member.person_id == file.main_id]
    others = [member for member in members if member.person_id != file.main_id]
    return FileOut(
        number=file.file_no,
        category=file.category,
        owner=file.owner.name,
        opened_on=file.opened_on or file.since,
        home=_merged(said, "home", None),
        nobody_works=file.zero_employment,
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
    """The row that counts. What no family is asked may stand in an earlier one only, and is taken from there."""
    counting = said.counting(part, member=member)
    merged: dict[str, Any] = counting[0].row() if counting else {}
    for source in saying.COUNTS:
        for before in said.by(part, member=member, source=source)[:1]:
            for key, value in before.row().items():
                if not PARTS[part].item(key).by_family:
                    merged.setdefault(key, value)
    return merged


def seen_through(posts: Sequence[Post], *, most: int = 20) -> list[FileExport]:
    """The newest exports of the unions of these posts and of all below them."""
    found = _exports(posts).select_related("union", "by__union", "by__person__sealed_by").defer("table")
    return list(found[:most])


def seen(pk: UUID, posts: Sequence[Post]) -> FileExport | None:
    """One of :func:`seen_through`."""
    found = _exports(posts).select_related("union", "by__union", "by__person__sealed_by").defer("table")
    return found.filter(pk=pk).first()


def _exports(posts: Sequence[Post]) -> QuerySet[FileExport]:
    within = Q(pk__in=[])
    for post in posts:
        within |= Q(union__path__startswith=post.union.path)
    return FileExport.objects.filter(within)
