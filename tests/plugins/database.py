"""The test database: a real file on SQLite, and put back as the migrations left it after a test that commits.

Django's own way is to empty every table, which also loses what migrations wrote (Wagtail's root page) and
fails where the database itself refuses deletions (append-only tables).
"""

import os
import sqlite3
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

SNAPSHOT = "_as_migrated"


def name_database() -> None:
    """Threads and live servers need a file: an in-memory SQLite locks whole tables between connections."""
    from django.db import connections

    settings = connections["default"].settings_dict
    if settings["ENGINE"] != "django.db.backends.sqlite3":
        return
    settings["TEST"]["NAME"] = str(Path(os.environ["BANGFU_DATA"], "test.sqlite3"))
    options = settings["OPTIONS"]
    # A test's data need not survive a power cut.
    options["init_command"] = options.get("init_command", "").replace("synchronous=FULL", "synchronous=OFF")


def copy_sqlite(source: str, target: str) -> None:
    with sqlite3.connect(source) as reading, sqlite3.connect(target, timeout=30) as writing:
        writing.execute("PRAGMA synchronous=OFF")
        reading.backup(writing)
    reading.close()
    writing.close()


def copy_postgres(source: str, target: str) -> None:
    from django.db import connections

    with connections["default"]._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def copy(*, to_snapshot: bool) -> None:
    from django.db import connections

    connection = connections["default"]
    connection.close()
    database = str(connection.settings_dict["NAME"])
    pair = (database, database + SNAPSHOT) if to_snapshot else (database + SNAPSHOT, database)
    if connection.vendor == "sqlite":
        copy_sqlite(*pair)
    else:
        copy_postgres(*pair)


def drop_snapshot() -> None:
    from django.db import connections

    connection = connections["default"]
    if connection.vendor == "postgresql":
        name = f"{connection.settings_dict['NAME']}{SNAPSHOT}"
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    if fixturedef.argname != "django_db_setup":
        return (yield)
    name_database()
    result = yield

    from django.test import TransactionTestCase

    blocker = request.getfixturevalue("django_db_blocker")
    with blocker.unblock():
        copy(to_snapshot=True)

    def put_back(test_case: TransactionTestCase) -> None:
        copy(to_snapshot=False)

    def drop() -> None:
        with blocker.unblock():
            drop_snapshot()

    setattr(TransactionTestCase, "_fixture_teardown", put_back)  # noqa: B010 - the stubs leave it out
    fixturedef.addfinalizer(drop)
    return result
