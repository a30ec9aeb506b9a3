"""When and how a case is handled: window, list days, stages, promise, notice, places, duties; parts of a guide."""

from collections.abc import Iterator
from datetime import date

from cms.writing.prose import Marks, inline, source_marks
from workflows.policy import outcomes
from workflows.policy.circumstances import field_of, measure, told
from workflows.policy.money import yuan
from workflows.policy.parts import BatchEvery, Intake, Schedule, ScheduleEvery, Stage, StageActor, Step
from workflows.policy.programme import Programme
from workflows.policy.wording import day

PLAIN = Marks()
_NOTICE = {
    "number": "编号",
    "masked_name": "隐去一部分的姓名",
    "county": "县区",
    "item": "帮扶项目",
    "amount": "金额",
    "unit": "工作单位",
}
_WEEKDAYS = "一二三四五六日"
_BADGES = {
    "未开始": "badge-wait",
    "受理中": "badge-ok",
    "免申即享": "badge-ok",
    "补录期": "badge-wait",
    "已截止": "badge-plain",
}


def window_now(programme: Programme, *, on: date) -> tuple[str, str]:
    """How the window stands on a business day: a short word and a sentence."""
    if programme.intake is Intake.LIST:
        return _list_now(programme, on=on)
    window = programme.window
    if on < window.opens:
        return "未开始", f"{day(window.opens)}开始受理，可以先把材料备好。"
    if programme.is_open(on):
        last = "今天是最后一天。" if on == window.closes else f"{day(window.closes)}截止。"
        return "受理中", f"现在可以申请，{last}"
    if programme.is_open_late(on) and window.late_closes:
        return "补录期", f"正常受理已经截止；{window.late_reason}的，可以在{day(window.late_closes)}前补报。"
    return "已截止", f"今年的受理已在{day(window.late_closes or window.closes)}截止。"


def window_line(programme: Programme, *, on: date) -> str:
    """How the window stands on a business day, as a line of a page."""
    word, sentence = window_now(programme, on=on)
    return f'<p class="window-now"><span class="badge {_BADGES[word]}">{word}</span> {sentence}</p>'


def window_today(programme: Programme, *, on: date) -> str:
    """How the window stands as a page shows it on a day: with the button to apply, and the days for the phone."""
    told = [window_line(programme, on=on)]
    if programme.intake is not Intake.LIST and (programme.is_open(on) or programme.is_open_late(on)):
        told.append(f'<p><a class="btn" href="/apply/new/{programme.code}/">现在去申请</a></p>')
    if not is_over(programme, on=on):
        told.append(calendar_line(programme))
    return "\n".join(told)


def is_over(programme: Programme, *, on: date) -> bool:
    """Whether nobody can apply any more, or be put on a list."""
    if programme.intake is Intake.LIST:
        return on > programme.valid.end
    return on > (programme.window.late_closes or programme.window.closes)


def calendar_path(code: str) -> str:
    """The calendar file of one programme, from the root of the site."""
    return f"feeds/{code}.ics"


def calendar_line(programme: Programme) -> str:
    """The days of a programme to take into the phone's calendar."""
    words = "加到手机日历，快截止时提醒您" if programme.intake is Intake.APPLY else "把名单日加到手机日历"
    return f'<p class="window-calendar"><a href="/{calendar_path(programme.code)}" type="text/calendar">{words}</a></p>'


def _list_now(programme: Programme, *, on: date) -> tuple[str, str]:
    valid = programme.valid
    if on < valid.start:
        return "未开始", f"{day(valid.start)}起执行，不用申请。"
    if on > valid.end:
        return "已截止", f"这一期已在{day(valid.end)}结束。"
    return "免申即享", f"不用申请，符合条件的由系统列入名单。{list_days(programme)}"


def list_days(programme: Programme) -> str:
    """When the system makes its list, and when the money is there; empty where families apply."""
    schedule = programme.schedule
    if schedule is None:
        return ""
    return f"{_days_of(schedule)}生成名单，{schedule.pay_by}发到账户。"


