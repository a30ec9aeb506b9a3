"""Out of sight is as if it were not there; faces ask for rows through what the person may see; readings are noted."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import ROOT, City, Worker
from tests.desk.conftest import sit
from workflows.applications.models import Application
from workflows.people.models import AccessLog

# --- line 14 -----------------------------------------------------------------------------------------------------------


def seen_body(text: str, *, path: str) -> str:
    """The page without what differs by nature: the form token, and the address where it is repeated."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
    return text.replace(path, "")


@pytest.mark.parametrize("name", ["case", "approval_form", "notice_sheet"])
@pytest.mark.parametrize("who", ["柳青", "邵军"])
def test_line_14_out_of_scope_is_as_if_there_were_nothing(
    on_notice: Application, city: City, name: str, who: str
) -> None:
    client = sit(city[who])
    answers = []
    for pk in (on_notice.pk, uuid4()):
        path = reverse(f"desk:{name}", args=[pk])
        answer = client.get(path)
        answers.append((answer.status_code, seen_body(answer.content.decode(), path=path)))

    assert answers[0] == answers[1]
    assert answers[0][0] == 404


def test_line_14_a_step_out_of_scope_is_as_if_there_were_nothing(on_notice: Application, city: City) -> None:
    client = sit(city["邵军"])
    answers = []
    for pk in (on_notice.pk, uuid4()):
        path = reverse("desk:do", args=[pk, "REJECT"])
        answer = client.post(path, {"seen": on_notice.turn})
        answers.append((answer.status_code, seen_body(answer.content.decode(), path=path)))

    assert answers[0] == answers[1]
    assert answers[0][0] == 404


# --- line 15 -----------------------------------------------------------------------------------------------------------

FACES = [ROOT / "workflows/portal", ROOT / "workflows/desk", ROOT / "workflows/open_data.py"]
DOORS = {"visible_to", "of_worker", "for_lists", "coming_to"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
SHORTCUTS = {"get_object_or_404", "get_list_or_404"}


def back_doors(source: str) -> Iterator[int]:
    """The lines that ask a model for rows past the doors."""
    tree = ast.parse(source)
    through_doors = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in DOORS and isinstance(node.value, ast.Attribute)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and id(node) not in through_doors:
            yield node.lineno
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in SHORTCUTS
            and node.args
            and isinstance(node.args[0], ast.Name)
            and node.args[0].id[:1].isupper()
        ):
            yield node.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr":
            yield from (
                node.lineno for each in node.args if isinstance(each, ast.Constant) and each.value in MANAGERS
            )


def modules() -> list[Path]:
    return [path for face in FACES for path in ([face] if face.is_file() else sorted(face.rglob("*.py")))]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_line_15_faces_ask_only_through_the_doors(path: Path) -> None:
    assert list(back_doors(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "Application.objects.get(pk=pk)",
        "Application.objects.filter(pk=pk).visible_to(user, on=on)",
        "models.Application.objects.all()",
        "Application._default_manager.first()",
        "get_object_or_404(Application, pk=pk)",
        "manager = Application.objects\nmanager.get(pk=pk)",
        "getattr(Application, 'objects').get(pk=pk)",
    ],
)
def test_line_15_bites(source: str) -> None:
    assert list(back_doors(source))


@pytest.mark.parametrize(
    "source",
    [
        "Application.objects.visible_to(user, on=on).get(pk=pk)",
        "Application.objects.of_worker(user).filter(pk=pk)",
        "get_object_or_404(Application.objects.visible_to(user, on=on), pk=pk)",
        "case.events.all()",
    ],
)
def test_line_15_lets_the_doors_pass(source: str) -> None:
    assert list(back_doors(source)) == []


# --- line 30 -----------------------------------------------------------------------------------------------------------


def test_line_30_every_reading_of_a_case_is_one_line(suspended: Application, city: City) -> None:
    paper = suspended.evidence.filter(removed_at__isnull=True)[0]
    client = sit(city["方敏"])
    readings = {
        "case": reverse("desk:case", args=[suspended.pk]),
        "case, numbers in full": reverse("desk:case", args=[suspended.pk]) + "?full=1",
        "approval form": reverse("desk:approval_form", args=[suspended.pk]),
        "notice sheet": reverse("desk:notice_sheet", args=[suspended.pk]),
        "evidence": reverse("desk:paper", args=[suspended.pk, paper.pk]),
    }

    for what, url in readings.items():
        before = AccessLog.objects.count()
        assert client.get(url).status_code == 200
        assert AccessLog.objects.count() == before + 1
        row = AccessLog.objects.latest("pk")
        assert (row.what, row.ref, row.user, row.person_id) == (
            what,
            suspended.number,
            city["方敏"].user,
            suspended.applicant_id,
        )
        assert "县级帮扶专干" in row.why


def test_line_30_what_nobody_read_leaves_no_line(on_notice: Application, city: City) -> None:
    sit(city["邵军"]).get(reverse("desk:case", args=[on_notice.pk]))

    assert not AccessLog.objects.exists()


# --- line 37 -----------------------------------------------------------------------------------------------------------


def crawl(client: Client, start: str, *, within: str, most: int = 40) -> Iterator[tuple[str, str]]:
    """Every page that links lead to, with its Cache-Control."""
    waiting, met = [start], {start}
    while waiting and len(met) <= most:
        path = waiting.pop(0)
        answer = client.get(path)
        yield path, answer.headers.get("Cache-Control", "")
        if not answer["Content-Type"].startswith("text/html"):
            continue
        for href in re.findall(r'href="([^"#]+)"', answer.content.decode()):
            target = href if href.startswith("/") else path.split("?")[0] + href
            if target.startswith(within) and target not in met and "logout" not in target:
                met.add(target)
                waiting.append(target)


@pytest.mark.parametrize("name", ["方敏", "魏平"])
def test_line_37_nothing_at_the_desk_is_kept(approved: Application, city: City, name: str) -> None:
    pages = list(crawl(sit(city[name]), "/desk/", within="/desk/"))

    assert len(pages) > 5
    assert [path for path, kept in pages if "no-store" not in kept] == []


def test_line_37_nothing_of_the_worker_is_kept(case: Application, wang: Worker, monday: date) -> None:
    client = Client()
    client.force_login(wang.user)
    pages = list(crawl(client, "/apply/", within="/apply/"))

    assert pages
    assert [path for path, kept in pages if "no-store" not in kept] == []
