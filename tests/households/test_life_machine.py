"""Whatever anybody tries on files, in any order: only moves of the table happen, and the record tells them all."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.conftest import moment
from tests.households.conftest import SEEN, WAGE, Family, House, family_signs
from workflows.base.day import date_of
from workflows.households import (
    checking,
    daily,
    deciding,
    drafting,
    intake,
    posting,
    running,
    saying,
    visiting,
)
from workflows.households.models import FileNotice, HouseholdFile, MeansCheck, Member
from workflows.households.models.file import FREE, STANDS
from workflows.households.moving import AlreadyOnFile, FileMoveNotAllowed
from workflows.network.actors import Actor
from workflows.policy.household.lifecycle import FileState, Order, moves

pytestmark = pytest.mark.django_db

#: The people of a county by their duty; the city's are the same for both.
HERE = {
    "acceptor": "沈梅",
    "reviewer": "何强",
    "officer": "方敏",
    "head": "罗斌",
    "city": "秦岚",
    "visitor": "赵敏",
}
THERE = {
    "acceptor": "柳青",
    "reviewer": "褚岩",
    "officer": "冯远",
    "head": "邵军",
    "city": "秦岚",
    "visitor": "尤佳",
}
#: So many of the moves of the table are met in one run, at least.
MOST_OF_THE_TABLE = 15
#: Somebody of the county the file is in, or now and then of the other.
WHO = (
    "officer",
    "head",
    "officer",
    "head",
    "city",
    "acceptor",
    "reviewer",
    "visitor",
    "other officer",
    "other head",
)
REASONS = ("脱困", "死亡", "家庭申请", "没有这个原因")
WAGES = (1_200_000, 4_800_000, 9_000_000, 30_000_000)


class Files(RuleBasedStateMachine):
    """Two families of two counties with one person in both, and everybody of the union."""

    house: ClassVar[House]
    begin: ClassVar[Callable[..., Family]]
    #: The moves that happened in any run.
    seen: ClassVar[set[tuple[str, str]]]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.day = date(2026, 8, 5)
        self.told: list[str] = []
        make = type(self).begin
        self.families = [make(), make("周小妹", union="LJ-LX-E01", place=41)]
        HouseholdFile.objects.filter(pk=self.families[1].file.pk).update(order=Order.NOTICE_FIRST)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def attempt(self, do: Callable[[], object]) -> None:
        """Whoever tries what is not theirs is told so in a sentence, and nothing has changed."""
        try:
            with transaction.atomic():
                do()
        except (FileMoveNotAllowed, AlreadyOnFile, drafting.NotADraft) as refused:
            self.told.append(str(refused))

    def file(self, which: bool) -> HouseholdFile:
        family = self.families[which]
        family.at = moment(self.day)
        return family.read()

    def name(self, which: bool, who: str) -> str:
        here = self.file(which).owner.code.startswith("LJ-DL")
        other, _, duty = who.rpartition(" ")
        return (HERE if here != bool(other) else THERE)[duty]

    def by(self, which: bool, who: str) -> Actor:
        return self.house.actor(self.name(which, who))

    @rule(seed=st.integers(min_value=0, max_value=2**30))
    def somebody_tries(self, seed: int) -> None:
        """Some steps as they should be, and then anything, by anybody. Hypothesis itself would leave out half of it."""
        dice = random.Random(seed)
        which = dice.random() < 0.5
        self.lead(which, dice.choice((0, 0, 1, 2, 3)))
        who, other, third = (dice.choice(WHO) for _ in range(3))
        yes, no = dice.random() < 0.5, dice.random() < 0.5
        tries: tuple[Callable[[], None], ...] = (
            lambda: self.wait(dice.choice((1, 3, 9, 40, 120))),
            lambda: self.hand_in(which),
            lambda: self.take_in(which, who, dice.choice(("accept", "send_back", "refuse"))),
            lambda: self.visit(which, who, other, third, yes),
            lambda: self.send_on_after_visit(which, who),
            lambda: self.check(which, who, yes, other, no),
            lambda: self.draw(which, dice.choice(WAGES)),
            lambda: self.decide(
                which, who, dice.choice(("agree", "refuse", "record", "back", "go_on", "taper"))
            ),
            lambda: self.run(
                which, who, dice.choice(REASONS), dice.choice(("recheck", "close", "suspend", "resume"))
            ),
            lambda: self.transfer(which, who, other, dice.choice(("LJ-LX-E01", "LJ-DL-E01")), yes, dice),
            lambda: self.object_to(which, who, yes, no),
        )
        running_too = self.file(which).is_in_force
        dice.choice(tries[-5:] if running_too and dice.random() < 0.8 else tries)()

    def wait(self, days: int) -> None:
        self.day += timedelta(days=days)
        # A family that still means to ask goes on with its draft now and then.
        HouseholdFile.objects.filter(state=FileState.DRAFT).update(touched_on=self.day)
        daily.tick(at=moment(self.day))
        daily.tick(at=moment(self.day))

    def hand_in(self, which: bool) -> None:
        file = self.file(which)
        self.attempt(lambda: drafting.submit(file, by=self.families[which].main.actor, at=moment(self.day)))

    def take_in(self, which: bool, who: str, what: str) -> None:
        file, by, at = self.file(which), self.by(which, who), moment(self.day)
        match what:
            case "accept":
                self.attempt(lambda: intake.accept(file, by=by, at=at))
            case "send_back":
                missing = [intake.Missing("诊断书", "看病情")]
                self.attempt(lambda: intake.send_back(file, missing, by=by, at=at))
            case "refuse":
                self.attempt(lambda: intake.refuse(file, explanation="不归工会管。", by=by, at=at))

    def visit(self, which: bool, who: str, first: str, second: str, signs: bool) -> None:
        file, at, city = self.file(which), moment(self.day), self.house.city

        def do() -> None:
            visit = visiting.arrange(
                file,
                first=city[self.name(which, first)].post,
                second=city[self.name(which, second)].post,
                unrelated=True,
                by=self.by(which, who),
                at=at,
            )
            visiting.write_down(visit, SEEN, by=self.by(which, first), at=at)
            for signer in (self.by(which, first), self.by(which, second)):
                visiting.sign(visit, by=signer, at=at)
            if signs:
                family_signs(visit, by=self.by(which, first), at=at)

        if SEEN.visited_on <= self.day:
            self.attempt(do)

    def send_on_after_visit(self, which: bool, who: str) -> None:
        file = self.file(which)
        self.attempt(lambda: visiting.finish(file, by=self.by(which, who), at=moment(self.day)))

    def check(self, which: bool, who: str, waived: bool, other: str, answers: bool) -> None:
        file, by, at = self.file(which), self.by(which, who), moment(self.day)

        def do() -> None:
            asked = checking.ask(file, register="means", purpose="建档核对", by=by, at=at)
            if waived:
                checking.waive(asked, reason="平台检修", by=by, at=at)
                checking.countersign(MeansCheck.objects.get(pk=asked.pk), by=self.by(which, other))
            elif answers:
                unknown = list(file.members.filter(left_on=None).values_list("pk", flat=True))
                checking.answered(asked, {}, unknown=unknown, as_of=self.day, by=by, at=at)
            findings = [{"cooperates": True, "refused_work": False}]
            saying.say(file, "findings", findings, by=by, at=at, source=saying.Source.STAFF)

        self.attempt(do)
        self.attempt(lambda: checking.finish(self.file(which), by=by, at=at))

    def draw(self, which: bool, wages: int) -> None:
        file = self.file(which)
        self.attempt(lambda: self.draw_with(file, wages))

    def decide(self, which: bool, who: str, what: str) -> None:
        file, by, at = self.file(which), self.by(which, who), moment(self.day)
        steps: dict[str, Callable[[], object]] = {
            "agree": lambda: deciding.agree(file, by=by, at=at),
            "refuse": lambda: deciding.refuse(file, reason="收入超标", explanation="超过了。", by=by, at=at),
            "record": lambda: deciding.put_on_record(file, by=by, at=at),
            "back": lambda: deciding.back_to_county(file, reason="再核一遍", by=by, at=at),
            "go_on": lambda: deciding.go_on(file, by=by, at=at, note="复核"),
            "taper": lambda: deciding.taper(file, by=by, at=at),
        }
        self.attempt(steps[what])

    def run(self, which: bool, who: str, reason: str, what: str) -> None:
        file, by, at = self.file(which), self.by(which, who), moment(self.day)
        steps: dict[str, Callable[[], object]] = {
            "recheck": lambda: running.recheck(file, reason="有变化", by=by, at=at),
            "close": lambda: running.close(file, reason=reason, explanation="写给家庭。", by=by, at=at),
            "suspend": lambda: running.suspend(file, reason="有疑点", by=by, at=at),
            "resume": lambda: running.resume(file, finding="查清了。", by=by, at=at),
        }
        self.attempt(steps[what])

    def transfer(self, which: bool, who: str, taker: str, to: str, comes: bool, dice: random.Random) -> None:
        at, union = moment(self.day), self.house.city.unions[to]
        file = self.file(which)
        self.attempt(lambda: running.hand_over(file, to=union, reason="搬家", by=self.by(which, who), at=at))
        answer = dice.choice(("take", "turn down", "take back"))
        if comes and answer == "take":
            self.attempt(lambda: running.take_over(self.file(which), by=self.by(which, taker), at=at))
        elif comes:
            stays = running.turn_down if answer == "turn down" else running.take_back
            self.attempt(lambda: stays(self.file(which), reason="留下", by=self.by(which, taker), at=at))

    def object_to(self, which: bool, who: str, upheld: bool, answered: bool) -> None:
        at = moment(self.day)
        notice = FileNotice.objects.filter(file=self.families[which].file).exclude(standing="ENDED").first()
        if notice is None:
            return
        file, by = self.file(which), self.by(which, who)
        self.attempt(lambda: running.suspend(file, reason="有疑点", by=by, at=at))

        def do() -> None:
            objection = posting.object_to(notice, posting.Said("不属实"), channel="ONLINE", at=at)
            if answered:
                posting.answer(objection, upheld=upheld, finding="查过了。", by=self.by(which, who), at=at)

        self.attempt(do)

    def lead(self, which: bool, steps: int) -> None:
        """First some steps as they should be: what goes wrong is to be met at every stage."""
        for step in range(steps):
            self.next_step(which, WAGES[(step + self.day.day) % len(WAGES)])

    def next_step(self, which: bool, wages: int) -> None:
        file, at = self.file(which), moment(self.day)
        here = file.owner.code.startswith("LJ-DL")
        people = HERE if here else THERE
        visitors = ("赵敏", "钱进") if here else ("尤佳", "许静")

        def do() -> None:
            match file.position:
                case FileState.DRAFT | FileState.RETURNED:
                    drafting.submit(file, by=self.families[which].main.actor, at=at)
                case FileState.SUBMITTED:
                    intake.accept(file, by=self.house.actor(people["acceptor"]), at=at)
                case FileState.ACCEPTED:
                    self.house.visit(self.families[which], by=people["acceptor"], visitors=visitors)
                case FileState.VISITING:
                    visiting.finish(file, by=self.house.actor(people["reviewer"]), at=at)
                case FileState.CHECKING:
                    self.house.check(self.families[which], by=people["officer"])
                case FileState.COUNTY_REVIEW:
                    self.draw_with(file, wages)
                    deciding.agree(self.file(which), by=self.house.actor(people["head"]), at=at)
                case FileState.CITY_RECORD:
                    deciding.put_on_record(file, by=self.house.actor("秦岚"), at=at)
                case FileState.RECHECK:
                    self.draw_with(file, wages)
                    decide = deciding.go_on if wages < 9_000_000 else deciding.taper
                    decide(self.file(which), by=self.house.actor(people["head"]), at=at)
                case FileState.SUSPENDED:
                    running.resume(file, finding="查清了。", by=self.house.actor(people["head"]), at=at)
                case FileState.UNIT_NOTICE | FileState.PUBLIC_NOTICE:
                    self.wait(8)
                case FileState.ACTIVE:
                    running.recheck(file, reason="有变化", by=self.house.actor(people["officer"]), at=at)
                case _:
                    pass

        self.attempt(do)

    def draw_with(self, file: HouseholdFile, wages: int) -> None:
        verified: dict[str, Any] = {
            "by": self.house.actor("方敏"),
            "at": moment(self.day),
            "source": saying.Source.STAFF,
        }
        main = file.members.get(person=file.main)
        saying.say(file, "income", [{**WAGE, "fen": wages}], member=main, **verified)
        here = file.owner.code.startswith("LJ-DL")
        by = self.house.actor((HERE if here else THERE)["officer"])
        deciding.draw(file, by=by, at=moment(self.day))

    # ---- what always holds ------------------------------------------------------------------------------------------
    @invariant()
    def the_record_is_a_walk_through_the_table(self) -> None:
        for family in self.families:
            file = family.read()
            events = list(file.events.all())
            assert [event.n for event in events] == list(range(1, file.turn + 1))
            at, order = FileState.DRAFT, Order(file.order)
            for event in events:
                assert event.source == at
                assert any(
                    (step.source, step.target) == (event.source, event.target)
                    and event.role in {str(actor) for actor in step.actors}
                    for step in moves(order)
                ), (event.source, event.target, event.role)
                at = FileState(event.target)
                self.seen.add((event.source, event.target))
            assert file.position is at
            assert [event.target for event in events].count(FileState.RETURNED) <= 1

    @invariant()
    def nobody_stands_in_two_files(self) -> None:
        for family in self.families:
            file = family.read()
            assert {m.active for m in file.members.filter(left_on=None)} == {file.state not in FREE}
        active = list(Member.objects.filter(active=True).values_list("person", flat=True))
        assert len(active) == len(set(active))

    @invariant()
    def what_rules_read_follows_the_state(self) -> None:
        for family in self.families:
            file = family.read()
            assert file.stands == STANDS.get(file.position)
            assert (file.closed_on is not None) == (file.state in (FileState.CLOSED, FileState.ARCHIVED))

    @invariant()
    def what_lists_ask_for_is_what_the_rows_say(self) -> None:
        for family in self.families:
            file = family.read()
            assert file.path == file.owner.path
            assert file.is_paired == file.pairings.filter(until=None).exists()
            assert file.is_planned == file.plans.filter(ended_at=None).exists()
            said = list(file.statements.filter(ended_at=None).exclude(source="REGISTER"))
            for part, newest in (("home", file.home_as_of), ("income", file.income_as_of)):
                assert newest == max((each.as_of for each in said if each.part == part), default=None)
            persons = {each.member_id: each.as_of for each in said if each.part == "person"}
            living = {member.pk for member in file.members.filter(left_on=None)}
            assert file.person_as_of == (None if living - persons.keys() else min(persons.values()))
            told = [date_of(at) for at in file.statements.values_list("told_at", flat=True)]
            assert file.touched_on is not None
            assert file.touched_on >= max(told)

    @invariant()
    def a_notice_stands_just_while_it_is_one(self) -> None:
        posted = (FileState.UNIT_NOTICE, FileState.PUBLIC_NOTICE)
        for family in self.families:
            file = family.read()
            standing = set(file.notices.exclude(standing="ENDED").values_list("standing", flat=True))
            if file.position in posted:
                assert standing == {"OPEN"}
            elif file.position is FileState.SUSPENDED and file.before in posted:
                assert standing == {"PAUSED"}
            else:
                assert not standing

    @invariant()
    def three_duties_are_three_people(self) -> None:
        for family in self.families:
            roles: dict[object, set[str]] = {}
            for event in family.read().events.select_related("post"):
                if event.target in (FileState.SUBMITTED, FileState.RECHECK):
                    roles = {}
                elif event.post is not None:
                    roles.setdefault(event.post.person_id, set()).add(event.role)
            assert all(len(each) == 1 for each in roles.values())


def test_whatever_anybody_tries_only_the_table_happens(begin: Callable[..., Family], house: House) -> None:
    class Here(Files):
        pass

    Here.house, Here.begin, Here.seen = house, staticmethod(begin), set()
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=16,
            stateful_step_count=30,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )
    # Were nothing ever to move, all of this would hold as well.
    assert len(Here.seen) >= MOST_OF_THE_TABLE, sorted(Here.seen)
