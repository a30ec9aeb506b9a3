"""What is on offer: numbered, approved by two, never edited; and where to send a person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tests.conftest import moment
from workflows.offers import contact_points, offer
from workflows.offers.contact_points import ContactPointData
from workflows.offers.models import ContactPoint, ProgrammeVersion
from workflows.policy.programme import Programme

pytestmark = pytest.mark.django_db

JULY_10, JULY_11 = moment(date(2026, 7, 10)), moment(date(2026, 7, 11))


def approved(revision: str) -> dict[str, offer.Approval]:
    return {"P-GA-2026": offer.Approval(author="林编辑", approver="高审核", revision=revision)}


def renamed(programme: Programme, name: str) -> Programme:
    return Programme.from_json({**programme.to_json(), "name": name})


def test_stating_the_same_twice_makes_no_second_version(golden_autumn: Programme) -> None:
    (first,) = offer.only([golden_autumn], at=JULY_10, approvals=approved("1"))
    (again,) = offer.only([golden_autumn], at=JULY_11, approvals=approved("1"))
    assert (first.pk, first.number) == (again.pk, 1)


def test_a_change_is_the_next_number_and_the_old_one_stays_as_it_was(golden_autumn: Programme) -> None:
    (first,) = offer.only([golden_autumn], at=JULY_10, approvals=approved("1"))
    (second,) = offer.only([renamed(golden_autumn, "金秋助学")], at=JULY_11, approvals=approved("2"))
    first.refresh_from_db()
    assert (second.number, first.withdrawn_at, first.programme.name) == (2, JULY_11, "2026年金秋助学")
    assert offer.current("P-GA-2026") == second


def test_what_is_not_named_is_withdrawn_and_comes_back_under_a_new_number(golden_autumn: Programme) -> None:
    offer.only([golden_autumn], at=JULY_10, approvals=approved("1"))
    offer.only([], at=JULY_11, approvals={})
    with pytest.raises(offer.NotOnOffer):
        offer.current("P-GA-2026")
    (back,) = offer.only([golden_autumn], at=JULY_11, approvals=approved("1"))
    assert back.number == 2


@pytest.mark.parametrize(
    "approval", [None, offer.Approval("林编辑", "林编辑", "1"), offer.Approval("林编辑", "", "1")]
)
def test_without_a_second_person_nothing_is_offered(
    golden_autumn: Programme, approval: offer.Approval | None
) -> None:
    approvals = {"P-GA-2026": approval} if approval else {}
    with pytest.raises(offer.NotApproved):
        offer.only([golden_autumn], at=JULY_10, approvals=approvals)
    assert not ProgrammeVersion.objects.exists()


def test_the_database_refuses_an_edited_version_and_two_open_ones(golden_autumn: Programme) -> None:
    (first,) = offer.only([golden_autumn], at=JULY_10, approvals=approved("1"))
    with pytest.raises(DatabaseError), transaction.atomic():
        ProgrammeVersion.objects.update(sha256="0" * 64)
    first.pk, first.number = None, 7
    with pytest.raises(DatabaseError), transaction.atomic():
        first.save(force_insert=True)


def test_what_is_open_on_a_day(golden_autumn: Programme) -> None:
    offer.only([golden_autumn], at=JULY_10, approvals=approved("1"))
    assert not offer.open_on(date(2026, 7, 9))
    assert offer.open_on(date(2026, 7, 10))
    assert offer.open_on(date(2026, 8, 27))
    assert not offer.open_on(date(2026, 8, 28))
    assert offer.open_or_late_on(date(2026, 8, 28))


WEEKDAYS = {str(day): [["09:00", "12:00"]] for day in range(1, 6)}


def place(code: str, union: str, **more: Any) -> ContactPointData:
    said = {"name": code, "level": "COUNTY", "area": "369902", "address": "劳动路", "phone": "0000-8880001"}
    return ContactPointData(code=code, union_code=union, **{**said, "hours": WEEKDAYS, **more})


def test_a_person_is_sent_to_the_nearest_place_that_is_open_next() -> None:
    contact_points.only(
        [
            place("A", "LJ-DL-E01", open=False),
            place("B", "LJ-DL", exceptions={"2026-08-03": []}),
            place("C", "LJ"),
        ]
    )
    visit = contact_points.next_visit(["LJ-DL-E01", "LJ-DL", "LJ"], after=date(2026, 7, 31))
    assert visit is not None
    assert (visit.name, visit.day, visit.hours) == ("B", date(2026, 8, 4), "09:00–12:00")


def test_places_that_are_no_longer_stated_are_gone() -> None:
    contact_points.only([place("A", "LJ-DL"), place("B", "LJ")])
    contact_points.only([place("B", "LJ")])
    assert [point.code for point in ContactPoint.objects.all()] == ["B"]
    assert contact_points.next_visit(["LJ-DL"], after=date(2026, 7, 31)) is None