def _days_of(schedule: Schedule) -> str:
    match schedule.every:
        case ScheduleEvery.QUARTER:
            months = "、".join(f"{schedule.month + 3 * quarter}月{schedule.day}日" for quarter in range(4))
            return f"每季度一次，{months}"
        case ScheduleEvery.MONTH:
            return f"每月{schedule.day}日"
    return f"每年{schedule.month}月{schedule.day}日"


def window(programme: Programme) -> str:
    """From when to when; or on which days the system makes its list."""
    if programme.intake is Intake.LIST and programme.schedule:
        return "\n".join(
            [
                "-   **不用申请**：符合条件的，由系统列入名单",
                f"-   名单：**{_days_of(programme.schedule)}** {source_marks(programme.schedule.src)}",
                f"-   发放：{inline(programme.schedule.pay_by, PLAIN)}",
                f"-   执行：{day(programme.valid.start)}至{day(programme.valid.end)} {source_marks(programme.valid.src)}",
            ]
        )
    given = programme.window
    lines = [
        f"-   开始：**{day(given.opens)}** {source_marks(given.opens_src)}",
        f"-   截止：**{day(given.closes)}** {source_marks(given.closes_src)}，当天提交也算",
    ]
    if given.late_closes:
        reason = inline(given.late_reason, PLAIN)
        lines.append(
            f"-   {reason}的，可以补报到：**{day(given.late_closes)}** {source_marks(given.late_src)}"
        )
    return "\n".join(lines)


def stages(programme: Programme) -> Iterator[str]:
    """Each step with its time limit, who does it, and which cases pass it over."""
    for number, stage in enumerate(programme.stages, 1):
        limit = _limit(stage)
        shown = f' <span class="limit">{limit}</span>' if limit else ""
        yield "\n\n".join(
            [
                f"{number}.".ljust(4) + f"**{inline(stage.name, PLAIN)}**{shown} {source_marks(stage.src)}",
                f"    {_who(stage)}{_how(programme, stage)}。",
                *_passed_over(programme, stage),
                *_outcomes(stage),
            ]
        )


def _limit(stage: Stage) -> str:
    if stage.limit_workdays:
        return f"{stage.limit_workdays}个工作日内"
    return f"{stage.min_workdays}个工作日" if stage.min_workdays else ""


def _who(stage: Stage) -> str:
    match stage.step:
        case Step.LIST:
            return "由系统按档案生成名单，不用您做什么"
        case Step.UPPER:
            return f"由{StageActor.UPPER.label}批复，市总工会代您办理"
    signed = stage.step in (Step.CHECK, Step.APPROVE) and len(stage.roles) > 1
    signers = f"，{'、'.join(role.label for role in stage.roles)}先后签署意见" if signed else ""
    return f"由{stage.actor.label}办理{signers}"


def _how(programme: Programme, stage: Stage) -> str:
    words = f"，{inline(stage.method, PLAIN)}" if stage.method else ""
    if stage.step is Step.NOTICE:
        words += "，张贴当天不算在内，期满自动进入下一步"
    if stage.wait_workdays:
        words += f"；家庭正在建档的，最多等{stage.wait_workdays}个工作日{source_marks(stage.wait_src)}"
    if stage.step is Step.PAY:
        words += _batches(programme)
    return words


def _batches(programme: Programme) -> str:
    words = ""
    if batches := programme.payment_batches:
        weekly = batches.every is BatchEvery.WEEK
        when = f"每星期{_WEEKDAYS[batches.day - 1]}" if weekly else f"每月{batches.day}日"
        words += f"；{when}发一批，到{inline(batches.until, PLAIN)}为止{source_marks(batches.src)}"
    if later := programme.deferral:
        words += (
            f"；{inline(told(programme, later.when), PLAIN)}的（{inline(later.reason, PLAIN)}）缓发，"
            f"到{inline(later.reopen, PLAIN)}接着办{source_marks(later.src)}"
        )
    return words


def _passed_over(programme: Programme, stage: Stage) -> Iterator[str]:
    if stage.above_fen is not None:
        yield f"    金额超过**{yuan(stage.above_fen)}元**的才经过这一步。"
    if stage.only_if:
        yield f"    只有{inline(told(programme, stage.only_if), PLAIN)}的才经过这一步。"
    if stage.actor is StageActor.TOWNSHIP:
        yield "    没有乡镇街道（园区）工会的，直接进入下一步。"


