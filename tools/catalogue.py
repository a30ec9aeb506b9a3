"""`make catalogue`: the English catalogue, brought up to date with every text in the code, and compiled.

The texts themselves are Simplified Chinese; `locale/en/LC_MESSAGES/django.po` holds an English one for each. Nothing
here needs the gettext programs: Babel does their work.
"""

import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.compiled import PO, compile_where_needed
from tools.machine import ROOT, ending

if TYPE_CHECKING:
    from babel.messages.catalog import Message

ROOMS = ("cms", "workflows")
LIBRARY = "django.utils.translation"
#: The functions of Django that mark a text, with the arguments that hold it, as Babel wants them.
MARKS: dict[str, Any] = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """\
# English for the texts of Bangfu. Written by `make catalogue`: fill in the empty msgstr, change nothing else by hand.
msgid ""
msgstr ""
"Project-Id-Version: bangfu\\n"
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|%%|\{\w+\}|</?\w+>")


@dataclass(frozen=True, order=True)
class Text:
    """One text to translate; ``plural`` and ``context`` are empty where it has none."""

    singular: str
    plural: str = ""
    context: str = ""


#: Each text with its English forms: one, or two where it has a plural. An empty form is not translated yet.
Catalogue = Mapping[Text, tuple[str, ...]]


# --- what the code says --------------------------------------------------------------------------------------------
def found_in(root: Path) -> dict[Text, set[str]]:
    """Every text that the code marks, with the files it stands in."""
    found: dict[Text, set[str]] = {}
    for path in sources(root):
        content = path.read_text(encoding="utf-8")
        texts = in_python(content) if path.suffix == ".py" else in_template(content)
        for text in texts:
            found.setdefault(text, set()).add(path.relative_to(root).as_posix())
    return found


def sources(root: Path) -> Iterator[Path]:
    """Modules and templates, in a stable order."""
    for room in ROOMS:
        for path in sorted((root / room).rglob("*")):
            if path.suffix == ".py" or (path.suffix in {".html", ".txt"} and "templates" in path.parts):
                yield path


def in_python(content: str) -> Iterator[Text]:
    """The texts of a module, whatever name it gives to Django's functions (`gettext_lazy as _`)."""
    if LIBRARY not in content:
        return iter(())
    return _extracted(content, aliases(ast.parse(content)))


def in_template(content: str) -> Iterator[Text]:
    """The texts of a template, which Django first turns into lines like Python's."""
    from django.utils.translation.template import templatize

    # What stands around a text comes out as X, in lines whose indentation would mislead a reader of Python.
    return _extracted("\n".join(line.lstrip() for line in templatize(content).split("\n")), MARKS)


def aliases(tree: ast.Module) -> dict[str, Any]:
    """The names under which a module knows Django's functions."""
    return {
        name.asname or name.name: MARKS[name.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == LIBRARY
        for name in node.names
        if name.name in MARKS
    }


def _extracted(content: str, marks: Mapping[str, Any]) -> Iterator[Text]:
    from babel.messages.extract import extract

    source = io.BytesIO(content.encode())
    for _line, message, _comments, context in extract("python", source, marks, (), {"encoding": "utf-8"}):
        singular, plural = message[:2] if isinstance(message, tuple) else (message, "")
        if singular:
            yield Text(singular, plural, context or "")


# --- the catalogue -------------------------------------------------------------------------------------------------
def read(path: Path, *, locale: str = "en") -> dict[Text, tuple[str, ...]]:
    """The catalogue as written; empty when there is none."""
    from babel.messages.pofile import read_po

    if not path.is_file():
        return {}
    with path.open("rb") as file:
        return texts_of(read_po(file, locale=locale, abort_invalid=True))


def texts_of(entries: "Iterable[Message]") -> dict[Text, tuple[str, ...]]:
    """Babel's entries as texts with their forms."""
    known = {}
    for entry in entries:
        if not entry.id:
            continue
        singular, plural = (entry.id, "") if isinstance(entry.id, str) else entry.id
        forms = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
        known[Text(singular, plural, entry.context or "")] = forms
    return known


def written(found: Mapping[Text, Iterable[str]], known: Catalogue, *, header: str = HEADER) -> str:
    """The file for these texts, sorted: what is no longer in the code goes, what is new waits for its words."""
    return "\n".join([header, *(_entry(text, found[text], known.get(text)) for text in sorted(found))])


def _entry(text: Text, places: Iterable[str], forms: tuple[str, ...] | None) -> str:
    from babel.messages.pofile import normalize

    forms = forms or (("", "") if text.plural else ("",))
    lines = [f"#: {place}" for place in sorted(places)]
    if "%" in text.singular:
        lines.append("#, python-format")
    if text.context:
        lines.append(f"msgctxt {normalize(text.context, width=0)}")
    lines.append(f"msgid {normalize(text.singular, width=0)}")
    if text.plural:
        lines.append(f"msgid_plural {normalize(text.plural, width=0)}")
        lines.extend(f"msgstr[{n}] {normalize(form, width=0)}" for n, form in enumerate(forms))
    else:
        lines.append(f"msgstr {normalize(forms[0], width=0)}")
    return "\n".join(lines) + "\n"


def faults(found: Iterable[Text], known: Catalogue) -> list[str]:
    """What is wrong with the English of the texts found: missing, or with other placeholders."""
    wrong = []
    for text in sorted(found):
        forms = known.get(text, ())
        if not forms or not all(forms):
            wrong.append(f"no English: {text.singular}")
            continue
        for chinese, english in zip((text.singular, text.plural or text.singular), forms, strict=False):
            if placeholders(chinese) != placeholders(english):
                wrong.append(f"other placeholders: {chinese} → {english}")
    return wrong


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def main() -> int:
    found, known = found_in(ROOT), read(ROOT / PO)
    (ROOT / PO).parent.mkdir(parents=True, exist_ok=True)
    wished = written(found, known)
    if not (ROOT / PO).is_file() or (ROOT / PO).read_text(encoding="utf-8") != wished:
        (ROOT / PO).write_text(wished, encoding="utf-8")
    compile_where_needed()
    for text in sorted(known.keys() - found.keys()):
        print(f"gone: {text.singular} (it was: {' / '.join(known[text])})")
    wrong = faults(found, known)
    print("\n".join([*wrong, f"{len(found)} texts, {len(wrong)} to look at in {PO}"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(ending(main))
