"""Line 18 and 19: nobody does two duties in a case, and a case moves along the table or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.conftest import MONDAY, City, Staff, moment
from tests.desk.conftest import again, sit
from workflows.applications import daily
from workflows.applications.models import Application, Event
from workflows.base import day
from workflows.network.models import Post, UnionOrg
from workflows.payments import runs
from workflows.payments.models import PaymentRun
from workflows.policy.roles import Role
from workflows.policy.route import NO_STAGE, Place
from workflows.policy.states import Action, State

#: What every step of the desk may be filled in with.
TYPED = {
    "note": "同意。",
    "missing": "请补户口簿。",
    "opinion": "情况属实。",
    "finding": "以户口簿为准。",
    "reason": "OUT_OF_SCOPE",
    "explanation": "不在受理范围。",
    "channel": "PHONE",
    "content": "有人反映情况不实。",
    "name": "",
    "phone": "",
    "doubt": "请核对车辆。",
    "result": "核对无异常。",
    "why": "情形特殊。",
    "paper": "省工复〔2026〕15号",
    "ground": "保留入学资格。",
    "proof": "报到证明。",
}


def press(client: Client, case: Application, action: Action, *, turn: int) -> int:
    data = {f"{action}-{name}": text for name, text in TYPED.items()}
    url = reverse("desk:do", args=[case.pk, action.value])
    return client.post(url, {**data, "seen": turn}).status_code


def promote(staff: Staff, role: Role, union: UnionOrg, *, leaves: bool) -> None:
    """A new post for a person, beside the old one or instead of it."""
    if leaves:
        Post.objects.filter(pk=staff.post.pk).update(until=MONDAY - timedelta(days=1))
    Post.objects.create(person=staff.person, role=role, union=union, since=date(2026, 1, 1))


@pytest.mark.parametrize("leaves", [False, True], ids=["two posts at once", "after a change of post"])
@pytest.mark.parametrize(
    ("who", "stands", "role", "code", "action"),
    [
        ("沈梅", "accepted", Role.STATION_REVIEWER, "LJ-DL-E01", Action.TAKE_UP),
        ("何强", "at_county", Role.COUNTY_OFFICER, "LJ-DL", Action.OPINE),
        ("方敏", "opined", Role.COUNTY_HEAD, "LJ-DL", Action.POST_NOTICE),
        ("方敏", "opined", Role.COUNTY_HEAD, "LJ-DL", Action.REJECT),
        ("罗斌", "at_city", Role.CITY_APPROVER, "LJ", Action.APPROVE),
        ("沈梅", "at_city", Role.CITY_APPROVER, "LJ", Action.APPROVE),
    ],
)
def test_line_18_nobody_does_two_duties_in_one_case(
    request: pytest.FixtureRequest,
    city: City,
    who: str,
    stands: str,
    role: Role,
    code: str,
    action: Action,
    leaves: bool,
) -> None:
    case: Application = request.getfixturevalue(stands)
    promote(city[who], role, city.unions[code], leaves=leaves)

    answer = press(sit(city[who]), case, action, turn=case.turn)

    assert answer == 422
    assert again(case).turn == case.turn


@pytest.mark.parametrize("leaves", [False, True], ids=["two posts at once", "after a change of post"])
def test_line_18_who_decided_pays_nothing(approved: Application, city: City, leaves: bool) -> None:
    promote(city["秦岚"], Role.FINANCE_MAKER, city.unions["LJ"], leaves=leaves)

    sit(city["秦岚"]).post(
        reverse("desk:make_run"), {"programme": "P-GA-2026", "case": [f"{approved.pk}:{approved.turn}"]}
    )

    assert not PaymentRun.objects.exists()


@pytest.mark.parametrize("leaves", [False, True], ids=["two posts at once", "after a change of post"])
def test_line_18_who_made_a_run_releases_it_in_no_post(
    approved: Application, city: City, leaves: bool
) -> None:
    run = runs.make([approved], by=city["魏平"].actor, at=moment(date(2026, 8, 11)))
    promote(city["魏平"], Role.FINANCE_CHECKER, city.unions["LJ"], leaves=leaves)

    sit(city["魏平"]).post(reverse("desk:release", args=[run.pk]))

    run.refresh_from_db()
    assert run.standing == PaymentRun.Standing.MADE


# --- line 19 -----------------------------------------------------------------------------------------------------------


class Offices(RuleBasedStateMachine):
    """Everybody presses every button at any time, also stale and skipping; and days pass."""

    case: Application
    city: City
    sitting: Callable[[str], Client]

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.today = MONDAY
        self.turn = again(self.case).turn

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @rule(
        who=st.sampled_from(["沈梅", "何强", "方敏", "罗斌", "秦岚", "魏平", "邵军", "白杨"]),
        action=st.sampled_from(list(Action)),
        behind=st.sampled_from([0, 0, 0, 1]),
    )
    def somebody_presses_a_button(self, who: str, action: Action, behind: int) -> None:
        status = press(self.sitting(who), self.case, action, turn=self.turn - behind)
        now = again(self.case).turn
        assert (status == 302) == (now > self.turn or (status == 302 and action is Action.SUSPEND))
        self.turn = now

    @rule()
    def the_right_person_does_the_next_step(self) -> None:
        """So that the walk gets far: the first step of the table that staff may take here."""
        case = again(self.case)
        for move in case.route.moves:
            for name in ("沈梅", "何强", "方敏", "罗斌", "秦岚"):
                here = (move.stage, move.source) == (case.stage, case.position)
                if here and self.city[name].actor.role in move.actors:
                    press(self.sitting(name), self.case, move.action, turn=self.turn)
                    self.turn = again(self.case).turn
                    return

    @precondition(lambda self: self.today < MONDAY + timedelta(days=60))
    @rule(days=st.integers(1, 8))
    def days_pass(self, days: int) -> None:
        self.today += timedelta(days=days)
        day.set_day(self.today)
        daily.tick(at=moment(self.today))
        self.turn = again(self.case).turn

    @invariant()
    def the_story_is_a_walk_along_the_table(self) -> None:
        case, stood, n = again(self.case), Place(State.DRAFT, NO_STAGE), 0
        for event in Event.objects.filter(application=self.case).order_by("n"):
            move = case.route.find(stood, Action(event.action))
            assert move.source.value == event.source
            assert event.role in {str(actor) for actor in move.actors}
            stood = case.route.goes(
                stood, move, fen=case.amount_fen, facts=case.circumstances(), levels=case.levels()
            )
            assert (stood.state.value, stood.stage) == (event.target, event.stage)
            n += 1
            assert event.n == n
        assert (case.place, case.turn) == (stood, n)


def test_line_19_a_case_moves_along_the_table_or_not_at_all(case: Application, city: City) -> None:
    clients: dict[str, Client] = {}

    def sitting(name: str) -> Client:
        return clients[name]

    # Seated before the first example, so that undoing one leaves them there.
    clients.update({name: sit(city[name]) for name in city.staff})
    offices = type(
        "OfficesOfTheCity", (Offices,), {"case": case, "city": city, "sitting": staticmethod(sitting)}
    )
    run_state_machine_as_test(
        offices,
        settings=settings(
            max_examples=8,
            stateful_step_count=14,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
