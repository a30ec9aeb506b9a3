"""How registers are reached: not at all (未接入), by files that people carry, or over HTTP.

Over HTTP a request is put once (``PUT <address>/requests/<id>``; putting it again changes nothing) and its answer is asked
for until it is there (``GET`` of the same: 202 while it is not, 200 with the answer). What a register sends is read
before anything of it is kept; what cannot be read is told to the county in a sentence, and the check stays open.
"""

from __future__ import annotations

import http.client
import json
import logging
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.base import outbox
from workflows.base.day import date_of
from workflows.households import answers, drafting, saying
from workflows.households.models import MeansCheck, Member
from workflows.households.moving import FileMoveNotAllowed
from workflows.network.actors import SYSTEM
from workflows.people import access
from workflows.policy.household import registers
from workflows.policy.household.registers import REGISTERS, Answer, Nonsense

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from workflows.households.models import FileQuerySet
    from workflows.network.actors import Actor
    from workflows.people.models import User
    from workflows.policy.household.entries import Row

log = logging.getLogger(__name__)

TOPIC: Final = "files.ask"
SECONDS: Final = 10
MOST_BYTES: Final = 1024 * 1024
#: So many checks of a register are asked about in one pass of the worker.
AT_ONCE: Final = 20
#: What could not be sent in all its tries rests so long before it is tried anew.
REST: Final = timedelta(days=1)
#: So long an answer that is no longer waited for is still fetched.
STILL_FETCHED: Final = timedelta(days=90)
Standing = MeansCheck.Standing
_WITH: Final = ("file__owner", "file__sealed_by", "file__main__sealed_by", "sealed_by")
WITHDRAWN: Final = gettext_lazy("家里有人撤回了核对的同意，不再取回复，来了也不登记。")


class Way(StrEnum):
    """How a register is reached."""

    NONE = "none"
    BATCH = "batch"
    HTTP = "http"

    @property
    def label(self) -> StrOrPromise:
        return _WAYS[self]


_WAYS: Final[Mapping[Way, StrOrPromise]] = {
    Way.NONE: gettext_lazy("未接入"),
    Way.BATCH: gettext_lazy("批量文件"),
    Way.HTTP: gettext_lazy("网络接口"),
}


class NoAnswer(Exception):
    """The register could not be reached, or refused; the worker tries again."""


class Unreachable(NoAnswer):
    """Nobody is there, or nobody answers in time."""


def way_of(register: str) -> Way:
    """How the settings say a register is reached."""
    told: str = settings.REGISTERS.get(register, "")
    if told == "batch":
        return Way.BATCH
    return Way.HTTP if told else Way.NONE


def put(check: MeansCheck) -> None:
    """Have a check sent that is not yet, where its register is reached over HTTP. In the transaction of the check."""
    if way_of(check.register) is Way.HTTP:
        _put(check)


def _put(check: MeansCheck, *, rest: timedelta = timedelta(0)) -> None:
    outbox.put_again(TOPIC, {"check": str(check.pk)}, key=f"{TOPIC}:{check.pk}", rest=rest)


def deliver(payload: dict[str, Any]) -> None:
    """Send one request. Handler of the outbox: it runs again when the register does not take it.

    :raises NoAnswer: see above.
    """
    check = _check(UUID(payload["check"]))
    if check is None or check.standing != Standing.SENT or check.sent_at is not None:
        return
    if drafting.without_consent(check.file, check.register):
        # Withdrawn since it was asked for: nothing leaves the house, and the county is told.
        _trouble(check, _("家里有人撤回了核对的同意，没有送出。"))
        return
    try:
        status, _said = _call("PUT", check, question(check))
        if status not in (http.HTTPStatus.OK, http.HTTPStatus.CREATED, http.HTTPStatus.ACCEPTED):
            raise NoAnswer(_("登记机关没有收下（%(status)s），会再试。") % {"status": status})
    except NoAnswer as error:
        _trouble(check, str(error))
        raise
    with transaction.atomic():
        unsent = MeansCheck.objects.filter(pk=check.pk, sent_at__isnull=True)
        if unsent.update(sent_at=timezone.now(), looked_at=None, trouble=""):
            note_sent(check)


def note_sent(check: MeansCheck, *, user: User | None = None, why: str = "") -> None:
    """Write down, for the family as well, that its data went to a register and why; by whom, where somebody carried it.

    :param why: what the file it went out in was taken for.
    """
    told = [REGISTERS[check.register].name, check.purpose, *([why] if why else [])]
    access.note(
        user=user,
        person=check.file.main,
        what="means check sent",
        ref=check.file.file_no,
        why=" · ".join(told)[:200],
        at=timezone.now(),
    )


