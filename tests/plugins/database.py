"""The test database: migrated once for all workers, a real file on SQLite, put back after a test that commits.

Django's own way is to empty every table, which also loses what migrations wrote (Wagtail's root page) and
fails where the database itself refuses deletions (append-only tables).
"""

import fcntl
import os
import sqlite3
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

#: What the migrations left: a file beside the workers' folders, or a database on the server.
MIGRATED = "as_migrated"


def shared(name: str) -> Path:
    return Path(os.environ["BANGFU_TESTS"], name)


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
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target, timeout=30)) as writing:
        writing.execute("PRAGMA synchronous=OFF")
        reading.backup(writing)


def copy_postgres(source: str, target: str) -> None:
    from django.db import connections

    with connections["default"]._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def keep() -> None:
    """Keep the database as the migrations left it."""
    from django.db import connections

    connection = connections["default"]
    connection.close()
    if connection.vendor == "sqlite":
        copy_sqlite(str(connection.settings_dict["NAME"]), str(shared(MIGRATED)))
    else:
        name = f"test_{MIGRATED}_{os.getpid()}"
        copy_postgres(str(connection.settings_dict["NAME"]), name)
        shared(MIGRATED).write_text(name)


def put_back(test_case: object = None) -> None:
    """Make the database what was kept."""
    from django.db import connections

    connection = connections["default"]
    connection.close()
    if connection.vendor == "sqlite":
        copy_sqlite(str(shared(MIGRATED)), str(connection.settings_dict["NAME"]))
    else:
        copy_postgres(shared(MIGRATED).read_text(), str(connection.settings_dict["NAME"]))


def begin_from_kept() -> None:
    """Let Django create the database from what another worker has migrated: its own `migrate` finds nothing to do."""
    from django.db import connections

    connection = connections["default"]
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = shared(MIGRATED).read_text()
        return
    creation: Any = connection.creation
    create_empty = creation._create_test_db

    def create(*arguments: Any, **options: Any) -> str:
        name = str(create_empty(*arguments, **options))
        copy_sqlite(str(shared(MIGRATED)), name)
        return name

    setattr(connection.creation, "_create_test_db", create)  # noqa: B010 - Django offers no hook


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    if fixturedef.argname != "django_db_setup":
        return (yield)

    from django.test import TransactionTestCase

    name_database()
    with shared("migrating").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if shared(MIGRATED).exists():
            begin_from_kept()
            result = yield
        else:
            result = yield
            with request.getfixturevalue("django_db_blocker").unblock():
                keep()
    setattr(TransactionTestCase, "_fixture_teardown", put_back)  # noqa: B010 - pytest-django offers no hook
    return result


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that started the workers forgets what was kept; a file goes with its folder."""
    if hasattr(config, "workerinput") or not shared(MIGRATED).exists() or not os.environ.get("DATABASE_URL"):
        return

    from django.db import connections

    with connections["default"]._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{shared(MIGRATED).read_text()}" WITH (FORCE)')
