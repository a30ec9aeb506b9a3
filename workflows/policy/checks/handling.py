"""What can be wrong with the stages and the public notice."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from workflows.policy.checks.shared import KEY, KEY_WORDS, asked_when, fields_of, unique
from workflows.policy.parts import (
    Fee,
    FeeDue,
    Intake,
    NoticeRule,
    OutcomeType,
    Schedule,
    Section,
    Stage,
    StageActor,
    Step,
)
from workflows.policy.roles import Role
from workflows.policy.shape import Problem

NOTICE_WORKDAYS = 5
"""A notice shorter than this is no notice (R29, R71)."""


def intake(
    way: Intake, sections: Sequence[Section], steps: Sequence[Stage], schedule: Schedule | None
) -> Iterator[Problem]:
    listed = [stage for stage in steps if stage.step is Step.LIST]
    if way is Intake.LIST:
        if steps and steps[0].step is not Step.LIST:
            yield "stages", "由系统列名单的项目，第一个环节应是“系统生成名单”"
        if schedule is None:
            yield "schedule", "由系统列名单的项目，要写明哪一天生成名单"
        return
    if listed:
        yield "stages", f"环节“{listed[0].name}”由系统生成名单，但这个项目是由职工申请的"
    if schedule is not None:
        yield "schedule", "由职工申请的项目不用名单日程"
    if not sections:
        yield "form", "由职工申请的项目，表单里至少要有一个部分"
    if steps and steps[0].step is not Step.ACCEPT:
        yield "stages", "由职工申请的项目，第一个环节应是“受理”"


def stages(
    steps: Sequence[Stage], notice: NoticeRule | None, sections: Sequence[Section]
) -> Iterator[Problem]:
    if not steps:
        yield "stages", "至少要有一个办理环节"
    yield from unique("stages", "环节标识", [stage.key for stage in steps])
    yield from unique("stages", "环节名称", [stage.name for stage in steps])
    for index, stage in enumerate(steps):
        where, name = f"stages[{index}]", f"环节“{stage.name}”"
        if not KEY.fullmatch(stage.key):
            yield f"{where}.key", f"{name}的标识“{stage.key}”{KEY_WORDS}"
        yield from _who(where, name, stage)
        yield from _days(where, name, stage)
        if stage.above_fen is not None and stage.above_fen < 0:
            yield f"{where}.above_fen", f"{name}的金额界限不能是负数"
        yield from _outcomes(where, name, stage)
        if stage.only_if is not None:
            fields = fields_of(sections, rows=False)
            yield from asked_when(f"{where}.only_if", f"{name}的经过条件", stage.only_if, fields)
    yield from _order(steps)
    yield from _notice(steps, notice)


def _who(where: str, name: str, stage: Stage) -> Iterator[Problem]:
    yield from unique(f"{where}.roles", f"{name}的岗位", list(stage.roles))
    if stage.step is Step.LIST:
        if stage.roles:
            yield f"{where}.roles", f"{name}由系统办理，不用写岗位"
        if stage.actor is not StageActor.SYSTEM:
            yield f"{where}.actor", f"{name}由系统办理，办理单位应是“{StageActor.SYSTEM.label}”"
        return
    if not stage.roles:
        yield f"{where}.roles", f"{name}没有写由哪个岗位办理"
    possible = _ROLES_OF_STEP.get(stage.step, _SIGNERS)
    for role in stage.roles:
        if role not in possible:
            words = "、".join(each.label for each in Role if each in possible)
            yield f"{where}.roles", f"{name}是“{stage.step.label}”，不能由“{role.label}”办理，可以选：{words}"
    if stage.step is Step.PAY and len(stage.roles) != 2:
        yield f"{where}.roles", f"{name}要由制单、复核两个岗位办理"
    if stage.step is Step.UPPER and stage.actor is not StageActor.UPPER:
        yield f"{where}.actor", f"{name}等上级工会批复，办理单位应是“{StageActor.UPPER.label}”"


def _days(where: str, name: str, stage: Stage) -> Iterator[Problem]:
    limits = (stage.limit_workdays, stage.min_workdays)
    match stage.step:
        case Step.NOTICE:
            if stage.min_workdays is None or stage.limit_workdays is not None:
                yield f"{where}.min_workdays", f"{name}要写最短天数，不写办理时限"
        case Step.LIST | Step.UPPER | Step.SERVE:
            if stage.min_workdays is not None:
                yield f"{where}.min_workdays", f"{name}不用写最短天数"
        case _:
            if stage.limit_workdays is None or stage.min_workdays is not None:
                yield f"{where}.limit_workdays", f"{name}要写办理时限，不写最短天数"
    if any(days is not None and days < 1 for days in (*limits, stage.wait_workdays)):
        yield where, f"{name}的天数至少是1"


def _outcomes(where: str, name: str, stage: Stage) -> Iterator[Problem]:
    if stage.outcomes and stage.step is not Step.SERVE:
        yield f"{where}.outcomes", f"{name}不是提供服务的环节，不用写办完时登记什么"
    yield from unique(f"{where}.outcomes", f"{name}的登记项", [each.key for each in stage.outcomes])
    for index, each in enumerate(stage.outcomes):
        here, told = f"{where}.outcomes[{index}]", f"{name}的登记项“{each.label}”"
        if not KEY.fullmatch(each.key):
            yield f"{here}.key", f"{told}的标识“{each.key}”{KEY_WORDS}"
        if each.type is OutcomeType.INT:
            if each.must:
                yield f"{here}.must", f"{told}是数字，不能写“必须为是”"
            if each.least is not None and each.warn_below is not None and each.warn_below < each.least:
                yield f"{here}.warn_below", f"{told}提醒的界限应不低于通过的界限{each.least}"
        elif each.least is not None or each.warn_below is not None or each.unit:
            yield f"{here}.least", f"{told}是是非题，不能写数字和单位"


def fees(given: Sequence[Fee], steps: Sequence[Stage]) -> Iterator[Problem]:
    """What is paid to those who see to a service: by stages that are services, never more than the whole."""
    serving = {stage.key: stage for stage in steps if stage.step is Step.SERVE}
    yield from unique("fees", "费用", [fee.what for fee in given])
    for index, fee in enumerate(given):
        where, name = f"fees[{index}]", f"费用“{fee.what}”"
        if fee.fen < 1:
            yield f"{where}.fen", f"{name}应大于0"
        if not fee.due:
            yield f"{where}.due", f"{name}没有写什么时候付"
        total = Fraction(0)
        for place, due in enumerate(fee.due):
            here = f"{where}.due[{place}]"
            if len(due.share) != 2 or min(due.share) < 1:
                yield f"{here}.share", f"{name}的“付几分之几”应是两个正整数"
            else:
                total += Fraction(*due.share)
            stage = serving.get(due.stage)
            if stage is None:
                yield f"{here}.stage", f"{name}按“{due.stage}”付，但没有这个提供服务的环节"
            else:
                yield from _due_when(here, name, due, stage)
        if total > 1:
            yield f"{where}.due", f"{name}各次加起来超过了全部，请核对"


def _due_when(where: str, name: str, due: FeeDue, stage: Stage) -> Iterator[Problem]:
    yes_or_no = {each.key for each in stage.outcomes if each.type is OutcomeType.BOOL}
    for key, wanted in (due.when or {}).items():
        if key not in yes_or_no:
            yield f"{where}.when", f"{name}取决于“{key}”，但环节“{stage.name}”没有登记这道是非题"
        elif not isinstance(wanted, bool):
            yield f"{where}.when", f"{name}里“{key}”应填是或否（true/false），现在是“{wanted}”"


def _order(steps: Sequence[Stage]) -> Iterator[Problem]:
    """What must come before what, whatever stages a programme has."""
    kinds = [stage.step for stage in steps]
    for kind in (Step.LIST, Step.ACCEPT, Step.NOTICE, Step.PAY):
        if kinds.count(kind) > 1:
            yield "stages", f"“{kind.label}”的环节只能有一个"
    if Step.ACCEPT in kinds and kinds.index(Step.ACCEPT) != 0:
        yield "stages", "“受理”应是第一个环节"
    if kinds and Step.APPROVE not in kinds:
        yield "stages", "至少要有一个审批环节"
    decided = max(
        (place for place, kind in enumerate(kinds) if kind in (Step.APPROVE, Step.UPPER)), default=-1
    )
    for place, stage in enumerate(steps):
        if stage.step in (Step.PAY, Step.SERVE) and place < decided:
            yield f"stages[{place}]", f"环节“{stage.name}”应排在审批之后"
        if stage.step in (Step.CHECK, Step.NOTICE) and place > decided >= 0:
            yield f"stages[{place}]", f"环节“{stage.name}”应排在审批之前"
        if stage.step in (Step.ACCEPT, Step.NOTICE) and (stage.only_if or stage.above_fen is not None):
            yield f"stages[{place}]", f"环节“{stage.name}”每件都要经过，不能写经过条件"
        if stage.step is Step.NOTICE and (place == 0 or steps[place - 1].step is not Step.CHECK):
            yield f"stages[{place}]", f"公示由前一个审核环节发出，“{stage.name}”前面应是审核环节"
        if stage.step is Step.UPPER and Step.APPROVE not in kinds[:place]:
            yield f"stages[{place}]", f"“{stage.name}”之前应先有本级的审批环节"


_SIGNERS = frozenset(
    {
        Role.STATION_REVIEWER,
        Role.TOWNSHIP_REVIEWER,
        Role.COUNTY_OFFICER,
        Role.COUNTY_HEAD,
        Role.CITY_APPROVER,
    }
)
_ROLES_OF_STEP: Mapping[Step, frozenset[Role]] = {
    Step.ACCEPT: frozenset({Role.ACCEPTOR, Role.COUNTY_OFFICER}),
    Step.APPROVE: frozenset({Role.COUNTY_HEAD, Role.CITY_APPROVER}),
    Step.UPPER: frozenset({Role.CITY_APPROVER}),
    Step.PAY: frozenset({Role.FINANCE_MAKER, Role.FINANCE_CHECKER}),
}


def _notice(steps: Sequence[Stage], notice: NoticeRule | None) -> Iterator[Problem]:
    stage = next((stage for stage in steps if stage.step is Step.NOTICE), None)
    if notice is None:
        if stage is not None:
            yield "notice", "有公示环节，却没有写公示规则"
        return
    if notice.workdays < NOTICE_WORKDAYS:
        yield "notice.workdays", f"公示不能少于{NOTICE_WORKDAYS}个工作日，现在是{notice.workdays}个"
    yield from unique("notice.web_items", "公示内容", list(notice.web_items))
    if stage is None:
        yield "stages", "有公示规则，却没有公示环节"
    elif stage.min_workdays is not None and stage.min_workdays != notice.workdays:
        yield (
            "notice.workdays",
            f"公示规则是{notice.workdays}个工作日，公示环节是{stage.min_workdays}个，应一致",
        )
