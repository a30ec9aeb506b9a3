"""The three stories a visitor plays, and where the demonstrated case stands in them by its real state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflows.applications.models import Application, Event, Notice
from workflows.demo import people
from workflows.demo.city import PROGRAMME
from workflows.demo.people import Colleague, Worker
from workflows.offers.models import ProgrammeVersion
from workflows.parameters import queries as parameters
from workflows.payments.models import Payment, PaymentRun
from workflows.people.models import id_index
from workflows.policy.states import Action, State

GUIDE = "/programmes/golden-autumn-2026/"
STAFF = {colleague.username: colleague for colleague in people.STAFF}


@dataclass(frozen=True)
class Scene:
    """One step of a story: who does what, where; ``state`` is done, current or todo."""

    key: str
    title: str | Promise
    doing: str | Promise
    href: str
    link: str | Promise
    who: Colleague | Worker | None = None
    state: str = "todo"
    note: str | Promise = ""
    code: str = ""
    """The current code of the second factor, where ``who`` has one."""


@dataclass(frozen=True)
class Story:
    """A story of one of the three kinds of people."""

    key: str
    title: str | Promise
    about: str | Promise
    scenes: tuple[Scene, ...]

    @property
    def current(self) -> Scene | None:
        return next((scene for scene in self.scenes if scene.state == "current"), None)

    @property
    def done(self) -> bool:
        return all(scene.state == "done" for scene in self.scenes)


@dataclass(frozen=True)
class Standing:
    """Where the demonstrated case stands: its row, and the key of the scene that comes next."""

    application: Application | None
    scene: str
    notice: Notice | None = None


def demonstrated() -> Application | None:
    """王建国's latest application for the programme of the stories."""
    return (
        Application.objects.filter(applicant__id_index=id_index(people.WANG.id_no), version__code=PROGRAMME)
        .select_related("version", "union")
        .order_by("-begun_at")
        .first()
    )


#: Which scene is next in which state.
_NEXT = {
    State.DRAFT: "fill",
    State.CORRECTION: "fill",
    State.SUBMITTED: "accept",
    State.DUPLICATE_HOLD: "accept",
    State.ACCEPTED: "check",
    State.STATION_CHECK: "check",
    State.COUNTY_REVIEW: "opine",
    State.MEANS_CHECK: "opine",
    State.PUBLIC_NOTICE: "days",
    State.SUSPENDED: "post",
    State.CITY_APPROVAL: "approve",
    State.UPPER_APPROVAL: "approve",
    State.APPROVED: "run",
    State.DEFERRED: "opine",
    State.PAYMENT_FAILED: "run",
    State.PAYMENT_PENDING: "release",
}


def standing() -> Standing:
    """Where the demonstrated case stands now."""
    application = demonstrated()
    if application is None:
        return Standing(None, "guide")
    scene = _NEXT.get(application.position, "over")
    if application.position is State.COUNTY_REVIEW and _has_opinion(application):
        scene = "post"
    if application.position is State.PAYMENT_PENDING and _is_released(application):
        scene = "return"
    return Standing(application, scene, Notice.objects.filter(application=application).last())


def _has_opinion(application: Application) -> bool:
    last = Event.objects.filter(application=application).order_by("n").last()
    return last is not None and last.action == Action.OPINE


def _is_released(application: Application) -> bool:
    return Payment.objects.filter(
        application=application, run__standing=PaymentRun.Standing.RELEASED
    ).exists()


def stories(now: Standing, *, on: date) -> list[Story]:
    """The three stories with the state of each scene on a business day."""
    return [_worker(now), _staff(now, on=on), _editor()]


def _marked(scenes: Iterable[Scene], current: str) -> tuple[Scene, ...]:
    """Scenes before the current one are done, those after it are still to do; a key that is not here: all done."""
    found, state = [], "done"
    for scene in scenes:
        if scene.key == current:
            state = "current"
        found.append(replace(scene, state=state))
        if state == "current":
            state = "todo"
    return tuple(found)


