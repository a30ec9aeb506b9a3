"""Household files at the desk: the list, one file, and who never sees either."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.conftest import City, enrol, id_number
from tests.desk.conftest import sit
from tests.policy.household.test_sheet import wang as figures_of_wang
from workflows.desk.files import Arithmetic
from workflows.households import drawing
from workflows.households.models import CalculationSheet, Category, HouseholdFile
from workflows.households.opening import Figures, MemberData, open_file
from workflows.people.models import AccessLog

LIST = "/desk/files/"


def open_another(city: City, place: int) -> HouseholdFile:
    """One more family of 澜江纺织."""
    worker = enrol(f"陈{place}", id_number("369902", date(1979, 3, 1), place), f"1390001{place:04d}")
    return open_file(
        file_no=f"36990220261{place:05d}",
        main=worker.person,
        owner=city.unions["LJ-DL-E01"],
        category=Category.RELATIVE,
        members=[MemberData(worker.person, "本人", "在岗")],
        figures=Figures(income_fen=1_500_000, unavoidable_fen=0, line_fen=93_000),
        cause="下岗失业",
        address="东岭区",
        on=date(2026, 5, 1),
    )


def test_the_list_masks_names_and_filters(wang_file: HouseholdFile, city: City, monday: date) -> None:
    client = sit(city["方敏"])

    text = client.get(LIST).content.decode()
    assert wang_file.file_no in text
    assert "王建国" not in text
    assert wang_file.file_no in client.get(LIST, {"category": "深度困难", "union": "LJ-DL"}).content.decode()
    for missed in (
        {"category": "意外致困"},
        {"union": "LJ-LX"},
        {"state": "CLOSED"},
    ):
        assert wang_file.file_no not in client.get(LIST, missed).content.decode()
    for number in ("1", "\x00", ""):
        answer = client.post(reverse("desk:find_file"), {"number": number})
        assert answer.status_code == 422


def test_one_file_is_read_with_its_arithmetic_and_the_reading_is_written_down(
    wang_file: HouseholdFile, city: City, monday: date
) -> None:
    text = sit(city["沈梅"]).get(reverse("desk:file", args=[wang_file.pk])).content.decode()

    assert "王建国" in text
    assert "王一鸣" not in text, "other members are masked"
    assert "40,000 ÷ 48" in text
    assert "833.33" in text
    assert "在深度困难的界线里" in text
    assert AccessLog.objects.filter(ref=wang_file.file_no, what="household file").count() == 1


@pytest.mark.parametrize("name", ["柳青", "邵军", "魏平", "孙洁"])
def test_another_county_and_finance_see_no_file(
    wang_file: HouseholdFile, city: City, monday: date, name: str
) -> None:
    client = sit(city[name])

    assert client.get(reverse("desk:file", args=[wang_file.pk])).status_code == 404
    assert wang_file.file_no not in client.get(LIST).content.decode()


def test_twice_the_rows_cost_the_same(
    wang_file: HouseholdFile, city: City, monday: date, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sit(city["方敏"])
    with django_assert_max_num_queries(12) as few:
        client.get(LIST)
    for place in range(31, 36):
        open_another(city, place)
    with django_assert_max_num_queries(12) as many:
        client.get(LIST)

    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("income_fen", "against"),
    [(4_463_999, "below"), (4_464_000, "between"), (8_927_999, "between"), (8_928_000, "above")],
)
def test_the_exact_sum_is_held_against_the_line(income_fen: int, against: str) -> None:
    sheet = CalculationSheet(income_fen=income_fen, unavoidable_fen=0, members=4, line_fen=93_000)

    assert Arithmetic(sheet).against == against


def test_the_line_is_held_with_the_operator_and_the_months_of_the_sheet() -> None:
    rows = [{"key": "deep_compare", "value": {"op": "le", "times": [1, 1]}}]
    told = drawing.Told((), (), (), (), "", rows)
    sheet = CalculationSheet(income_fen=93_000 * 24, unavoidable_fen=0, members=4, line_fen=93_000, months=6)
    assert (Arithmetic(sheet, told).against, Arithmetic(sheet).against) == ("below", "between")
    assert (Arithmetic(sheet).months, sheet.per_head_fen) == (6, 93_000)


def test_the_newest_sheet_is_shown_line_by_line_and_printed_with_its_rules(
    wang_file: HouseholdFile, city: City, monday: date, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    kept = drawing.keep(wang_file, drawing.draw_up(figures_of_wang(), area="369902"))
    officer = sit(city["方敏"])
    page = officer.get(reverse("desk:file", args=[wang_file.pk])).content.decode()
    assert "（60,000 − 20,000）÷ 12个月 ÷ 4人 = 833.33元" in page
    assert "2,000元 × 12个月 = 24,000元" not in page, (
        "who and what is sealed until it is opened for a purpose"
    )
    assert "李秀英" not in page
    open_ = reverse("desk:open_file", args=[wang_file.pk])
    assert "2,000元 × 12个月 = 24,000元" in officer.post(open_, {"purpose": "办理这一步"}).content.decode()
    paper = reverse("desk:calculation_sheet", args=[wang_file.pk, kept.pk])
    closed = officer.get(paper).content.decode()
    assert "录取通知书" not in closed
    assert "李秀英" not in closed
    assert officer.post(paper, {"purpose": ""}).status_code == 422
    assert not AccessLog.objects.filter(what="calculation sheet").exists()
    text = officer.post(paper, {"purpose": "核对家庭经济状况"}).content.decode()
    for told in (
        "困难职工家庭测算单",
        "（60,000 − 20,000）÷ 12个月 ÷ 4人 = 833.33元",
        "930 元/月",
        "录取通知书",
        "深度困难",
    ):
        assert told in text
    with django_assert_max_num_queries(14):
        officer.get(reverse("desk:file", args=[wang_file.pk]))
    assert "核对家庭经济状况" in AccessLog.objects.get(what="calculation sheet", ref=wang_file.file_no).why


@pytest.mark.parametrize("name", ["邵军", "魏平", "柳青"])
def test_strangers_do_not_read_a_sheet(wang_file: HouseholdFile, city: City, monday: date, name: str) -> None:
    """邵军 heads another county, 魏平 pays, 柳青 sits elsewhere: none of them reads what the family earns."""
    kept = drawing.keep(wang_file, drawing.draw_up(figures_of_wang(), area="369902"))
    assert (
        sit(city[name]).get(reverse("desk:calculation_sheet", args=[wang_file.pk, kept.pk])).status_code
        == 404
    )
    other = reverse("desk:calculation_sheet", args=[wang_file.pk, kept.pk + 1])
    assert sit(city["方敏"]).get(other).status_code == 404
