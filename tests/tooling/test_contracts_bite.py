"""Every import contract is broken once on purpose, to see that it bites."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tools.machine import ROOT

CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"][
    "importlinter"
]["contracts"]
NAMES = {contract["id"]: contract["name"] for contract in CONTRACTS}
# What a breach writes, and the contracts that must name it: no fewer, no more.
BREACHES: list[tuple[str, dict[str, str], set[str]]] = [
    (
        "a lower floor imports a higher one",
        {"workflows/people/breach.py": "import workflows.portal.pages\n"},
        {"floors", "no-cycles"},
    ),
    (
        "neighbours on one floor import each other",
        {"workflows/portal/breach.py": "import workflows.desk\n"},
        {"floors"},
    ),
    (
        "for type checking only",
        {
            "workflows/base/breach.py": "from typing import TYPE_CHECKING\n"
            "if TYPE_CHECKING:\n    from workflows.people import models\n"
        },
        {"floors", "no-cycles"},
    ),
    ("a room on no floor", {"workflows/attic/__init__.py": ""}, {"floors"}),
    ("cms through a closed door", {"cms/breach.py": "import workflows.parameters.queries\n"}, {"doors"}),
    (
        "cms takes a person",
        {"cms/breach.py": "from workflows.people.models import Person\n"},
        {"doors", "wall"},
    ),
    (
        "cms takes a person through a door that is open",
        {
            "workflows/offers/breach.py": "from workflows.people.models import Person\n",
            "cms/breach.py": "import workflows.offers.breach\n",
        },
        {"wall"},
    ),
    (
        "a rule asks Django",
        {"workflows/policy/breach.py": "from django.utils import timezone\n"},
        {"pure-policy"},
    ),
    ("a rule asks the clock", {"workflows/policy/breach.py": "import time\n"}, {"pure-policy"}),
    ("a rule reads a file", {"workflows/policy/breach.py": "from pathlib import Path\n"}, {"pure-policy"}),
    ("a room imports cms", {"workflows/demo/breach.py": "import cms.models\n"}, {"nothing-imports-cms"}),
    (
        "two modules of one room in a circle",
        {
            "workflows/base/breach_here.py": "import workflows.base.breach_there\n",
            "workflows/base/breach_there.py": "import workflows.base.breach_here\n",
        },
        {"no-cycles"},
    ),
]


def broken_contracts(house: Path) -> set[str]:
    """The ids of the contracts that a house breaks."""
    linted = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house)},
        capture_output=True,
        text=True,
    )
    verdicts = dict(re.findall(r"^(.+?) (KEPT|BROKEN)\b", linted.stdout, flags=re.MULTILINE))
    assert set(verdicts) == set(NAMES.values()), linted.stdout + linted.stderr
    broken = {key for key, name in NAMES.items() if verdicts[name] == "BROKEN"}
    assert linted.returncode == (1 if broken else 0)
    return broken


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the packages with the same contracts."""
    for package in ("cms", "workflows"):
        shutil.copytree(
            ROOT / package,
            tmp_path / package,
            ignore=lambda _, names: (
                [n for n in names if "." in n and not n.endswith(".py")] + ["__pycache__"]
            ),
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_keeps_every_contract(house: Path) -> None:
    assert broken_contracts(house) == set()


@pytest.mark.parametrize(
    ("written", "named"), [b[1:] for b in BREACHES], ids=[b[0].replace(" ", "-") for b in BREACHES]
)
def test_a_breach_is_named(house: Path, written: dict[str, str], named: set[str]) -> None:
    for place, text in written.items():
        (house / place).parent.mkdir(exist_ok=True)
        (house / place).write_text(text)

    assert broken_contracts(house) == named


def test_the_composition_root_may_put_the_rooms_together(house: Path) -> None:
    with (house / "cms" / "urls.py").open("a") as urls:
        urls.write("\nimport workflows.people.models\n")

    assert broken_contracts(house) == set()


def test_every_contract_has_a_breach() -> None:
    assert set().union(*(named for _, _, named in BREACHES)) == set(NAMES)


def test_every_room_is_either_an_open_door_or_a_closed_one() -> None:
    doors = next(contract for contract in CONTRACTS if contract["id"] == "doors")
    closed = {module.removeprefix("workflows.") for module in doors["forbidden_modules"]}
    rooms = {
        place.stem
        for place in (ROOT / "workflows").iterdir()
        if (place.suffix == ".py" or (place / "__init__.py").is_file()) and place.stem != "__init__"
    }

    assert rooms - closed == {"policy", "base", "offers", "open_data"}
    assert closed <= rooms


def test_every_model_of_a_room_with_personal_data_stands_behind_the_wall() -> None:
    wall = next(contract for contract in CONTRACTS if contract["id"] == "wall")
    walled = set(wall["forbidden_modules"])

    for models in (ROOT / "workflows").glob("*/models.py"):
        if "SealedField(" in models.read_text() and models.parent.name != "base":
            assert f"workflows.{models.parent.name}.models" in walled
