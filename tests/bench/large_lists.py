"""The lists of household files at two sizes, on PostgreSQL; started by `test_worklists_rate.py` with a server of its own.

One person stands for many families here, and most unions are made up: lists read neither.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Protocol

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.conftest import MONDAY, City, Worker, enrol, id_number
from tests.desk.conftest import sit
from workflows.households.models import HouseholdFile, Member
from workflows.households.quality import FLAWS
from workflows.households.worklists import WORKLISTS
from workflows.network.models import UnionOrg

SIZES = (100_000, 1_000_000)
WORD = os.environ.get("BANGFU_LIST_SIZES", "")
STATIONS = 2000
TIMES = 7

COUNTIES = 9

_COUNTIES = """
    INSERT INTO network_unionorg (code, name, kind, level, parent_id, area, address, phone, path, active)
    SELECT 'LJ-X' || i, '第' || i || '区总工会', 'COUNTY', 'COUNTY', p.id, p.area, '', '', p.path || 'LJ-X' || i || '/', true
    FROM generate_series(1, %s) i, network_unionorg p WHERE p.level = 'CITY'
"""
_UNIONS = """
    INSERT INTO network_unionorg (code, name, kind, level, parent_id, area, address, phone, path, active)
    SELECT p.code || '-S' || i, '第' || i || '号企业工会', 'ENTERPRISE', 'STATION', p.id, p.area, '', '',
           p.path || p.code || '-S' || i || '/', true
    FROM generate_series(1, %s) i
    JOIN (SELECT *, row_number() OVER (ORDER BY path) - 1 n, count(*) OVER () c
          FROM network_unionorg WHERE level = 'COUNTY') p ON p.n = i %% p.c
"""
_FILES = """
    INSERT INTO households_householdfile
        (id, sealed_by_id, file_no, main_id, owner_id, state, before, "order", has_been_returned, turn, since, due_on,
         category, category_since, opened_on, checked_on, next_check_on, closed_on, keep_until, close_reason, stands, on_dibao,
         zero_employment, path, is_paired, is_planned, helped_on, touched_on, home_as_of, income_as_of,
         person_as_of, asks_since, main_cause, address)
    SELECT gen_random_uuid(), w.sealed_by_id, 'L' || lpad(i::text, 8, '0'), w.id, u.id, s.state, '', 'check_first', false, 3,
           d.day, d.day + 15,
           CASE WHEN s.running OR s.closed THEN (ARRAY['深度困难','相对困难','意外致困'])[1 + i %% 3] ELSE '' END,
           CASE WHEN i %% 90 = 2 THEN d.day - 400 ELSE d.day END,
           CASE WHEN s.running OR s.closed THEN d.day END, CASE WHEN s.running OR s.closed THEN d.day END,
           CASE WHEN s.running THEN d.day + 200 + i %% 40 END,
           CASE WHEN s.closed THEN d.day + 30 END,
           CASE WHEN s.closed THEN d.day + CASE WHEN i %% 1000 = 890 THEN -1 ELSE 3650 END END,
           CASE WHEN s.closed THEN (ARRAY['脱困','死亡'])[1 + i %% 2] ELSE '' END,
           CASE s.state WHEN 'ACTIVE' THEN 'ACTIVE' WHEN 'RECHECK' THEN 'ACTIVE' WHEN 'TAPERING' THEN 'TAPERING' END, false,
           i %% 11 = 0, u.path, i %% 50 > 0, i %% 40 > 0, CASE WHEN i %% 30 > 0 THEN d.day + 5 END,
           CASE WHEN i %% 70 = 0 THEN d.day - 400 ELSE d.day + i %% 250 END, said.day, said.day, said.day,
           CASE WHEN i %% 50 = 25 THEN now() END, '', ''
    FROM generate_series(%s, %s) i
    JOIN (SELECT *, row_number() OVER (ORDER BY md5(code)) - 1 n, count(*) OVER () c
          FROM network_unionorg WHERE level = 'STATION') u ON u.n = i %% u.c
    CROSS JOIN LATERAL (SELECT DATE '2025-12-01' + (i::bigint * 7919 %% 240)::int AS day) d
    CROSS JOIN LATERAL (SELECT CASE
        WHEN i %% 100 < 85 THEN 'ACTIVE' WHEN i %% 100 < 88 THEN 'RECHECK' WHEN i %% 100 < 89 THEN 'TAPERING'
        WHEN i %% 100 < 94 THEN 'CLOSED' WHEN i %% 100 < 97 THEN 'REJECTED' WHEN i %% 1000 < 975 THEN 'SUSPENDED'
        WHEN i %% 1000 < 980 THEN 'SUBMITTED' WHEN i %% 1000 < 985 THEN 'CHECKING' WHEN i %% 1000 < 990 THEN 'COUNTY_REVIEW'
        WHEN i %% 1000 < 995 THEN 'CITY_RECORD' ELSE 'ACCEPTED' END AS state) x
    CROSS JOIN LATERAL (SELECT x.state, x.state IN ('ACTIVE', 'RECHECK', 'TAPERING', 'SUSPENDED') AS running,
                               x.state = 'CLOSED' AS closed) s
    -- Of every fiftieth nobody has said anything, of every tenth somebody long ago.
    CROSS JOIN LATERAL (SELECT CASE WHEN i %% 50 = 13 THEN NULL WHEN i %% 10 = 7 THEN d.day - 500 ELSE d.day END AS day) said
    CROSS JOIN (SELECT p.id, p.sealed_by_id FROM people_person p WHERE p.id = %s) w
