"""Two people decide at once: exactly one wins, and the other reads who was first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connections
from django.urls import reverse

from tests.conftest import City, hire, moment
from tests.desk.conftest import sit
from workflows.applications import review
from workflows.applications.models import Application, Event, MovedMeanwhile
from workflows.policy.roles import Role
from workflows.policy.states import Action, State

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*tasks: Callable[[], object]) -> list[object]:
    """Do all tasks in the same moment, each on a connection of its own; what each gave or raised, in order."""
    barrier = threading.Barrier(len(tasks))
    results: list[object] = [None] * len(tasks)

    def run(place: int) -> None:
        try:
            barrier.wait(timeout=10)
            results[place] = tasks[place]()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def test_two_people_cannot_decide_at_once(submitted: Application, city: City) -> None:
    """沈梅 accepts while her colleague asks for a correction, both having read the same page."""
    colleague = hire("江月", Role.ACCEPTOR, city.unions["LJ-DL-E01"], place=401)
    copies = [
        Application.objects.for_lists().select_related("sealed_by").get(pk=submitted.pk) for _n in range(2)
    ]
    at = moment(date(2026, 8, 3))

    results = at_once(
        lambda: review.accept(copies[0], by=city["沈梅"].actor, at=at),
        lambda: review.ask_correction(copies[1], missing="缺户口簿", by=colleague.actor, at=at),
    )

    won = [result for result in results if isinstance(result, Event)]
    lost = [result for result in results if isinstance(result, MovedMeanwhile)]
    assert (len(won), len(lost)) == (1, 1), results
    assert won[0].actor_label in str(lost[0])
    assert Action(won[0].action).label in str(lost[0])
    standing = Application.objects.get(pk=submitted.pk)
    assert standing.turn == submitted.turn + 1
    assert standing.position is State(won[0].target)
    assert standing.events.filter(n=standing.turn).count() == 1


def test_the_second_of_two_browsers_reads_who_was_first(
    submitted: Application, city: City, monday: date
) -> None:
    colleague = hire("江月", Role.ACCEPTOR, city.unions["LJ-DL-E01"], place=401)
    clients = {"沈梅": sit(city["沈梅"]), "江月": sit(colleague)}
    url = reverse("desk:do", args=[submitted.pk, "ACCEPT"])

    def press(name: str) -> Callable[[], tuple[str, int, str]]:
        def pressed() -> tuple[str, int, str]:
            answer = clients[name].post(url, {"seen": submitted.turn})
            return name, answer.status_code, answer.content.decode()

        return pressed

    results = [result for result in at_once(press("沈梅"), press("江月")) if isinstance(result, tuple)]

    (winner,) = [name for name, status, _text in results if status == 302]
    (told,) = [text for _name, status, text in results if status == 409]
    assert winner in told
    assert Application.objects.get(pk=submitted.pk).turn == submitted.turn + 1
