"""The steps staff take on a household file: whose each is, its form, and the one domain call behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from workflows.desk import file_forms as f
from workflows.desk.file_forms import chosen
from workflows.desk.step_forms import Bare, Remark
from workflows.households import (
    checking,
    deciding,
    intake,
    moving,
    posting,
    running,
    saying,
    sweeping,
    visiting,
)
from workflows.households.models import (
    CalculationSheet,
    FileNotice,
    FileObjection,
    HomeVisit,
    HouseholdFile,
    MeansCheck,
)
from workflows.policy.household.figures import BadFigures
from workflows.policy.household.lifecycle import FileState
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

    from workflows.desk.door import Seat
    from workflows.network.actors import Actor
    from workflows.network.models import Post

#: What the rooms below refuse with a sentence for the person at the desk.
REFUSALS: Final = (moving.FileMoveNotAllowed, moving.AlreadyOnFile, saying.BadEntries, BadFigures)
S, R = FileState, Role
_COUNTY: Final = frozenset({R.COUNTY_OFFICER, R.COUNTY_HEAD})

Take = Callable[[HouseholdFile, Mapping[str, Any], "Actor", "datetime"], object]
Makes = Callable[[HouseholdFile], type[forms.Form]]


@dataclass(frozen=True)
class Around:
    """What stands around a file, read once for all steps."""

    visit: HomeVisit | None
    asked: MeansCheck | None
    waived: MeansCheck | None
    objection: FileObjection | None
    notice: FileNotice | None
    checks: Sequence[MeansCheck] = ()
    #: Whether a sheet was drawn since the file came to stand here.
    has_sheet: bool = False


@dataclass(frozen=True)
class Step:
    """One thing to do on a file. ``open_to``: whether it is there for this post, as the file and what is around stand."""

    key: str
    label: StrOrPromise
    form: Makes
    take: Take
    done: StrOrPromise
    open_to: Callable[[HouseholdFile, Around, Post], bool]
    help: StrOrPromise = ""
    danger: bool = False


def around(file: HouseholdFile, *, sheets: Sequence[CalculationSheet] | None = None) -> Around:
    """Read what stands around a file, as far as its state asks for it.

    ``sheets``: those of the file, the newest first, when the page has read them already.
    """
    newest = next(iter(sheets), None) if sheets is not None else None
    checks = list(file.checks.select_related("waived_by", "file__owner")) if file.position in _CHECKED else []
    posted = file.position in (S.UNIT_NOTICE, S.PUBLIC_NOTICE, S.SUSPENDED)
    notice = file.notices.exclude(standing="ENDED").first() if posted else None
    visited = file.position is S.VISITING
    return Around(
        visit=file.visits.select_related("first", "second", "sealed_by").last() if visited else None,
        asked=next((each for each in checks if each.standing == MeansCheck.Standing.SENT), None),
        waived=next((each for each in checks if each.waived_by and each.countersigned_by_id is None), None),
        objection=notice.objections.filter(upheld__isnull=True).select_related("notice").first()
        if notice
        else None,
        notice=notice,
        checks=checks,
        has_sheet=file.position in _DECIDED
        and (
            deciding.sheet_since(file) is not None
            if sheets is None
            else newest is not None and newest.on >= file.since
        ),
    )


_CHECKED: Final = (S.CHECKING, S.RECHECK)
_DECIDED: Final = (S.COUNTY_REVIEW, S.RECHECK, S.TAPERING)
#: What waits for a sheet, and what comes only now and then: neither is offered first.
_ON_A_SHEET: Final = frozenset({"agree", "go-on", "taper", "reject", "close"})
_RARE: Final = frozenset({"send-back", "out-of-scope", "waive", "suspend", "turn-down", "take-back"})
#: What the county does that a file goes to, though it does not have it yet.
_OF_RECEIVER: Final = frozenset({"take-over", "turn-down"})


def _makes(form: type[forms.Form]) -> Makes:
    return lambda _file: form


def _moves(*targets: FileState) -> Callable[[HouseholdFile, Around, Post], bool]:
    """There for whoever makes one of these moves from where the file stands."""

    def there(file: HouseholdFile, _around: Around, post: Post) -> bool:
        return any(step.target in targets for step in moving.possible(file, Role(post.role)))

    return there


def _in(*states: FileState, roles: frozenset[Role]) -> Callable[[HouseholdFile, Around, Post], bool]:
    return lambda file, _around, post: file.position in states and Role(post.role) in roles


def _back(file: HouseholdFile, about: Around, post: Post) -> bool:
    return not file.has_been_returned and _moves(S.RETURNED)(file, about, post)


def _arrange_form(file: HouseholdFile) -> type[forms.Form]:
    return f.visitors([(str(post.pk), f"{post.person.name}（{post}）") for post in visiting.candidates(file)])


def _arrange(file: HouseholdFile, said: Mapping[str, Any], by: Actor, at: datetime) -> object:
    posts = {str(post.pk): post for post in visiting.candidates(file)}
    first, second = posts[said["first"]], posts[said["second"]]
    return visiting.arrange(file, first=first, second=second, unrelated=said["unrelated"], by=by, at=at)


def _open_check(file: HouseholdFile) -> MeansCheck:
    check = (
        file.checks.filter(standing=MeansCheck.Standing.SENT)
        .select_related("file__owner", "sealed_by")
        .first()
    )
    if check is None:
        raise moving.FileMoveNotAllowed(_now("没有在等的核对。"))
    return check


def _answered(file: HouseholdFile, said: Mapping[str, Any], by: Actor, at: datetime) -> object:
    row: dict[str, Any] = {}
    if said["homes"] is not None:
        row["homes"] = said["homes"]
    if said["floor_area"] is not None:
        row["floor_area"] = int(said["floor_area"] * 10)
    row |= {key: chosen(said[key]) for key in ("vehicle", "shop_or_hires", "controls_company") if said[key]}
    rows: dict[tuple[int | None, str], list[dict[str, Any]]] = {(None, "home"): [row]} if row else {}
    return checking.answered(_open_check(file), rows, as_of=said["as_of"], by=by, at=at)


def _countersign(file: HouseholdFile, _said: Mapping[str, Any], by: Actor, _at: datetime) -> object:
    waived = around(file).waived
    if waived is None:
        raise moving.FileMoveNotAllowed(_now("没有要会签的。"))
    return checking.countersign(waived, by=by)


def _verify(file: HouseholdFile, said: Mapping[str, Any], by: Actor, at: datetime) -> None:
    row = {key: chosen(said[key]) for key in ("cooperates", "refused_work")} | {"note": said["note"]}
    told = {key: value for key, value in row.items() if value != ""}
    checking.verify(file, told, by=by, at=at)


def _object(file: HouseholdFile, said: Mapping[str, Any], by: Actor, at: datetime) -> object:
    notice = around(file).notice
    if notice is None:
        raise moving.FileMoveNotAllowed(_now("这份档案现在没有公示。"))
    words = posting.Said(content=said["content"], name=said["name"], phone=said["phone"])
    return posting.object_to(notice, words, channel=said["channel"], at=at, by=by)


def _answer(file: HouseholdFile, said: Mapping[str, Any], by: Actor, at: datetime) -> object:
    objection = around(file).objection
    if objection is None:
        raise moving.FileMoveNotAllowed(_now("没有要答复的异议。"))
    return posting.answer(objection, upheld=chosen(said["upheld"]), finding=said["finding"], by=by, at=at)


def _receivers(file: HouseholdFile) -> type[forms.Form]:
    return f.unions([(union.code, union.name) for union in running.receivers(file)])


def _hand_over(file: HouseholdFile, said: Mapping[str, Any], by: Actor, at: datetime) -> object:
    to = next(union for union in running.receivers(file) if union.code == said["to"])
    return running.hand_over(file, to=to, reason=said["why"], by=by, at=at)


def _takes_over(file: HouseholdFile, _about: Around, post: Post) -> bool:
    to = file.goes_to
    return to is not None and post.role == R.COUNTY_OFFICER and to.path.startswith(post.union.path)


def _takes_back(file: HouseholdFile, _about: Around, post: Post) -> bool:
    return file.position is S.TRANSFER and post.role == R.COUNTY_OFFICER


_DRAWS: Final = _in(S.COUNTY_REVIEW, S.RECHECK, S.TAPERING, roles=_COUNTY)


def _noted(
    call: Callable[..., object], file: HouseholdFile, said: Mapping[str, Any], by: Actor, at: datetime
) -> object:
    return call(file, by=by, at=at, note=said["note"])


def _reasoned(
    call: Callable[..., object], file: HouseholdFile, said: Mapping[str, Any], by: Actor, at: datetime
) -> object:
    return call(file, reason=said["why"], by=by, at=at)


STEPS: Final[tuple[Step, ...]] = (
    Step(
        "accept", _("受理"), _makes(Remark), partial(_noted, intake.accept), _("已受理。"), _moves(S.ACCEPTED)
    ),
    Step(
        "send-back",
        _("退回补正"),
        _makes(f.List),
        lambda file, said, by, at: intake.send_back(file, said["missing"], by=by, at=at),
        _("已退回，清单已经发给家庭。"),
        _back,
        help=_("只能退回一次，请一次写全。家庭会原样看到。"),
    ),
    Step(
        "out-of-scope",
        _("不在受理范围"),
        _makes(f.Explanation),
        lambda file, said, by, at: intake.refuse(file, explanation=said["explanation"], by=by, at=at),
        _("已告知家庭，信已经写好。"),
        lambda file, about, post: file.position is S.SUBMITTED and _moves(S.REJECTED)(file, about, post),
        danger=True,
    ),
    Step("arrange", _("安排入户"), _arrange_form, _arrange, _("已安排入户。"), _moves(S.VISITING)),
    Step(
        "finish-visit",
        _("审核入户调查"),
        _makes(Remark),
        partial(_noted, visiting.finish),
        _("已审核，档案往下走。"),
        _moves(S.UNIT_NOTICE, S.CHECKING),
        help=_("入户调查表要两名入户人和家里人都签了字。"),
    ),
    Step(
        "ask",
        _("发起核对"),
        _makes(f.Ask),
        lambda file, said, by, at: checking.ask(
            file, register=said["register"], purpose=said["purpose"], by=by, at=at
        ),
        _("已发起核对。"),
        _in(*_CHECKED, roles=_COUNTY),
        help=_("家里每个人都同意过核对才能发起。"),
    ),
    Step(
        "answered",
        _("登记核对回复"),
        _makes(f.Answer),
        _answered,
        _("已登记，和家庭填的并排放着，没有改家庭填的。"),
        lambda file, about, post: about.asked is not None and Role(post.role) in _COUNTY,
    ),
    Step(
        "waive",
        _("不再等回复"),
        _makes(f.Why),
        lambda file, said, by, at: checking.waive(_open_check(file), reason=said["why"], by=by, at=at),
        _("已写明理由，等另一个人会签。"),
        lambda file, about, post: about.asked is not None and Role(post.role) in _COUNTY,
    ),
    Step(
        "countersign",
        _("会签：不再等回复"),
        _makes(Bare),
        _countersign,
        _("已会签。"),
        lambda file, about, post: (
            about.waived is not None
            and about.waived.waived_by is not None
            and Role(post.role) in _COUNTY
            and about.waived.waived_by.person_id != post.person_id
        ),
    ),
    Step(
        "verify",
        _("登记核实情况"),
        _makes(f.Verified),
        _verify,
        _("已登记。"),
        _in(S.CHECKING, S.COUNTY_REVIEW, S.RECHECK, roles=_COUNTY),
    ),
    Step(
        "finish-check",
        _("核对完毕，送审核"),
        _makes(Remark),
        partial(_noted, checking.finish),
        _("已送县级审核。"),
        _moves(S.COUNTY_REVIEW),
        help=_("问过的都要有回复，或者两个人签字不再等。"),
    ),
    Step(
        "draw",
        _("出测算单"),
        _makes(Bare),
        lambda file, _said, by, at: deciding.draw(file, by=by, at=at),
        _("测算单已经定稿。"),
        _DRAWS,
        help=_("按现在档案里的情况和今天的标准算，定稿后不能改；情况变了可以再出一份。"),
    ),
    Step(
        "agree",
        _("同意建档"),
        _makes(Remark),
        partial(_noted, deciding.agree),
        _("已同意。"),
        lambda file, about, post: (
            file.position is S.COUNTY_REVIEW and _moves(S.PUBLIC_NOTICE, S.CITY_RECORD)(file, about, post)
        ),
        help=_("要先出测算单。"),
    ),
    Step(
        "reject",
        _("不予建档"),
        _makes(f.Reject),
        lambda file, said, by, at: deciding.refuse(
            file, reason=said["reason"], explanation=said["explanation"], by=by, at=at
        ),
        _("已决定不予建档，信已经写好。"),
        lambda file, about, post: (
            file.position in (S.COUNTY_REVIEW, S.SUSPENDED) and _moves(S.REJECTED)(file, about, post)
        ),
        danger=True,
    ),
    Step(
        "object",
        _("登记异议"),
        _makes(f.Objects),
        _object,
        _("已登记，公示暂停。"),
        lambda file, about, post: about.notice is not None and Role(post.role) is R.COUNTY_OFFICER,
    ),
    Step(
        "answer",
        _("答复异议"),
        _makes(f.Answered),
        _answer,
        _("已答复。"),
        lambda file, about, post: about.objection is not None and Role(post.role) in _COUNTY,
    ),
    Step(
        "resume",
        _("恢复"),
        _makes(f.Finding),
        lambda file, said, by, at: running.resume(file, finding=said["finding"], by=by, at=at),
        _("已恢复。"),
        lambda file, about, post: (
            file.position is S.SUSPENDED and about.objection is None and Role(post.role) is R.COUNTY_HEAD
        ),
    ),
    Step(
        "record",
        _("备案，列入在档"),
        _makes(Remark),
        partial(_noted, deciding.put_on_record),
        _("已备案，这家现在在档。"),
        lambda file, about, post: file.position is S.CITY_RECORD and _moves(S.ACTIVE)(file, about, post),
    ),
    Step(
        "back",
        _("退回县级"),
        _makes(f.Why),
        partial(_reasoned, deciding.back_to_county),
        _("已退回县级审核。"),
        lambda file, about, post: file.position is S.CITY_RECORD and Role(post.role) is R.CITY_APPROVER,
    ),
    Step(
        "recheck",
        _("开始复核"),
        _makes(f.Why),
        partial(_reasoned, running.recheck),
        _("已开始复核。"),
        _moves(S.RECHECK),
    ),
    Step(
        "go-on",
        _("继续在档"),
        _makes(Remark),
        partial(_noted, deciding.go_on),
        _("已决定继续在档，告知信已经写好。"),
        lambda file, about, post: (
            file.position in (S.RECHECK, S.TAPERING) and _moves(S.ACTIVE)(file, about, post)
        ),
        help=_("要先出新的测算单；类别按测算单。渐退期里恢复的，请写明理由。"),
    ),
    Step(
        "taper",
        _("进入渐退期"),
        _makes(Remark),
        partial(_noted, deciding.taper),
        _("已进入渐退期，告知信已经写好。"),
        _moves(S.TAPERING),
    ),
    Step(
        "close",
        _("撤档"),
        _makes(f.Close),
        lambda file, said, by, at: running.close(
            file, reason=said["reason"], explanation=said["explanation"], by=by, at=at
        ),
        _("已撤档，告知信已经写好。"),
        _moves(S.CLOSED),
        danger=True,
    ),
    Step(
        "suspend",
        _("暂停"),
        _makes(f.Why),
        partial(_reasoned, running.suspend),
        _("已暂停。"),
        lambda file, about, post: (
            file.position in (S.ACTIVE, S.RECHECK) and _moves(S.SUSPENDED)(file, about, post)
        ),
        danger=True,
    ),
    Step(
        "hand-over",
        _("转到别的县区"),
        _receivers,
        _hand_over,
        _("已请对方接收；对方接收以前，这家还在这里。"),
        _moves(S.TRANSFER),
    ),
    Step(
        "take-over",
        _("接收这份档案"),
        _makes(Remark),
        partial(_noted, running.take_over),
        _("已接收，这家现在归您单位管。"),
        _takes_over,
    ),
    Step(
        "call-back",
        _("登记回访"),
        _makes(f.CallBack),
        lambda file, said, by, at: sweeping.called_back(
            file, finding=said["finding"], told=said["told"], by=by, at=at
        ),
        _("已登记回访。"),
        _in(S.CLOSED, roles=sweeping.CALLS),
        help=_("撤档以后一年里至少问一次，返困的马上帮。"),
    ),
    Step(
        "turn-down",
        _("不接收，退回"),
        _makes(f.Why),
        partial(_reasoned, running.turn_down),
        _("已退回原来的县区。"),
        _takes_over,
        help=_("写明为什么不归您这里管，原来的县区会看到。"),
    ),
    Step(
        "take-back",
        _("不转了，收回来"),
        _makes(f.Why),
        partial(_reasoned, running.take_back),
        _("已收回，这家还在这里。"),
        _takes_back,
    ),
)
BY_KEY: Final = {step.key: step for step in STEPS}


def rank(step: Step, about: Around) -> int:
    """Where a step stands among those that are there: what is to be done now first."""
    if step.key in _RARE:
        return 2
    if step.key in _ON_A_SHEET:
        return 0 if about.has_sheet else 1
    return 1 if step.key == "verify" or (step.key == "draw" and about.has_sheet) else 0


def open_to(seat: Seat, file: HouseholdFile, about: Around) -> Iterator[tuple[Step, Post]]:
    """The steps that are there for somebody, each with the nearest post it is taken in."""
    posts = sorted(seat.posts, key=lambda post: -len(post.union.path))
    for step in STEPS:
        for post in posts:
            union = file.goes_to if step.key in _OF_RECEIVER and file.goes_to else file.owner
            if union.path.startswith(post.union.path) and step.open_to(file, about, post):
                yield step, post
                break
