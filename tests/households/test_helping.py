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
from workflows.households import daily, deciding, helping, running, saying
from workflows.households.models import HelpVisit, HouseholdFile, Pairing
from workflows.households.moving import FileMoveNotAllowed

pytestmark = pytest.mark.django_db

AT = moment(date(2026, 9, 1))


def pair(family: Family, house: House, name: str = "高洁", by: str = "方敏") -> Pairing:
    return helping.pair(
        family.read(), unit="澜江纺织有限公司", name=name, phone="", by=house.actor(by), at=AT
    )


def test_a_file_without_unit_and_person_is_found(on_file: Family, house: House) -> None:
    assert list(HouseholdFile.objects.unpaired()) == [on_file.file]
    assert list(HouseholdFile.objects.unplanned()) == [on_file.file]
    pair(on_file, house)
    helping.make(on_file.read(), PLAN, by=house.actor("沈梅"), at=AT)
    assert not HouseholdFile.objects.unpaired().exists()
    assert not HouseholdFile.objects.unplanned().exists()


def test_a_pairing_ends_when_somebody_takes_over_or_the_family_is_out(on_file: Family, house: House) -> None:
    pair(on_file, house)
    pair(on_file, house, name="江涛")
    assert list(on_file.file.pairings.values_list("name", "end")) == [("高洁", "换人接手"), ("江涛", "")]
    with pytest.raises(IntegrityError), transaction.atomic():
        Pairing.objects.create(file=on_file.file, unit="甲", name="乙", since=date(2026, 9, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Pairing.objects.filter(name="江涛").update(until=date(2026, 9, 2))
    running.close(
        on_file.read(), reason="死亡", explanation="本人去世。", by=house.actor("罗斌"), at=on_file.at
    )
    assert on_file.file.pairings.get(name="江涛").end == "死亡"


def test_a_transfer_and_the_end_of_tapering_end_it_too(on_file: Family, house: House) -> None:
    pair(on_file, house)
    there = house.city.unions["LJ-LX-E01"]
    running.hand_over(on_file.read(), to=there, reason="搬家", by=house.actor("方敏"), at=on_file.at)
    running.take_over(on_file.read(), by=house.actor("冯远"), at=on_file.at)
    assert on_file.file.pairings.get().end == "转出"
    helping.pair(on_file.read(), unit="柳溪竹制品", name="柳青", phone="", by=house.actor("冯远"), at=AT)
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
    with pytest.raises(helping.BadPlan, match="没有造血或者维权"):
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


def test_a_visit_is_added_and_never_changed(on_file: Family, house: House) -> None:
    told: dict[str, Any] = {"who": "高洁", "by": house.actor("沈梅"), "at": AT}
    kept = helping.visited(
        on_file.read(), on=date(2026, 9, 1), minutes=5, talk="", next_step="", goods_fen=30_000, **told
    )
    assert kept.is_goods_only
    with pytest.raises(FileMoveNotAllowed, match="还没有到"):
        helping.visited(on_file.read(), on=date(2026, 9, 2), minutes=5, talk="", next_step="", **told)
    with pytest.raises(DatabaseError), transaction.atomic():
        HelpVisit.objects.update(minutes=60)


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
