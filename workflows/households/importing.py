"""Take files over from tables: looked through first, then all of them or none.

Both are done by the worker. What was uploaded is kept sealed until then and goes afterwards.
"""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import DataError, IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from workflows.base import outbox, spreadsheets
from workflows.base.day import date_of
from workflows.base.models import HouseKey
from workflows.households.models import FileImport, HouseholdFile, Member
from workflows.households.moving import FileMoveNotAllowed
from workflows.households.taking_over import AT_ONCE, keep_numbers, open_all, unions_in_reach
from workflows.people.models import Person, id_index, name_index
from workflows.policy.household import national, national_in
from workflows.policy.household.keeping import UPLOAD_DAYS
from workflows.policy.household.national import FILES, MEMBERS, FileIn, PersonIn, Problem
from workflows.policy.masking import mask_name
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from workflows.network.actors import Actor
    from workflows.network.models import Post

TOPIC: Final = "files.import"
#: Who takes files over: the county its own, the city any.
IMPORTS: Final = frozenset({Role.COUNTY_OFFICER, Role.CITY_APPROVER})
#: So many problems are shown; the count is of all.
MOST_SHOWN: Final = 300
Standing = FileImport.Standing


def begin(upload: bytes, *, as_of: date, by: Actor, at: datetime) -> FileImport:
    """Keep an upload and have it looked through.

    :raises FileMoveNotAllowed: for anybody else, or with a day that has not come.
    :raises spreadsheets.Unreadable: when it is no table at all.
    """
    post = by.post
    if post is None or Role(post.role) not in IMPORTS:
        raise FileMoveNotAllowed(_("导入档案由县级帮扶专干或者市级审核办理。"))
    if as_of > date_of(at):
        raise FileMoveNotAllowed(_("表里的情况是哪一天的？日期还没有到。"))
    sheets = spreadsheets.read_xlsx(upload)
    with transaction.atomic():
        made = FileImport.objects.create(
            sealed_by=HouseKey.of("imports"),
            union=post.union,
            by=post,
            by_label=by.label,
            at=at,
            as_of=as_of,
            told=_packed(sheets),
        )
        outbox.put(TOPIC, {"import": str(made.pk)}, key=_errand(made))
    return made


def _packed(told: object) -> str:
    return base64.b64encode(zlib.compress(json.dumps(told, ensure_ascii=False).encode(), 6)).decode()


def _unpacked(text: str) -> Any:
    return json.loads(zlib.decompress(base64.b64decode(text)))


def confirm(made: FileImport, *, by: Actor) -> None:
    """Have an import that was looked through done.

    :raises FileMoveNotAllowed: for anybody but who began it, or when there is nothing to confirm.
    """
    _ask_for_own(made, by)
    with transaction.atomic():
        if not FileImport.objects.filter(pk=made.pk, standing=Standing.READY).update(
            standing=Standing.CONFIRMED
        ):
            raise FileMoveNotAllowed(_("这一批现在不能确认，请看最新情况。"))
        made.standing = Standing.CONFIRMED
        outbox.put(TOPIC, {"import": str(made.pk)}, key=_errand(made))


def drop(made: FileImport, *, by: Actor) -> None:
    """Forget an import that was not confirmed.

    :raises FileMoveNotAllowed: see :func:`confirm`.
    """
    _ask_for_own(made, by)
    open_ = FileImport.objects.filter(pk=made.pk, standing__in=(Standing.NEW, Standing.BAD, Standing.READY))
    if not open_.update(standing=Standing.DROPPED, told=None):
        raise FileMoveNotAllowed(_("这一批已经导入了，不能不要。"))


def _ask_for_own(made: FileImport, by: Actor) -> None:
    if by.post is None or by.post.pk != made.by_id:
        raise FileMoveNotAllowed(_("由上传的人确认。"))


