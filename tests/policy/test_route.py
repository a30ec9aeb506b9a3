"""The way of a case: with the usual stages every line of the domain brief, with others what they ask for."""

from collections.abc import Callable
from typing import Any

import pytest

from workflows.policy import route, states
from workflows.policy.programme import Programme
from workflows.policy.roles import Level, Role
from workflows.policy.route import NoSuchMove, Place, Route
from workflows.policy.states import SYSTEM, WORKER, Action, Actor, RejectReason, State

S, A, R = State, Action, Role
EVERY_LEVEL = frozenset(Level)

# Domain 3.4, line by line: from, action, to, who.
TABLE: list[tuple[State, Action, State, set[Actor]]] = [
    (S.DRAFT, A.SUBMIT, S.SUBMITTED, {WORKER}),
    (S.SUBMITTED, A.HOLD, S.DUPLICATE_HOLD, {SYSTEM}),
    (S.DUPLICATE_HOLD, A.RELEASE_HOLD, S.ACCEPTED, {R.CITY_APPROVER, R.COUNTY_HEAD}),
    (S.DUPLICATE_HOLD, A.REJECT, S.REJECTED, {R.CITY_APPROVER, R.COUNTY_HEAD}),
    (S.SUBMITTED, A.ACCEPT, S.ACCEPTED, {R.ACCEPTOR}),
    (S.SUBMITTED, A.CORRECT, S.CORRECTION, {R.ACCEPTOR}),
    (S.CORRECTION, A.SUBMIT, S.SUBMITTED, {WORKER}),
    (S.CORRECTION, A.LAPSE, S.WITHDRAWN, {SYSTEM}),
    (S.ACCEPTED, A.TAKE_UP, S.STATION_CHECK, {R.STATION_REVIEWER}),
    (S.STATION_CHECK, A.SIGN, S.COUNTY_REVIEW, {R.STATION_REVIEWER}),
    (S.COUNTY_REVIEW, A.OPINE, S.COUNTY_REVIEW, {R.COUNTY_OFFICER}),
    (S.COUNTY_REVIEW, A.ASK_MEANS_CHECK, S.MEANS_CHECK, {R.COUNTY_OFFICER}),
    (S.MEANS_CHECK, A.MEANS_RESULT, S.COUNTY_REVIEW, {R.COUNTY_OFFICER}),
    (S.COUNTY_REVIEW, A.POST_NOTICE, S.PUBLIC_NOTICE, {R.COUNTY_HEAD}),
    (S.COUNTY_REVIEW, A.CORRECT, S.CORRECTION, {R.COUNTY_HEAD}),
    (S.COUNTY_REVIEW, A.REJECT, S.REJECTED, {R.COUNTY_HEAD}),
    (S.PUBLIC_NOTICE, A.END_NOTICE, S.CITY_APPROVAL, {SYSTEM}),
    (S.PUBLIC_NOTICE, A.SUSPEND, S.SUSPENDED, {R.COUNTY_OFFICER, SYSTEM}),
    (S.SUSPENDED, A.RESUME, S.PUBLIC_NOTICE, {R.COUNTY_HEAD}),
    (S.SUSPENDED, A.REJECT, S.REJECTED, {R.COUNTY_HEAD}),
    (S.CITY_APPROVAL, A.APPROVE, S.APPROVED, {R.CITY_APPROVER}),
    (S.CITY_APPROVAL, A.SEND_UP, S.UPPER_APPROVAL, {R.CITY_APPROVER}),
    (S.CITY_APPROVAL, A.SEND_BACK, S.COUNTY_REVIEW, {R.CITY_APPROVER}),
    (S.CITY_APPROVAL, A.REJECT, S.REJECTED, {R.CITY_APPROVER}),
    (S.UPPER_APPROVAL, A.UPPER_RESULT, S.APPROVED, {R.CITY_APPROVER}),
    (S.UPPER_APPROVAL, A.REJECT, S.REJECTED, {R.CITY_APPROVER}),
    (S.APPROVED, A.PREPARE_PAYMENT, S.PAYMENT_PENDING, {R.FINANCE_MAKER}),
    (S.PAYMENT_PENDING, A.PAY, S.PAID, {R.FINANCE_CHECKER}),
    (S.PAYMENT_PENDING, A.FAIL_PAYMENT, S.PAYMENT_FAILED, {R.FINANCE_CHECKER}),
    (S.PAYMENT_FAILED, A.RETRY_PAYMENT, S.PAYMENT_PENDING, {R.FINANCE_MAKER}),
    (S.APPROVED, A.DEFER, S.DEFERRED, {R.COUNTY_OFFICER}),
    (S.DEFERRED, A.REOPEN, S.COUNTY_REVIEW, {R.COUNTY_OFFICER}),
    (S.PAID, A.FOLLOW, S.FOLLOW_UP, {SYSTEM}),
    (S.FOLLOW_UP, A.CLOSE, S.CLOSED, {SYSTEM}),
    (S.PAID, A.PROPOSE_RECLAIM, S.PAID, {R.CITY_APPROVER}),
    (S.PAID, A.RECLAIM, S.RECLAIMED, {R.CITY_APPROVER}),
    # Beyond the brief: an error can come to light after the follow-up has begun.
    (S.FOLLOW_UP, A.PROPOSE_RECLAIM, S.FOLLOW_UP, {R.CITY_APPROVER}),
    (S.FOLLOW_UP, A.RECLAIM, S.RECLAIMED, {R.CITY_APPROVER}),
]
LEAVABLE = states.OPEN - {
    S.IN_REVIEW, S.COUNTY_APPROVAL, S.WAITING_LIST, S.IN_SERVICE,
    S.PAYMENT_PENDING, S.PAYMENT_FAILED, S.PAID, S.FOLLOW_UP,
}  # fmt: skip


