"""入户 again: the county sends somebody while a question is open; nobody close to the family goes."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import City
from tests.households.conftest import SEEN, Family, House, begin, family, family_signs, house, on_file
from workflows.households import running, visiting
from workflows.households.models import HomeVisit
from workflows.households.moving import FileMoveNotAllowed
from workflows.people.models import Acting
from workflows.policy.household.lifecycle import FileState

__all__ = ["begin", "family", "house", "on_file"]
pytestmark = pytest.mark.django_db


def send_two(family: Family, city: City, *, by: str) -> HomeVisit:
    return visiting.arrange(
        family.read(),
        first=city["赵敏"].post,
        second=city["钱进"].post,
        unrelated=True,
        by=city[by].actor,
        at=family.at,
    )


def test_the_county_sends_two_again_in_a_recheck_and_the_file_stays_where_it_is(
    on_file: Family, house: House, city: City
) -> None:
    running.recheck(on_file.read(), reason="有人反映情况变了。", by=house.actor("方敏"), at=on_file.at)
    with pytest.raises(FileMoveNotAllowed, match="由县级安排"):
        send_two(on_file, city, by="沈梅")
    visit = send_two(on_file, city, by="方敏")
    with pytest.raises(FileMoveNotAllowed, match="已经安排了人去"):
        send_two(on_file, city, by="方敏")
    visiting.write_down(visit, SEEN, by=house.actor("赵敏"), at=on_file.at)
    for name in ("赵敏", "钱进"):
        visiting.sign(visit, by=house.actor(name), at=on_file.at)
    assert family_signs(visit, by=house.actor("赵敏"), at=on_file.at).is_signed
    assert on_file.state == FileState.RECHECK
    assert visiting.current(on_file.read()) == visit


def test_who_acts_for_the_family_does_not_visit_it(family: Family, house: House, city: City) -> None:
    family.on(date(2026, 8, 5))
    house.accept(family)
    assert city["钱进"].post in visiting.candidates(family.read())
    Acting.objects.create(
        user=city["钱进"].user, person=family.main.person, relation=Acting.Relation.HELPER, since=family.at
    )
    assert city["钱进"].post not in visiting.candidates(family.read())
    with pytest.raises(FileMoveNotAllowed, match="不能是这家的亲属"):
        send_two(family, city, by="沈梅")