def forget_old(*, at: datetime) -> int:
    """Forget what was uploaded and is not done after its days, or that the worker has given up; returns how many."""
    old = Q(at__lt=at - timedelta(days=UPLOAD_DAYS))
    count = FileImport.objects.filter(old, standing__in=(Standing.BAD, Standing.READY)).update(
        standing=Standing.DROPPED, told=None
    )
    for made in FileImport.objects.filter(standing__in=(Standing.NEW, Standing.CONFIRMED)).defer("told"):
        if made.at < at - timedelta(days=UPLOAD_DAYS) or outbox.has_failed(_errand(made)):
            count += _failed(made, [Problem(FILES, 0, "", _("没有办成，什么也没有导入。请重新上传。"))])
    return count


def _errand(made: FileImport) -> str:
    """The key of what the worker does now for an import."""
    return f"{TOPIC}:{made.pk}:{'check' if made.standing == Standing.NEW else 'do'}"


def deliver(payload: dict[str, Any]) -> None:
    """Look an import through, or do it. Handler of the outbox; run again, it does nothing twice."""
    made = FileImport.objects.select_related("sealed_by", "union").get(pk=UUID(payload["import"]))
    if made.standing == Standing.NEW:
        look_through(made)
    elif made.standing == Standing.CONFIRMED:
        take_over(made)


def look_through(made: FileImport) -> None:
    """Find everything that cannot stay, cell by cell."""
    problems: list[Problem] = []
    files = national_in.read(_unpacked(made.told or ""), on=made.as_of, problems=problems)
    if not files and not problems:
        problems.append(Problem(FILES, 0, "", _("表里没有档案。")))
    problems += _against_the_house(files, made)
    problems.sort(key=lambda each: (each.sheet != FILES, each.row))
    made.problems = [asdict(each) for each in problems[:MOST_SHOWN]]
    made.problem_count = len(problems)
    made.files, made.people = len(files), sum(len(file.people) for file in files)
    if not problems:
        made.told = _packed([_plain(file) for file in files])
    with transaction.atomic():
        held = FileImport.objects.select_for_update(of=("self",)).only("standing").get(pk=made.pk)
        if held.standing != Standing.NEW:
            return  # somebody did not want it any more
        made.standing = Standing.BAD if problems else Standing.READY
        made.save(update_fields=["standing", "problems", "problem_count", "files", "people", "told"])


def _plain(file: FileIn) -> dict[str, Any]:
    return {**asdict(file), "opened_on": file.opened_on.isoformat()}


def _files_of(told: Sequence[Mapping[str, Any]]) -> list[FileIn]:
    return [
        FileIn(
            **{
                **each,
                "opened_on": date.fromisoformat(each["opened_on"]),
                "people": [PersonIn(**person) for person in each["people"]],
            }
        )
        for each in told
    ]


def _against_the_house(files: Sequence[FileIn], made: FileImport) -> list[Problem]:
    """What cannot stay because of what is here: the unit, the number, the name, another file. Whose, is not said."""
    found: list[Problem] = []
    unions = unions_in_reach(made.union)
    numbers = {file.number for file in files}
    taken = set(_in_portions(HouseholdFile.objects.values_list("file_no", flat=True), "file_no", numbers))
    people = [
        (FILES if place == 0 else MEMBERS, person)
        for file in files
        for place, person in enumerate(file.people)
    ]
    indexed = {person.id_no: id_index(person.id_no) for _sheet, person in people}
    known = {
        row[0]: row[1:]
        for row in _in_portions(
            Person.objects.values_list("id_index", "name_index", "pk"), "id_index", indexed.values()
        )
    }
    pks = [row[1] for row in known.values()]
    filed = set(
        _in_portions(Member.objects.filter(active=True).values_list("person", flat=True), "person", pks)
    )
    for file in files:
        if file.owner not in unions:
            found.append(
                Problem(FILES, file.row, national.OWNER, _("您的范围里没有这个单位，写工会全称或者编号。"))
            )
        if file.number in taken:
            found.append(Problem(FILES, file.row, national.NUMBER, _("这个编号已经有档案了。")))
    for sheet, person in people:
        here = known.get(indexed[person.id_no])
        if here is None:
            continue
        if here[0] != name_index(person.name):
            found.append(
                Problem(sheet, person.row, national.NAME, _("姓名和这个身份证号对不上，请对照证件。"))
            )
        elif here[1] in filed:
            found.append(Problem(sheet, person.row, national.ID_NO, _("这个人已经在另一份有效的档案里。")))
    return found


