"""Editors and a small starter city: one programme, two guides, three places."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.auth.models import Group
from django.test import Client, override_settings
from wagtail.models import Workflow

from cms import loading
from cms.models import ProgrammePage
from cms.models.approval import EDITORS, PUBLISHERS, WORKFLOW
from cms.publishing import archive, build, editions, publish, release, wanted
from tests.signing_in import as_staff
from workflows.base.day import ZONE
from workflows.people.models import User

CONTENT = Path(__file__).resolve().parents[2] / "content"


def moment(text: str) -> datetime:
    """A business moment: ``2026-08-03`` at nine."""
    day = date.fromisoformat(text)
    return datetime(day.year, day.month, day.day, 9, tzinfo=ZONE)


@dataclass
class Newsroom:
    """林编辑 writes, 高审核 approves, 秦编辑 writes too."""

    lin: User
    gao: User
    qin: User


@pytest.fixture
def data(settings: Any, tmp_path: Path) -> Path:
    """An installation's folder of its own."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return tmp_path / "data"


@pytest.fixture(scope="session")
def small_content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of content as small as it can be while every kind of page is there."""
    whole = loading.read(CONTENT, strict=False)
    guides = {path: whole.guides[path] for path in ("guides/ga-amount.md", "guides/train-list.md")}
    kept = {guide.slug for guide in guides.values()}
    ga, train = guides["guides/ga-amount.md"], guides["guides/train-list.md"]
    guides["guides/ga-amount.md"] = replace(ga, body=_without_links(ga.body, kept))
    # Here it quotes no programme: what it says of the fee it says by itself.
    told = [block for block in _without_links(train.body, kept) if block["type"] != "facts"]
    guides["guides/train-list.md"] = replace(train, programme="", glance={"how_much": "学费0元"}, body=told)
    programmes = {
        path: (programme, replace(page, body=_without_links(page.body, kept)))
        for path, (programme, page) in whole.programmes.items()
        if programme.code == "P-GA-2026"
    }
    sections = [
        replace(section, guides=[slug for slug in section.guides if slug in kept])
        for section in whole.shelf.sections
    ]
    calendar = whole.calendar
    assert calendar is not None
    codes = {"3699000001", "3699020001", "3699030207", "3699030102", "3699030001"}
    small = replace(
        whole,
        home=replace(whole.home, help_path="guides/ga-amount.md"),
        guides=guides,
        programmes=programmes,
        shelf=replace(whole.shelf, sections=sections),
        centres=tuple(centre for centre in whole.centres if centre.code in codes),
        entries=_few_entries(whole.entries),
        calendar=replace(calendar, yearly=[replace(each, page="") for each in calendar.yearly]),
    )
    content = wanted.content(loading.state(small), before={})
    assert not content.held
    root = tmp_path_factory.mktemp("content")
    for path, text in content.files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    for path, source in content.assets.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, root / path)
    return root


#: One policy that replaces another, one cited, one with an attachment; one page of every other kind.
FEW = (
    *("policies/jinqiu-2026.md", "policies/jinqiu-2024.md", "policies/r1.md", "policies/r23.md"),
    *("policies/east-ridge-funds.md", "policies/filing-2026.md", "policies/filing-2017.md", "policies/r2.md"),
    *("policies/r41.md", "news/golden-autumn-opens.md", "news/evening-window.md", "cases/night-class.md"),
    *("questions/no-smartphone.md", "questions/money-when.md"),
    *("events/online-service.md", "events/sewing-summer.md", "events/autumn-fair.md"),
)


def _few_entries(entries: Any) -> Any:
    """The entries of ``FEW``, without links to what is not there and without a programme."""
    kept = {}
    for path in FEW:
        entry = entries[path]
        changes: dict[str, Any] = {"body": _without_links(entry.body, set())}
        if hasattr(entry, "reading"):
            told = _without_links(entry.reading, set())
            changes["reading"] = told or [{"type": "prose", "value": "<p>这是什么意思，问站点。</p>"}]
        if getattr(entry, "programme", ""):
            changes["programme"] = ""
        if getattr(entry, "place", ""):
            changes["place"] = "3699020001"
        kept[path] = replace(entry, **changes)
    return kept


def _without_links(body: Any, kept: set[str]) -> Any:
    """Blocks that link to nothing outside the small content."""
    targets = [f'"guides/{slug}.md"' for slug in kept] + [
        '"centres/index.md"',
        '"programmes/golden-autumn-2026.md"',
    ]

    def known(block: Any) -> bool:
        text = str(block)
        links = text.count("<a href=") - text.count('<a href="/')
        return links == sum(text.count(f"<a href={target}") for target in targets)

    return [block for block in body if known(block)]


@pytest.fixture
def loaded(parameters: None, data: Path, small_content: Path) -> int:
    """The small content in the CMS; its example families are reckoned by the city's values."""
    return loading.load(small_content)