@pytest.fixture
def usual(golden_autumn: Programme) -> Route:
    return route.of(golden_autumn)


def goes(way: Route, place: Place, action: Action, *, fen: int = 500000, **facts: Any) -> Place:
    return way.goes(place, way.find(place, action), fen=fen, facts=facts, levels=EVERY_LEVEL)


def with_stages(
    definition: dict[str, Any], change: Callable[[list[dict[str, Any]]], object], **parts: Any
) -> Route:
    change(definition["stages"])
    return route.of(Programme.from_json(definition | parts))


def test_with_the_usual_stages_the_table_is_the_domain_briefs_and_nothing_more(usual: Route) -> None:
    withdrawals: list[tuple[State, Action, State, set[Actor]]] = [
        (state, A.WITHDRAW, S.WITHDRAWN, {WORKER}) for state in LEAVABLE
    ]
    written = {(a, b, c, frozenset(who)) for a, b, c, who in [*TABLE, *withdrawals]}
    found = {
        (
            move.source,
            move.action,
            goes(usual, Place(move.source, move.stage), move.action).state,
            move.actors,
        )
        for move in usual.moves
    }
    assert found == written


def test_one_action_leads_to_one_place(usual: Route) -> None:
    assert len({(move.stage, move.source, move.action) for move in usual.moves}) == len(usual.moves)


def test_what_has_ended_does_not_move(usual: Route) -> None:
    assert not [move for move in usual.moves if move.source in states.ENDED]


@pytest.mark.parametrize("role", [R.AUDITOR, R.EDITOR, R.PUBLISHER, R.ADMIN])
def test_those_who_do_not_handle_cases_move_nothing(usual: Route, role: Role) -> None:
    assert not [move for move in usual.moves if role in move.actors]


def test_taking_money_back_needs_the_signature_of_finance(usual: Route) -> None:
    move = usual.find(Place(S.PAID, "payment"), A.RECLAIM)
    assert move.actors.isdisjoint(move.countersigned_by)
    assert move.last_hand == {R.FINANCE_MAKER, R.FINANCE_CHECKER}


def test_allowed_lists_what_the_county_head_may_do(usual: Route) -> None:
    county = Place(S.COUNTY_REVIEW, "county")
    assert [move.action for move in usual.allowed(county, R.COUNTY_HEAD)] == [
        A.POST_NOTICE,
        A.CORRECT,
        A.REJECT,
    ]
    assert usual.allowed(county, R.ACCEPTOR) == ()


def test_a_move_the_programme_does_not_have_is_refused_by_name(usual: Route) -> None:
    with pytest.raises(NoSuchMove, match="“草稿”时不能“批准”"):
        usual.find(Place(S.DRAFT, route.NO_STAGE), A.APPROVE)