def _worker(now: Standing) -> Story:
    scenes = (
        Scene("guide", _("看指南"), _("先看看谁能办、给多少、带什么。"), GUIDE, _("打开金秋助学指南")),
        Scene(
            "fill",
            _("替王建国申请"),
            _(
                "他的两个孩子今年同时考上本科。用手机号登录，验证码会出现在本页的“短信”里；填表、传材料，最后提交。"
            ),
            "/apply/",
            _("去申请"),
            people.WANG,
        ),
        Scene(
            "follow",
            _("看进度"),
            _("看看办到哪一步、用了几天、下一步是谁。接着换成工会工作人员往下办，再回来看。"),
            "/apply/",
            _("看我的申请"),
            people.WANG,
        ),
    )
    if now.scene in ("guide", "fill"):
        return Story("worker", _("职工"), _("王建国：家里两个孩子同时上大学"), _marked(scenes, now.scene))
    paid = now.application is not None and now.application.position is State.PAID
    return Story(
        "worker", _("职工"), _("王建国：家里两个孩子同时上大学"), _marked(scenes, "" if paid else "follow")
    )


def _staff(now: Standing, *, on: date) -> Story:
    desk, money = "/desk/", "/desk/money/"
    scenes = [
        Scene("accept", _("受理"), _("核对材料是否齐全，点“受理”。"), desk, _("去工作台"), STAFF["zhoumin"]),
        Scene(
            "check",
            _("单位工会审核"),
            _("开始审核，写下意见后上报县级。"),
            desk,
            _("去工作台"),
            STAFF["chenguodong"],
        ),
        Scene(
            "opine", _("县级初审"), _("看测算和材料，提出初审意见。"), desk, _("去工作台"), STAFF["liufang"]
        ),
        Scene(
            "post",
            _("同意并公示"),
            _("负责人同意后，公示自动开始。"),
            desk,
            _("去工作台"),
            STAFF["zhaoqiming"],
        ),
        Scene(
            "days",
            _("等公示满5个工作日"),
            _("发布当天不算。按上面的“下一个工作日”，一直按到公示结束的下一天，申请会自己走到市级审批。"),
            "#day",
            _("去按“下一个工作日”"),
            note=_days_left(now, on=on),
        ),
        Scene(
            "approve", _("市级审批"), _("在预算内批准，资金同时预留。"), desk, _("去工作台"), STAFF["sunyue"]
        ),
        Scene("run", _("制单"), _("把已批准的申请列入发放批次。"), money, _("去资金发放"), STAFF["hejing"]),
        Scene("release", _("复核放行"), _("换一个人复核，送银行。"), money, _("去资金发放"), STAFF["majun"]),
        Scene(
            "return",
            _("登记回盘"),
            _("银行付款后登记结果，钱就到了。"),
            money,
            _("去资金发放"),
            STAFF["majun"],
        ),
    ]
    waiting = now.scene in ("guide", "fill")
    marked = tuple(scenes) if waiting else _marked(scenes, now.scene)
    return Story(
        "staff",
        _("工会工作人员"),
        _("九步、七个人，把这件申请办到钱到账。"),
        marked,
    )


def _days_left(now: Standing, *, on: date) -> str | Promise:
    if now.scene != "days" or now.notice is None or now.notice.ends_on < on:
        return ""
    presses = parameters.calendar().between(on, now.notice.ends_on) + 1
    return _("公示到%(day)s为止，还要按%(presses)s次。") % {
        "day": date_format(now.notice.ends_on, "MONTH_DAY_FORMAT"),
        "presses": presses,
    }


def _editor() -> Story:
    changed = ProgrammeVersion.objects.filter(code=PROGRAMME, number__gt=1).exists()
    scenes = (
        Scene(
            "change",
            _("改金额"),
            _(
                "在“页面 → 帮扶项目”里打开2026年金秋助学，到“金额”一栏，把建档家庭高等教育的5,000元改成5,200元，提交审核。"
            ),
            "/cms/",
            _("去编辑后台"),
            STAFF["xuwen"],
        ),
        Scene(
            "confirm",
            _("第二个人核准"),
            _("看清改了什么，再核准发布。"),
            "/cms/",
            _("去编辑后台"),
            STAFF["xielan"],
        ),
        Scene(
            "see",
            _("看结果"),
            _("指南、新的申请表和决定书都变成5,200元；先前已经提交的申请仍是5,000元。"),
            GUIDE,
            _("打开金秋助学指南"),
        ),
    )
    return Story(
        "editor",
        _("内容编辑"),
        _("改一个数字：一个人改，另一个人核准，处处跟着变。"),
        _marked(scenes, "see" if changed else "change"),
    )
