"""Publishing killed at a hundred points, with a reader fetching all the while: no page is missing, none is mixed."""

import os
import random
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import RequestFactory

from cms import public
from cms.models import GuidePage, HomePage, PublicText
from cms.publishing import build, publish, release
from tests.cms.conftest import moment

AT = moment("2026-08-03")
PAGES = ("", "guides/ga-amount/", "guides/train-list/", "programmes/golden-autumn-2026/", "centres/369902/")
STAMP = re.compile(r"戳记(\d+)号")
#: Between any two of these something stands half done.
STEPS = ("rename", "replace", "symlink_to", "mkdir", "write_text", "write_bytes", "unlink")
AT_A_STEP, AT_ANY_MOMENT, WITH_THE_REAL_BUILD = 50, 40, 10

pytestmark = pytest.mark.django_db(transaction=True)


def quick_build(pages: Mapping[str, str], *, inside: Path, **_: Any) -> Path:
    """Stands for MkDocs, whose own work is only files in the workshop: the same pages at the same addresses."""
    site = inside / "site"
    for path, text in pages.items():
        if path.endswith(".md"):
            place = site / build._html_of(path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
    return site


def stamp(number: int) -> None:
    """Another text for every page."""
    for kind in (HomePage, GuidePage):
        kind.objects.update(summary=f"戳记{number}号")
    connections.close_all()


def in_a_child(do: Callable[[], object]) -> int:
    """Run something in a process of its own; returns its number."""
    connections.close_all()
    if child := os.fork():
        return child
    try:
        do()
    except BaseException:
        os._exit(1)
    os._exit(0)


def ended(child: int) -> int:
    """How a child ended: 0 well, -9 killed."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def publishing(*, real: bool = False, die_at: int = 0, count: Path | None = None) -> Callable[[], None]:
    """Publish; at the step ``die_at`` the process is killed. ``count``: where to write how many steps there were."""

    def run() -> None:
        steps = 0

        def step(original: Any) -> Any:
            def counted(*args: Any, **kwargs: Any) -> Any:
                nonlocal steps
                steps += 1
                if steps == die_at:
                    os.kill(os.getpid(), signal.SIGKILL)
                return original(*args, **kwargs)

            return counted

        if not real:
            build.build = quick_build
        for name in STEPS:
            setattr(Path, name, step(getattr(Path, name)))
        shutil.rmtree = step(shutil.rmtree)
        publish._write_down = step(publish._write_down)
        publish.publish(at=AT)
        if count:
            count.touch()
            with count.open("w") as file:
                file.write(str(steps))

    return run


def reading(stop: Path, told: Path) -> Callable[[], None]:
    """A reader who never rests, and writes down whatever is wrong."""

    def run() -> None:
        ask = RequestFactory()
        rounds, wrong = 0, []

        def fetch(path: str) -> str:
            answer = public.page(ask.get(f"/{path}"), path)
            if answer.status_code != 200:
                wrong.append(f"{path}: {answer.status_code}")
            assert isinstance(answer, HttpResponse)
            found = STAMP.search(answer.content.decode())
            return found[1] if found else ""

        while not stop.exists():
            before = fetch("")
            between = {fetch(path) for path in PAGES if path.startswith("guides")}
            if fetch("") == before and between != {before}:
                wrong.append(f"mixed: {before} and {between}")
            for path in PAGES:
                fetch(path)
            rounds += 1
            time.sleep(0.005)  # leaves the builder some of the machine
        told.write_text("\n".join([str(rounds), *wrong[:20]]), encoding="utf-8")

    return run


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Callable[[], tuple[int, list[str]]]]:
    stop, told = tmp_path / "stop", tmp_path / "told"
    child = in_a_child(reading(stop, told))

    def finish() -> tuple[int, list[str]]:
        stop.touch()
        ended(child)
        rounds, *wrong = told.read_text(encoding="utf-8").splitlines()
        return int(rounds), wrong

    yield finish
    if not told.exists():
        os.kill(child, signal.SIGKILL)


def test_killed_at_a_hundred_points_a_reader_always_has_one_whole_site(
    loaded: int, data: Path, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    chance = random.Random(20260803)
    stamp(0)
    counted = tmp_path / "count"
    assert ended(in_a_child(publishing(count=counted))) == 0
    begun = time.monotonic()
    stamp(1)
    assert ended(in_a_child(publishing(count=counted))) == 0
    seconds, steps = time.monotonic() - begun, int(counted.read_text())
    assert steps > 20
    finish = request.getfixturevalue("reader")

    killed = 0
    plan = [
        *(("step", n) for n in (chance.randint(1, steps) for _ in range(AT_A_STEP))),
        *(("moment", 0) for _ in range(AT_ANY_MOMENT)),
        *(("real", 0) for _ in range(WITH_THE_REAL_BUILD)),
    ]
    for number, (how, step) in enumerate(plan, start=2):
        stamp(number)
        child = in_a_child(publishing(die_at=step, real=how == "real"))
        if how != "step":
            time.sleep(chance.uniform(0, seconds * (3 if how == "real" else 1)))
            os.kill(child, signal.SIGKILL)
        killed += ended(child) == -signal.SIGKILL
        if number % 10 == 0:
            assert ended(in_a_child(publishing())) == 0, f"the next start finishes, after {how} {step}"
            assert newest(data) == str(number)
            assert not list((data / "releases").glob(".building-*"))
    assert killed >= len(plan) * 3 // 4, f"only {killed} were killed before they were done"

    stamp(1000)
    assert ended(in_a_child(publishing())) == 0
    rounds, wrong = finish()
    assert wrong == []
    assert rounds > 10
    assert newest(data) == "1000"
    for path in ("index.md", "guides/train-list.md"):
        rows = list(PublicText.objects.filter(path=path))
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))
        assert "戳记1000号" in rows[-1].text
        assert len({row.sha256 for row in rows}) == len(rows), "nothing was written down twice"
    assert len(release.all_kept()) == release.KEPT


def newest(data: Path) -> str:
    found = STAMP.search((data / "releases/current/index.html").read_text(encoding="utf-8"))
    return found[1] if found else ""
