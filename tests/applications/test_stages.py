"""Cases go by the stages of their version: the usual six, a township put in between, and upper stages above a limit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.applications.conftest import ACCEPT, COUNTY, Offer, check, join, medical, programme, stage
from tests.conftest import City, again, fill, hire, moment, twin_answers
from tests.policy.test_route import LEAVABLE, TABLE
from workflows.applications import apply, clocks, decide, letters, outside, public, queries, review, tracking
from workflows.applications.models import Application, MoveNotAllowed
from workflows.ledger import budget
from workflows.network.actors import Actor
from workflows.network.models import Post
from workflows.offers.models import ProgrammeVersion
from workflows.parameters import queries as parameters
from workflows.people.models import Person
from workflows.policy.programme import Programme
from workflows.policy.roles import Role
from workflows.policy.states import SYSTEM, WORKER, Action, State

pytestmark = pytest.mark.django_db
WEDNESDAY = date(2026, 8, 5)


def as_role(role: object, city: City) -> Actor:
    """Somebody of this role, without a name: the table of moves is asked here, not four eyes."""
    if role in (WORKER, SYSTEM):
        return Actor(user=city["沈梅"].user) if role == WORKER else Actor()
    post = Post(role=str(role), union=city.unions["LJ"], person=Person(name="某人"))
    return Actor(post=post)


def test_every_move_of_the_usual_stages_leads_a_stored_case_where_the_brief_says(
    submitted: Application, city: City
) -> None:
    withdrawals = [(state, Action.WITHDRAW, State.WITHDRAWN, {WORKER}) for state in LEAVABLE]
    expected = {(source, action): target for source, action, target, _who in [*TABLE, *withdrawals]}
    found = {}
    for turn, move in enumerate(submitted.route.moves, start=100):
        case, stage = again(submitted), submitted.programme.stage(move.stage)
        before = len(stage.roles) - 1 if stage and move.action in (Action.SIGN, Action.POST_NOTICE) else 0
        standing = {"state": move.source, "stage": move.stage, "signed": before, "turn": turn}
        Application.objects.filter(pk=case.pk).update(**standing)
        for name, value in standing.items():
            setattr(case, name, value)
        actor = next(iter(move.actors))
        # Written by nobody who is stored: only the move itself is looked at.
        event = case.move(action=move.action, by=_stored(as_role(actor, city), city), at=moment(WEDNESDAY))
        found[move.source, move.action] = State(event.target)
        assert (event.stage, again(case).place) == (case.stage, case.place)
    assert found == expected


def _stored(actor: Actor, city: City) -> Actor:
    """The same actor, in a post the database knows."""
    if actor.post is None:
        return actor
    post, _made = Post.objects.get_or_create(
        role=actor.post.role, union=city.unions["LJ"], person=city["沈梅"].person, since=date(2026, 1, 1)
    )
    return Actor(user=city["沈梅"].user, person=post.person, post=post)


# ---- a township put in between --------------------------------------------------------------------------------------


@pytest.fixture
def with_township(golden_autumn: Programme) -> Programme:
    definition = golden_autumn.to_json()
    definition["stages"].insert(
        2,
        {
            "key": "township", "name": "乡镇街道初审", "step": "check", "actor": "TOWNSHIP",
            "roles": ["TOWNSHIP_REVIEWER"], "limit_workdays": 2, "src": "I",
        },
    )  # fmt: skip
    return Programme.from_json(definition)


def test_a_new_application_passes_the_inserted_stage_and_one_in_flight_does_not(
    submitted: Application,
    city: City,
    li: Any,
    with_township: Programme,
    put_on_offer: Offer,
    version: ProgrammeVersion,
) -> None:
    put_on_offer(with_township, at=date(2026, 7, 22))
    street = hire("桥生", Role.TOWNSHIP_REVIEWER, city.unions["LJ-DL-T3"], place=201)
    elsewhere = hire("路远", Role.TOWNSHIP_REVIEWER, city.unions["LJ-DL-T1"], place=202)
    answers = twin_answers()
    answers["rows"]["students"] = [
        {**answers["rows"]["students"][0], "student_id_no": "36992219901231046X", "student_name": "李一"}
    ]
    answers["once"] |= {"temporary_trouble": True, "trouble_kind": "重病"}
    at = moment(date(2026, 7, 23))
    begun = fill(apply.begin(version.code, person=li.person, at=at), answers, at=at)
    apply.submit(begun, by=li.actor, at=at)

    for case in (submitted, begun):
        review.accept(again(case), by=city["沈梅"].actor, at=at)
        review.take_up(again(case), by=city["何强"].actor, at=at)
        review.sign(again(case), opinion="属实。", by=city["何强"].actor, at=at)

    old, new = again(submitted), again(begun)
    assert (old.version.number, old.position, old.stage) == (1, State.COUNTY_REVIEW, "county")
    assert (new.version.number, new.position, new.stage) == (2, State.IN_REVIEW, "township")
    assert new.due_on == date(2026, 7, 27), "two working days"
    clock = clocks.read(
        new.events.all(), programme=new.programme, calendar=parameters.calendar(), on=date(2026, 7, 28)
    )
    assert (clock.promised, old.programme.promised_workdays) == (27, 25)
    standing = tracking.standing_of(new, on=date(2026, 7, 28))
    assert [mark.label for mark in standing.stages if mark.state == "current"] == ["乡镇街道初审"]
    assert (standing.office, standing.stage_used) == (city.unions["LJ-DL-T3"].name, 3)
    assert "乡镇街道初审" not in [mark.label for mark in tracking.standing_of(old, on=at.date()).stages]
    seen = Application.objects.visible_to(street.user, on=at.date())
    assert [case.pk for case in seen.filter(queries.waiting_for([street.post]))] == [new.pk]
    assert not Application.objects.visible_to(elsewhere.user, on=at.date()).exists()
    assert not Application.objects.filter(queries.waiting_for([elsewhere.post])).exists()
    assert ("P-GA-2026", 2, "township", "乡镇街道初审", 1) in [
        (each.code, each.version, each.stage, each.stage_name, each.number)
        for each in public.counts_by_stage()
    ]

    review.sign(new, opinion="同意。", by=street.actor, at=at)
    assert again(begun).place == again(submitted).place
    boxes = letters.signatures(new.programme, list(again(begun).events.all()))
    assert [box.stage.key for box in boxes if box.event] == ["acceptance", "station", "township"]


def test_a_union_straight_below_the_county_goes_past_the_township(
    put_on_offer: Offer, city: City, with_township: Programme
) -> None:
    (version,) = put_on_offer(with_township)
    case = Application(
        version=version, union=city.unions["LJ-DL"], state=State.STATION_CHECK, stage="station"
    )
    assert "乡镇街道初审" not in [stage.name for stage in tracking.stages_of(case)]
    case.union = city.unions["LJ-DL-E01"]
    assert "乡镇街道初审" in [stage.name for stage in tracking.stages_of(case)]


# ---- opinions in turn -----------------------------------------------------------------------------------------------


def test_the_head_cannot_sign_before_the_officer_and_an_opinion_is_stale_after_the_case_was_away(
    at_county: Application, city: City
) -> None:
    assert (at_county.signed, at_county.turn_of) == (1, Role.COUNTY_HEAD)
    outside.ask_means_check(at_county, doubt="收入", by=city["方敏"].actor, at=moment(WEDNESDAY))
    outside.enter_means_result(at_county, result="无误", by=city["方敏"].actor, at=moment(WEDNESDAY))
    with pytest.raises(MoveNotAllowed, match="县级帮扶专干"):
        review.post_notice(at_county, by=city["罗斌"].actor, at=moment(WEDNESDAY))


# ---- upper stages, lists of bills, yearly caps -----------------------------------------------------------------------


def claim(city: City, wang: Any, *bills: int, on: date) -> Application:
    begun = apply.begin("P-MED", person=wang.person, at=moment(on))
    apply.save(
        begun,
        {
            "mobile": "13900000001",
            "union": "LJ-DL-E01",
            "payee_name": "王建国",
            "card": "6299990000000000012",
        },
    )
    for row, paid in enumerate(bills):
        apply.save(begun, {"hospital": "甲", "paid": paid}, rows="bills", row=row)
    apply.submit(begun, by=wang.actor, at=moment(on))
    return check(again(begun), city, on=on)


def test_above_the_limit_the_higher_union_decides_and_the_family_is_capped_by_the_year(
    put_on_offer: Offer, city: City, wang: Any, wang_file: Any
) -> None:
    put_on_offer(medical())
    small = claim(city, wang, 1_200_000, 300_000, on=date(2026, 8, 3))
    large = claim(city, wang, 2_500_000, on=date(2026, 8, 3))
    assert (small.amount_fen, large.amount_fen) == (1_500_000, 2_500_000)

    decide.approve(large, by=city["秦岚"].actor, at=moment(WEDNESDAY))
    assert large.place.state is State.UPPER_APPROVAL
    assert not large.fund_reference, "no money is set aside before the last decision"
    outside.enter_approval(large, paper="省工复〔2026〕15号", by=city["秦岚"].actor, at=moment(WEDNESDAY))
    assert (large.position, large.stage) == (State.APPROVED, "payment")
    assert budget.lines("P-MED")[0].reserved_fen == 2_500_000

    # 25,000 of 30,000 yuan are promised: the second claim is worth 5,000 by now, not what was said to the family.
    with pytest.raises(decide.NotEligibleNow):
        decide.approve(small, by=city["秦岚"].actor, at=moment(WEDNESDAY))
    assert claim(city, wang, 700_000, on=WEDNESDAY).amount_fen == 500_000


def test_below_the_limit_nobody_waits_for_the_higher_union(
    put_on_offer: Offer, city: City, wang: Any, wang_file: Any
) -> None:
    put_on_offer(medical())
    case = claim(city, wang, 2_000_000, on=date(2026, 8, 3))
    assert [stage.key for stage in tracking.stages_of(case)] == ["acceptance", "county", "city", "payment"]
    decide.approve(case, by=city["秦岚"].actor, at=moment(WEDNESDAY))
    assert case.position is State.APPROVED
    letter = letters.letter_of(again(case), on=WEDNESDAY)
    assert letter is not None
    assert (letter.version, letter.amount_fen) == (1, 2_000_000)
    assert "20,000元×100%＝20,000元" in "".join(letter.lines)


def test_who_checked_a_case_does_not_decide_it_in_the_same_role(put_on_offer: Offer, city: City) -> None:
    head = stage("head", "approve", "COUNTY", Role.COUNTY_HEAD)
    put_on_offer(programme("P-HEAD", stages=[ACCEPT, COUNTY, head]))
    case = join("P-HEAD", place=71, union=city.unions["LJ-DL-E01"], on=WEDNESDAY)
    check(case, city, on=WEDNESDAY)
    assert case.position is State.COUNTY_APPROVAL
    with pytest.raises(Exception, match="审批必须换一个人"):
        decide.approve(case, by=city["罗斌"].actor, at=moment(WEDNESDAY))
    other = hire("卢正", Role.COUNTY_HEAD, city.unions["LJ-DL"], place=203)
    decide.approve(case, by=other.actor, at=moment(WEDNESDAY))
    assert (case.position, case.stage) == (State.CLOSED, ""), "nothing is paid and nobody is followed"
