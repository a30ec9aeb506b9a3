"""Tell a family that its file moved: a short message after the change is committed, with nothing private in it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from workflows.base import messages, outbox
from workflows.base.day import date_of
from workflows.households.models import FileEvent, FileObjection, HouseholdFile
from workflows.policy import identity
from workflows.policy.household.lifecycle import FileState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django_stubs_ext import StrOrPromise

TOPIC: Final = "files.tell"
#: Messages that belong to no move.
STILL_MISSING: Final = "still_missing"
OTHER_UNION: Final = "other_union"
APPEAL_ANSWERED: Final = "appeal_answered"
STILL_A_DRAFT: Final = "still_a_draft"
ASSISTED: Final = "assisted"
WAITED: Final = "waited"
CORRECTED: Final = "corrected"
JOINED: Final = "joined"
LEFT: Final = "left"
OBJECTION_ANSWERED: Final = "objection_answered"
#: The moves of which the family hears, by where the file comes to. The rest are steps inside the house.
_HEARD: Final[Mapping[str, StrOrPromise]] = MappingProxyType(
    {
        FileState.SUBMITTED: gettext_lazy("建档申请已经收到"),
        FileState.RETURNED: gettext_lazy("有材料要补，请登录看清单和最后一天"),
        FileState.ACCEPTED: gettext_lazy("建档申请已经受理，会有两名工作人员上门了解情况"),
        FileState.PUBLIC_NOTICE: gettext_lazy("正在公示"),
        FileState.SUSPENDED: gettext_lazy("有情况要核实，先停一停，结果会告诉您"),
        FileState.ACTIVE: gettext_lazy("已经在档"),
        FileState.TAPERING: gettext_lazy("进入渐退期，请登录看告知信"),
        FileState.CLOSED: gettext_lazy("已经撤档，请登录看告知信"),
        FileState.REJECTED: gettext_lazy("没有通过，请登录看告知信和还可以申请什么"),
        STILL_MISSING: gettext_lazy("还有材料没有补，请尽快补齐，逾期要重新申请"),
        CORRECTED: gettext_lazy("您提出的更正有了结果"),
        JOINED: gettext_lazy("登记了新的家庭成员，请登录看，并由本人或监护人同意核对"),
        LEFT: gettext_lazy("登记了家庭成员的变化，请登录看"),
        OBJECTION_ANSWERED: gettext_lazy("公示的异议已经核实，请登录看书面答复"),
        WAITED: gettext_lazy("从今天起可以交上去了，填好的都在"),
        OTHER_UNION: gettext_lazy("换了建档单位，帮扶照旧，请登录看是哪个单位"),
        APPEAL_ANSWERED: gettext_lazy("您提出的不同意见有了书面答复"),
        ASSISTED: gettext_lazy("站点工作人员正在当面帮您填；不是您本人去办的，请打12351"),
        STILL_A_DRAFT: gettext_lazy("填了一部分，还没有提交；再放着不填，十天后会删掉"),
    }
)


def tell(event: FileEvent) -> None:
    """Put the message into the outbox, in the transaction of the move; a retry sends it once."""
    if event.target in _HEARD:
        outbox.put(TOPIC, {"file": str(event.file_id), "of": event.target}, key=f"{TOPIC}:{event.pk}")


def put(file: HouseholdFile, of: str, *, day: date | None = None) -> None:
    """Put a message that belongs to no move into the outbox, once for the turn the file is in, or for a day of it."""
    outbox.put(TOPIC, {"file": str(file.pk), "of": of}, key=f"{TOPIC}:{file.pk}:{file.turn}:{of}:{day or ''}")


def answer(objection: FileObjection) -> None:
    """Put two messages into the outbox: to the household, and to whoever objected and left a phone."""
    put(
        objection.notice.file,
        OBJECTION_ANSWERED,
        day=date_of(objection.handled_at) if objection.handled_at else None,
    )
    if objection.phone:
        outbox.put(TOPIC, {"objection": str(objection.pk)}, key=f"{TOPIC}:{objection.pk}")


def deliver(payload: dict[str, Any]) -> None:
    """Send one message to the phone of the main worker, or of who objected. Handler of the outbox."""
    if "objection" in payload:
        _deliver_answer(payload["objection"])
        return
    file = HouseholdFile.objects.select_related("main__sealed_by").filter(pk=payload["file"]).first()
    if file is not None and file.main.phone:  # a draft may be gone by now
        messages.send(to=file.main.phone, text=words(file, payload["of"]))


def _deliver_answer(pk: str) -> None:
    objection = FileObjection.objects.select_related("sealed_by", "notice").get(pk=pk)
    try:
        phone = identity.check_mobile(objection.phone)
    except identity.BadNumber:  # a line in the hall, or a slip: who objected asks by the number of the notice
        return
    messages.send(to=phone, text=words_to_objector(objection))


@override("zh-hans")
def words_to_objector(objection: FileObjection) -> str:
    """The number of the notice and where the written answer lies; nothing of what was said or found."""
    return _(
        "【澜江工会】您对公示%(number)s提出的异议已经核实，有了书面答复。凭公示编号打12351或到服务中心可以知道结果。"
    ) % {"number": objection.notice.number}


@override("zh-hans")  # what was sent is read in every language as it was sent
def words(file: HouseholdFile, of: str) -> str:
    """What the message says: the number and where the file stands, nothing about the family."""
    return _("【澜江工会】您家的档案%(number)s：%(news)s。登录“我的档案”可以看到详情和下一步。") % {
        "number": file.file_no,
        "news": _HEARD[of],
    }