@pytest.fixture
def newsroom(loaded: int) -> Newsroom:
    def hire(username: str, name: str, group: str) -> User:
        user = User.objects.create_staff(username, password="not-used-here-1", display_name=name)
        user.groups.add(Group.objects.get(name=group))
        return user

    return Newsroom(
        lin=hire("lin", "林编辑", EDITORS),
        gao=hire("gao", "高审核", PUBLISHERS),
        qin=hire("qin", "秦编辑", EDITORS),
    )


@pytest.fixture
def golden_page(loaded: int) -> ProgrammePage:
    """The page of 2026年金秋助学."""
    found: ProgrammePage = ProgrammePage.objects.get(code="P-GA-2026")
    return found


@pytest.fixture(scope="session")
def built(small_content: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation that has published the small content on the Monday of the examples."""
    root = tmp_path_factory.mktemp("built")
    values = yaml.safe_load((CONTENT / "parameters.yml").read_text(encoding="utf-8"))["parameters"]
    state = replace(loading.state(loading.read(small_content)), parameters=values)
    content = wanted.content(state, before={})
    shutil.copytree(small_content, root / "content")
    on = moment("2026-08-03").date()
    pages, nav = wanted.on_day(content, state, on=on), wanted.navigation(content, state)
    told = editions.told(pages, editions.Written(), versions={"P-GA-2026": 1}, at=moment("2026-08-03"))
    pages = archive.with_past(pages, told, definitions={})
    with override_settings(DATA_DIR=root), release.one_builder():
        workshop = release.workshop()
        site = build.build(pages, content=content, state=state, on=on, nav=nav, inside=workshop)
        digest = build.digest(pages, content=content, state=state, nav=nav)
        release.switch_to(site, digest=digest, day=on, at=moment("2026-08-03"), pages=12, held={})
        shutil.rmtree(workshop)
    return root


@pytest.fixture
def first(built: Path, loaded: int, data: Path) -> publish.Published:
    """The first release. It was built before, from the same content: publishing finds that it is right."""
    shutil.copytree(built, data, dirs_exist_ok=True, symlinks=True)
    published = publish.publish(at=moment("2026-08-03"))
    assert not published.made
    return published


@pytest.fixture
def site(built: Path, settings: Any) -> Path:
    """The public site alone, for those who only read it."""
    settings.DATA_DIR = built
    return built


@pytest.fixture
def desk_of(client: Client) -> Callable[[User], Client]:
    """Sign somebody in to the editors' desk."""

    def sign_in(user: User) -> Client:
        as_staff(client, user)
        return client

    return sign_in


def write(page: Any, *, by: User) -> Any:
    """Save a draft and submit it for review; returns the task that waits."""
    page.save_revision(user=by, clean=False)
    page = type(page).objects.get(pk=page.pk)
    state = Workflow.objects.get(name=WORKFLOW).start(page, by)
    return state.current_task_state


def pay(page: ProgrammePage, yuan: str) -> ProgrammePage:
    """Change the first amount of the table, as typed, and what the twins of the first example receive."""
    page.amount_table[0].value["fen"] = yuan
    page.personas[0].value["expect_fen"] = str(2 * int(yuan))
    for name in ("amount_table", "personas"):
        stream = getattr(page, name)
        setattr(page, name, stream.stream_block.to_python(stream.stream_block.get_prep_value(stream)))
    return page


def text_of(data: Path, address: str) -> str:
    """A page as readers get it now."""
    return (data / "releases" / "current" / address.strip("/") / "index.html").read_text(encoding="utf-8")
