"""The map of the README is the tree, and the table of settings is what the code reads; both ways."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.papers.reading import CHINESE, ENGLISH, paper
from tools.machine import ROOT

SETTINGS, MAP = "3", "4.1"
#: Read by this house, but not for anybody to set: the shell's own, and what one part of the house tells another.
NOT_SETTINGS = {"PATH", "SOURCE_DATE_EPOCH", "DJANGO_SETTINGS_MODULE", "UV_INDEX_URL", "UV_DEFAULT_INDEX"}
#: Folders of a package that Django prescribes.
PRESCRIBED = {"management", "migrations", "templates", "templatetags", "__pycache__"}


def rooms(root: Path) -> set[str]:
    """Every room of ``workflows``, every package of ``cms``, and every other top-level folder that holds a file."""
    made = {
        line.strip("/\n") for line in (root / ".gitignore").read_text().splitlines() if line.endswith("/")
    }
    found = {
        f"{folder.name}/"
        for folder in root.iterdir()
        if folder.is_dir()
        and folder.name not in made | {".git", "workflows"}
        and any(file.is_file() for file in folder.rglob("*"))
    }
    for package in ("workflows", "cms"):
        for place in (root / package).iterdir():
            if place.is_dir() and place.name not in PRESCRIBED and (place / "__init__.py").is_file():
                found.add(f"{package}/{place.name}/")
    found |= {
        f"workflows/{file.name}" for file in (root / "workflows").glob("*.py") if file.stem != "__init__"
    }
    return found


def names_read(root: Path) -> set[str]:
    """The environment variables the code asks for by name."""
    files = [
        root / "manage.py",
        *(file for top in ("cms", "workflows", "tools") for file in (root / top).rglob("*.py")),
    ]
    found = {name for file in files for name in _names_in(ast.parse(file.read_text(encoding="utf-8")))}
    shell = (root / "tools" / "python.sh").read_text() + (root / "Makefile").read_text()
    found |= set(
        re.findall(r"\$\{([A-Z][A-Z_]+):-|^export ([A-Z][A-Z_]+)$", shell, re.MULTILINE) and ["PYTHON"]
    )
    return found - NOT_SETTINGS


def _names_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=asked, attr="get" | "setdefault"),
                args=[ast.Constant(value=str(name)), *_],
            ) if _is_environ(asked):
                yield name
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="configuration"), attr="words" | "number" | "register"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield name
            case ast.Subscript(value=asked, slice=ast.Constant(value=str(name))) if _is_environ(asked):
                yield name
            case ast.Compare(
                left=ast.Constant(value=str(name)), ops=[ast.In() | ast.NotIn()], comparators=[asked]
            ) if _is_environ(asked):
                yield name


def _is_environ(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "environ"


@pytest.mark.parametrize("name", [ENGLISH, CHINESE])
def test_the_map_is_the_tree(name: str) -> None:
    listed = paper(name).first_cells(MAP)

    assert len(listed) == len(set(listed))
    assert set(listed) == rooms(ROOT)


@pytest.mark.parametrize("name", [ENGLISH, CHINESE])
def test_the_table_of_settings_is_what_the_code_reads(name: str) -> None:
    listed = paper(name).first_cells(SETTINGS)

    assert len(listed) == len(set(listed))
    assert set(listed) == names_read(ROOT)


def test_a_new_room_is_missed_in_the_map(tmp_path: Path) -> None:
    house = small_house(tmp_path)
    before = rooms(house)
    for place in ("workflows/care", "cms/events", "deploy"):
        (house / place).mkdir()
        (house / place / "__init__.py").touch()
    (house / "workflows" / "insight.py").touch()
    (house / "data").mkdir()
    (house / "data" / "db.sqlite3").touch()

    assert rooms(house) - before == {"workflows/care/", "cms/events/", "deploy/", "workflows/insight.py"}


def test_a_room_that_is_gone_is_seen(tmp_path: Path) -> None:
    house = small_house(tmp_path)
    (house / "workflows" / "desk" / "__init__.py").unlink()

    assert "workflows/desk/" not in rooms(house)


@pytest.mark.parametrize(
    "line",
    [
        'os.environ.get("NEW_SETTING")',
        'os.environ["NEW_SETTING"]',
        'configuration.words("NEW_SETTING")',
        'configuration.number("NEW_SETTING", 3)',
        '"NEW_SETTING" in os.environ',
        'os.environ.setdefault("NEW_SETTING", "x")',
    ],
)
def test_a_new_setting_is_missed_in_the_table(tmp_path: Path, line: str) -> None:
    house = small_house(tmp_path)
    before = names_read(house)
    (house / "cms" / "settings.py").write_text(f"import os\n\nfrom cms import configuration\n\nX = {line}\n")

    assert names_read(house) - before == {"NEW_SETTING"}


def small_house(folder: Path) -> Path:
    """A house with one room a floor."""
    for place in (
        "workflows/desk/__init__.py",
        "cms/models/__init__.py",
        "cms/migrations/__init__.py",
        "tools/run.py",
        "manage.py",
    ):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).touch()
    (folder / ".gitignore").write_text("/data/\n__pycache__/\n")
    for name in ("tools/python.sh", "Makefile"):
        (folder / name).write_text((ROOT / name).read_text())
    return folder
