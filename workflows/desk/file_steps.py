"""The steps staff take on a household file: whose each is, its form, and the one domain call behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from workflows.desk import check_forms
from workflows.desk import file_forms as f
from workflows.desk.file_forms import chosen
from workflows.desk.step_forms import Bare, Remark
from workflows.households import (
    checking,
    deciding,
    intake,
    moving,
    owning,
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
    Member,
)
from workflows.policy.household.figures import BadFigures
from workflows.policy.household.lifecycle import FileState
from workflows.policy.household.registers import REGISTERS
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
_STATION: Final = frozenset({R.ACCEPTOR, R.STATION_REVIEWER})

Take = Callable[[HouseholdFile, Mapping[str, Any], "Actor", "datetime"], object]
Makes = Callable[[HouseholdFile, "Around"], type[forms.Form]]


@dataclass(frozen=True)
class Around:
    """What stands around a file, read once for all steps."""

    visit: HomeVisit | None
    objection: FileObjection | None
    notice: FileNotice | None
    checks: Sequence[MeansCheck] = ()
    members: Sequence[Member] = ()
    #: The newest calculation sheets, the newest first.
    sheets: Sequence[CalculationSheet] = ()
    #: Whether a sheet was drawn since the file came to stand here.
    has_sheet: bool = False

    @property
    def open_checks(self) -> list[MeansCheck]:
        """Those that are waited for."""
        return [each for each in self.checks if each.standing == MeansCheck.Standing.SENT]

    @property
    def waived(self) -> list[MeansCheck]:
        """Those that one has signed as not waited for, and no second has."""
        return [
            each
            for each in self.checks
            if each.standing == MeansCheck.Standing.WAIVED and each.countersigned_by_id is None
        ]


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
    #: Its form stands on a page of its own: it is long, and seldom needed.
    apart: bool = False


def around(file: HouseholdFile) -> Around:
    """Read what stands around a file, as far as its state asks for it."""
    asked = file.position not in _WITHOUT_CHECKS
    checks = file.checks.select_related(*_SIGNED).order_by("-asked_at", "register")
    sheets = list(file.sheets.select_related("drawn__sealed_by").order_by("-on", "-pk")[:MOST_SHEETS])
    posted = (S.UNIT_NOTICE, S.PUBLIC_NOTICE)
    paused = posting.paused_by(file) if file.position is S.SUSPENDED and file.place.before in posted else None
    on_show = file.notices.exclude(standing="ENDED").first() if file.position in posted else None
    return Around(
        visit=visiting.current(file),
        objection=paused if paused is not None and paused.upheld is None else None,
        notice=paused.notice if paused is not None else on_show,
        checks=list(checks[:MOST_CHECKS]) if asked else [],
        members=list(
            file.members.select_related("person__sealed_by", "person__other_document").order_by("pk")
        ),
        sheets=sheets,
        has_sheet=file.position in _DECIDED and bool(sheets) and sheets[0].on >= file.since,
    )


_CHECKED: Final = (S.CHECKING, S.RECHECK, S.SUSPENDED)
#: Nobody has been asked about a family whose file is on its way there; of one in force nothing is decided.
_WITHOUT_CHECKS: Final = (S.DRAFT, S.SUBMITTED, S.ACCEPTED, S.VISITING, S.UNIT_NOTICE, S.ACTIVE)
#: So many checks are shown, the newest first.
MOST_CHECKS: Final = 20
MOST_SHEETS: Final = 5
#: What is read with a check: who has signed what.
_SIGNED: Final = (
    "sealed_by",
    *(
        f"{who}__{what}"
        for who in ("answered_by", "waived_by", "countersigned_by")
        for what in ("union", "person__sealed_by")
    ),
)
_DECIDED: Final = (S.COUNTY_REVIEW, S.RECHECK, S.TAPERING)
#: What waits for a sheet, and what comes only now and then: neither is offered first.
_ON_A_SHEET: Final = frozenset({"agree", "go-on", "taper", "reject", "close"})
_RARE: Final = frozenset(
    {
        *("visit-again", "replace-visitors", "send-back", "out-of-scope"),
        *("suspend", "hand-over", "turn-down", "take-back"),
    }
)
#: What the county does that a file goes to, though it does not have it yet.
_OF_RECEIVER: Final = frozenset({"take-over", "turn-down"})


def _makes(form: type[forms.Form]) -> Makes:
    return lambda _file, _about: form


def _moves(*targets: FileState) -> Callable[[HouseholdFile, Around, Post], bool]:
    """There for whoever makes one of these moves from where the file stands."""

    def there(file: HouseholdFile, _around: Around, post: Post) -> bool:
        return any(step.target in targets for step in moving.possible(file, Role(post.role)))

    return there


def _in(*states: FileState, roles: frozenset[Role]) -> Callable[[HouseholdFile, Around, Post], bool]:
    return lambda file, _around, post: file.position in states and Role(post.role) in roles


def _back(file: HouseholdFile, about: Around, post: Post) -> bool:
    return not file.has_been_returned and _moves(S.RETURNED)(file, about, post)


def _arrange_form(file: HouseholdFile, _about: Around) -> type[forms.Form]:
    return f.visitors(_who_may_go(file))


def _who_may_go(file: HouseholdFile) -> list[tuple[str, str]]:
    return [(str(post.pk), f"{post.person.name}（{post}）") for post in visiting.candidates(file)]


def _replace_form(file: HouseholdFile, _about: Around) -> type[forms.Form]:
    return f.visitors(_who_may_go(file), instead=True)


def _replace(file: HouseholdFile, said: Mapping[str, Any], by: Actor, at: datetime) -> object:
    posts = {str(post.pk): post for post in visiting.candidates(file)}
    return visiting.replace(
        file,
        first=posts[said["first"]],
        second=posts[said["second"]],
        unrelated=said["unrelated"],
        reason=said["why"],
        by=by,
        at=at,
    )


def _sends_again(file: HouseholdFile, about: Around, post: Post) -> bool:
    free = about.visit is None or about.visit.is_signed
    return file.position in visiting.AGAIN and post.role in _COUNTY and free


def _replaces(file: HouseholdFile, about: Around, post: Post) -> bool:
    if about.visit is None or about.visit.is_signed:
        return False
    return post.role in (_COUNTY if file.position in visiting.AGAIN else _STATION)


def _arrange(file: HouseholdFile, said: Mapping[str, Any], by: Actor, at: datetime) -> object:
    posts = {str(post.pk): post for post in visiting.candidates(file)}
    first, second = posts[said["first"]], posts[said["second"]]
    return visiting.arrange(file, first=first, second=second, unrelated=said["unrelated"], by=by, at=at)


def _check(file: HouseholdFile, said: Mapping[str, Any], standing: MeansCheck.Standing) -> MeansCheck:
    """The check a form was about, as long as it stands as the page showed it."""
    found = file.checks.filter(pk=said["check"], standing=standing)
    check = found.select_related("file__owner", "file__sealed_by", "sealed_by", "waived_by").first()
    if check is None:
        raise moving.FileMoveNotAllowed(_now("这项核对刚刚有了变化，请看最新情况。"))
    return check


def _answered(file: HouseholdFile, said: Mapping[str, Any], by: Actor, at: datetime) -> object:
    check = _check(file, said, MeansCheck.Standing.SENT)
    rows, unknown = said["rows"], said["unknown"]
    if not checking.answered(check, rows, unknown=unknown, as_of=said["as_of"], by=by, at=at):
        raise moving.FileMoveNotAllowed(_now("这项核对刚刚有了变化，请看最新情况。"))
    return check


def _of_register(register: str) -> Iterator[Step]:
    """The steps of an open check of one register: written down, not waited for, signed by a second, waited for again."""
    name, standing = REGISTERS[register].name, MeansCheck.Standing

    def open_check(about: Around) -> MeansCheck | None:
        return next((each for each in about.open_checks if each.register == register), None)

    def waived(about: Around) -> MeansCheck | None:
        return next((each for each in about.waived if each.register == register), None)

    def by_another(about: Around, post: Post) -> bool:
        check = waived(about)
        return (
            check is not None and check.waived_by is not None and check.waived_by.person_id != post.person_id
        )

    yield Step(
        f"answered-{register}",
        format_lazy("{}：{}", _("登记核对回复"), name),
        lambda _file, about: check_forms.answer(register, about.members, open_check(about)),
        _answered,
        _("已登记，和家庭填的并排放着，没有改家庭填的。"),
        lambda _file, about, post: open_check(about) is not None and Role(post.role) in _COUNTY,
        help=_("只填登记机关说了的；没有说的空着。"),
    )
    yield Step(
        f"waive-{register}",
        format_lazy("{}：{}", _("不再等回复"), name),
        lambda _file, about: check_forms.about(check_forms.Why, open_check(about)),
        lambda file, said, by, at: checking.waive(
            _check(file, said, standing.SENT), reason=said["why"], by=by, at=at
        ),
        _("已写明理由，等另一个人会签。"),
        lambda _file, about, post: open_check(about) is not None and Role(post.role) in _COUNTY,
    )
    yield Step(
        f"countersign-{register}",
        format_lazy("{}：{}", _("会签：不再等回复"), name),
        lambda _file, about: check_forms.about(check_forms.About, waived(about)),
        lambda file, said, by, _at: checking.countersign(_check(file, said, standing.WAIVED), by=by),
        _("已会签。"),
        lambda _file, about, post: Role(post.role) in _COUNTY and by_another(about, post),
    )
    yield Step(
        f"wait-{register}",
        format_lazy("{}：{}", _("收回，还是等回复"), name),
        lambda _file, about: check_forms.about(check_forms.About, waived(about)),
        lambda file, said, by, _at: checking.wait_again(_check(file, said, standing.WAIVED), by=by),
        _("已收回，接着等回复。"),
        lambda _file, about, post: waived(about) is not None and Role(post.role) in _COUNTY,
    )


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


def _receivers(file: HouseholdFile, _about: Around) -> type[forms.Form]:
    return f.unions([(union.code, union.name) for union in owning.unions(file)])


def _hand_over(file: HouseholdFile, said: Mapping[str, Any], by: Actor, at: datetime) -> object:
    to = next(union for union in owning.unions(file) if union.code == said["to"])
    return owning.give(file, to=to, reason=said["why"], by=by, at=at)


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
        "visit-again",
        _("再去看一次"),
        _arrange_form,
        _arrange,
        _("已安排入户。"),
        _sends_again,
        apart=True,
    ),
    Step(
        "replace-visitors",
        _("换入户的人"),
        _replace_form,
        _replace,
        _("已换人。原来的人写过的还留着。"),
        _replaces,
        apart=True,
    ),
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
    *(step for register in REGISTERS for step in _of_register(register)),
    Step(
        "verify",
        _("登记核实情况"),
        _makes(f.Verified),
        _verify,
        _("已登记。"),
        _in(S.CHECKING, S.COUNTY_REVIEW, S.RECHECK, S.SUSPENDED, roles=_COUNTY),
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
        help=_(
            "按现在档案里的情况算：建档按交上来那天的标准，复核按今天的；定稿后不能改，情况变了可以再出一份。"
        ),
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
        _("转给别的单位"),
        _receivers,
        _hand_over,
        _("已办。本县区的单位已经改好；别的县区的，等对方接收，接收以前这家还在这里。"),
        _in(*owning.KEPT, roles=frozenset({R.COUNTY_OFFICER})),
        help=_("本县区的马上改；别的县区的要对方接收，在档时才能转。"),
        apart=True,
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
    if step.key in _RARE or step.key.startswith(("waive-", "wait-")):
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
