"""`make catalogue`, second half: Chinese for those texts of Wagtail that Wagtail itself does not have in Chinese.

Wagtail's own Chinese files hold only what is translated; what is missing shows when they are laid beside its English
ones. `locale/zh_Hans/LC_MESSAGES/` holds Chinese for the difference: `django.po` for pages, `djangojs.po` for scripts.
"""

import importlib.util
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tools.catalogue import Catalogue, Text, placeholders, read, texts_of, written
from tools.compiled import WAGTAIL_POS, compile_where_needed
from tools.machine import ROOT, ending

LOCALE = "zh_Hans"
HEADER = """\
# Chinese for the texts of Wagtail that it lacks itself. Written by `make catalogue`: fill in the empty msgstr, change
# nothing else by hand.
msgid ""
msgstr ""
"Project-Id-Version: bangfu\\n"
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""
TAG = re.compile(r"<[^>]*>")


# --- what Wagtail says ---------------------------------------------------------------------------------------------
def folders(installed: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """The apps of Wagtail that are installed and have texts, with the folder of their languages."""
    for app in installed:
        if app.split(".")[0] == "wagtail":
            spec = importlib.util.find_spec(app)
            for place in (spec.submodule_search_locations or ()) if spec else ():
                if (folder := Path(place, "locale")).is_dir():
                    yield app, folder


def english(installed: Iterable[str], domain: str) -> dict[Text, set[str]]:
    """Every text of these apps, with the apps it stands in."""
    found: dict[Text, set[str]] = {}
    for app, folder in folders(installed):
        for text in read(folder / "en" / "LC_MESSAGES" / f"{domain}.po"):
            found.setdefault(text, set()).add(app)
    return found


def chinese(installed: Iterable[str], domain: str) -> dict[Text, tuple[str, ...]]:
    """What Wagtail's compiled files, the ones Django reads, say in Chinese."""
    from babel.messages.mofile import read_mo

    known: dict[Text, tuple[str, ...]] = {}
    for _app, folder in folders(installed):
        mo = folder / LOCALE / "LC_MESSAGES" / f"{domain}.mo"
        if mo.is_file():
            with mo.open("rb") as file:
                known |= texts_of(read_mo(file))
    return known


def lacking(installed: Iterable[str], domain: str) -> dict[Text, set[str]]:
    """The texts that Wagtail has in English only, with the apps they stand in."""
    apps = tuple(installed)
    known = {text for text, forms in chinese(apps, domain).items() if all(forms)}
    return {text: places for text, places in english(apps, domain).items() if text not in known}


# --- what this house adds ------------------------------------------------------------------------------------------
def kept(texts: Iterable[Text], known: Catalogue) -> dict[Text, tuple[str, ...]]:
    """The Chinese of these texts; Chinese has one form for every number."""
    return {text: known.get(text, ("",)) for text in texts}


def faults(known: Mapping[Text, tuple[str, ...]]) -> list[str]:
    """What is wrong with the Chinese of these texts: missing, or with other placeholders or other tags."""
    wrong = []
    for text, forms in sorted(known.items()):
        if not forms or not all(forms):
            wrong.append(f"no Chinese: {text.singular}")
            continue
        wished = text.plural or text.singular  # the singular may say "one" where Chinese needs the number
        wrong += [
            f"other placeholders: {wished} → {form}" for form in forms if not says_as_much(wished, form)
        ]
    return wrong


def says_as_much(wished: str, form: str) -> bool:
    """The same placeholders, and the same tags as often, with all they carry."""
    return placeholders(wished) == placeholders(form) and sorted(TAG.findall(wished)) == sorted(
        TAG.findall(form)
    )


def installed_apps() -> list[str]:
    """The apps of this house; its settings are read as for a test, and leave nothing behind."""
    with tempfile.TemporaryDirectory(prefix="bangfu-texts-") as folder:
        os.environ.update(BANGFU_MODE="test", BANGFU_DATA=folder, DJANGO_SETTINGS_MODULE="cms.settings")
        from django.conf import settings

        return list(settings.INSTALLED_APPS)


def main() -> int:
    apps, wrong, count = installed_apps(), [], 0
    for domain, po in WAGTAIL_POS.items():
        found, path = lacking(apps, domain), ROOT / po
        known = kept(found, read(path, locale=LOCALE))
        path.parent.mkdir(parents=True, exist_ok=True)
        wished = written(found, known, header=HEADER)
        if not path.is_file() or path.read_text(encoding="utf-8") != wished:
            path.write_text(wished, encoding="utf-8")
        wrong += [f"{po}: {fault}" for fault in faults(known)]
        count += len(found)
    compile_where_needed()
    print("\n".join([*wrong, f"{count} texts that Wagtail lacks in Chinese, {len(wrong)} to look at"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(ending(main))
