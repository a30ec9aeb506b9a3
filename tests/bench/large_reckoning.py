"""100,000 categories worked out anew, by a process that is killed on its way; started by `test_reckoning_rate.py`."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator

import pytest
from django.db import connection

from tests.bench.test_files_rate import AT, family, line_changes
from tests.conftest import City
from tests.households.test_importing import AS_OF, book
from tests.households.test_killed import begun
from workflows.households import importing, sweeping
from workflows.households.models import FileImport, HouseholdFile, Sweep

FILES = 100_000
AT_ONCE = 20_000
MOST = 600


def tables() -> Iterator[bytes]:
    """Families in tables of as many as one may hold."""
    for start in range(0, FILES, AT_ONCE):
        made_up = [family(number) for number in range(start, start + AT_ONCE)]
        yield book(
            [head for head, _others in made_up], [each for _head, others in made_up for each in others]
        )


def taken_over(content: bytes, city: City) -> None:
    officer = city["方敏"].actor
    made = importing.begin(content, as_of=AS_OF, by=officer, at=AT)
    importing.look_through(made)
    assert made.problems == []
    importing.confirm(made, by=officer)
    importing.take_over(FileImport.objects.select_related("union", "sealed_by").get(pk=made.pk))


def process(sweep: Sweep) -> int:
    """Begin to reckon in a process of its own."""
    return begun(lambda: sweeping.fill(Sweep.objects.select_related("union").get(pk=sweep.pk)))


@pytest.mark.bench
@pytest.mark.django_db(transaction=True)
def test_a_hundred_thousand_are_reckoned_in_ten_minutes_though_the_process_is_killed(city: City) -> None:
    began = time.perf_counter()
    for content in tables():
        taken_over(content, city)
    assert HouseholdFile.objects.in_force().count() == FILES
    opened = time.perf_counter() - began
    sweep = line_changes()
    began = time.perf_counter()
    child, reached = process(sweep), []
    for part in (0.3, 0.6):
        while sweep.among < part * FILES:
            time.sleep(0.2)
            sweep.refresh_from_db()
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        sweep.refresh_from_db()
        reached.append(sweep.among)
        child = process(sweep)
    _pid, status = os.waitpid(child, 0)
    reckoned = time.perf_counter() - began
    assert os.WIFEXITED(status)
    assert os.WEXITSTATUS(status) == 0
    assert all(0 < each < FILES for each in reached), "it was killed on its way"
    sweep.refresh_from_db()
    assert (sweep.among, sweep.filled_at is not None) == (FILES, True)
    assert sweep.cases.count() == sweep.cases.values("file").distinct().count() == FILES
    sys.stdout.write(
        f"\nreckoned {FILES:,} categories in {reckoned:.0f} s on {connection.vendor}, killed at "
        f"{' and '.join(f'{each:,}' for each in reached)}; taken over before in {opened:.0f} s\n"
    )
    assert reckoned < MOST
