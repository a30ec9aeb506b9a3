"""What a draft would change, over 100,000 cases in under a minute; and 100,000 households judged for five programmes."""

import json
import sqlite3
import sys
import time
import uuid
from contextlib import closing
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import City, Worker, moment
from workflows.applications import impact
from workflows.applications.models import Application, Submission
from workflows.offers.models import ProgrammeVersion
from workflows.policy.assessment import assess
from workflows.policy.compiled import Column, gate
from workflows.policy.programme import Programme
from workflows.policy.states import State

CASES = 100_000
AT_ONCE = 5_000
CONTENT = Path(__file__).parents[2] / "content"
ON = date(2026, 8, 3)


def student(number: int) -> dict[str, Any]:
    return {
        "stage": ("本科", "普通高中", "高职(专科)", "中等职业")[number % 4],
        "enrolment": "new",
        "campus": "公办",
        "training": "普通" if number % 17 else "军事院校",
        "high_fee_private": False,
        "abroad": False,
        "other_aid": ["没有"],
        "already_awarded": False,
    }


def household(number: int) -> dict[str, Any]:
    filed = number % 5 > 0
    return {
        "union_member": True,
        "filed": filed,
        "category": ("深度困难", "相对困难")[number % 2] if filed else "非建档",
        "temporary_trouble": None if filed else number % 3 > 0,
        "other_item_this_year": number % 7 == 0,
        "migrant": False,
        "members": 1 + number % 5,
        "net_income_year": (number * 7919) % 9_000_000,
        "aid_this_year": 0,
    }


def decided(
    number: int, *, version: ProgrammeVersion, worker: Worker, city: City
) -> tuple[Application, Submission]:
    on = ON + timedelta(days=number % 20)
    case = Application(
        id=uuid.uuid4(),
        sealed_by=worker.person.sealed_by,
        number=f"B{number:07d}",
        version=version,
        applicant=worker.person,
        union=city.unions["LJ-DL-E01"],
        state=State.PAID,
        stage="payment",
        answers="{}",
        begun_at=moment(on),
        submitted_on=on,
        stage_since=on,
    )
    facts = {"household": household(number), "rows": [student(number)]}
    frozen = Submission(
        sealed_by=case.sealed_by,
        application=case,
        n=1,
        on=on,
        answers="{}",
        facts=json.dumps(facts, ensure_ascii=False),
        assessment="{}",
    )
    return case, frozen


@pytest.mark.bench
def test_the_impact_of_a_draft_over_100_000_cases_in_a_minute(
    version: ProgrammeVersion, golden_autumn: Programme, wang: Worker, city: City
) -> None:
    for start in range(0, CASES, AT_ONCE):
        made = [
            decided(number, version=version, worker=wang, city=city)
            for number in range(start, start + AT_ONCE)
        ]
        Application.objects.bulk_create([case for case, _ in made])
        Submission.objects.bulk_create([frozen for _, frozen in made])
    definition = deepcopy(golden_autumn.to_json())
    definition["amount"]["table"][0]["fen"] = 520_000
    draft = Programme.from_json(definition)

    started = time.perf_counter()
    found = impact.measure(draft, against=golden_autumn, on=ON)
    seconds = time.perf_counter() - started
    sys.stdout.write(f"\nimpact over {found.cases:,} cases: {seconds:.1f} s\n")

    assert found.cases == CASES
    assert found.amount_up > 0
    assert seconds < 60


COLUMNS = {
    "union_member": Column("h.union_member", "bool"),
    "filed": Column("h.filed", "bool"),
    "category": Column("h.category", "choice"),
    "temporary_trouble": Column("h.temporary_trouble", "bool"),
    "other_item_this_year": Column("h.other_item_this_year", "bool"),
    "migrant": Column("h.migrant", "bool"),
    "members": Column("h.members", "int"),
    "net_income_year": Column("h.net_income_year", "money"),
    "aid_this_year": Column("h.aid_this_year", "money"),
}


@pytest.mark.bench
def test_a_hundred_thousand_households_for_every_programme_in_five_minutes() -> None:
    programmes = [
        Programme.from_json(yaml.safe_load(path.read_text(encoding="utf-8")))
        for path in sorted((CONTENT / "programmes").glob("*.yml"))
    ]
    params = yaml.safe_load((CONTENT / "parameters.yml").read_text(encoding="utf-8"))["parameters"]
    households = [household(number) for number in range(CASES)]
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"CREATE TABLE h ({', '.join(COLUMNS)})")
        rows = ([facts[key] for key in COLUMNS] for facts in households)
        database.executemany(f"INSERT INTO h VALUES ({', '.join('?' * len(COLUMNS))})", rows)
        started, judged, paid = time.perf_counter(), 0, 0
        for programme in programmes:
            for number in standing(database, programme):
                people = [student(number)] if programme.beneficiary is not None else []
                found = assess(
                    programme, facts=households[number], rows=people, params=params, on=ON, area="369902"
                )
                judged, paid = judged + 1, paid + (found.total_fen > 0)
        seconds = time.perf_counter() - started
    sys.stdout.write(
        f"\n{CASES:,} households × {len(programmes)} programmes: {seconds:.0f} s, "
        f"{judged:,} left to the judge by the columns, {paid:,} with an amount\n"
    )

    assert paid > 0
    assert judged < CASES * len(programmes)
    assert seconds < 300


def standing(database: sqlite3.Connection, programme: Programme) -> list[int]:
    """The households that the columns alone do not refuse."""
    condition = gate(programme.household_rule, COLUMNS, ON) if programme.household_rule else None
    if condition is None:
        return list(range(CASES))
    # SQLite's own driver writes ? where Django writes %s.
    sql = condition.sql.replace("%s", "?")
    return [
        rowid - 1
        for (rowid,) in database.execute(f"SELECT rowid FROM h WHERE {sql} IS NOT FALSE", condition.args)
    ]