def question(check: MeansCheck) -> dict[str, Any]:
    """What a register is sent: who is asked about, why, and since which day."""
    return {
        "register": check.register,
        "purpose": check.purpose,
        "asked_on": date_of(check.asked_at).isoformat(),
        "persons": [
            {"key": member.pk, "name": member.person.name, "id_no": member.person.id_no}
            for member in living(check)
        ],
    }


def living(check: MeansCheck) -> list[Member]:
    """The members a check is about."""
    members = Member.objects.filter(file=check.file, left_on__isnull=True)
    return list(members.select_related("person__sealed_by").order_by("pk"))


def _check(pk: UUID) -> MeansCheck | None:
    return MeansCheck.objects.filter(pk=pk).select_related(*_WITH).first()


def collect(*, at: datetime) -> int:
    """Send what could not be sent, and ask for the answers that are awaited over HTTP; returns how many came.

    A ticker of the worker. What goes wrong with one check stops no other.
    """
    came = 0
    for register in REGISTERS:
        if way_of(register) is Way.HTTP:
            _send_again(register)
            came += _collect(register, at=at)
    return came


def _send_again(register: str) -> None:
    """Put what has not reached a register: after a day where all tries failed, at once where all agree again."""
    now = timezone.now()
    unsent = _longest_ago(MeansCheck.objects.filter(standing=Standing.SENT, sent_at__isnull=True), register)
    for check in unsent:
        MeansCheck.objects.filter(pk=check.pk).update(looked_at=now)
        if not drafting.without_consent(check.file, register):
            _put(check, rest=REST)


def _collect(register: str, *, at: datetime) -> int:
    came, now = 0, timezone.now()
    awaited = Q(standing=Standing.SENT) | Q(
        standing=Standing.WAIVED, late_at__isnull=True, asked_at__gte=at - STILL_FETCHED
    )
    for check in _longest_ago(MeansCheck.objects.filter(awaited, sent_at__isnull=False), register):
        MeansCheck.objects.filter(pk=check.pk).update(looked_at=now)
        try:
            came += _fetch(check, at=at)
        except Unreachable as error:
            # It is not waited for time and again: the others of this register have their turn in the next pass.
            _trouble(check, str(error))
            break
        except NoAnswer as error:
            _trouble(check, str(error))
        except Exception as error:
            # Whatever a register sends; the message may quote a value, only its kind is kept.
            log.error("Check %s: %s", check.pk, type(error).__name__)
            _trouble(check, _("登记机关的回复没有处理成功，会再试。"))
    return came


def _longest_ago(checks: QuerySet[MeansCheck], register: str) -> list[MeansCheck]:
    """Some of these checks of a register, those first that were looked at longest ago."""
    since = timezone.now() - timedelta(seconds=settings.REGISTER_POLL_SECONDS)
    due = checks.filter(Q(looked_at__isnull=True) | Q(looked_at__lte=since), register=register)
    found = due.order_by(F("looked_at").asc(nulls_first=True), "asked_at")
    return list(found.select_related(*_WITH)[:AT_ONCE])


def _fetch(check: MeansCheck, *, at: datetime) -> bool:
    if drafting.has_withdrawn(check.file):
        _trouble(check, WITHDRAWN)
        return False
    status, said = _call("GET", check)
    if status == http.HTTPStatus.OK:
        return receive(check, said, at=at)
    if status != http.HTTPStatus.ACCEPTED:
        _trouble(check, _("登记机关没有给出回复（%(status)s），会再试。") % {"status": status})
    return False


def receive(check: MeansCheck, said: bytes | Answer, *, at: datetime, by: Actor = SYSTEM) -> bool:
    """Take an answer in: all of it, a part of it with the rest to come, or none of it with the reason written down.

    What comes though it is not waited for any more is kept too; before a second signature the check is answered then.

    :returns: whether something new was kept.
    """
    members = [member.pk for member in living(check)]
    try:
        if drafting.has_withdrawn(check.file):
            raise Nonsense(WITHDRAWN)
        answer = said if isinstance(said, Answer) else _read(check, said, members, at=at)
        with transaction.atomic():
            return _take(check, answer, members, by=by, at=at)
    except (Nonsense, saying.BadEntries, FileMoveNotAllowed) as error:
        _trouble(check, str(error))
        return False


