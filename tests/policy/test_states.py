"""The table of moves: every line of the domain brief, and what no line may allow."""

import pytest

from workflows.policy import states
from workflows.policy.roles import Level, Role
from workflows.policy.states import MOVES, SYSTEM, WORKER, Action, Actor, NoSuchMove, RejectReason, State

S, A, R = State, Action, Role

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
]
BEFORE_PAYMENT = states.OPEN - {S.PAYMENT_PENDING, S.PAYMENT_FAILED, S.PAID, S.FOLLOW_UP}


def test_the_table_is_the_domain_briefs_and_nothing_more() -> None:
    withdrawals: list[tuple[State, Action, State, set[Actor]]] = [
        (state, A.WITHDRAW, S.WITHDRAWN, {WORKER}) for state in BEFORE_PAYMENT
    ]
    written = {
        (source, action, target, frozenset(who)) for source, action, target, who in [*TABLE, *withdrawals]
    }
    assert {(move.source, move.action, move.target, move.actors) for move in MOVES} == written
    assert len(MOVES) == len(written)


def test_one_action_leads_to_one_state() -> None:
    assert len({(move.source, move.action) for move in MOVES}) == len(MOVES)


@pytest.mark.parametrize("state", sorted(states.ENDED))
def test_what_has_ended_does_not_move(state: State) -> None:
    assert not [move for move in MOVES if move.source is state]


def test_every_state_can_be_reached_and_every_open_one_left() -> None:
    reached = {S.DRAFT}
    while found := {move.target for move in MOVES if move.source in reached} - reached:
        reached |= found
    assert reached == set(State)
    assert {move.source for move in MOVES} == states.OPEN


@pytest.mark.parametrize("role", [R.AUDITOR, R.EDITOR, R.PUBLISHER, R.ADMIN])
def test_those_who_do_not_handle_cases_move_nothing(role: Role) -> None:
    assert not any(states.allowed(state, role) for state in State)


def test_nobody_who_prepares_a_payment_confirms_it() -> None:
    assert states.find(S.APPROVED, A.PREPARE_PAYMENT).actors.isdisjoint(
        states.find(S.PAYMENT_PENDING, A.PAY).actors
    )


def test_taking_money_back_needs_the_signature_of_finance() -> None:
    move = states.find(S.PAID, A.RECLAIM)
    assert move.countersigned_by
    assert move.actors.isdisjoint(move.countersigned_by)
    assert move.last_hand == {R.FINANCE_MAKER, R.FINANCE_CHECKER}
    assert states.find(S.PAID, A.PROPOSE_RECLAIM).last_hand == {R.CITY_APPROVER}


def test_allowed_lists_what_the_county_head_may_do() -> None:
    assert [move.action for move in states.allowed(S.COUNTY_REVIEW, R.COUNTY_HEAD)] == [
        A.POST_NOTICE,
        A.CORRECT,
        A.REJECT,
    ]
    assert states.allowed(S.COUNTY_REVIEW, R.ACCEPTOR) == ()


def test_a_move_the_table_does_not_have_is_refused_by_name() -> None:
    with pytest.raises(NoSuchMove, match="“草稿”时不能“批准”"):
        states.find(S.DRAFT, A.APPROVE)


def test_the_progress_bar_never_goes_back_except_for_corrections() -> None:
    order = list(states.PHASES)
    back = {
        (move.source, move.target)
        for move in MOVES
        if (before := states.stage_of(move.source))
        and (after := states.stage_of(move.target))
        and order.index(after) < order.index(before)
    }
    assert back == {
        (S.COUNTY_REVIEW, S.CORRECTION),
        (S.CITY_APPROVAL, S.COUNTY_REVIEW),
        (S.DEFERRED, S.COUNTY_REVIEW),
    }
    assert [states.stage_of(state) for state in (S.DRAFT, S.REJECTED, S.WITHDRAWN)] == [None, None, None]


@pytest.mark.parametrize("kind", [State, Action, RejectReason, Role, Level])
def test_everything_has_its_own_chinese_name(
    kind: type[State | Action | RejectReason | Role | Level],
) -> None:
    labels = [member.label for member in kind]
    assert all(labels)
    assert len(set(labels)) == len(labels)
    assert all(state.for_worker for state in State)
