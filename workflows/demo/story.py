"""The three stories a visitor plays, and where the demonstrated case stands in them by its real state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflows.applications.models import Application, Notice
from workflows.demo import people, staff_story
from workflows.demo.city import PROGRAMME
from workflows.demo.people import Colleague
from workflows.demo.staff_story import Scene
from workflows.offers import offer
from workflows.offers.models import ProgrammeVersion
from workflows.parameters import queries as parameters
from workflows.payments.models import Payment, PaymentRun
from workflows.people.models import id_index
from workflows.policy.states import State

GUIDE = "/programmes/golden-autumn-2026/"
STAFF = {colleague.username: colleague for colleague in people.STAFF}


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


def standing() -> Standing:
    """Where the demonstrated case stands now."""
    application = demonstrated()
    if application is None:
        return Standing(None, "guide")
    if application.position in (State.DRAFT, State.CORRECTION):
        return Standing(application, "fill")
    is_released = Payment.objects.filter(
        application=application, run__standing=PaymentRun.Standing.RELEASED
    ).exists()
    scene = staff_story.scene_of(application, is_released=is_released) or "over"
    return Standing(application, scene, Notice.objects.filter(application=application).last())


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
    version = now.application.version if now.application else offer.current(PROGRAMME)
    at = now.application.stage if now.application else ""
    scenes = staff_story.scenes(version.programme, at=at, note=_days_left(now, on=on))
    waiting = now.scene in ("guide", "fill")
    hands = {scene.who.username for scene in scenes if isinstance(scene.who, Colleague)}
    return Story(
        "staff",
        _("工会工作人员"),
        _("%(steps)s步、%(people)s个人，把这件申请办到钱到账。")
        % {"steps": len(scenes), "people": len(hands)},
        tuple(scenes) if waiting else _marked(scenes, now.scene),
    )


def _days_left(now: Standing, *, on: date) -> str | Promise:
    if now.notice is None or now.notice.standing != Notice.Standing.OPEN or now.notice.ends_on < on:
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
