"""刘桂英 moves from 东岭区 to 柳溪县: nothing is lost, what runs goes on, and between the two counties nobody is without her."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.conftest import moment
from tests.households.conftest import Family, House, begin, family, house, on_file
from workflows.households import aid, daily, helping, pairing, queries, running, sweeping
from workflows.households.models import HouseholdFile
from workflows.households.moving import FileMoveNotAllowed
from workflows.policy.household.lifecycle import FileState
from workflows.policy.household.planning import Batch, Goal, Measure, Plan, Provider, Strength
from workflows.policy.household.sweeps import Kind

__all__ = ["begin", "family", "house", "on_file"]
pytestmark = [pytest.mark.django_db, pytest.mark.walks]

PLAN = Plan(
    analysis="丈夫透析，一个人挣钱。",
    goal=Goal.SECURED,
    aims="看得起病",
    starts_on=date(2026, 8, 14),
    target_on=date(2027, 8, 14),
    measures=[Measure(Batch.MEDICAL, Provider.STATE, Strength.RIGHTS, "大病保险报销", date(2026, 12, 1))],
    only_giving_because="",
)


def seen_by(house: House, name: str) -> list[HouseholdFile]:
    return list(HouseholdFile.objects.for_lists([house.city[name].post]))


def test_a_file_goes_to_another_county_and_nothing_is_lost(
    on_file: Family, house: House, begin: Callable[..., Family]
) -> None:
    at, officer, other = on_file.at, house.actor("方敏"), house.actor("冯远")
    pairing.pair(on_file.read(), unit="区财政局", name="何强", phone="", by=house.actor("沈梅"), at=at)
    helping.make(on_file.read(), PLAN, by=house.actor("沈梅"), at=at)
    aid.record(
        on_file.file, item="生活救助", programme_code="P", amount_fen=300_000, reference="a", on=at.date()
    )
    before = (
        on_file.file.members.filter(active=True).count(),
        on_file.file.sheets.count(),
        on_file.file.statements.standing().count(),
        on_file.file.events.count(),
    )

    there = house.city.unions["LJ-LX-E01"]
    running.hand_over(on_file.read(), to=there, reason="搬到柳溪县，换了单位", by=officer, at=at)
    assert on_file.read().stands == "ACTIVE", "the family has what it had"
    assert seen_by(house, "方敏") == [on_file.file]
    assert list(HouseholdFile.objects.coming_to([house.city["冯远"].post])) == [on_file.file]

    running.turn_down(on_file.read(), reason="劳动合同还在东岭区，请附新合同", by=other, at=at)
    assert seen_by(house, "方敏") == [on_file.read()]
    running.hand_over(on_file.read(), to=there, reason="附上了新合同", by=officer, at=at)
    running.take_over(on_file.read(), by=other, at=moment(date(2026, 8, 20)))

    file = on_file.read()
    assert (file.state, file.owner, file.goes_to) == (FileState.ACTIVE, there, None)
    assert (
        file.members.filter(active=True).count(),
        file.sheets.count(),
        file.statements.standing().count(),
        file.events.count(),
    ) == (*before[:3], before[3] + 4)
    assert (seen_by(house, "方敏"), seen_by(house, "冯远")) == ([], [file])
    assert queries.active_file_of(on_file.main.person) == file
    assert queries.aid_by_programme(file, on=date(2026, 8, 20)) == {"P": 300_000}
    assert file.plans.filter(ended_at=None).exists(), "the plan goes along"
    assert (file.is_paired, file.pairings.get().end) == (False, "转出"), "the new county finds its own"
    with pytest.raises(FileMoveNotAllowed):
        running.recheck(file, reason="复核", by=officer, at=at)

    sweep = sweeping.begin(Kind.SPOT, due_on=date(2026, 9, 30), by=other, at=moment(date(2026, 9, 1)))
    sweeping.fill(sweep)
    assert sweep.cases.get().file == file, "it is counted where it is"
    daily.tick(at=moment(date(2027, 2, 14)))
    assert on_file.read().state == FileState.RECHECK, "its day of recheck came along"