def _in_portions(rows: Any, column: str, values: Iterable[Any]) -> Iterable[Any]:
    wanted = list(values)
    for start in range(0, len(wanted), AT_ONCE):
        yield from rows.filter(**{f"{column}__in": wanted[start : start + AT_ONCE]})


def take_over(made: FileImport) -> None:
    """Open every file of an import, in one transaction: all of them, or none and the reason."""
    if made.standing != Standing.CONFIRMED:
        return
    files = _files_of(_unpacked(made.told or ""))
    keep_numbers(files, made)
    try:
        with transaction.atomic():
            held = (
                FileImport.objects.select_for_update(of=("self",)).select_related("sealed_by").get(pk=made.pk)
            )
            if held.standing != Standing.CONFIRMED:
                return
            if problems := _against_the_house(files, made):
                _failed(made, problems)
                return
            open_all(files, made)
            FileImport.objects.filter(pk=made.pk).update(
                standing=Standing.DONE, told=None, done_at=timezone.now()
            )
    except IntegrityError:
        _failed(made, [Problem(FILES, 0, "", _("导入的这一刻有人被建了另一份档案，请再检查一遍。"))])
    except DataError:
        _failed(
            made, [Problem(FILES, 0, "", _("表里有存不下的内容，什么也没有导入。请打12351告诉市总工会。"))]
        )


def _failed(made: FileImport, problems: Sequence[Problem]) -> int:
    return FileImport.objects.filter(pk=made.pk, standing=made.standing).update(
        standing=Standing.FAILED,
        problems=[asdict(each) for each in problems[:MOST_SHOWN]],
        problem_count=len(problems),
        told=None,
    )


# ---- reading --------------------------------------------------------------------------------------------------------
def seen_through(posts: Sequence[Post], *, most: int = 20) -> list[FileImport]:
    """The newest imports of the unions of these posts and of all below them."""
    return list(_imports(posts).select_related("union", "by__union").defer("told")[:most])


def seen(pk: UUID, posts: Sequence[Post]) -> FileImport | None:
    """One of :func:`seen_through`."""
    return _imports(posts).select_related("union", "by__union", "sealed_by").filter(pk=pk).first()


def _imports(posts: Sequence[Post]) -> QuerySet[FileImport]:
    within = Q(pk__in=[])
    for post in posts:
        within |= Q(union__path__startswith=post.union.path)
    return FileImport.objects.filter(within)


def preview(made: FileImport, *, most: int = 10) -> list[tuple[str, str, str, int]]:
    """The first files of an import that was looked through: number, masked name, category, how many live there."""
    if made.standing != Standing.READY or made.told is None:
        return []
    return [
        (file.number, mask_name(file.people[0].name), file.category, len(file.people))
        for file in _files_of(_unpacked(made.told)[:most])
    ]


def empty_table() -> bytes:
    """A workbook with the titles alone, and what may be chosen in each column that is chosen from a list."""
    chosen = [
        [column.title, "、".join(value.name for value in column.item.values.values)]
        for column in national.CHOSEN
        if column.item.values
    ]
    return spreadsheets.write_xlsx(
        {
            FILES: [national.FILE_TITLES],
            MEMBERS: [national.MEMBER_TITLES],
            _("可以选的"): [[_("列"), _("填哪一个")], *chosen],
        }
    )
