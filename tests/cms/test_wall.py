"""The privacy wall, seen from this side: no module of cms names a room that holds personal data."""

import ast
from collections.abc import Iterator
from pathlib import Path

import cms

OPEN = ("workflows.policy", "workflows.base", "workflows.offers", "workflows.open_data")
ROOT = Path(cms.__file__).parent


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "workflows":
            yield from (f"workflows.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_cms_reaches_into_open_rooms_only() -> None:
    seen = set()
    for path in ROOT.rglob("*.py"):
        if path in (ROOT / "settings.py", ROOT / "urls.py") or "migrations" in path.parts:
            continue
        for module in imported(path):
            if module.startswith("workflows"):
                seen.add(module)
                assert module.startswith(OPEN), f"{path} imports {module}"
    assert "workflows.offers" in {module.rsplit(".", 1)[0] for module in seen} | seen