def _outcomes(stage: Stage) -> Iterator[str]:
    wanted = [outcomes.wanted(each) for each in stage.outcomes if outcomes.wanted(each)]
    if wanted:
        marks = source_marks("、".join(dict.fromkeys(each.src for each in stage.outcomes)))
        yield f"    办完要达到：**{inline('；'.join(wanted), PLAIN)}** {marks}。"
    for each in stage.outcomes:
        if each.warn_below is not None:
            name, below = inline(each.label, PLAIN), f"{each.warn_below}{each.unit}"
            yield f"    {name}低于{below}会提醒您，好早点补上 {source_marks(each.src)}。"


def promise(programme: Programme) -> str:
    """The working days of the whole way, and what is not counted."""
    listed = programme.intake is Intake.LIST
    start = "生成名单" if listed else "提交"
    counted = [stage for stage in programme.stages if stage.workdays]
    end = counted[-1].name if counted else programme.stages[-1].name
    waiting = "等外单位回复的时间不算" if listed else "等您补材料、等外单位回复的时间不算"
    return (
        f"从{start}到{inline(end, PLAIN)}，承诺**{programme.promised_workdays}个工作日**内办完（{programme.year}年）。"
        f"{waiting}，两个时间您都看得到。{_besides(programme)}"
    )


def _besides(programme: Programme) -> str:
    beyond = [
        stage.name
        for stage in programme.stages
        if not stage.workdays and stage.step not in (Step.LIST, Step.ACCEPT, Step.NOTICE)
    ]
    return f"{inline('、'.join(beyond), PLAIN)}的时间另算。" if beyond else ""


def notice(programme: Programme) -> str:
    """How long a notice stands, and what it shows."""
    given = programme.notice
    if given is None:
        return "这个项目不需要公示。"
    web = "、".join(_NOTICE[item.value] for item in given.web_items)
    sheet = "、".join(_NOTICE[item.value] for item in given.sheet_adds)
    added = f"张贴在站点的纸上另加{sheet}。" if sheet else ""
    noun = programme.beneficiary.noun if programme.beneficiary else ""
    names = f"，也不写{noun}的姓名" if noun and measure(noun) == "名" else ""
    return (
        f"公示**{given.workdays}个工作日**，张贴当天不算{source_marks(given.src)}。网上只写{web}；{added}"
        f"不写身份证号、电话、住址、银行卡、病情和学校{names}。期满后网页自动撤下。"
    )


def quota(programme: Programme) -> str:
    """How many places there are, who goes first, and what happens when they are taken."""
    given = programme.quota
    if given is None:
        return "这个项目不限名额。"
    lines = []
    if given.by:
        field = field_of(programme, given.by)
        labels = {choice.code: choice.label for choice in field.choices} if field else {}
        lines += [
            f"-   {inline(labels.get(each.code, each.code), PLAIN)}：**{each.places}名** {source_marks(each.src)}"
            for each in given.each
        ]
        lines.append(f"-   一共**{sum(each.places for each in given.each)}名** {source_marks(given.src)}")
    else:
        lines.append(f"-   一共**{given.places}名** {source_marks(given.src)}")
    if given.waiting_list:
        lines.append("-   名额满了可以排候补，有空位按顺序转入，会马上通知您")
    else:
        lines.append("-   名额满了就不再接收")
    if given.priority:
        groups = "、".join(group.label for group in given.priority)
        lines.append(f"-   名额紧张时的先后：{inline(groups, PLAIN)}；其余按提交先后")
        lines += [
            f"    -   {inline(group.label, PLAIN)}：{inline(told(programme, group.when), PLAIN)}"
            for group in given.priority
        ]
    return "\n".join(lines)


def follow_up(programme: Programme) -> str:
    """What is done afterwards."""
    lines = []
    for duty in programme.follow_up:
        notes = [each for each in (duty.every, duty.by, f"直到{duty.until}" if duty.until else "") if each]
        note = f"（{inline('，'.join(notes), PLAIN)}）" if notes else ""
        lines.append(f"-   {inline(duty.what, PLAIN)}{note} {source_marks(duty.src)}")
    return "\n".join(lines) if lines else "这个项目办好以后没有后续事项。"
