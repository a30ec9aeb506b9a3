"""Tables whose rows the database itself refuses to change or delete."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.state import ProjectState
from django.utils import timezone

from workflows.base.append_only import AppendOnly
from workflows.people import access
from workflows.people.models import AccessLog, Consent, Person, User


@pytest.fixture
def looked(db) -> AccessLog:
    mei = User.objects.create_staff("mei", password="long enough 1", display_name="梅姐")
    return access.note(user=mei, what="case", ref="A-1", why="审核", at=timezone.now())


def refuses(sql: str, *values: str) -> None:
    with (
        pytest.raises(IntegrityError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)


def test_the_access_log_is_only_added_to(looked):
    refuses("UPDATE people_accesslog SET why = %s", "别的")
    refuses("DELETE FROM people_accesslog")
    for change in (looked.save, looked.delete, AccessLog.objects.all().delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert AccessLog.objects.get().why == "审核"


def test_of_a_consent_only_its_withdrawal_is_added(db):
    lin = Person.new(name="林晓", id_no="369902198307150010")
    given = Consent.objects.create(
        person=lin,
        purpose="公示",
        text_version="1",
        text_sha256="0" * 64,
        given_at=timezone.now(),
        channel="online",
    )
    first = timezone.now()
    given.withdraw(at=first)
    given.withdraw(at=timezone.now())
    assert given.withdrawn_at == first
    refuses("UPDATE people_consent SET purpose = %s", "照片")
    refuses("UPDATE people_consent SET withdrawn_at = NULL, text_version = %s", "2")
    refuses("DELETE FROM people_consent")


@pytest.mark.django_db(transaction=True)
def test_the_operation_can_be_applied_twice_and_taken_back(transactional_db):
    operation, state = AppendOnly("people_accesslog"), ProjectState()
    log = access.note(user=None, what="case", ref="A-1", why="审核", at=timezone.now())
    with connection.schema_editor() as editor:
        operation.database_forwards("people", editor, state, state)
    with pytest.raises(IntegrityError):
        log.delete()
    with connection.schema_editor() as editor:
        operation.database_backwards("people", editor, state, state)
    assert AccessLog.objects.update(why="可以改了") == 1
    with connection.schema_editor() as editor:
        operation.database_forwards("people", editor, state, state)
    with pytest.raises(IntegrityError):
        log.delete()
