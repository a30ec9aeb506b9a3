"""一户一计划、一帮一: who stands by a family stays until it is out, or somebody takes over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tests.conftest import moment
from tests.households.conftest import Family, House
from tests.policy.household.test_planning import GIVE, PLAN
from workflows.households import daily, deciding, helping, looking_in, pairing, running, saying
from workflows.households.models import AssistPlan, HelpVisit, HouseholdFile, Pairing, Replacement
from workflows.households.moving import FileMoveNotAllowed
from workflows.policy.household.planning import Strength, Visit

pytestmark = pytest.mark.django_db

AT = moment(date(2026, 9, 1))


def pair(family: Family, house: House, name: str = "高洁", by: str = "方敏") -> Pairing:
    return pairing.pair(
        family.read(), unit="澜江纺织有限公司", name=name, phone="", by=house.actor(by), at=AT
    )


def test_a_file_without_unit_and_person_is_found(on_file: Family, house: House) -> None:
    assert list(HouseholdFile.objects.unpaired()) == [on_file.file]
    assert list(HouseholdFile.objects.unplanned()) == [on_file.file]
    pair(on_file, house)
    helping.make(on_file.read(), PLAN, by=house.actor("沈梅"), at=AT)
    assert not HouseholdFile.objects.unpaired().exists()
    assert not HouseholdFile.objects.unplanned().exists()


def propose(family: Family, house: House, by: str = "沈梅", **told: str) -> Replacement:
    said = {"unit": "区财政局", "name": "江涛", "phone": "", "reason": "高洁调到外地工作。", **told}
    return pairing.propose(family.read(), **said, by=house.actor(by), at=AT)


def test_who_stands_by_a_family_stays_until_a_second_person_agrees_on_another(
    on_file: Family, house: House
) -> None:
    with pytest.raises(FileMoveNotAllowed, match="还没有结对"):
        propose(on_file, house)
    pair(on_file, house)
    with pytest.raises(FileMoveNotAllowed, match="已经有人结对"):
        pair(on_file, house, name="江涛")
    with pytest.raises(FileMoveNotAllowed, match="为什么换人"):
        propose(on_file, house, reason=" ")
    first = propose(on_file, house, by="方敏")
    with pytest.raises(FileMoveNotAllowed, match="正在等"):
        propose(on_file, house)
    for wrong, why in (("方敏", "另一个人"), ("赵敏", "站点和县级"), ("冯远", "范围")):
        with pytest.raises(FileMoveNotAllowed, match=why):
            pairing.agree(first, by=house.actor(wrong), at=AT)
    with pytest.raises(FileMoveNotAllowed, match="为什么不换"):
        pairing.decline(first, reason="", by=house.actor("罗斌"), at=AT)
    pairing.decline(first, reason="高洁还在本市。", by=house.actor("罗斌"), at=AT)
    assert on_file.file.pairings.get().end == "", "until then the old pairing stands"
    second = propose(on_file, house)
    pairing.agree(second, by=house.actor("罗斌"), at=AT)
    with pytest.raises(FileMoveNotAllowed, match="刚刚有人办过"):
        pairing.agree(second, by=house.actor("方敏"), at=AT)
    assert list(on_file.file.pairings.values_list("name", "end")) == [("高洁", "换人接手"), ("江涛", "")]
    now = on_file.file.pairings.get(until=None)
    assert (now.made_by, now.approved_by) == (house.city["沈梅"].post, house.city["罗斌"].post)
    assert on_file.read().is_paired
    with pytest.raises(IntegrityError), transaction.atomic():
        Replacement.objects.filter(pk=second.pk).update(decided_by=second.proposed_by)


def test_a_pairing_ends_when_the_family_is_out_and_so_does_what_is_proposed(
    on_file: Family, house: House
) -> None:
    pair(on_file, house, name="江涛")
    propose(on_file, house, name="周华")
    with pytest.raises(IntegrityError), transaction.atomic():
        Pairing.objects.create(file=on_file.file, unit="甲", name="乙", since=date(2026, 9, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Pairing.objects.filter(name="江涛").update(until=date(2026, 9, 2))
    running.close(
        on_file.read(), reason="死亡", explanation="本人去世。", by=house.actor("罗斌"), at=on_file.at
    )
    assert on_file.file.pairings.get(name="江涛").end == "死亡"
    assert pairing.open_of(on_file.read()) is None


def test_a_transfer_and_the_end_of_tapering_end_it_too(on_file: Family, house: House) -> None:
    pair(on_file, house)
    there = house.city.unions["LJ-LX-E01"]
    running.hand_over(on_file.read(), to=there, reason="搬家", by=house.actor("方敏"), at=on_file.at)
    running.take_over(on_file.read(), by=house.actor("冯远"), at=on_file.at)
    assert on_file.file.pairings.get().end == "转出"
    pairing.pair(on_file.read(), unit="柳溪竹制品", name="柳青", phone="", by=house.actor("冯远"), at=AT)
    on_file.on(date(2026, 9, 2))
    running.recheck(on_file.read(), reason="好转", by=house.actor("冯远"), at=on_file.at)
    main = on_file.file.members.get(relation="本人")
    rich = {"kind": "WAGE", "fen": 9_000_000, "evidence": "工资表"}
    saying.say(
        on_file.file, "income", [rich], member=main, by=house.actor("冯远"), at=on_file.at, source="STAFF"
    )
    deciding.draw(on_file.read(), by=house.actor("冯远"), at=on_file.at)
    deciding.taper(on_file.read(), by=house.actor("邵军"), at=on_file.at)
    daily.tick(at=moment(date(2026, 12, 3)))
    assert on_file.state == "CLOSED"
    assert on_file.file.pairings.get(name="柳青").end == "撤档"


def test_a_plan_is_made_anew_and_the_old_one_stays(on_file: Family, house: House) -> None:
    helping.make(on_file.read(), PLAN, by=house.actor("沈梅"), at=AT)
    with pytest.raises(helping.Lacking, match="没有造血或者维权"):
        helping.make(
            on_file.read(),
            replace(PLAN, measures=(GIVE,)),
            by=house.actor("沈梅"),
            at=AT,
        )
    helping.make(on_file.read(), PLAN, by=house.actor("方敏"), at=moment(date(2026, 10, 1)))
    assert on_file.file.plans.count() == 2
    standing = on_file.file.plans.get(ended_at=None)
    measure = standing.measures.select_related("sealed_by", "plan__file__owner").get()
    helping.done(measure, outcome="已上岗，月薪3,200元。", by=house.actor("沈梅"), at=AT)
    with pytest.raises(FileMoveNotAllowed, match="已经登记过"):
        helping.done(measure, outcome="又一次", by=house.actor("沈梅"), at=AT)
    assert standing.measures.select_related("sealed_by").get().outcome == "已上岗，月薪3,200元。"


def test_a_measure_is_added_or_given_up_without_a_new_plan(on_file: Family, house: House) -> None:
    how: dict[str, Any] = {"by": house.actor("沈梅"), "at": AT}
    with pytest.raises(FileMoveNotAllowed, match="还没有计划"):
        helping.add(on_file.read(), GIVE, **how)
    plan = helping.make(on_file.read(), PLAN, **how)
    with pytest.raises(helping.Lacking, match="期限"):
        helping.add(on_file.read(), replace(GIVE, due_on=date(2028, 1, 1)), **how)
    helping.add(on_file.read(), GIVE, **how)
    train = helping.measure_of(on_file.read(), str(plan.measures.get(strength="造血").pk))
    assert train is not None
    with pytest.raises(FileMoveNotAllowed, match="至少要有一项造血或者维权"):
        helping.give_up(train, why="她去照顾丈夫了。", **how)
    other = helping.add(on_file.read(), replace(GIVE, strength=Strength.RIGHTS, content="医疗救助"), **how)
    with pytest.raises(FileMoveNotAllowed, match="为什么不做"):
        helping.give_up(train, why="", **how)
    helping.give_up(train, why="她去照顾丈夫了。", **how)
    with pytest.raises(FileMoveNotAllowed, match="已经登记过"):
        helping.done(train, outcome="已上岗", **how)
    kept = plan.measures.select_related("sealed_by").get(pk=train.pk)
    assert (kept.ended_why, other.added_by) == ("她去照顾丈夫了。", house.city["沈梅"].post)


def test_the_measures_of_a_cause_are_those_of_the_table_in_force(on_file: Family, house: House) -> None:
    table = helping.proposed(on_file.read(), on=AT.date())
    assert helping.causes(on_file.file)[0] in table
    assert all(table.values())


def test_two_plans_at_once_are_one_plan_and_one_refusal(
    on_file: Family, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other plan is written between ending the one before and writing this one."""
    create = AssistPlan.objects.create

    def after_another(**values: Any) -> AssistPlan:
        create(**{**values, "analysis": "另一个人写的。"})
        return create(**values)

    monkeypatch.setattr(AssistPlan.objects, "create", after_another)
    with pytest.raises(FileMoveNotAllowed, match="刚刚有人"):
        helping.make(on_file.read(), PLAN, by=house.actor("沈梅"), at=AT)


