"""Who can have it, what is asked, which papers: parts of a guide, written from a programme's definition."""

from collections.abc import Iterator, Mapping
from typing import Any

from cms.writing.markdown import paper_line, table
from cms.writing.prose import CannotWrite, Marks, inline, source_marks
from workflows.policy import criteria
from workflows.policy.circumstances import one_of, told
from workflows.policy.money import yuan
from workflows.policy.parts import Field, Intake, Paper, Per, Section, Verdict
from workflows.policy.programme import Programme
from workflows.policy.wording import Names

PLAIN = Marks()
_VERDICTS = {Verdict.MET: "符合", Verdict.NOT_MET: "不符合", Verdict.UNKNOWN: "还不能确定"}


def conditions(programme: Programme) -> Iterator[str]:
    """The rules as lists to tick off, then how each is checked."""
    noun = programme.beneficiary.noun if programme.beneficiary else ""
    for title, rule in (
        ("您和家庭要符合下面各条：", programme.household_rule),
        (f"{noun}要符合下面各条：", programme.beneficiary_rule),
    ):
        if rule:
            root = rule["root"]
            nodes = root.get("all", [root])
            yield f"**{title}**"
            yield "\n".join(line for node in nodes for line in _node(node))
    if checked := "\n".join(_checked(programme)):
        yield f'??? note "系统怎样核对这些条件"\n\n{checked}'


def _node(node: Mapping[str, Any], *, indent: str = "") -> Iterator[str]:
    for kind, words in (
        ("any", "下面有一条符合就可以："),
        ("all", "下面各条都要符合："),
        ("not", "不能是这样："),
    ):
        if kind in node:
            yield f"{indent}-   {words}"
            for inner in [node["not"]] if kind == "not" else node[kind]:
                yield from _node(inner, indent=indent + "    ")
            return
    note = "（只作提醒，不影响结论）" if node.get("severity") == "advise" else ""
    yield (
        f"{indent}-   {inline(node['text'], PLAIN)}{note}{source_marks(node.get('src', ''))}"
        f' <span class="why">{inline(node["clause"], PLAIN)}</span>'
    )


def _checked(programme: Programme) -> Iterator[str]:
    """Each criterion as the system reads it: the sentence above is for people, this line is what decides."""
    names = Names(programme)
    for rule in (programme.household_rule, programme.beneficiary_rule):
        for leaf in criteria.leaves(rule) if rule else ():
            checked = f"{leaf['id']}：{names.subject(leaf)}{names.compared(leaf)}"
            yield f"    -   {inline(checked, PLAIN)}"


def papers(programme: Programme) -> Iterator[str]:
    """Each paper to tick off, with its reason and when it is asked for."""
    if not programme.papers:
        yield "不用带材料。"
    for paper in programme.papers:
        when = "；".join(_of_paper(programme, paper))
        yield paper_line(paper.name, paper.why, marks=PLAIN, when=when) + source_marks(paper.src)


def _of_paper(programme: Programme, paper: Paper) -> Iterator[str]:
    if paper.per is Per.BENEFICIARY and programme.beneficiary:
        yield f"每{one_of(programme.beneficiary.noun)}一份"
    if paper.when:
        yield f"{told(programme, paper.when)}时要"
    if paper.several:
        yield "可以传几张"
    if paper.life_months:
        yield f"{paper.life_months}个月内的有效"


def form(programme: Programme) -> Iterator[str]:
    """What the form asks, part by part; a part that repeats says for whom, and how often."""
    if programme.intake is Intake.LIST:
        yield "不用填申请表，由系统列入名单。需要您核对、确认的是："
    for section in programme.form:
        yield f"-   **{inline(section.title, PLAIN)}**{_repeated(programme, section)}"
        yield from (f"    -   {_asked(programme, field)}" for field in section.fields if not field.from_file)
        if on_file := [field.label for field in section.fields if field.from_file]:
            yield f"    -   取自档案，不用填：{inline('、'.join(on_file), PLAIN)}"


def _repeated(programme: Programme, section: Section) -> str:
    if section.repeat is None:
        return ""
    noun = programme.noun_of(section.repeat)
    least = next((each.least for each in programme.repeats if each.rows == section.repeat), 0)
    told_least = f"，至少{least}份" if least else ""
    most = programme.most_rows(section.repeat)
    return f"：每{inline(one_of(noun), PLAIN)}填一份{told_least}，最多{most}份"


def _asked(programme: Programme, field: Field) -> str:
    notes = [] if field.required or field.must_agree else ["可以不填"]
    if field.show_if:
        notes.append(f"{told(programme, field.show_if)}的才填")
    told_notes = f"（{inline('；'.join(notes), PLAIN)}）" if notes else ""
    choices = "、".join(choice.label for choice in field.choices)
    return inline(field.label, PLAIN) + (f"：{inline(choices, PLAIN)}" if choices else "") + told_notes


def examples(programme: Programme) -> str:
    """The example families of the definition: no version goes out while one of them comes out otherwise.

    :raises CannotWrite: when there are none.
    """
    if not programme.personas:
        raise CannotWrite("项目没有示例家庭。")
    texts = _texts(programme)
    return table(
        ["这样的家庭", "结论", "金额"],
        [
            [
                inline(each.name, PLAIN),
                _VERDICTS[each.expect]
                + "".join(f' <span class="why">{inline(texts[one], PLAIN)}</span>' for one in each.because),
                f"**{yuan(each.expect_fen)}元**" if each.expect_fen else "",
            ]
            for each in programme.personas
        ],
    )


def _texts(programme: Programme) -> dict[str, str]:
    rules = [rule for rule in (programme.household_rule, programme.beneficiary_rule) if rule]
    return {leaf["id"]: f"要求：{leaf['text']}" for rule in rules for leaf in criteria.leaves(rule)}


def other_ways(programme: Programme) -> str:
    """What else a family may try, by the reason of a refusal.

    :raises CannotWrite: when the programme names none.
    """
    if not programme.other_ways:
        raise CannotWrite("项目没有写不予时的其他路。")
    return "\n\n".join(
        f'!!! refused "{inline(way.reason.label, PLAIN)}"\n\n    {inline(way.text, PLAIN)}'
        for way in programme.other_ways
    )
