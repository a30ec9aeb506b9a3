"""The staff's part of the story: one scene for each hand that the version's stages need, up to the bank's return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflows.demo import people
from workflows.demo.people import Colleague, Worker
from workflows.policy.parts import Step
from workflows.policy.states import State

if TYPE_CHECKING:
    from workflows.applications.models import Application
    from workflows.policy.programme import Programme, Stage
    from workflows.policy.roles import Role

DESK, MONEY = "/desk/", "/desk/money/"
#: Who holds each post over the mill of the story.
PLAYERS = {colleague.role: colleague for colleague in people.STAFF}


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


def scenes(programme: Programme, *, at: str, note: str | Promise) -> list[Scene]:
    """The scenes of a version; a stage that only some cases pass is one when the case stands in it.

    :param at: the key of the stage in which the demonstrated case stands.
    :param note: what is said beside the wait for the end of the notice.
    """
    found: list[Scene] = []
    for place, stage in enumerate(programme.stages):
        conditional = stage.above_fen is not None or stage.only_if is not None
        if conditional and stage.key != at:
            continue
        follows = programme.stages[place + 1] if place + 1 < len(programme.stages) else None
        found += _of(stage, follows, programme, note=note)
    return found


def scene_of(application: Application, *, is_released: bool) -> str:
    """The key of the scene that comes next for a case; "" when none of staff does."""
    stage = application.stage_now
    match application.position:
        case State.APPROVED | State.PAYMENT_FAILED if stage:
            return _key(stage)
        case State.PAYMENT_PENDING if stage:
            return _key(stage, 2 if is_released else 1)
        case State.DEFERRED:
            checks = [each for each in application.programme.stages if each.step is Step.CHECK]
            return _key(checks[-1]) if checks else ""
        case State.PAID | State.FOLLOW_UP | State.CLOSED | State.REJECTED | State.WITHDRAWN | State.RECLAIMED:
            return ""
    return _key(stage, application.signed) if stage else ""


def _key(stage: Stage, hand: int = 0) -> str:
    return f"{stage.key}-{hand}" if hand else stage.key


def _of(stage: Stage, follows: Stage | None, programme: Programme, *, note: str | Promise) -> Iterator[Scene]:
    match stage.step:
        case Step.LIST:
            return
        case Step.ACCEPT:
            yield _at_desk(stage, stage.roles[-1], stage.name, _("核对材料是否齐全，点“受理”。"))
        case Step.NOTICE:
            yield Scene(
                _key(stage),
                _("等公示满%(days)s个工作日") % {"days": stage.min_workdays},
                _(
                    "发布当天不算。按上面的“下一个工作日”，一直按到公示结束的下一天，申请会自己转到下一个环节。"
                ),
                "#day",
                _("去按“下一个工作日”"),
                note=note,
            )
        case Step.PAY:
            yield from _payment(stage)
        case _:
            for hand, role in enumerate(stage.roles):
                if role is stage.roles[-1]:
                    yield _last_hand(stage, follows, programme, hand=hand)
                else:
                    title = _("%(stage)s：初审意见") % {"stage": stage.name}
                    yield _at_desk(stage, role, title, _("看测算和材料，提出初审意见。"), hand=hand)


def _last_hand(stage: Stage, follows: Stage | None, programme: Programme, *, hand: int) -> Scene:
    """Who signs last decides or sends the case on."""
    role, title = stage.roles[-1], stage.name
    match stage.step:
        case Step.CHECK if follows is not None and follows.step is Step.NOTICE:
            return _at_desk(stage, role, _("同意并公示"), _("负责人同意后，公示自动开始。"), hand=hand)
        case Step.CHECK:
            return _at_desk(stage, role, title, _("看前面的意见，写下自己的意见后签署。"), hand=hand)
        case Step.APPROVE if programme.amount is not None:
            return _at_desk(stage, role, title, _("在预算内批准，资金同时预留。"), hand=hand)
        case Step.APPROVE:
            return _at_desk(stage, role, title, _("有名额就批准，满了列入候补。"), hand=hand)
        case Step.UPPER:
            return _at_desk(stage, role, title, _("收到上级批复后，在这里登记。"), hand=hand)
    return _at_desk(stage, role, title, _("服务做完了，在这里登记。"), hand=hand)


def _at_desk(stage: Stage, role: Role, title: str | Promise, doing: str | Promise, *, hand: int = 0) -> Scene:
    return Scene(_key(stage, hand), title, doing, DESK, _("去工作台"), PLAYERS.get(role))


def _payment(stage: Stage) -> Iterator[Scene]:
    maker, checker = (PLAYERS.get(role) for role in stage.roles)
    to_money = _("去资金发放")
    yield Scene(_key(stage), _("制单"), _("把已批准的申请列入发放批次。"), MONEY, to_money, maker)
    yield Scene(_key(stage, 1), _("复核放行"), _("换一个人复核，送银行。"), MONEY, to_money, checker)
    yield Scene(_key(stage, 2), _("登记回盘"), _("银行付款后登记结果，钱就到了。"), MONEY, to_money, checker)
