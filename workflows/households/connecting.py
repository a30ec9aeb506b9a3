"""How registers are reached: not at all (未接入), by files that people carry, or over HTTP.

Over HTTP a request is put once (``PUT <address>/requests/<id>``; putting it again changes nothing) and its answer is asked
for until it is there (``GET`` of the same: 202 while it is not, 200 with the answer). What a register sends is read
before anything of it is kept; what cannot be read is told to the county in a sentence, and the check stays open.
"""

from __future__ import annotations

import http.client
import json
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.base import outbox
from workflows.base.day import date_of
from workflows.households import answers, drafting, saying
from workflows.households.models import MeansCheck, Member
from workflows.network.actors import SYSTEM
from workflows.people import access
from workflows.policy.household import registers
from workflows.policy.household.registers import REGISTERS, Answer, Nonsense

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

    from workflows.households.models import FileQuerySet
    from workflows.network.actors import Actor
    from workflows.people.models import User
    from workflows.policy.household.entries import Row

TOPIC: Final = "files.ask"
SECONDS: Final = 10
MOST_BYTES: Final = 1024 * 1024
#: So many checks are asked about in one pass of the worker.
AT_ONCE: Final = 20
Standing = MeansCheck.Standing


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


def way_of(register: str) -> Way:
    """How the settings say a register is reached."""
    told: str = settings.REGISTERS.get(register, "")
    if told == "batch":
        return Way.BATCH
    return Way.HTTP if told else Way.NONE


def put(check: MeansCheck) -> None:
    """Have a new check sent, where its register is reached over HTTP. In the transaction of the check."""
    if way_of(check.register) is Way.HTTP:
        outbox.put(TOPIC, {"check": str(check.pk)}, key=f"{TOPIC}:{check.pk}")


def deliver(payload: dict[str, Any]) -> None:
    """Send one request. Handler of the outbox: it runs again when the register does not take it.

    :raises NoAnswer: see above.
    """
    check = _check(UUID(payload["check"]))
    if check is None or check.standing != Standing.SENT or check.sent_at is not None:
        return
    if drafting.without_consent(check.file):
        # Withdrawn since it was asked for: nothing leaves the house, and the county is told.
        _trouble(check, _("家里有人撤回了核对的同意，没有送出。"))
        return
    status, _said = _call("PUT", check, question(check))
    if status not in (http.HTTPStatus.OK, http.HTTPStatus.CREATED, http.HTTPStatus.ACCEPTED):
        raise NoAnswer(f"{check.register}: {status}")
    MeansCheck.objects.filter(pk=check.pk).update(sent_at=timezone.now())
    note_sent(check)


def note_sent(check: MeansCheck, *, user: User | None = None) -> None:
    """Write down, for the family as well, that its data went to a register and why; by whom, where somebody carried it."""
    access.note(
        user=user,
        person=check.file.main,
        what="means check sent",
        ref=check.file.file_no,
        why=f"{REGISTERS[check.register].name} · {check.purpose}",
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
    found = MeansCheck.objects.filter(pk=pk)
    return found.select_related(
        "file__owner", "file__sealed_by", "file__main__sealed_by", "sealed_by"
    ).first()


def collect(*, at: datetime) -> int:
    """Ask for the answers that are awaited over HTTP; returns how many came. A ticker of the worker."""
    ways = [register for register in REGISTERS if way_of(register) is Way.HTTP]
    if not ways:
        return 0
    now, came = timezone.now(), 0
    since = now - timedelta(seconds=settings.REGISTER_POLL_SECONDS)
    waiting = MeansCheck.objects.filter(
        Q(looked_at__isnull=True) | Q(looked_at__lte=since),
        standing=Standing.SENT,
        register__in=ways,
        sent_at__isnull=False,
    ).order_by("asked_at")
    for pk in list(waiting.values_list("pk", flat=True)[:AT_ONCE]):
        check = _check(pk)
        if check is None:
            continue
        MeansCheck.objects.filter(pk=pk).update(looked_at=now)
        try:
            status, said = _call("GET", check)
        except NoAnswer as error:
            _trouble(check, str(error))
            continue
        if status == http.HTTPStatus.OK:
            came += receive(check, said, at=at)
        elif status != http.HTTPStatus.ACCEPTED:
            _trouble(check, _("登记机关没有给出回复（%(status)s），会再试。") % {"status": status})
    return came


def receive(check: MeansCheck, said: bytes | Answer, *, at: datetime, by: Actor = SYSTEM) -> bool:
    """Take an answer in: all of it, a part of it with the rest to come, or none of it with the reason written down.

    :returns: whether something new was kept.
    """
    members = [member.pk for member in living(check)]
    register = REGISTERS[check.register]
    try:
        answer = said if isinstance(said, Answer) else _read(check, said, members, at=at)
    except Nonsense as error:
        _trouble(check, str(error))
        return False
    with transaction.atomic():
        held = MeansCheck.objects.select_for_update().get(pk=check.pk)
        if held.standing != Standing.SENT:
            _compare(held, answer)
            return False
        fresh = {key: rows for key, rows in answer.rows.items() if _is_new(held, key)}
        answers.keep(check, fresh, as_of=answer.as_of, by=by, at=at)
        people = set(held.answered_for) | answer.people
        household = held.about_household or answer.about_household
        whole = Answer(answer.as_of, {}, frozenset(people), household).is_whole(members, register)
        missing = len(set(members) - people)
        MeansCheck.objects.filter(pk=held.pk).update(
            answered_for=sorted(people),
            about_household=household,
            trouble=""
            if whole
            else _("只回复了一部分，还差%(n)s个人%(home)s。")
            % {"n": missing, "home": "" if household or not register.household else _("和家庭的情况")},
            **({"standing": Standing.IN, "answered_at": at} if whole else {}),
        )
    return True


def _read(check: MeansCheck, said: bytes, members: Sequence[int], *, at: datetime) -> Answer:
    try:
        told = json.loads(said)
    except ValueError:
        raise Nonsense(_("回复的格式不对。")) from None
    return registers.read(REGISTERS[check.register], told, members=members, on=date_of(at))


def _is_new(held: MeansCheck, key: tuple[int | None, str]) -> bool:
    about, _part = key
    return not held.about_household if about is None else about not in held.answered_for


def _compare(held: MeansCheck, answer: Answer) -> None:
    """An answer after the answer: it is not kept, and when it says otherwise the county is told."""
    if held.standing != Standing.IN:
        return
    kept: dict[tuple[int | None, str], list[Row]] = {}
    told = held.file.statements.standing().filter(source=saying.Source.REGISTER, register=held.register)
    for each in told.select_related("sealed_by").order_by("place"):
        kept.setdefault((each.member_id, each.part), []).append(each.row())
    if {key: [dict(row) for row in rows] for key, rows in answer.rows.items()} != kept:
        MeansCheck.objects.filter(pk=held.pk).update(said_otherwise=True)


def _trouble(check: MeansCheck, sentence: str) -> None:
    MeansCheck.objects.filter(pk=check.pk).update(trouble=sentence[:200])


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
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(_("登记机关连不上，会再试。")) from error
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
