"""What a phone keeps of the site: the worker for reading visited pages offline, and the card of the site itself."""

import json
from pathlib import Path

from django.conf import settings

from cms.publishing import guard

#: Folders of a release that hold no pages.
_NO_PAGES = ("assets", "check", "data")


def write(site: Path, *, house: str) -> None:
    """Lay worker and manifest into a built site whose pages are done.

    :param house: the folder of the styles and scripts, from the root of the site.
    """
    pages = sorted(site.rglob("*.html"))
    folders = sorted({steps[0] for path in pages if len(steps := path.relative_to(site).parts) > 1})
    release = guard.stamp(
        b"".join(str(path.relative_to(site)).encode() + path.read_bytes() for path in pages)
    )
    worker = (settings.ROOT / "site" / "worker.js").read_text(encoding="utf-8")
    told = {"@release@": release, "@folders@": " ".join(name for name in folders if name not in _NO_PAGES)}
    for mark, value in told.items():
        worker = worker.replace(mark, value)
    (site / "sw.js").write_text(worker, encoding="utf-8")
    (site / "manifest.webmanifest").write_text(json.dumps(_manifest(house), ensure_ascii=False), "utf-8")


def _manifest(house: str) -> dict[str, object]:
    return {
        "name": "帮扶 · 澜江市总工会",
        "short_name": "帮扶",
        "lang": "zh-CN",
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#fbf6ee",
        "theme_color": "#96190f",
        "icons": [
            {"src": f"/{house}/seal.svg", "sizes": "any", "type": "image/svg+xml"},
            {"src": f"/{house}/card.png", "sizes": "512x512", "type": "image/png"},
        ],
    }
