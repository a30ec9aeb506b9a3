"""What guides say of a programme, in words made from its definition: nothing here is typed twice.

Every amount stands with its date and its source: ``[^R16]`` becomes a footnote, I (this city's own example) a mark.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from cms.writing.markdown import paper_line, table
from cms.writing.prose import EXAMPLE, CannotWrite, Marks, inline
from workflows.policy import amounts
from workflows.policy.facts import FACTS
from workflows.policy.money import yuan
from workflows.policy.programme import Choice, Per, Programme, Stage, When

PLAIN = Marks()
_NOTICE = {
    "number": "编号",
    "masked_name": "隐去一部分的姓名",
    "county": "县区",
    "item": "帮扶项目",
    "amount": "金额",
    "unit": "工作单位",
}


def day(value: date) -> str:
    """2026年8月27日."""
    return f"{value.year}年{value.month}月{value.day}日"


def source_marks(src: str) -> str:
    """The marks of a number's source, ready to stand behind it."""
    return "".join(f"[^{mark}]" if mark.startswith("R") else EXAMPLE for mark in src.split("、") if mark)


def window_now(programme: Programme, *, on: date) -> tuple[str, str]:
    """How the window stands on a business day: a short word and a sentence."""
    window = programme.window
    if on < window.opens:
        return "未开始", f"{day(window.opens)}开始受理，可以先把材料备好。"
    if programme.is_open(on):
        last = "今天是最后一天。" if on == window.closes else f"{day(window.closes)}截止。"
        return "受理中", f"现在可以申请，{last}"
    if programme.is_open_late(on) and window.late_closes:
        return "补录期", f"正常受理已经截止；{window.late_reason}的，可以在{day(window.late_closes)}前补报。"
    return "已截止", f"今年的受理已在{day(window.late_closes or window.closes)}截止。"


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
        fens = [row.fen for row in programme.amount.table]
        told = {
            "项目名称": programme.name,
            "年度": f"{programme.year}年",
            "开始日": day(programme.window.opens),
            "截止日": day(programme.window.closes),
            "最高金额": f"{yuan(max(fens))}元",
            "最低金额": f"{yuan(min(fens))}元",
            "承诺工作日": f"{programme.promised_workdays}个工作日",
        }
        if programme.window.late_closes:
            told["补报截止日"] = day(programme.window.late_closes)
            told["补报理由"] = programme.window.late_reason
        if programme.notice:
            told["公示工作日"] = f"{programme.notice.workdays}个工作日"
        if programme.beneficiary:
            told["最多人数"] = f"{programme.beneficiary.most}名"
        for stage in programme.stages:
            told[f"{stage.name}时限"] = f"{stage.workdays}个工作日"
        for row in programme.amount.table:
            told[row.label] = f"{yuan(row.fen)}元"
        return told

    @cached_property
    def glance(self) -> dict[str, str]:
        """The five lines of the first screen, as Markdown."""
        programme = self.programme
        window = programme.window
        sums = sorted({row.fen for row in programme.amount.table})
        heads = f"每名{programme.beneficiary.noun}" if programme.beneficiary else "每户"
        told = f"{yuan(sums[0])}元" if len(sums) == 1 else f"{yuan(sums[0])}元至{yuan(sums[-1])}元"
        late = (
            f"；{inline(window.late_reason, PLAIN)}的，到{day(window.late_closes)}"
            if window.late_closes
            else ""
        )
        always = [paper.name for paper in programme.papers if paper.when is None]
        depends = [paper.name for paper in programme.papers if paper.when is not None]
        bring = inline("、".join(always), PLAIN) + (
            f"；看情况还要：{inline('、'.join(depends), PLAIN)}" if depends else ""
        )
        return {
            "who": inline(programme.applicant, PLAIN) if programme.applicant else "",
            "how_much": f"{heads}**{told}**（{programme.year}年标准）",
            "when": f"{day(window.opens)}到{day(window.closes)}{late}",
            "where": "[网上申请](/apply/)，或者到所属工会的服务站、[就近的服务网点](/centres/)办理",
            "bring": bring,
        }

    def part(self, name: str) -> str:
        """One part as Markdown.

        :raises CannotWrite: when the programme has no such part.
        """
        match name:
            case "window":
                return self._window()
            case "conditions":
                return "\n\n".join(self._conditions())
            case "amounts":
                return "\n\n".join(self._amounts())
            case "papers":
                return "\n".join(self._papers())
            case "stages":
                return "\n\n".join(self._stages())
            case "promise":
                return self._promise()
            case "notice":
                return self._notice()
            case "follow_up":
                return self._follow_up()
        raise CannotWrite(f"项目没有“{name}”这一部分。")

    def worked(self, example: Mapping[str, Any]) -> str:
        """An example family with amounts computed by the programme's own rule."""
        line = int(example["line"]) * 100
        since, src = inline(example["line_since"], PLAIN), source_marks(example["line_src"])
        lines = [f"城市低保标准：{yuan(line)}元/月（{since}）{src}"]
        total = 0
        for row in example["rows"]:
            try:
                award = amounts.award(
                    self.programme, {"filed": bool(row["filed"]), "stage": row["stage"]}, line
                )
            except amounts.NoAmount as error:
                raise CannotWrite(f"例子“{example['title']}”：{error}") from error
            total += award.fen
            lines.append(
                f"{inline(row['who'], PLAIN)}：{inline('；'.join(award.lines), PLAIN)}，发**{yuan(award.fen)}元**"
            )
        if len(example["rows"]) > 1:
            lines.append(f"合计：**{yuan(total)}元**（{self.programme.year}年标准）")
        steps = "\n".join(f"    -   {line}" for line in lines)
        title = inline(example["title"], PLAIN)
        return f'!!! example "{title}"\n\n    {inline(example["story"], PLAIN)}\n\n{steps}'

    # --- the parts --------------------------------------------------------------------------------------------------
    def _window(self) -> str:
        window = self.programme.window
        lines = [
            f"-   开始：**{day(window.opens)}** {source_marks(window.opens_src)}",
            f"-   截止：**{day(window.closes)}** {source_marks(window.closes_src)}，当天提交也算",
        ]
        if window.late_closes:
            reason = inline(window.late_reason, PLAIN)
            lines.append(
                f"-   {reason}的，可以补报到：**{day(window.late_closes)}** {source_marks(window.late_src)}"
            )
        return "\n".join(lines)

    def _conditions(self) -> Iterator[str]:
        noun = self.programme.beneficiary.noun if self.programme.beneficiary else ""
        for title, rule in (
            ("您和家庭要符合下面各条：", self.programme.household_rule),
            (f"{noun}要符合下面各条：", self.programme.beneficiary_rule),
        ):
            if rule:
                root = rule["root"]
                nodes = root.get("all", [root])
                yield f"**{title}**"
                yield "\n".join(line for node in nodes for line in self._node(node))

    def _node(self, node: Mapping[str, Any], *, indent: str = "") -> Iterator[str]:
        if "any" in node:
            yield f"{indent}-   下面有一条符合就可以："
            for inner in node["any"]:
                yield from self._node(inner, indent=indent + "    ")
        elif "all" in node:
            yield f"{indent}-   下面各条都要符合："
            for inner in node["all"]:
                yield from self._node(inner, indent=indent + "    ")
        elif "not" in node:
            yield f"{indent}-   不能是这样："
            yield from self._node(node["not"], indent=indent + "    ")
        else:
            note = "（只作提醒，不影响结论）" if node.get("severity") == "advise" else ""
            yield (
                f"{indent}-   {inline(node['text'], PLAIN)}{note}{source_marks(node.get('src', ''))}"
                f' <span class="why">{inline(node["clause"], PLAIN)}</span>'
            )

    def _amounts(self) -> Iterator[str]:
        programme = self.programme
        heads = f"每名{programme.beneficiary.noun}" if programme.beneficiary else "每户"
        since = f"{day(programme.valid.start)}起执行"
        yield table(
            ["情况", f"{heads}金额", "出处"],
            [
                [inline(row.label, PLAIN), f"**{yuan(row.fen)}元**", source_marks(row.src)]
                for row in programme.amount.table
            ],
            caption=f"{inline(programme.name, PLAIN)}金额（{since}，至{day(programme.valid.end)}）",
        )
        lines = [
            f"-   {inline(self._when(ceiling.when), PLAIN)}：不超过提交当天城市低保标准的"
            f"**{ceiling.months_of_line}个月** {source_marks(ceiling.src)}"
            for ceiling in programme.amount.ceilings
        ]
        if lines:
            yield "**上限：**"
            yield "\n".join([*lines, "-   算出的金额取整到元。"])

    def _papers(self) -> Iterator[str]:
        noun = self.programme.beneficiary.noun if self.programme.beneficiary else ""
        for paper in self.programme.papers:
            told = [f"每名{noun}一份"] if paper.per is Per.BENEFICIARY else []
            if paper.when:
                told.append(f"{self._when(paper.when)}时要")
            if paper.life_months:
                told.append(f"{paper.life_months}个月内的有效")
            yield paper_line(paper.name, paper.why, marks=PLAIN, when="；".join(told)) + source_marks(
                paper.src
            )

    def _stages(self) -> Iterator[str]:
        for number, stage in enumerate(self.programme.stages, 1):
            limit = (
                f"{stage.limit_workdays}个工作日内"
                if stage.limit_workdays
                else f"{stage.min_workdays}个工作日"
            )
            lines = [
                f"{number}.".ljust(4) + f"**{inline(stage.name, PLAIN)}** "
                f'<span class="limit">{limit}</span> {source_marks(stage.src)}'
            ]
            lines.append(f"    由{stage.actor.label}办理{self._how(stage)}。")
            yield "\n\n".join(lines)

    def _how(self, stage: Stage) -> str:
        told = f"，{inline(stage.method, PLAIN)}" if stage.method else ""
        if stage.key == "notice":
            told += "，张贴当天不算在内，期满自动进入下一步"
        if stage.wait_workdays:
            told += f"；家庭正在建档的，最多等{stage.wait_workdays}个工作日{source_marks(stage.wait_src)}"
        return told

    def _promise(self) -> str:
        return (
            f"从提交到发放，承诺**{self.programme.promised_workdays}个工作日**内办完（{self.programme.year}年）。"
            "等您补材料、等外单位回复的时间不算，两个时间您都看得到。"
        )

    def _notice(self) -> str:
        notice = self.programme.notice
        if notice is None:
            return "这个项目不需要公示。"
        web = "、".join(_NOTICE[item.value] for item in notice.web_items)
        sheet = "、".join(_NOTICE[item.value] for item in notice.sheet_adds)
        added = f"张贴在站点的纸上另加{sheet}。" if sheet else ""
        return (
            f"公示**{notice.workdays}个工作日**，张贴当天不算{source_marks(notice.src)}。网上只写{web}；{added}"
            "不写身份证号、电话、住址、银行卡、病情，也不写孩子的学校和姓名。期满后网页自动撤下。"
        )

    def _follow_up(self) -> str:
        lines = []
        for duty in self.programme.follow_up:
            told = [each for each in (duty.every, duty.by, f"直到{duty.until}" if duty.until else "") if each]
            note = f"（{inline('，'.join(told), PLAIN)}）" if told else ""
            lines.append(f"-   {inline(duty.what, PLAIN)}{note} {source_marks(duty.src)}")
        return "\n".join(lines) if lines else "这个项目发放后没有后续事项。"

    def _when(self, when: When) -> str:
        """Circumstances in words: 学段是本科、硕士."""
        return "，并且".join(self._circumstance(key, value) for key, value in when.items())

    def _circumstance(self, key: str, value: Any) -> str:
        values = list(value) if isinstance(value, list | tuple) else [value]
        field = next(
            (each for section in self.programme.form for each in section.fields if each.key == key), None
        )
        label = field.label if field else FACTS[key].question if key in FACTS else key
        if set(map(type, values)) <= {bool, type(None)}:
            return _yes_or_no(key, label, values)
        choices: Sequence[Choice] = field.choices if field else FACTS[key].choices if key in FACTS else ()
        words = {choice.code: choice.label for choice in choices}
        told = [str(words.get(each, each)) for each in values]
        if len(label) <= 4:
            return f"{label}是{'、'.join(told)}"
        return f"“{label}”选{''.join(f'“{each}”' for each in told)}"


_SAID = {
    ("register_on_file", False): "户口簿还没有在档案里",
    ("filed", True): "家庭在档",
    ("filed", False): "家庭没有建档",
    ("means_data_old", True): "家庭情况上次核实超过6个月",
}


def _yes_or_no(key: str, label: str, values: list[Any]) -> str:
    wanted = next((value for value in values if value is not None), None)
    if (key, bool(wanted)) in _SAID:
        return _SAID[key, bool(wanted)]
    return f"“{_short(label)}”答“{'是' if wanted else '否'}”"


def _short(label: str) -> str:
    return label.removeprefix("是否").rstrip("？?")
