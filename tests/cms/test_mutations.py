"""Change one value of a programme's file after the other: guide, self-check, form, way, checklist, letter or sum follows."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import yaml

from cms.blocks.text import PARTS
from cms.writing.programme_text import Text
from cms.writing.prose import CannotWrite
from tests.conftest import MONDAY
from tests.policy.mutating import Definition, Leaf, changed, leaves
from workflows.applications.filling import Part, Question
from workflows.policy import answers, route, selfcheck, words
from workflows.policy.assessment import assess
from workflows.policy.criteria import Refused
from workflows.policy.parts import Persona, Section
from workflows.policy.programme import Contradiction, Programme
from workflows.portal.forms import AnswerField, PartForm

CONTENT = Path(__file__).parents[2] / "content"
PROGRAMMES = sorted((CONTENT / "programmes").glob("*.yml"))
PARAMETERS = yaml.safe_load((CONTENT / "parameters.yml").read_text(encoding="utf-8"))["parameters"]

#: What by its nature shows on none of these faces, and what it is for.
SILENT = {
    "season": "where the office puts the programme in its year",
    "kind": "under which head the money is booked",
    "level": "which level of the union answers for it",
    "form.key": "where a part of the form lies in addresses",
    "form.fields.key": "where an answer is kept",
    "form.fields.pii": "who may see an answer, not what is asked",
    "papers.key": "where a paper is kept",
    "stages.key": "where a case stands in what is kept",
    "stages.outcomes.key": "where what came of a service is kept",
}
#: So many other values are tried until one does not contradict the rest.
TRIES = 2
#: Fewer changes than this that stand would prove nothing.
LEAST = 50
#: What is typed into every question, to see how it is read.
TYPED = ("12", "369902198307150010", "二〇二六年")
#: The example families are what the programme is tested with; that they are right is asked before publishing.
EXAMPLES = "personas"


class Faces:
    """What people see of a programme; each face is worked out when it is looked at."""

    def __init__(self, programme: Programme, families: tuple[Persona, ...]) -> None:
        self.programme, self._families = programme, families

    @cached_property
    def guide(self) -> Any:
        text = Text(self.programme)
        return [text.glance, text.facts, text.sources, [_part(text, name) for name, _label in PARTS]]

    @cached_property
    def self_check(self) -> Any:
        return selfcheck.data([self.programme], params=PARAMETERS, pages={}, areas={})

    @cached_property
    def form(self) -> Any:
        return [
            (
                each.title,
                each.help,
                each.repeat is None,
                _shown(each),
                self.programme.most_rows(each.repeat or ""),
            )
            for each in self.programme.form
        ]

    @cached_property
    def way(self) -> Any:
        """The steps as families follow them, and who has which button where."""
        programme = self.programme
        steps = [
            (each.name, each.workdays, each.roles, each.above_fen, each.only_if) for each in programme.stages
        ]
        return steps, [
            (move.action, move.source, move.target, move.actors) for move in route.of(programme).moves
        ]

    @cached_property
    def desk(self) -> Any:
        """Checklist, letter and sum of every example family, with what the decision cites."""
        clauses = [(each.ref, each.text) for each in self.programme.clauses]
        return clauses, [_judged(self.programme, each) for each in self._families]


def _part(text: Text, name: str) -> str:
    try:
        return text.part(name)
    except CannotWrite as reason:
        return str(reason)


def _shown(section: Section) -> list[Any]:
    asked = [each for each in section.fields if not each.from_file]
    questions = tuple(Question(each, only_if=each.show_if is not None) for each in asked)
    part = PartForm(Part(section, None, questions, {}, {}, {}, {}))
    typed = [
        answers.read_section(asked, {each.key: [text] for each in asked}, on=MONDAY, unions=frozenset())
        for text in TYPED
    ]
    return [
        *(list(each.values.values()) + list(each.errors.values()) for each in typed),
        *(each.label for each in section.fields if each.from_file),
    ] + [
        (
            each.label,
            each.help_text,
            each.optional,
            type(each.widget).__name__,
            each.widget.attrs,
            getattr(each.widget, "choices", ()),
        )
        for each in part.fields.values()
        if isinstance(each, AnswerField)
    ]


def _judged(programme: Programme, family: Persona) -> Any:
    try:
        found = assess(
            programme, facts=family.facts, rows=family.rows, params=PARAMETERS, on=family.on, area="369902"
        )
    except Refused as refusal:
        return str(refusal)
    told = found.to_json()
    del told["programme_sha256"]
    return told, words.outcome(programme, found), programme.papers_due(family.facts, family.rows)


#: Where a change most likely shows; the other faces are looked at only when it does not show there.
_FIRST = {"form": "form", "stages": "way"}
_FACES = ("guide", "self_check", "way", "form", "desk")


def _shows(before: Faces, after: Faces, leaf: Leaf) -> bool:
    first = _FIRST.get(str(leaf.path[0]), "guide")
    return any(getattr(before, face) != getattr(after, face) for face in (first, *_FACES))


def _definition(path: Path) -> Definition:
    loaded: Definition = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def _unseen(definition: Definition) -> Iterator[str]:
    """The values that may become something else without anybody seeing it."""
    families = Programme.from_json(definition).personas
    bare = {name: value for name, value in definition.items() if name != EXAMPLES}
    before = Faces(Programme.from_json(bare), families)
    looked_at = 0
    for leaf in leaves(bare):
        if leaf.is_text or _is_silent(leaf, bare):
            continue
        for other in leaf.others[:TRIES]:
            try:
                programme = Programme.from_json(changed(bare, leaf.path, other))
            except Contradiction as refusal:
                if "" in (sentence for _where, sentence in refusal.problems):
                    yield f"{leaf.where}: {leaf.value} → {other} is refused without a word"
                continue
            looked_at += 1
            if not _shows(before, Faces(programme, families), leaf):
                yield f"{leaf.where}: {leaf.value} → {other}"
            break
    if looked_at < LEAST:
        yield f"nearly everything is refused: only {looked_at} changes were looked at"


def _is_silent(leaf: Leaf, definition: Definition) -> bool:
    match leaf.path:
        case ("form", int(section), "fields", int(place), ("type" | "required") as name):
            field = definition["form"][section]["fields"][place]
            # What the file tells is not typed, and a box that must be ticked must be answered.
            return bool(field.get("from_file" if name == "type" else "must_agree"))
        case ("sources", int(place), "title"):
            # Numbers of this city's own wear a badge instead of a footnote.
            return definition["sources"][place]["mark"] in ("I", "G")
    return leaf.kind in SILENT


@pytest.mark.parametrize("path", PROGRAMMES, ids=lambda path: path.stem)
def test_nothing_changes_unseen(path: Path) -> None:
    assert list(_unseen(_definition(path))) == []


@pytest.mark.parametrize("path", PROGRAMMES, ids=lambda path: path.stem)
def test_every_text_is_read_somewhere(path: Path) -> None:
    """All texts are marked at once, each with its own mark: one look at all faces finds every mark."""
    marked, marks = _definition(path), {}
    for number, leaf in enumerate(leaves(marked)):
        if leaf.is_text and not _is_silent(leaf, marked):
            marks[f"甲{number}乙"] = leaf.where
            marked = changed(marked, leaf.path, f"{leaf.value}甲{number}乙")
    programme = Programme.from_json(marked)
    faces = Faces(programme, programme.personas)
    seen = str([getattr(faces, face) for face in _FACES])
    assert [where for mark, where in marks.items() if mark not in seen] == []
