"""Every text of the code has an English one, which says as much; and the file is what the tool writes."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import bootstrap, catalogue, compiled
from tools.catalogue import Text
from tools.machine import ROOT, Stop

MADE_UP = Text("一句刚刚写进代码、还没有英文的话：%(n)s")

Found = dict[Text, set[str]]
Known = dict[Text, tuple[str, ...]]


@pytest.fixture(scope="module")
def found() -> Found:
    return catalogue.found_in(ROOT)


@pytest.fixture(scope="module")
def known() -> Known:
    return catalogue.read(ROOT / compiled.PO)


# --- the catalogue of this house -------------------------------------------------------------------------------------
def test_every_text_has_english_with_the_same_placeholders(found: Found, known: Known) -> None:
    assert len(found) > 1000
    assert catalogue.faults(found, known) == [], "run `make catalogue` and fill in what it names"


def test_the_file_is_what_the_tool_writes(found: Found, known: Known) -> None:
    """Sorted, with its sources, and without anything that is no longer in the code."""
    assert (ROOT / compiled.PO).read_text(encoding="utf-8") == catalogue.written(found, known), (
        "run `make catalogue`"
    )
    assert known.keys() == found.keys()


# --- the checks bite -------------------------------------------------------------------------------------------------
def test_a_new_text_is_missed(known: Known) -> None:
    assert catalogue.faults([MADE_UP], known) == [f"no English: {MADE_UP.singular}"]


@pytest.mark.parametrize("english", ["now written: %(m)s", "now written", "now written: %s"])
def test_another_placeholder_is_noticed(english: str) -> None:
    (fault,) = catalogue.faults([MADE_UP], {MADE_UP: (english,)})

    assert fault.startswith("other placeholders")


def test_each_form_of_a_plural_is_looked_at() -> None:
    text = Text("%(n)s 户", "%(n)s 户")

    assert catalogue.faults([text], {text: ("%(n)s household", "")}) == ["no English: %(n)s 户"]
    assert len(catalogue.faults([text], {text: ("%(n)s household", "households")})) == 1
    assert catalogue.faults([text], {text: ("%(n)s household", "%(n)s households")}) == []


def test_a_text_that_left_the_code_leaves_the_file(found: Found, known: Known) -> None:
    with_old: Known = {**known, MADE_UP: ("Long gone: %(n)s",)}

    assert MADE_UP.singular not in catalogue.written(found, with_old)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    texts: Known = {
        Text("他说“好”，\n又说\t%(what)s"): ('He said "yes",\nthen\t%(what)s',),
        Text("是", context="operator"): ("is",),
        Text("是"): ("Yes",),
        Text("共 %(n)s 户", "共 %(n)s 户"): ("%(n)s household", "%(n)s households"),
    }
    place = tmp_path / "django.po"
    place.write_text(catalogue.written({text: {"cms/a.py"} for text in texts}, texts), encoding="utf-8")

    assert catalogue.read(place) == texts


# --- where texts are found -------------------------------------------------------------------------------------------
def test_texts_are_found_however_they_are_marked(tmp_path: Path) -> None:
    (tmp_path / "cms" / "templates").mkdir(parents=True)
    (tmp_path / "cms" / "steps.py").write_text(
        "from django.utils.translation import gettext as _now, ngettext, pgettext_lazy\n"
        'def say(n):\n    _ = str\n    _("不是界面文字")\n'
        '    return _now("一" "二"), ngettext("%(n)s 件", "%(n)s 件们", n), pgettext_lazy("动词", "核对")\n',
        encoding="utf-8",
    )
    (tmp_path / "cms" / "plain.py").write_text('name = _("没有导入")\n', encoding="utf-8")
    (tmp_path / "cms" / "templates" / "page.html").write_text(
        '{% if a %}\n  {% translate "标题" %}\n {% endif %}<p>裸字</p>\n'
        "      {% blocktranslate count n=n %}有 {{ n }} 条{% plural %}有 {{ n }} 条条{% endblocktranslate %}\n"
        ' {% translate "还剩 5%" %}',
        encoding="utf-8",
    )
    (tmp_path / "cms" / "note.txt").write_text('{% translate "不是模板" %}', encoding="utf-8")

    assert set(catalogue.found_in(tmp_path)) == {
        Text("一二"),
        Text("%(n)s 件", "%(n)s 件们"),
        Text("核对", context="动词"),
        Text("标题"),
        Text("有 %(n)s 条", "有 %(n)s 条条"),
        Text("还剩 5%%"),
    }


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    names = catalogue.aliases(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def unreadable(content: str) -> list[str]:
    """Marked texts that are put together while the program runs: no catalogue can hold them."""
    return [
        ast.unparse(call)
        for call in calls(ast.parse(content))
        if not all(isinstance(argument, ast.Constant) for argument in call.args[:1])
    ]


def frozen(content: str) -> list[str]:
    """Texts translated once, while their module loads, where only a lazy function follows the language."""
    tree = ast.parse(content)
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for part in (function.body if isinstance(function.body, list) else [function.body])
        for node in ast.walk(part)
    }
    lazy = {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == catalogue.LIBRARY
        for name in node.names
        if name.name.endswith(("_lazy", "_noop"))
    }
    return [
        ast.unparse(call)
        for call in calls(tree)
        if isinstance(call.func, ast.Name) and call.func.id not in lazy and id(call) not in inside
    ]


@pytest.mark.parametrize("fault", [unreadable, frozen])
def test_every_marked_text_can_be_translated(fault) -> None:
    found = {
        str(path.relative_to(ROOT)): faults
        for path in catalogue.sources(ROOT)
        if path.suffix == ".py" and (faults := fault(path.read_text(encoding="utf-8")))
    }

    assert found == {}


def test_an_untranslatable_text_is_noticed() -> None:
    imported = "from django.utils.translation import gettext as _\n"

    assert unreadable(imported + 'def f(n): return _(f"还有{n}件")') == ["_(f'还有{n}件')"]
    assert frozen(imported + 'TITLE = _("标题")') == ["_('标题')"]
    assert unreadable(imported + 'def f(): return _("标题")') == frozen(
        imported + 'def f(): return _("标题")'
    )


# --- the compiled file -----------------------------------------------------------------------------------------------
def test_it_is_compiled_once_for_each_state_of_the_catalogue(tmp_path: Path) -> None:
    po = tmp_path / compiled.PO
    mo = po.with_suffix(".mo")
    assert compiled.is_compiled(tmp_path)  # nothing to compile
    po.parent.mkdir(parents=True)
    po.write_text(catalogue.HEADER + '\nmsgid "是"\nmsgstr "Yes"\n', encoding="utf-8")
    assert not compiled.is_compiled(tmp_path)

    compiled.compile_where_needed(tmp_path)
    first = mo.read_bytes()
    inode = mo.stat().st_ino
    compiled.compile_where_needed(tmp_path)

    assert compiled.is_compiled(tmp_path)
    assert b"Yes" in first
    assert mo.stat().st_ino == inode  # not made again

    po.write_text(catalogue.HEADER + '\nmsgid "是"\nmsgstr "Indeed"\n', encoding="utf-8")
    os.utime(po, (1, 1))  # an older file is another file, too
    compiled.compile_where_needed(tmp_path)

    assert b"Indeed" in mo.read_bytes()
    assert sorted(path.name for path in po.parent.iterdir()) == ["django.mo", "django.po"]


def test_an_installation_without_its_compiled_texts_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "is_ready", lambda wanted: True)
    monkeypatch.setattr("sys.argv", ["bootstrap", "run", "--check"])
    answers = []
    for there in (True, False):
        monkeypatch.setattr(compiled, "is_compiled", lambda there=there: there)
        answers.append(bootstrap.main())

    assert answers == [0, 1]

    monkeypatch.setattr(bootstrap, "run_logged", lambda command: False)
    with pytest.raises(Stop, match="could not be compiled"):
        bootstrap.compile_texts()
