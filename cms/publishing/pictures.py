"""The pictures and attachments of a release: their own bytes, and pictures in the widths that small screens ask for."""

from functools import lru_cache
from pathlib import Path

from cms.models import files
from cms.publishing.today import WIDTHS
from workflows.base.files import opened


def write(*, assets: dict[str, Path], site: Path) -> None:
    """Put every file that the pages name below ``site``."""
    for path, source in sorted(assets.items()):
        content = source.read_bytes()
        place = site / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        kind = place.suffix.lstrip(".")
        if kind == "pdf":
            continue
        for width in WIDTHS:
            if width < opened(content).width:
                place.with_name(f"{place.stem}-{width}.{kind}").write_bytes(_narrower(content, kind, width))


@lru_cache(maxsize=64)
def _narrower(content: bytes, kind: str, width: int) -> bytes:
    return files.narrower(content, kind=kind, width=width)
