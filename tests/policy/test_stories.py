"""The stories of the domain brief as the union reads them: what goes in, and the verdict, amount and sentence that come out."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.policy.test_examples import programme, with_values
from workflows.policy import identity, turns, words
from workflows.policy.asking import Answers, Asking
from workflows.policy.assessment import assess, reasons
from workflows.policy.facts import About, FactType
from workflows.policy.paths import Choice, paths
from workflows.policy.programme import Programme
from workflows.policy.states import RejectReason

HERE = Path(__file__).parent
BOOKS = [
    yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((HERE / "stories").glob("*.yml"))
]

Telling = dict[str, Any]


def told(part: str) -> list[Any]:
    """Every entry of a part of the books, with what its book says for all of them."""
    return [pytest.param(whole, id=f"{whole['story']} {whole['name']}") for whole in _told(part)]


def _told(part: str) -> Iterator[Telling]:
    for book in BOOKS:
        for entry in book.get(part, []):
            yield {**book, **entry, "household": {**book.get("household", {}), **entry.get("household", {})}}


def fen(programme: Programme, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The stories tell money in yuan."""
    return {
        key: round(value * 100)
        if value is not None and key in programme.asks and programme.asks[key].type is FactType.MONEY
        else value
        for key, value in facts.items()
    }


@pytest.mark.parametrize("telling", told("tellings"))
def test_a_story_comes_out_as_told(parameters: list[dict[str, Any]], telling: Telling) -> None:
    aid = programme(telling["programme"])
    facts = fen(aid, telling["household"])
    rows = [fen(aid, row) for row in telling.get("rows", [])]
    params = with_values(parameters, telling.get("parameters", {}))
    on = date.fromisoformat(telling["on"])
    found = assess(aid, facts=facts, rows=rows, params=params, on=on, area="369902")
    assert found.verdict == telling["result"]
    assert found.total_fen == telling["yuan"] * 100
    against = reasons(aid, found)
    assert bool(against) == (telling["result"] != "met")
    if "because" in telling:
        assert list(dict.fromkeys(reason.id for reason in against)) == telling["because"]
    if "each" in telling:
        assert [row.amount_fen for row in found.rows] == [yuan * 100 for yuan in telling["each"]]
    if "steps" in telling:
        assert {row.lines for row in found.rows} == {tuple(telling["steps"])}
    if "limits" in telling:
        assert list(found.lines) == telling["limits"]
    if "reason" in telling:
        assert {RejectReason(reason.reject_reason).label for reason in against} == {telling["reason"]}
    if "message" in telling:
        assert words.outcome(aid, found) == telling["message"]
    if "first_day" in telling:
        until = aid.window.closes
        first = turns.first_day(aid, facts=facts, rows=rows, params=params, on=on, until=until, area="369902")
        assert first == date.fromisoformat(telling["first_day"])


@pytest.mark.parametrize("telling", told("orders"))
def test_each_order_gives_what_is_told_the_best_first(
    parameters: list[dict[str, Any]], telling: Telling
) -> None:
    aids = {slug: programme(slug) for slug in telling["choices"]}
    everything = {key: fact for aid in aids.values() for key, fact in fen(aid, telling["household"]).items()}
    choices = [Choice(aid, [fen(aid, row) for row in telling["choices"][slug]]) for slug, aid in aids.items()]
    found = paths(
        choices,
        facts=everything,
        params=with_values(parameters, telling.get("parameters", {})),
        on=date.fromisoformat(telling["on"]),
        area="369902",
    )
    names = {aid.code: slug for slug, aid in aids.items()}
    assert [
        {
            "way": [{names[leg.programme.code]: leg.fen // 100} for leg in path.legs],
            "yuan": path.total_fen // 100,
        }
        for path in found
    ] == telling["expect"]


@pytest.mark.parametrize("telling", told("self_checks"))
def test_the_self_check_asks_no_more_than_it_needs(
    parameters: list[dict[str, Any]], telling: Telling
) -> None:
    asking = Asking(programme(telling["programme"]))
    once: dict[str, Any] = {}
    row: dict[str, Any] = {}
    asked = []
    while key := asking.next_question(Answers(once, row), params=parameters, on=telling["on"], area="369902"):
        question = asking.questions[key]
        asked.append(question.text)
        about, given = (once, "household") if question.about is About.HOUSEHOLD else (row, "row")
        about[key] = telling[given][key]
    assert asked == telling["asks"]
    household, own = asking.standing(Answers(once, row), params=parameters, on=telling["on"], area="369902")
    assert telling["result"] in (household.verdict, own.verdict)


@pytest.mark.parametrize("telling", told("numbers"))
def test_a_number_is_answered_at_the_field(telling: Telling) -> None:
    on = date.fromisoformat(telling["on"])
    if "message" not in telling:
        assert identity.check_id(telling["typed"], on=on).birth == date.fromisoformat(telling["birth"])
        return
    with pytest.raises(identity.BadId) as refusal:
        identity.check_id(telling["typed"], on=on)
    assert refusal.value.reason == telling["message"]
    assert telling.get("never_says", "不会写出") not in refusal.value.reason
