"""A process that reckons or imports is really killed, again and again: in the end every file is there once."""

from __future__ import annotations

import os
import random
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connections

from tests.conftest import moment
from tests.households.conftest import House, house
from tests.households.test_importing import AS_OF, AT, book, main_row, member_row
from tests.households.test_sweeps import opened
from workflows.households import importing, sweeping, taking_over
from workflows.households.models import FileImport, HouseholdFile, Member, Statement, Sweep
from workflows.network.models import UnionOrg
from workflows.policy.household.sweeps import Kind

__all__ = ["house"]
pytestmark = pytest.mark.django_db(transaction=True)

FILES = 24
ON = date(2026, 10, 1)


@pytest.fixture
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files a portion, each a moment's work, so that a shot falls between, before and within."""
    for room in (sweeping, taking_over):
        monkeypatch.setattr(room, "AT_ONCE", 2)
    for room, name in ((sweeping, "_add"), (taking_over, "_portion")):
        monkeypatch.setattr(room, name, slowly(getattr(room, name)))


def slowly(do: Callable[..., Any]) -> Callable[..., Any]:
    def slow(*args: Any, **kwargs: Any) -> Any:
        found = do(*args, **kwargs)
        time.sleep(0.02)
        return found

    return slow


def begun(do: Callable[[], object]) -> int:
    """Begin something in a process of its own, which ends with 1 when it fails and says why."""
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            do()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return child


def shot(do: Callable[[], object], *, after: float) -> bool:
    """Run something in a process of its own and shoot it after a time; whether it had come to its end."""
    child = begun(do)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0


def test_a_reckoning_that_is_killed_goes_on_and_has_each_file_once(
    house: House, small_portions: None
) -> None:
    files = [opened(house.city, 500 + n, per_head_fen=60_000 + 3_000 * n) for n in range(FILES)]
    sweep = Sweep.objects.create(
        kind=Kind.LINE,
        union=UnionOrg.objects.get(code="LJ"),
        on=ON,
        opened_at=moment(ON),
        due_on=ON,
        cause="city_line@2026-10-01@369900",
    )
    dice, shots = random.Random(5), 0
    while not shot(
        lambda: sweeping.fill(Sweep.objects.select_related("union").get(pk=sweep.pk)),
        after=dice.uniform(0.04, 0.1) + 0.01 * shots,
    ):
        shots += 1
        assert shots < 60
    sweep.refresh_from_db()
    assert shots >= 2, "it was killed, not only finished"
    assert Counter(sweep.cases.values_list("file", flat=True)) == Counter({file.pk: 1 for file in files})
    assert (sweep.among, sweep.filled_at is not None) == (FILES, True)


def test_an_import_that_is_killed_is_all_there_or_not_at_all(house: House, small_portions: None) -> None:
    officer = house.actor("方敏")
    rows = range(1, FILES // 2 + 1)
    content = book([main_row(n) for n in rows], [member_row(n) for n in rows])
    made = importing.begin(content, as_of=AS_OF, by=officer, at=AT)
    importing.look_through(FileImport.objects.select_related("union", "sealed_by").get(pk=made.pk))
    importing.confirm(made, by=officer)
    dice, seen, shots = random.Random(7), set(), 0
    while not shot(
        lambda: importing.deliver({"import": str(made.pk)}), after=dice.uniform(0.05, 0.2) + 0.05 * shots
    ):
        shots += 1
        seen.add(HouseholdFile.objects.count())
        assert shots < 60
    assert shots >= 2
    assert seen <= {0, len(rows)}, "never a part of it"
    made.refresh_from_db()
    assert (made.standing, HouseholdFile.objects.filter(imported=made).count()) == ("DONE", len(rows))
    assert Member.objects.filter(active=True).count() == 2 * len(rows)
    assert Statement.objects.filter(part="home").count() == len(rows)
