"""A sheet is kept line by line: 王's can be checked with a pencil for ever, and no database shows what is in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from tests.conftest import City
from tests.policy.household.test_sheet import CLEAR, wang
from workflows.households import drawing
from workflows.households.models import DrawnSheet, HouseholdFile
from workflows.policy.household.figures import Means
from workflows.policy.household.sheet import Standing

pytestmark = pytest.mark.django_db


def test_the_rows_in_force_are_those_of_the_database(wang_file: HouseholdFile) -> None:
    sheet = drawing.draw_up(wang(), area="369902")
    assert (sheet.per_head_fen, sheet.line_fen) == (83_333, 93_000)
    assert {row["key"]: row["value"] for row in sheet.rows}["minimum_wage_month"] == 200_000
    earlier = drawing.draw_up(wang(on=date(2026, 6, 30)), area="369902")
    assert earlier.line_fen == 90_000


def test_every_line_is_kept_and_sealed(wang_file: HouseholdFile) -> None:
    kept = drawing.keep(wang_file, drawing.draw_up(wang(), area="369902"))
    told = drawing.told(kept)
    assert told is not None
    assert [line["who"] for line in told.lines] == ["王建国", "李秀英", "李秀英", "王子安", "王子宁"]
    assert told.working == "（60,000 − 20,000）÷ 12个月 ÷ 4人 = 833.33元"
    assert {row["key"] for row in told.rows} >= {"city_line", "deep_compare"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT told FROM households_drawnsheet")
        stored = str(cursor.fetchall())
    assert "王建国" not in stored
    assert "推定" not in stored


def test_what_was_kept_is_never_changed(wang_file: HouseholdFile) -> None:
    drawing.keep(wang_file, drawing.draw_up(wang(), area="369902"))
    for statement in ("UPDATE households_drawnsheet SET standing = 'x'", "DELETE FROM households_drawnsheet"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_an_old_sheet_has_its_sums_alone(wang_file: HouseholdFile) -> None:
    assert drawing.told(wang_file.sheets.get()) is None


def test_a_sheet_that_comes_to_nothing_is_not_kept(wang_file: HouseholdFile, city: City) -> None:
    for means in (replace(CLEAR, vehicle=True), Means()):
        sheet = drawing.draw_up(wang(means=means), area="369902")
        with pytest.raises(drawing.NoCategory):
            drawing.keep(wang_file, sheet)
    assert sheet.standing is Standing.UNKNOWN
    assert not DrawnSheet.objects.exists()
