"""A newcomer's two starts, with the real application: the addresses answer, and the second start loses nothing."""

import sqlite3
from pathlib import Path

from tests.tooling.real_run import started, status_of

ADDRESSES = ("/", "/apply/", "/desk/", "/cms/", "/demo/", "/notices/")


def rows(data: Path) -> dict[str, int]:
    with sqlite3.connect(data / "db.sqlite3") as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        lasting = [name for name in names if "session" not in name and "cache" not in name]
        return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in lasting}


def test_every_address_answers_and_a_second_start_loses_nothing(tmp_path: Path, free_port: int) -> None:
    data = tmp_path / "data"
    with started(data=data, port=free_port) as (_, said):
        assert f"\nhttp://127.0.0.1:{free_port}/demo/\n" in said
        assert {
            place: status_of(f"http://127.0.0.1:{free_port}{place}") for place in ADDRESSES
        } == dict.fromkeys(ADDRESSES, 200)
    before = rows(data), (data / "keys.json").read_bytes()
    assert sum(before[0].values()) > 1000

    with started(data=data, port=free_port) as (_, said):
        assert "Preparing" not in said
        assert status_of(f"http://127.0.0.1:{free_port}/") == 200

    assert (rows(data), (data / "keys.json").read_bytes()) == before
