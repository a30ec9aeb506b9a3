"""What guides say of a programme, in words made from its definition: nothing here is typed twice.

Every amount stands with its date and its source: ``[^R16]`` becomes a footnote, I (this city's own example) a mark.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from cms.writing import programme_amounts, programme_conditions, programme_handling
from cms.writing.prose import CannotWrite, Marks, inline, source_marks
from workflows.policy import amount_words, amounts
from workflows.policy.amounts import CITY_LINE
from workflows.policy.calculations import worked_out
from workflows.policy.circumstances import measure
from workflows.policy.criteria import Refused
from workflows.policy.money import yuan
from workflows.policy.parts import Calculation, Intake
from workflows.policy.programme import Programme
from workflows.policy.wording import day

PLAIN = Marks()

#: Each part that a page may quote, by the name that stands in its file.
_PARTS: Final[Mapping[str, Callable[[Programme], str | Iterable[str]]]] = MappingProxyType(
    {
        "window": programme_handling.window,
        "conditions": programme_conditions.conditions,
        "amounts": programme_amounts.amounts,
        "calculations": programme_amounts.calculations,
        "examples": programme_conditions.examples,
        "papers": programme_conditions.papers,
        "form": programme_conditions.form,
        "stages": programme_handling.stages,
        "promise": programme_handling.promise,
        "quota": programme_handling.quota,
        "notice": programme_handling.notice,
        "follow_up": programme_handling.follow_up,
        "other_ways": programme_conditions.other_ways,
    }
)
#: Parts whose pieces are lines of one list.
_ONE_LIST: Final = frozenset({"papers", "form"})


@dataclass(frozen=True)
class Text:
    """A programme in the words of its guides."""

    programme: Programme

    @cached_property
    def sources(self) -> dict[str, str]:
        return {source.mark: source.title for source in self.programme.sources if source.mark.startswith("R")}

    @cached_property
    def facts(self) -> dict[str, str]:
        """What ``{…}`` may stand for on a page that is linked to the programme."""
        programme = self.programme
        told = {
            "项目名称": programme.name,
            "年度": f"{programme.year}年",
            "开始日": day(programme.window.opens),
            "截止日": day(programme.window.closes),
            "承诺工作日": f"{programme.promised_workdays}个工作日",
        }
        if programme.window.late_closes:
            told["补报截止日"] = day(programme.window.late_closes)
            told["补报理由"] = programme.window.late_reason
        if programme.notice:
            told["公示工作日"] = f"{programme.notice.workdays}个工作日"
        if programme.schedule:
            told["名单日"] = programme_handling.list_days(programme)
        if programme.beneficiary:
            told["最多人数"] = f"{programme.beneficiary.most}{measure(programme.beneficiary.noun)}"
        for stage in programme.stages:
            if stage.workdays:
                told[f"{stage.name}时限"] = f"{stage.workdays}个工作日"
        for benefit in programme.benefits:
            if benefit.fen is not None:
                told[benefit.what] = amount_words.given(benefit).partition("：")[2]
        return told | self._sums()

    def _sums(self) -> dict[str, str]:
        rule = self.programme.amount
        if rule is None:
            return {}
        told = {}
        fens = [row.fen for row in rule.table if row.fen is not None and not row.of]
        if fens:
            told = {"最高金额": f"{yuan(max(fens))}元", "最低金额": f"{yuan(min(fens))}元"}
        for row in rule.table:
            told[row.label] = programme_amounts.worth(self.programme, row).replace("**", "")
        return told

    @cached_property
    def glance(self) -> dict[str, str]:
        """The five lines of the first screen, as Markdown."""
        programme = self.programme
        listed = programme.intake is Intake.LIST
        return {
            "who": inline(programme.applicant, PLAIN) if programme.applicant else "",
            "how_much": programme_amounts.brief(programme),
            "when": programme_handling.list_days(programme) if listed else self._window(),
            "where": (
                "不用申请，由系统列入名单；要核对或者有变化，到所属工会的服务站、[就近的服务网点](/centres/)"
                if listed
                else "[网上申请](/apply/)，或者到所属工会的服务站、[就近的服务网点](/centres/)办理"
            ),
            "bring": self._bring(),
        }

    def _window(self) -> str:
        window = self.programme.window
        late = (
            f"；{inline(window.late_reason, PLAIN)}的，到{day(window.late_closes)}"
            if window.late_closes
            else ""
        )
        return f"{day(window.opens)}到{day(window.closes)}{late}"

    def _bring(self) -> str:
        papers = self.programme.papers
        always = "、".join(paper.name for paper in papers if paper.when is None)
        depends = "、".join(paper.name for paper in papers if paper.when is not None)
        told = [always, f"看情况{'还' if always else ''}要：{depends}" if depends else ""]
        return inline("；".join(each for each in told if each), PLAIN) or "不用带材料"

    def part(self, name: str) -> str:
        """One part as Markdown.

        :raises CannotWrite: when the programme has no such part.
        """
        try:
            written = _PARTS[name](self.programme)
        except KeyError:
            raise CannotWrite(f"项目没有“{name}”这一部分。") from None
        if isinstance(written, str):
            return written
        return ("\n" if name in _ONE_LIST else "\n\n").join(written)

    def worked(self, example: Mapping[str, Any]) -> str:
        """An example family with amounts computed by the programme's own rule."""
        values = _Values(example)
        title = inline(example["title"], PLAIN)
        try:
            lines = list(self._worked(example, values))
        except (amounts.NoAmount, Refused) as error:
            raise CannotWrite(f"例子“{example['title']}”：{error}") from error
        if CITY_LINE in values.asked:
            since = inline(example["line_since"], PLAIN)
            mark = source_marks(example["line_src"])
            lines.insert(0, f"城市低保标准：{yuan(values(CITY_LINE))}元/月（{since}）{mark}")
        steps = "\n".join(f"    -   {line}" for line in lines)
        return f'!!! example "{title}"\n\n    {inline(example["story"], PLAIN)}\n\n{steps}'

    def _worked(self, example: Mapping[str, Any], values: "_Values") -> Iterable[str]:
        programme = self.programme
        total, facts = 0, {}
        for row in example["rows"]:
            facts = _facts_of(row)
            facts |= worked_out(_of_the_amount(programme), facts, values)
            award = amounts.award(programme, facts, values)
            total += award.fen
            steps = inline("；".join(award.lines), PLAIN)
            yield f"{inline(row['who'], PLAIN)}：{steps}，发**{yuan(award.fen)}元**"
        most, limits = amounts.together(programme, facts, values, total_fen=total)
        yield from (inline(each, PLAIN) for each in limits)
        if len(example["rows"]) > 1 or most < total:
            yield f"合计：**{yuan(most)}元**（{programme.year}年标准）"


def _of_the_amount(programme: Programme) -> list[Calculation]:
    """The calculations the amount counts; an example need not tell what only the conditions ask."""
    rule = programme.amount
    wanted = {row.of for row in rule.table} | {each.of for each in rule.ceilings} if rule else set()
    for each in reversed(programme.calculations):
        if each.key in wanted:
            wanted |= {term.of for term in each.terms}
    return [each for each in programme.calculations if each.key in wanted]


def _facts_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The circumstances of one line of an example."""
    told = {key: value for key, value in row.items() if key not in ("who", "facts")}
    return told | dict(row.get("facts", {}))


class _Values:
    """What parameters stand for in an example, as its editor typed them; remembers which were asked."""

    def __init__(self, example: Mapping[str, Any]) -> None:
        self._typed = {CITY_LINE: example.get("line"), **example.get("values", {})}
        self.asked: set[str] = set()

    def __call__(self, key: str) -> int:
        if self._typed.get(key) is None:
            raise CannotWrite(f"例子要用到参数“{key}”，请填写它的数。")
        self.asked.add(key)
        return int(self._typed[key]) * 100
