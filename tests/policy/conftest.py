"""The starter programme and the parameters of the city, as the product ships them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from workflows.policy.programme import Programme

CONTENT = Path(__file__).parents[2] / "content"


@pytest.fixture
def definition() -> dict[str, Any]:
    """A fresh copy of the Golden Autumn definition, to be spoiled."""
    loaded: dict[str, Any] = yaml.safe_load(
        (CONTENT / "programmes" / "golden-autumn-2026.yml").read_text(encoding="utf-8")
    )
    return Programme.from_json(loaded).to_json() if loaded["schema"] == 1 else loaded


@pytest.fixture
def golden_autumn(definition: dict[str, Any]) -> Programme:
    return Programme.from_json(definition)


@pytest.fixture
def parameters() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((CONTENT / "parameters.yml").read_text(encoding="utf-8"))[
        "parameters"
    ]
    return rows
