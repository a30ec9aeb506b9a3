"""Tell the family that their case moved: a short message after the change is committed, with nothing private in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from workflows.applications.models import Event
from workflows.base import messages, outbox
from workflows.policy.states import Action, State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from workflows.applications.models import Application

TOPIC = "applications.tell"

#: Moves of which the family hears. The rest are steps inside the house.
HEARD = frozenset(
    {
        Action.SUBMIT,
        Action.ACCEPT,
        Action.CORRECT,
        Action.SIGN,
        Action.POST_NOTICE,
        Action.SUSPEND,
        Action.RESUME,
        Action.APPROVE,
        Action.UPPER_RESULT,
        Action.WAIT,
        Action.ADMIT,
        Action.REMIND,
        Action.COMPLETE,
        Action.STOP_SERVICE,
        Action.REJECT,
        Action.DEFER,
        Action.PAY,
        Action.FAIL_PAYMENT,
        Action.LAPSE,
    }
)


def tell(event: Event) -> None:
    """Put the message into the outbox, in the transaction of the move; a retry sends it once."""
    if Action(event.action) in HEARD:
        outbox.put(TOPIC, {"event": str(event.pk)}, key=f"{TOPIC}:{event.pk}")


def deliver(payload: dict[str, Any]) -> None:
    """Send the message of one event to the phone the family gave. Handler of the outbox."""
    event = Event.objects.select_related(
        "application__sealed_by", "application__applicant__sealed_by", "application__version"
    ).get(pk=payload["event"])
    phone = event.application.applicant.phone
    if phone:
        messages.send(to=phone, text=words(event.application, event))


@dataclass(frozen=True)
class Told:
    """One message to the family: when it was put into the outbox, and what it says."""

    at: datetime
    text: str


def told(application: Application, events: Iterable[Event]) -> list[Told]:
    """The messages the family was sent, in the order of the events; none without a phone to send them to."""
    if not application.applicant.phone:
        return []
    return [Told(event.at, words(application, event)) for event in events if Action(event.action) in HEARD]


@override("zh-hans")  # what was sent is read in every language as it was sent
def words(application: Application, event: Event) -> str:
    """What the message says: the receipt number and where the case stands, nothing about the family."""
    return _("【澜江工会】您的申请%(number)s：%(stage)s。登录“我的申请”可以看到详情和下一步。") % {
        "number": application.number,
        "stage": _news(application, event),
    }


def _news(application: Application, event: Event) -> str:
    match Action(event.action):
        case Action.SUBMIT if event.user_id is None:
            return _("按政策已把您列入“%(programme)s”名单，不用申请") % {
                "programme": application.programme.name
            }
        case Action.ADMIT:
            return _("有空位了，已经给您留出一个名额")
        case Action.REMIND:
            return _("有一项要提醒您，请登录查看，或者联系经办的工作人员")
        case Action.STOP_SERVICE:
            return _("这项服务已经中止，请与工会联系")
    return State(event.target).for_worker
