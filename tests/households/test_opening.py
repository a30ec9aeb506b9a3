"""One household, one file: the database itself refuses a second one."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from tests.conftest import City, Worker, moment
from workflows.households import aid, queries
from workflows.households.models import AidReceived, CalculationSheet, Category, HouseholdFile
from workflows.households.moving import AlreadyOnFile
from workflows.households.opening import Figures, MemberData, open_file
from workflows.people.models import Person

pytestmark = pytest.mark.django_db


def open_for(main: Person, city: City, *, number: str, members: list[MemberData]) -> HouseholdFile:
    return open_file(
        file_no=number,
        main=main,
        owner=city.unions["LJ-LX-E01"],
        category=Category.RELATIVE,
        members=members,
        figures=Figures(income_fen=5_000_000, unavoidable_fen=0, line_fen=93_000),
        cause="下岗失业",
        address="柳溪县溪口镇",
        on=date(2026, 7, 22),
    )


def test_the_sheet_of_the_wang_family_reads_833_33(wang_file: HouseholdFile) -> None:
    """Story 5.2: 40,000 ÷ 48 = 833.33."""
    sheet = wang_file.sheets.get()
    assert (sheet.per_head_fen, sheet.members, sheet.line_fen) == (83_333, 4, 93_000)


def test_nobody_is_the_main_worker_of_two_active_files(
    wang_file: HouseholdFile, wang: Worker, city: City
) -> None:
    with pytest.raises(AlreadyOnFile):
        open_for(wang.person, city, number="F2", members=[])
    assert HouseholdFile.objects.count() == 1


def test_a_child_on_file_is_in_no_second_file_in_another_county(
    wang_file: HouseholdFile, li: Worker, city: City
) -> None:
    twin = wang_file.members.filter(identity="学生").select_related("person").first()
    assert twin is not None
    with pytest.raises(AlreadyOnFile):
        open_for(
            li.person,
            city,
            number="F2",
            members=[MemberData(li.person, "本人"), MemberData(twin.person, "子")],
        )
    assert queries.active_file_of(li.person) is None, "nothing of the second file was kept"


def test_after_closing_a_family_may_be_opened_again(
    wang_file: HouseholdFile, wang: Worker, city: City
) -> None:
    HouseholdFile.objects.filter(pk=wang_file.pk).update(state="CLOSED", closed_on=date(2026, 12, 1))
    wang_file.members.update(active=False)
    again = open_for(wang.person, city, number="F2", members=[MemberData(wang.person, "本人")])
    assert queries.active_file_of(wang.person) == again


def test_a_sheet_is_never_changed(wang_file: HouseholdFile) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        CalculationSheet.objects.update(income_fen=1)


def test_aid_is_recorded_once_and_counts_in_its_calendar_year(
    wang_file: HouseholdFile,
) -> None:
    for _ in range(2):
        aid.record(
            wang_file,
            item="生活救助",
            programme_code="P-LIVE-Q",
            amount_fen=225_000,
            reference="Q1",
            on=moment(date(2026, 2, 27)).date(),
        )
    assert AidReceived.objects.count() == 1
    assert queries.aid_by_programme(wang_file, on=date(2026, 8, 3)) == {"P-LIVE-Q": 225_000}
    assert queries.aid_by_programme(wang_file, on=date(2027, 1, 2)) == {}
