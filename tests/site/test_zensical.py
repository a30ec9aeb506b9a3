"""The theme's life ends in May 2027: the successor of its builder makes the same pages from the same settings."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config

from tests.site import city as whole
from tests.site.reading import Main
from tools.machine import ROOT


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The starter content, built by MkDocs and by Zensical from the same pages, settings and templates."""
    _state, _content, pages, nav = whole.written()
    root = tmp_path_factory.mktemp("zensical")
    for path, text in pages.items():
        (root / "docs" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "docs" / path).write_text(text, encoding="utf-8")
    # Zensical wants its folders below the file of the settings.
    shutil.copytree(ROOT / "site" / "overrides", root / "overrides")
    settings: dict[str, Any] = yaml.safe_load((ROOT / "site" / "mkdocs.yml").read_text("utf-8"))
    settings |= {"docs_dir": "docs", "site_dir": "zensical", "nav": nav}
    (root / "mkdocs.yml").write_text(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False), "utf-8")
    zensical = Path(sys.executable).parent / "zensical"
    done = subprocess.run([zensical, "build", "-f", "mkdocs.yml"], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    build(load_config(str(root / "mkdocs.yml"), site_dir=str(root / "mkdocs")))
    return root / "mkdocs", root / "zensical"


def test_zensical_makes_the_same_pages_from_the_same_settings(both: tuple[Path, Path]) -> None:
    """Articles, breadcrumbs, lists of pages, cards of the front page, titles and cards for sharing."""
    ours, theirs = both
    # Zensical has a list of its own for templates that are no pages.
    alone = {Path("gone.html"), Path("search/index.html")}
    paths = sorted({path.relative_to(ours) for path in ours.rglob("*.html")} - alone)
    assert len(paths) > 30
    articles = 0
    for path in paths:
        address = "" if path.name == "404.html" else f"{path.parent}/".removeprefix("./")
        one, other = (Main((side / path).read_text("utf-8"), address=address) for side in both)
        assert len(one.told) > 20, path
        assert one.told == other.told, path
        articles += one.article
    assert articles > 25, "the pages compared hold articles"
    assert sorted(path.relative_to(theirs) for path in theirs.rglob("*.html")) == paths
