"""Let the city live from 10 July to 3 August 2026: every application takes its course through the house's own steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from workflows.applications import (
    after,
    apply,
    callbacks,
    daily,
    decide,
    evidence,
    judging,
    notice,
    outside,
    review,
)
from workflows.applications.models import Application, Callback, Objection
from workflows.base.day import ZONE
from workflows.demo.answering import Situation, answers_of, sample_of
from workflows.demo.courses import FIRST_RUN, LAST_DAY, SECOND_RUN, Course, Step
from workflows.demo.families import Child, Family, Town
from workflows.demo.people import Desk
from workflows.network import actors
from workflows.network.actors import Actor
from workflows.offers.models import ProgrammeVersion
from workflows.payments import runs
from workflows.people.models import User
from workflows.policy.roles import Role
from workflows.policy.states import RejectReason
from workflows.policy.workdays import Calendar

OPENING = date(2026, 7, 10)

#: The papers of the second half of the second run are made, but nobody has released them yet.
RELEASED_OF_SECOND_RUN = 3


#: Stands where the number of an application will be.
NOT_BEGUN = UUID(int=0)


@dataclass
class Case:
    """One application on its way: whose, which students, which course."""

    course: Course
    family: Family
    students: list[Child]
    user: User
    situation: Situation
    pk: UUID = NOT_BEGUN

    def application(self) -> Application:
        """Read afresh, as the page of whoever acts next does."""
        rows = Application.objects.for_lists().select_related("sealed_by", "union__parent__parent")
        return rows.get(pk=self.pk)

    @property
    def actor(self) -> Actor:
        return actors.worker(self.user, self.family.main)


@dataclass
class Life:
    """Everything the steps need to know of the city."""

    town: Town
    desk: Desk
    version: ProgrammeVersion
    calendar: Calendar
    cases: list[Case] = field(default_factory=list)
    samples: dict[str, bytes] = field(default_factory=dict)

    def day(self, number: int) -> date:
        return self.calendar.add(OPENING, number)

    def staff(self, role: Role, application: Application) -> Actor:
        user, post = self.desk.nearest(role, union=application.union)
        return actors.staff(user, post)

    def sample(self, paper_key: str) -> tuple[str, bytes]:
        path = sample_of(paper_key)
        if path.name not in self.samples:
            self.samples[path.name] = path.read_bytes()
        return path.name, self.samples[path.name]


def live(life: Life) -> None:
    """Play every working day from the opening of the window to the first day of the demonstration."""
    for number in range(LAST_DAY + 1):
        on = life.day(number)
        daily.tick(at=_at(on, 0, 5))
        if number == FIRST_RUN + 1:
            _record_returns(life, at=_at(on, 8, 20))
        for at, case, step in _steps_of(life, number, on):
            STEPS[step](life, case, at)
        if number in (FIRST_RUN, SECOND_RUN):
            _make_runs(life, number, on)


def _at(on: date, hour: int, minute: int) -> datetime:
    return datetime.combine(on, time(hour, minute), tzinfo=ZONE)


def _steps_of(life: Life, number: int, on: date) -> list[tuple[datetime, Case, Step]]:
    """What is done on a day, in the order of the hours; the steps of one case keep their order."""
    found = []
    for place, case in enumerate(life.cases):
        # The last day is the visitor's own: what happens before it begins, happens early.
        first = 1 if number == LAST_DAY else 520 + (place * 37) % 180
        steps = [step for step, day in case.course.steps if day == number and step is not Step.RUN]
        for order, step in enumerate(steps):
            minutes = first + order * (1 if number == LAST_DAY else 45)
            found.append((_at(on, 0, 0) + timedelta(minutes=minutes), case, step))
    return sorted(found, key=lambda each: each[0])


# --- the worker's steps ------------------------------------------------------------------------------------------


def _begin(life: Life, case: Case, at: datetime) -> None:
    """Fill half of the form and leave it."""
    draft = apply.begin(life.version.code, person=case.family.main, at=at)
    once, _rows = _answers(life, case, at)
    for key in ("account", "payee_id_no", "means_check_consent", "truthful"):
        once.pop(key, None)
    apply.save(draft, once)
    case.pk = draft.pk


def _submit(life: Life, case: Case, at: datetime) -> None:
    draft = apply.begin(life.version.code, person=case.family.main, at=at - timedelta(minutes=25))
    programme = life.version.programme
    once, rows = _answers(life, case, at)
    apply.save(draft, once)
    if programme.beneficiary:
        for index, row in enumerate(rows):
            apply.save(draft, row, rows=programme.beneficiary.rows, row=index)
    facts = judging.gather(
        programme, draft.answered(), file=case.family.file, on=at.date(), application=draft
    )
    for paper in programme.papers_due(facts.household, facts.rows):
        name, upload = life.sample(paper.paper.key)
        evidence.add(
            draft,
            paper=paper.paper.key,
            row=paper.row,
            upload=upload,
            name=name,
            facts=facts,
            at=at - timedelta(minutes=5),
        )
    apply.submit(draft, by=case.actor, at=at)
    case.pk = draft.pk


def _answers(life: Life, case: Case, at: datetime) -> tuple[dict[str, object], list[dict[str, object]]]:
    return answers_of(
        life.version.programme,
        case.family,
        case.students,
        case.situation,
        on=at.date(),
        pick=life.town.rng.choice,
    )


def _submit_again(life: Life, case: Case, at: datetime) -> None:
    application = case.application()
    apply.save(application, {"branch": "营业部"})
    apply.submit(application, by=case.actor, at=at)


def _withdraw(life: Life, case: Case, at: datetime) -> None:
    review.withdraw(case.application(), by=case.actor, at=at)


def _ask_call(life: Life, case: Case, at: datetime) -> None:
    callbacks.ask(case.application(), wish="想问一下还要等多久，下午方便接电话。", at=at)


# --- the steps of staff --------------------------------------------------------------------------------------------

_By = Callable[[Application, Actor, datetime], object]


def _staff(role: Role, act: _By) -> Callable[[Life, Case, datetime], None]:
    """A step that the nearest holder of a role takes."""

    def step(life: Life, case: Case, at: datetime) -> None:
        application = case.application()
        act(application, life.staff(role, application), at)

    return step


def _refuse(role: Role, reason: RejectReason, explanation: str) -> Callable[[Life, Case, datetime], None]:
    return _staff(
        role, lambda case, by, at: review.reject(case, reason=reason, explanation=explanation, by=by, at=at)
    )


def _called(life: Life, case: Case, at: datetime) -> None:
    waiting = Callback.objects.select_related("assigned_to__person", "sealed_by").get(
        application=case.pk, called_at=None
    )
    by = life.staff(Role(waiting.assigned_to.role), case.application())
    callbacks.called(waiting, outcome="已说明办理进度，家属表示清楚。", by=by, at=at)


def _object(channel: Objection.Channel, said: notice.Said) -> Callable[[Life, Case, datetime], None]:
    def step(life: Life, case: Case, at: datetime) -> None:
        application = case.application()
        officer = life.staff(Role.COUNTY_OFFICER, application)
        by = actors.SYSTEM if channel == Objection.Channel.ONLINE else officer
        notice.object_to(application.notices.get(), said, channel=channel, at=at, by=by)

    return step


def _answer(*, upheld: bool, finding: str) -> Callable[[Life, Case, datetime], None]:
    def step(life: Life, case: Case, at: datetime) -> None:
        by = life.staff(Role.COUNTY_OFFICER, case.application())
        objection = Objection.objects.select_related("sealed_by").get(
            notice__application=case.pk, upheld=None
        )
        notice.answer(objection, upheld=upheld, finding=finding, by=by, at=at)

    return step


def _reclaim(life: Life, case: Case, at: datetime) -> None:
    application = case.application()
    after.reclaim(
        application,
        finding="学校来函：该生未报到入学，家庭同意分三期退回。",
        by=life.staff(Role.CITY_APPROVER, application),
        signed_with=life.staff(Role.FINANCE_CHECKER, application),
        at=at,
    )


_MISSING = "录取通知书照片看不清，请重新拍；学费收费标准缺盖章页。"
_NOT_TRUE = notice.Said("听说这家人在外地还有一套房子。")
_CAR = notice.Said("这家有一辆面包车。", "周先生", "13900009901")

STEPS: dict[Step, Callable[[Life, Case, datetime], None]] = {
    Step.BEGIN: _begin,
    Step.SUBMIT: _submit,
    Step.SUBMIT_AGAIN: _submit_again,
    Step.WITHDRAW: _withdraw,
    Step.ASK_CALL: _ask_call,
    Step.CALLED: _called,
    Step.ACCEPT: _staff(
        Role.ACCEPTOR, lambda case, by, at: review.accept(case, by=by, at=at, note="材料齐全，予以受理。")
    ),
    Step.CORRECT: _staff(
        Role.ACCEPTOR, lambda case, by, at: review.ask_correction(case, missing=_MISSING, by=by, at=at)
    ),
    Step.TAKE_UP: _staff(Role.STATION_REVIEWER, lambda case, by, at: review.take_up(case, by=by, at=at)),
    Step.SIGN: _staff(
        Role.STATION_REVIEWER,
        lambda case, by, at: review.sign(case, opinion="情况属实，同意上报。", by=by, at=at),
    ),
    Step.OPINE: _staff(
        Role.COUNTY_OFFICER,
        lambda case, by, at: review.opine(case, opinion="材料齐全，符合条件，建议公示。", by=by, at=at),
    ),
    Step.POST: _staff(
        Role.COUNTY_HEAD, lambda case, by, at: review.post_notice(case, by=by, at=at, note="同意，予以公示。")
    ),
    Step.COUNTY_CORRECT: _staff(
        Role.COUNTY_HEAD,
        lambda case, by, at: review.ask_correction(
            case, missing="开户银行与卡号不符，请核对。", by=by, at=at
        ),
    ),
    Step.MEANS_CHECK: _staff(
        Role.COUNTY_OFFICER,
        lambda case, by, at: outside.ask_means_check(
            case, doubt="家庭上次核实已久，提请核对收入和财产。", by=by, at=at
        ),
    ),
    Step.OBJECT: _object(Objection.Channel.ONLINE, _NOT_TRUE),
    Step.OBJECT_BY_PHONE: _object(Objection.Channel.PHONE, _CAR),
    Step.DISMISS: _answer(upheld=False, finding="经核对和入户走访，所反映的情况不影响认定，异议不成立。"),
    Step.UPHOLD: _answer(upheld=True, finding="经核对，家庭名下另有住房一套且出租，财产超过规定。"),
    Step.RESUME: _staff(
        Role.COUNTY_HEAD,
        lambda case, by, at: notice.resume(case, by=by, at=at, note="异议不成立，继续公示。"),
    ),
    Step.APPROVE: _staff(
        Role.CITY_APPROVER, lambda case, by, at: decide.approve(case, by=by, at=at, note="同意。")
    ),
    Step.SEND_BACK: _staff(
        Role.CITY_APPROVER,
        lambda case, by, at: decide.send_back(
            case, by=by, at=at, note="请补充说明学生与申请人的关系后再报。"
        ),
    ),
    Step.SEND_UP: _staff(
        Role.CITY_APPROVER,
        lambda case, by, at: outside.send_up(case, why="家庭情况特殊，报省总工会批复。", by=by, at=at),
    ),
    Step.DEFER: _staff(
        Role.COUNTY_OFFICER,
        lambda case, by, at: after.defer(
            case, reason="学生应征入伍，学校保留入学资格，实际入学后恢复。", by=by, at=at
        ),
    ),
    Step.FOLLOW: _staff(Role.CITY_APPROVER, lambda case, by, at: after.follow(case, at=at)),
    Step.CLOSE: _staff(Role.CITY_APPROVER, lambda case, by, at: after.close(case, at=at)),
    Step.RECLAIM: _reclaim,
    Step.REJECT_INCOME: _refuse(
        Role.COUNTY_HEAD, RejectReason.INCOME, "复核时家庭月人均收入已经超过相对困难的标准。"
    ),
    Step.REJECT_SCOPE: _refuse(
        Role.COUNTY_HEAD, RejectReason.OUT_OF_SCOPE, "所附材料不能说明最近12个月内遇到的困难。"
    ),
    Step.REJECT_LATE: _refuse(Role.COUNTY_HEAD, RejectReason.PAPERS_LATE, "一年以上劳动合同到期仍未补齐。"),
    Step.REJECT_UPHELD: _refuse(
        Role.COUNTY_HEAD, RejectReason.OBJECTION_UPHELD, "公示期间的异议经核实成立：家庭财产超过规定。"
    ),
    Step.REJECT_DOUBLE: _refuse(
        Role.COUNTY_HEAD, RejectReason.DUPLICATE, "同一名学生的申请已由孩子的另一位家长提交，正在办理。"
    ),
    Step.REJECT_FUNDS: _refuse(
        Role.CITY_APPROVER, RejectReason.FUNDS_USED_UP, "本批经费已用完，已为您登记候补。"
    ),
}


# --- finance --------------------------------------------------------------------------------------------------------


def _make_runs(life: Life, number: int, on: date) -> None:
    due = [case for case in life.cases if (Step.RUN, number) in case.course.steps]
    if number == FIRST_RUN:
        _make_run(life, due, on, hour=14, release=True)
    else:
        _make_run(life, due[:RELEASED_OF_SECOND_RUN], on, hour=14, release=True)
        _make_run(life, due[RELEASED_OF_SECOND_RUN:], on, hour=16, release=False)


def _make_run(life: Life, cases: Iterable[Case], on: date, *, hour: int, release: bool) -> None:
    applications = [case.application() for case in cases]
    maker = life.staff(Role.FINANCE_MAKER, applications[0])
    run = runs.make(applications, by=maker, at=_at(on, hour, 10))
    if release:
        runs.release(run, by=life.staff(Role.FINANCE_CHECKER, applications[0]), at=_at(on, hour, 50))


def _record_returns(life: Life, *, at: datetime) -> None:
    """The bank has paid the first run, but for the accounts that do not fit their holder."""
    refused = {case.pk for case in life.cases if not case.course.paid}
    paid = next(case for case in life.cases if (Step.RUN, FIRST_RUN) in case.course.steps)
    run = paid.application().payments.select_related("run").get().run
    outcomes = {
        payment.line: runs.Outcome(paid=False, word="户名与账号不符")
        if payment.application_id in refused
        else runs.Outcome(paid=True)
        for payment in run.payments.all()
    }
    runs.record_return(run, outcomes, by=life.staff(Role.FINANCE_CHECKER, paid.application()), at=at)
