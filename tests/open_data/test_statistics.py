"""The statistics everybody may read: what they count, what they hide, and that nothing hidden can be reckoned back."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client

from tests.conftest import moment
from tests.desk.conftest import accepted, at_county, case, on_notice, opined, standing
from workflows import open_data
from workflows.applications import public
from workflows.applications.models import Application
from workflows.applications.public import Standing, YearCount
from workflows.base import day
from workflows.policy.states import State

__all__ = ["accepted", "at_county", "case", "on_notice", "opined", "standing"]

MONDAY = date(2026, 8, 3)


@pytest.fixture(autouse=True)
def fresh(db: None) -> None:
    cache.clear()


def rows(**numbers: int) -> list[YearCount]:
    return [
        YearCount("P-GA-2026", "2026年金秋助学", 2026, each, numbers.get(each.value, 0)) for each in Standing
    ]


def test_an_application_counts_once_where_it_stands(case: Application, on_notice: Application) -> None:
    counted = {row.standing: row.number for row in public.counts_by_year()}
    assert counted[Standing.NOTICE] == 1
    assert sum(counted.values()) == 1
    assert {row.year for row in public.counts_by_year()} == {2026}


def test_a_draft_is_nobodys_number(case: Application) -> None:
    Application.objects.update(state=State.DRAFT)
    assert public.counts_by_year() == []


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "<5"), (1, "<5"), (4, "<5"), (5, "5"), (12, "12"), (1200, "1,200")]
)
def test_below_five_nobody_learns_how_many_and_not_even_whether_any(
    monkeypatch: pytest.MonkeyPatch, number: int, shown: str
) -> None:
    monkeypatch.setattr(public, "counts_by_year", lambda: rows(handling=2000, rejected=number))
    (programme,) = open_data.statistics(at=moment(MONDAY)).programmes
    figure = next(each for each in programme.figures if each.standing is Standing.REJECTED)
    assert (figure.shown, figure.hidden) == (shown, number < 5)
    assert (figure.width == 0) == (number < 5), "a bar must not tell what the number hides"


def test_the_page_holds_no_total_and_no_number_but_the_shown_ones(
    monkeypatch: pytest.MonkeyPatch, client: Client, monday: date
) -> None:
    monkeypatch.setattr(public, "counts_by_year", lambda: rows(handling=40, notice=3, done=17, rejected=1))
    answer = client.get("/statistics/")
    text = answer.content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    assert re.findall(r'class="figure">([^<]*(?:&lt;)?[^<]*)</span>', main) == [
        "40", "&lt;5", "&lt;5", "17", "&lt;5", "&lt;5",
    ]  # fmt: skip
    assert "61" not in main
    assert "57" not in main
    for words in ("2026年金秋助学", "8月3日", "少于5件", "没有提交的草稿不算"):
        assert words in main
    assert " style=" not in text
    assert answer["Cache-Control"] == "private, no-cache"
    assert "X-Robots-Tag" not in answer


def test_two_cases_hidden_alike_look_alike(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    pages = []
    for few in (0, 4):
        cache.clear()
        monkeypatch.setattr(public, "counts_by_year", lambda few=few: rows(handling=9, rejected=few))
        text = client.get("/statistics/").content.decode()
        pages.append(re.findall(r"<tr>.*?</tr>", text, re.DOTALL))
    assert pages[0] == pages[1]


def test_figures_move_once_a_day_so_that_no_single_case_can_be_watched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    numbers = iter([5, 6, 7])
    monkeypatch.setattr(public, "counts_by_year", lambda: rows(handling=next(numbers)))

    def shown(on: date, hour: int) -> str:
        return open_data.statistics(at=moment(on, hour)).programmes[0].figures[0].shown

    assert [shown(MONDAY, 9), shown(MONDAY, 17)] == ["5", "5"]
    assert open_data.statistics(at=moment(MONDAY, 18)).at == moment(MONDAY, 9)
    assert shown(date(2026, 8, 4), 0) == "6"


def test_no_page_names_a_family(standing: object, client: Client) -> None:
    day.set_day(MONDAY)
    text = client.get("/statistics/").content.decode()
    for word in ("王建国", "王*", "东岭区", "澜江纺织", "深度困难", "公示2026"):
        assert word not in text


def test_before_anybody_applied_the_page_says_so(client: Client) -> None:
    assert "还没有可以公布的数字" in client.get("/statistics/").content.decode()
