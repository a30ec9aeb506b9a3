"""Security line 23: identity numbers, accounts, addresses, causes and objectors never lie open in database or files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.conftest import TWINS, City, moment
from workflows.applications import callbacks, daily, decide, notice
from workflows.applications.models import Application, Notice, Objection
from workflows.payments import runs

pytestmark = pytest.mark.django_db

SECRETS = [
    "369902198307150010",
    *(number for _, number in TWINS),
    *(name for name, _ in TWINS),
    "王建国",
    "13900000001",
    "6299990000000000012",
    "0000000000012",
    "纺织路12号",
    "子女上学",
    "澜江大学",
    "路人甲",
    "一辆车",
    "下午三点以后",
]


def everything_in_the_database() -> str:
    with connection.cursor() as cursor:
        # Rules name causes, and nobody: what is done for which cause is a parameter everybody may read.
        tables = [
            each
            for each in connection.introspection.table_names(cursor)
            if not each.startswith("parameters_")
        ]
        cells = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                cells += [
                    bytes(cell).decode("latin-1") if isinstance(cell, bytes | memoryview) else str(cell)
                    for cell in row
                ]
    return "\n".join(cells)


def test_line_23_no_secret_lies_open_in_any_table(on_notice: Application, city: City) -> None:
    callbacks.ask(on_notice, wish="下午三点以后", at=moment(date(2026, 8, 3)))
    posted = Notice.objects.select_related("application__union", "application__sealed_by").get()
    said = notice.Said(content="还有一辆车", name="路人甲")
    objection = notice.object_to(posted, said, channel=Objection.Channel.PHONE, at=moment(date(2026, 8, 6)))
    notice.answer(
        objection, upheld=False, finding="没有一辆车。", by=city["方敏"].actor, at=moment(date(2026, 8, 7))
    )
    case = Application.objects.for_lists().select_related("sealed_by").get()
    notice.resume(case, by=city["罗斌"].actor, at=moment(date(2026, 8, 7)))
    daily.tick(at=moment(date(2026, 8, 14)))
    case = Application.objects.for_lists().select_related("sealed_by").get()
    decide.approve(case, by=city["秦岚"].actor, at=moment(date(2026, 8, 14)))
    runs.make([case], by=city["魏平"].actor, at=moment(date(2026, 8, 17)))

    content = everything_in_the_database()
    assert "LJ2026000001" in content, "the dump reads what is there"
    assert [secret for secret in SECRETS if secret in content] == []


def test_line_23_no_picture_lies_open_on_the_disk(draft: Application) -> None:
    stored = [path for path in Path(settings.DATA_DIR, "private").rglob("*") if path.is_file()]
    assert len(stored) >= draft.evidence.count() > 0
    for path in stored:
        assert not path.read_bytes().startswith((b"\xff\xd8", b"\x89PNG", b"%PDF"))
        assert path.stat().st_mode & 0o077 == 0, "nobody but the owner reads the folder's files"
