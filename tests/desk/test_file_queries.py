"""The page of a file asks the database at most 14 times, wherever the file stands, for those who act there."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import moment
from tests.desk.conftest import sit
from tests.households.conftest import Family, House, begin, family, house
from workflows.base import day
from workflows.households import checking, daily, deciding, running, saying, visiting

__all__ = ["begin", "family", "house"]
pytestmark = pytest.mark.django_db
MOST = 14


def asked(family: Family, house: House, *names: str) -> dict[str, int]:
    """How often each of these people's pages asks the database, with the state; only what is too often."""
    day.set_day(family.at.date())
    address, counts = reverse("desk:file", args=[family.read().pk]), {}
    for name in names:
        client = sit(house.city[name])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.get(address)
        assert answer.status_code == 200
        page = answer.content.decode()
        ids = re.findall(r' id="([^"]+)"', page)
        assert sorted(set(ids)) == sorted(ids), "no field is there twice"
        counts[f"{family.file.state} {name}"] = len(queries)
    return {who: n for who, n in counts.items() if n > MOST}


def test_the_page_is_quick_wherever_the_file_stands(family: Family, house: House) -> None:
    found = asked(family, house, "沈梅")
    family.on(date(2026, 8, 5))
    house.accept(family)
    found |= asked(family, house, "沈梅")
    house.visit(family)
    found |= asked(family, house, "赵敏", "何强")
    visiting.finish(family.read(), by=house.actor("何强"), at=family.at)
    found |= asked(family, house, "方敏")
    house.check(family)
    deciding.draw(family.read(), by=house.actor("方敏"), at=family.at)
    found |= asked(family, house, "方敏", "罗斌")
    deciding.agree(family.read(), by=house.actor("罗斌"), at=family.at)
    found |= asked(family, house, "方敏", "罗斌")
    family.on(date(2026, 8, 13))
    daily.tick(at=family.at)
    found |= asked(family, house, "秦岚")
    deciding.put_on_record(family.read(), by=house.actor("秦岚"), at=family.at)
    found |= asked(family, house, "沈梅", "方敏", "罗斌")
    family.on(date(2027, 2, 15))
    daily.tick(at=moment(date(2027, 2, 15)))
    checking.ask(family.read(), register="means", purpose="复核", by=house.actor("方敏"), at=family.at)
    findings = [{"cooperates": True, "refused_work": False}]
    saying.say(family.file, "findings", findings, by=house.actor("方敏"), at=family.at, source="STAFF")
    found |= asked(family, house, "方敏", "罗斌")
    deciding.draw(family.read(), by=house.actor("方敏"), at=family.at)
    running.close(
        family.read(), reason="死亡", explanation="本人去世。", by=house.actor("罗斌"), at=family.at
    )
    found |= asked(family, house, "沈梅", "方敏")
    assert found == {}
