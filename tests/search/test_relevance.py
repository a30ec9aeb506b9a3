"""Examples anybody can read: what people type, and what must come first."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from cms.search import finding

EXAMPLES = yaml.safe_load((Path(__file__).parent / "relevance.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["typed"])
def test_what_people_mean_comes_first(starter_index: Path, example: dict[str, Any]) -> None:
    found = finding.find(example["typed"], index=starter_index)
    assert found.hits, "nothing found"
    assert found.hits[0].address == example["first"], [hit.address for hit in found.hits[:5]]


def test_every_place_of_the_directory_is_found_by_its_name(starter_index: Path) -> None:
    listed = yaml.safe_load_all
    names = [
        centre["name"]
        for path in sorted((Path(__file__).parents[2] / "content" / "centres").glob("*.yml"))
        for document in listed(path.read_text(encoding="utf-8"))
        for centre in document["centres"]
    ]
    assert len(names) == 78
    for name in names:
        first = finding.find(name, index=starter_index).hits[0]
        assert "".join(text for text, _ in first.title) == name