def test_a_visit_is_written_once_never_changed_and_struck_out_with_a_reason(
    on_file: Family, house: House
) -> None:
    how: dict[str, Any] = {"by": house.actor("沈梅"), "at": AT, "sent_as": "7c2a4a0e"}
    visit = Visit(on=date(2026, 9, 1), minutes=60, who="高洁", goods_fen=30_000)
    kept = looking_in.visited(on_file.read(), visit, **how)
    assert kept.is_goods_only
    assert looking_in.visited(on_file.read(), visit, **how) == kept
    assert HelpVisit.objects.count() == 1, "what is sent twice is there once"
    with pytest.raises(helping.Lacking, match="还没有到"):
        looking_in.visited(on_file.read(), replace(visit, on=date(2026, 9, 2)), **how)
    with pytest.raises(helping.Lacking) as lacking:
        looking_in.visited(on_file.read(), replace(visit, goods_fen=0), **how)
    assert set(lacking.value.problems) == {"met", "talk", "changes", "next_step"}
    with pytest.raises(DatabaseError), transaction.atomic():
        HelpVisit.objects.update(minutes=61)
    wrong = looking_in.visit_of(on_file.read(), str(kept.pk))
    assert wrong is not None
    with pytest.raises(FileMoveNotAllowed, match="哪里登记错"):
        looking_in.strike(wrong, why=" ", by=house.actor("方敏"), at=AT)
    looking_in.strike(wrong, why="是去的隔壁一家。", by=house.actor("方敏"), at=AT)
    with pytest.raises(FileMoveNotAllowed, match="已经划掉"):
        looking_in.strike(wrong, why="又一次", by=house.actor("方敏"), at=AT)
    struck = HelpVisit.objects.select_related("sealed_by").get()
    assert (struck.struck_why, struck.minutes) == ("是去的隔壁一家。", 60)


def test_who_decides_or_sits_elsewhere_plans_nothing_and_nothing_is_planned_off_file(
    on_file: Family, house: House
) -> None:
    for stranger in ("罗斌", "柳青", "秦岚"):
        with pytest.raises(FileMoveNotAllowed):
            pair(on_file, house, by=stranger)
    running.close(
        on_file.read(), reason="家庭申请", explanation="申请撤档。", by=house.actor("罗斌"), at=on_file.at
    )
    with pytest.raises(FileMoveNotAllowed, match="不在档"):
        pair(on_file, house)