TOWNSHIP = {
    "key": "township", "name": "乡镇街道初审", "step": "check", "actor": "TOWNSHIP", "roles": ["TOWNSHIP_REVIEWER"],
    "limit_workdays": 2, "src": "I",
}  # fmt: skip


def test_a_check_by_the_township_stands_where_it_was_put(definition: dict[str, Any]) -> None:
    way = with_stages(definition, lambda stages: stages.insert(2, TOWNSHIP))
    there = goes(way, Place(S.STATION_CHECK, "station"), A.SIGN)
    assert there == Place(S.IN_REVIEW, "township")
    assert [move.action for move in way.allowed(there, R.TOWNSHIP_REVIEWER)] == [A.SIGN, A.CORRECT]
    assert goes(way, there, A.SIGN) == Place(S.COUNTY_REVIEW, "county")
    assert goes(way, Place(S.CITY_APPROVAL, "city"), A.SEND_BACK) == Place(S.COUNTY_REVIEW, "county")


def test_a_case_without_a_township_above_it_goes_past_the_township(definition: dict[str, Any]) -> None:
    way = with_stages(definition, lambda stages: stages.insert(2, TOWNSHIP))
    without = EVERY_LEVEL - {Level.TOWNSHIP}
    assert way.after("station", fen=1, facts={}, levels=without) == Place(S.COUNTY_REVIEW, "county")


def test_only_awards_above_the_limit_wait_for_a_higher_union(definition: dict[str, Any]) -> None:
    upper = {
        "key": "province", "name": "省级审批", "step": "upper", "actor": "UPPER", "roles": ["CITY_APPROVER"],
        "above_fen": 2000000, "src": "I",
    }  # fmt: skip
    way = with_stages(definition, lambda stages: stages.insert(5, upper))
    city = Place(S.CITY_APPROVAL, "city")
    assert goes(way, city, A.APPROVE, fen=2000000) == Place(S.APPROVED, "payment")
    assert goes(way, city, A.APPROVE, fen=2000001) == Place(S.UPPER_APPROVAL, "province")
    assert way.is_last_decision("city", fen=2000000, facts={})
    assert not way.is_last_decision("city", fen=2000001, facts={})


def test_a_stage_for_some_is_passed_over_by_others(definition: dict[str, Any]) -> None:
    def once_more_for_migrants(stages: list[dict[str, Any]]) -> None:
        again = {**stages[2], "key": "origin", "name": "户籍地核实", "only_if": {"migrant": True}}
        stages.insert(2, again)

    way = with_stages(definition, once_more_for_migrants)
    station = Place(S.STATION_CHECK, "station")
    assert goes(way, station, A.SIGN, migrant=True).stage == "origin"
    assert goes(way, station, A.SIGN, migrant=False).stage == "county"


def test_without_payment_a_case_ends_with_what_was_done_for_the_family(definition: dict[str, Any]) -> None:
    def a_class(stages: list[dict[str, Any]]) -> None:
        stages[3:] = [
            stages[4],
            {
                "key": "class",
                "name": "开班",
                "step": "serve",
                "actor": "TRAINER",
                "roles": ["COUNTY_OFFICER"],
                "src": "I",
            },
        ]

    for part in ("amount", "notice", "payment_batches", "personas", "follow_up"):
        definition.pop(part)
    places = {"places": 30, "waiting_list": True, "src": "I"}
    way = with_stages(definition, a_class, quota=places)
    county, city = Place(S.COUNTY_REVIEW, "county"), Place(S.CITY_APPROVAL, "city")
    assert goes(way, county, A.SIGN) == city
    assert goes(way, city, A.WAIT) == Place(S.WAITING_LIST, "city")
    assert goes(way, Place(S.WAITING_LIST, "city"), A.ADMIT) == city
    served = goes(way, city, A.APPROVE)
    assert served == Place(S.IN_SERVICE, "class")
    assert goes(way, served, A.COMPLETE) == Place(S.CLOSED, route.NO_STAGE)


@pytest.mark.parametrize("kind", [State, Action, RejectReason, Role, Level])
def test_everything_has_its_own_chinese_name(
    kind: type[State | Action | RejectReason | Role | Level],
) -> None:
    labels = [member.label for member in kind]
    assert all(labels)
    assert len(set(labels)) == len(labels)
    assert all(state.for_worker for state in State)