"""
_CORRECTIONS = """
    INSERT INTO households_correction
        (id, sealed_by_id, file_id, member_id, part, told, standing, "where", offered_at, offered_by, decided_by, reason)
    SELECT gen_random_uuid(), f.sealed_by_id, f.id, NULL, 'home', '', 'OPEN', '', now(), '', '', NULL
    FROM households_householdfile f
    WHERE f.file_no BETWEEN %s AND %s AND right(f.file_no, 2) IN ('25', '75')
"""
#: One member in each file.
_MEMBERS = """
    INSERT INTO households_member (file_id, person_id, relation, identity, active, left_on)
    SELECT f.id, f.main_id, '本人', '', false, NULL FROM households_householdfile f WHERE f.file_no BETWEEN %s AND %s
"""
TABLES = ("householdfile", "correction", "member")


def grow(first: int, last: int, worker: Worker) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FILES, [first, last, worker.person.pk])
        for rows in (_CORRECTIONS, _MEMBERS):
            cursor.execute(rows, [f"L{first:08d}", f"L{last:08d}"])
        for table in TABLES:
            cursor.execute(f"ANALYZE households_{table}")


def somebody() -> str:
    """The identity number of somebody who stands in one file."""
    number = id_number("369902", date(1985, 4, 1), 77)
    one = enrol("陈一", number, "13900000077")
    owner = UnionOrg.objects.get(code="LJ-DL-E01")
    file = HouseholdFile.objects.get(file_no="L00000001")
    HouseholdFile.objects.filter(pk=file.pk).update(path=owner.path, owner=owner)
    Member.objects.create(file=file, person=one.person, relation="配偶", active=False)
    return number


#: They stand for a station, a county and the city.
READERS = ("沈梅", "方敏", "秦岚")


def pages(city: City) -> Iterator[tuple[str, Client, dict[str, str]]]:
    for name in READERS:
        client = sit(city[name])
        for key in FLAWS:
            yield f"{name} flaw {key}", client, {"flaw": key}
        for key in WORKLISTS:
            yield f"{name} {key}", client, {"list": key}
        yield f"{name} all", client, {}
        yield f"{name} mine", client, {"mine": "1"}
        yield f"{name} suspended", client, {"state": "SUSPENDED"}
        yield f"{name} one category, last page", client, {"category": "相对困难", "page": "50"}


class Answer(Protocol):
    """What a page answers, as far as it is looked at here."""

    status_code: int


def measured(city: City, number: str) -> dict[str, list[float]]:
    """Milliseconds of the whole page, the first look left out."""
    lists, find = reverse("desk:files"), reverse("desk:find_file")
    found = {
        name: timed(partial(client.get, lists, asked), status=200) for name, client, asked in pages(city)
    }
    for name in READERS:
        look = partial(sit(city[name]).post, find, {"number": number})
        found[f"{name} by identity number"] = timed(look, status=302)
    return found


def timed(look: Callable[[], Answer], *, status: int) -> list[float]:
    times = []
    for _ in range(TIMES + 1):
        began = time.perf_counter()
        assert look().status_code == status
        times.append((time.perf_counter() - began) * 1000)
    return times[1:]


def counts(city: City) -> float:
    """The page that counts every list and every flaw, by whoever waits longest; no list, so told beside them."""
    address = reverse("desk:quality")
    return max(min(timed(partial(sit(city[name]).get, address), status=200)) for name in READERS)


def nineteen_of_twenty(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


@pytest.mark.bench
@pytest.mark.django_db
def test_a_list_of_a_million_is_as_quick_as_one_of_a_hundred_thousand(
    city: City, wang: Worker, monday: date
) -> None:
    assert connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE households_householdfile DROP CONSTRAINT IF EXISTS one_active_file_per_main_worker"
        )
        cursor.execute("DROP INDEX IF EXISTS one_active_file_per_main_worker")
        cursor.execute(_COUNTIES, [COUNTIES])
        cursor.execute(_UNIONS, [STATIONS])
    done, p95, number = 0, [], ""
    for size in map(int, WORD.split(",")) if WORD else SIZES:
        grow(done + 1, size, wang)
        done = size
        assert HouseholdFile.objects.filter(file_no__startswith="L").count() == size
        number = number or somebody()
        found = measured(city, number)
        for key in WORKLISTS:
            assert WORKLISTS[key].of(HouseholdFile.objects.all(), MONDAY).exists(), key
        p95.append(nineteen_of_twenty([each for times in found.values() for each in times]))
        slowest = sorted(found, key=lambda name: -min(found[name]))[:5]
        told = ", ".join(f"{name} {min(found[name]):.0f}" for name in slowest)
        sys.stdout.write(f"\nlists of {size:,} files: nineteen of twenty {p95[-1]:.0f} ms; slowest: {told}\n")
        sys.stdout.write(f"\nlists of {size:,} files counted on one page: {counts(city):.0f} ms\n")
    assert p95[0] < 150
    assert p95[-1] <= 1.5 * p95[0]
