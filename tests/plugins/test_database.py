"""The database is the same for every test, whatever the test before it committed."""

import threading

import pytest
from django.contrib.auth.models import Group
from django.db import connection, connections
from wagtail.models import Locale, Page


def as_migrated() -> None:
    """What Wagtail's migrations wrote is there, and what the tests below commit is not."""
    assert Page.objects.filter(depth=1).count() == 1
    assert Locale.objects.count() == 1
    assert not Group.objects.filter(name="committed").exists()


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_what_a_test_commits_is_gone_after_it(turn: int) -> None:
    as_migrated()
    Group.objects.create(name="committed")
    Page.objects.all().delete()


@pytest.mark.django_db
def test_a_test_that_rolls_back_finds_the_same() -> None:
    as_migrated()


@pytest.mark.django_db(transaction=True)
def test_another_thread_sees_what_was_committed() -> None:
    Group.objects.create(name="committed")
    seen: list[int] = []

    def look() -> None:
        seen.append(Group.objects.filter(name="committed").count())
        connections.close_all()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [1]


@pytest.mark.django_db
def test_sqlite_is_a_file_of_this_process() -> None:
    name = str(connection.settings_dict["NAME"])

    assert connection.vendor == "postgresql" or name.endswith("test.sqlite3")
