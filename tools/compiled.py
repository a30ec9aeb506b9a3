"""The compiled texts: made on each machine where they are needed, never committed.

`make installed`, `manage.py prepare` and every run of the tests see to it. Babel is asked only when there is work.
"""

import os
import tempfile
from pathlib import Path

from tools.machine import ROOT, ending

#: The English of this house's own texts.
PO = Path("locale", "en", "LC_MESSAGES", "django.po")
#: The Chinese of those texts of Wagtail that it lacks itself, by Django's name for where they are shown.
WAGTAIL_POS = {
    domain: Path("locale", "zh_Hans", "LC_MESSAGES", f"{domain}.po") for domain in ("django", "djangojs")
}
POS = (PO, *WAGTAIL_POS.values())


def is_compiled(root: Path = ROOT) -> bool:
    """Each compiled file bears the time of the catalogue it was made from; no catalogue, nothing to do."""
    return all(_is_compiled(root / po) for po in POS)


def _is_compiled(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not po.is_file() or (mo.is_file() and mo.stat().st_mtime_ns == po.stat().st_mtime_ns)


def compile_where_needed(root: Path = ROOT) -> None:
    """Make the compiled files; processes that do so at the same time do not disturb each other."""
    for po in POS:
        if not _is_compiled(root / po):
            _compile(root / po, locale=po.parts[1])


def _compile(po: Path, *, locale: str) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    at = po.stat()
    with po.open("rb") as file:
        catalogue = read_po(file, locale=locale, abort_invalid=True)
    descriptor, draft = tempfile.mkstemp(dir=po.parent, suffix=".draft")
    with os.fdopen(descriptor, "wb") as file:
        write_mo(file, catalogue)
    os.chmod(draft, 0o644)
    os.utime(draft, ns=(at.st_atime_ns, at.st_mtime_ns))
    os.replace(draft, po.with_suffix(".mo"))


def main() -> int:
    compile_where_needed()
    return 0


if __name__ == "__main__":
    raise SystemExit(ending(main))