def _take(check: MeansCheck, answer: Answer, members: Sequence[int], *, by: Actor, at: datetime) -> bool:
    held = MeansCheck.objects.select_for_update().get(pk=check.pk)
    newer = MeansCheck.objects.filter(file=held.file_id, register=held.register, asked_at__gt=held.asked_at)
    if newer.filter(standing=Standing.IN).exists():
        return False  # what was answered since then is what the register says now
    about = {*answer.people, *((None,) if answer.about_household else ())}
    before = {*held.answered_for, *((None,) if held.about_household else ())}
    again = about if held.standing == Standing.IN else about & before
    if _differs(held, answer, again):
        MeansCheck.objects.filter(pk=held.pk).update(said_otherwise=True)
    if held.standing == Standing.IN or about <= before:
        return False
    fresh = {key: rows for key, rows in answer.rows.items() if key[0] not in before}
    answers.keep(check, fresh, as_of=answer.as_of, by=by, at=at)
    register, people = REGISTERS[held.register], set(held.answered_for) | answer.people
    household = held.about_household or answer.about_household
    now: dict[str, Any] = {"answered_for": sorted(people), "about_household": household, "trouble": ""}
    if not Answer(answer.as_of, {}, frozenset(people), household).is_whole(members, register):
        now["trouble"] = _("只回复了一部分，还差%(n)s个人%(home)s。") % {
            "n": len(set(members) - people),
            "home": "" if household or not register.household else _("和家庭的情况"),
        }
    elif held.countersigned_by_id is None:
        now |= {"standing": Standing.IN, "answered_at": at, "answered_by": by.post}
    else:
        now |= {"late_at": at, "answered_by": by.post}
    MeansCheck.objects.filter(pk=held.pk).update(**now)
    return True


def _read(check: MeansCheck, said: bytes, members: Sequence[int], *, at: datetime) -> Answer:
    try:
        told = json.loads(said)
        json.dumps(told, ensure_ascii=False).encode()  # half a character cannot be kept
    except (ValueError, RecursionError):
        raise Nonsense(_("回复的格式不对。")) from None
    return registers.read(REGISTERS[check.register], told, members=members, on=date_of(at))


def _differs(held: MeansCheck, answer: Answer, about: Collection[int | None]) -> bool:
    """Whether an answer says something else of these than what was kept; part by part, in whatever order."""
    kept: dict[tuple[int | None, str], list[Row]] = {}
    told = held.file.statements.standing().filter(source=saying.Source.REGISTER, register=held.register)
    for each in told.select_related("sealed_by"):
        kept.setdefault((each.member_id, each.part), []).append(each.row())
    return any(
        _alike(answer.rows.get(key, ())) != _alike(kept.get(key, ()))
        for key in {*kept, *answer.rows}
        if key[0] in about and (key[1] != registers.REGISTERED or key in kept)
    )


def _alike(rows: Sequence[Row]) -> list[str]:
    return sorted(json.dumps(dict(row), sort_keys=True, ensure_ascii=False) for row in rows)


def _trouble(check: MeansCheck, sentence: StrOrPromise) -> None:
    MeansCheck.objects.filter(pk=check.pk).update(trouble=str(sentence)[:200])


def _call(method: str, check: MeansCheck, body: Mapping[str, Any] | None = None) -> tuple[int, bytes]:
    """:raises NoAnswer: when the register cannot be reached in time, or says too much."""
    address = urlsplit(settings.REGISTERS[check.register])
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=SECONDS)
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if token := settings.REGISTER_TOKENS.get(check.register):
        headers["Authorization"] = f"Bearer {token}"
    try:
        sent = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
        connection.request(method, f"{address.path.rstrip('/')}/requests/{check.pk}", sent, headers)
        response = connection.getresponse()
        said = response.read(MOST_BYTES + 1)
    except OSError as error:
        raise Unreachable(_("登记机关连不上，会再试。")) from error
    except http.client.HTTPException as error:
        raise NoAnswer(_("登记机关没有给出回复，会再试。")) from error
    finally:
        connection.close()
    if len(said) > MOST_BYTES:
        raise NoAnswer(_("登记机关的回复太长，没有采用。"))
    return response.status, said


# ---- reading --------------------------------------------------------------------------------------------------------
def open_checks(files: FileQuerySet, *, most: int = 200) -> list[MeansCheck]:
    """The checks of these files that are not answered yet, those that are due first."""
    found = MeansCheck.objects.filter(standing=Standing.SENT, file__in=files)
    return list(
        found.select_related("file__main__sealed_by", "file__owner").order_by("due_on", "asked_at")[:most]
    )
