"""Many files looked through at once: yearly, by the spot, and when the line changes; each file once, even after a death."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.conftest import MONDAY, City, Worker, enrol, hire, id_number, moment
from tests.households.conftest import PERSON, Family, House
from workflows.base import worker
from workflows.households import daily, deciding, running, saying, sweeping
from workflows.households.models import Category, HouseholdFile, Sweep, SweepCase, WatchCall
from workflows.households.moving import FileMoveNotAllowed
from workflows.households.opening import Figures, MemberData, open_file
from workflows.parameters.models import Parameter, Proposal
from workflows.policy.household.lifecycle import FileState
from workflows.policy.household.sweeps import Kind, Outcome, mark
from workflows.policy.roles import Role

pytestmark = pytest.mark.django_db

OCTOBER = date(2027, 4, 1)


def opened(city: City, place: int, *, per_head_fen: int = 80_000, union: str = "LJ-DL-E01") -> HouseholdFile:
    """A file taken over with the sums of its sheet: one person with so much a month."""
    person = enrol(f"张{place}", id_number("369902", date(1980, 1, 1), place), f"1390000{place:04d}").person
    category = Category.DEEP if per_head_fen < 93_000 else Category.RELATIVE
    return open_file(
        file_no=f"困档369902-2026-{place:04d}",
        main=person,
        owner=city.unions[union],
        category=category,
        members=[MemberData(person, "本人")],
        figures=Figures(income_fen=12 * per_head_fen, unavoidable_fen=0, line_fen=93_000),
        cause="子女上学",
        address="东岭区",
        on=MONDAY,
    )


@pytest.fixture
def many(city: City) -> list[HouseholdFile]:
    """Ten families of 东岭区 and one of 柳溪县, from 700 to 1,150 yuan a head."""
    files = [opened(city, 300 + n, per_head_fen=70_000 + 5_000 * n) for n in range(10)]
    return [*files, opened(city, 320, union="LJ-LX-E01")]


def begin(house: House, kind: Kind, by: str, on: date = OCTOBER) -> Sweep:
    sweep = sweeping.begin(kind, due_on=date(2027, 5, 31), by=house.actor(by), at=moment(on))
    worker.run_once(moment(on))
    sweep.refresh_from_db()
    return sweep


def change_line(house: House, fen: int, *, on: date) -> None:
    """Two people of the city change the line of 东岭区's city, as the page of parameters does."""
    waiting = Proposal(key="city_line", area="369900", value=fen, valid_from=on, announced_on=on)
    waiting.document, waiting.proposed_at = "澜江市民政局通知", moment(on)
    mei = hire(f"市级{fen}", Role.ADMIN, house.city.unions["LJ"], place=600 + fen % 97)
    lan = hire(f"审核{fen}", Role.CITY_APPROVER, house.city.unions["LJ"], place=700 + fen % 97)
    waiting.proposed_by, waiting.proposed_person = mei.user, mei.post.person_id
    waiting.proposed_post, waiting.proposed_label = mei.post.pk, mei.actor.label
    waiting.decided_by, waiting.decided_person, waiting.decided_at = lan.user, lan.post.person_id, moment(on)
    waiting.outcome = "APPROVED"
    waiting.save()
    Parameter.objects.create(
        key="city_line", area="369900", value=fen, valid_from=on, source="I", proposal=waiting
    )


# ---- yearly ---------------------------------------------------------------------------------------------------------
def test_a_yearly_sweep_has_every_file_of_the_county_and_gives_each_to_a_desk(
    many: list[HouseholdFile], house: House
) -> None:
    other = hire("蒋平", Role.COUNTY_OFFICER, house.city.unions["LJ-DL"], place=230)
    sweep = begin(house, Kind.YEARLY, "罗斌")
    assert {case.file for case in sweep.cases.all()} == set(many[:10])
    desks = sweeping.progress(sweep)
    assert sorted((each.desk.person_id, each.all, each.done) for each in desks if each.desk) == sorted(
        [(house.city["方敏"].post.person_id, 5, 0), (other.post.person_id, 5, 0)]
    )


def test_each_decision_settles_its_file_and_the_sweep_says_kept_changed_and_out(
    many: list[HouseholdFile], house: House
) -> None:
    sweep = begin(house, Kind.YEARLY, "罗斌")
    at, officer, head = moment(OCTOBER), house.actor("方敏"), house.actor("罗斌")
    kept, changed, out, died = many[:4]
    for file in (kept, changed, out):
        sweeping.recheck(sweep.cases.get(file=file), by=officer, at=at)
        member = file.members.get()
        wages = {kept: 70_000, changed: 120_000, out: 400_000}[file]
        saying.say(
            file,
            "income",
            [{"kind": "WAGE", "fen": 12 * wages, "evidence": "工资单"}],
            member=member,
            by=officer,
            at=at,
        )
        saying.say(
            file,
            "findings",
            [{"cooperates": True, "refused_work": False}],
            by=officer,
            at=at,
            source=saying.Source.STAFF,
        )
        home = dict.fromkeys(("shop_or_hires", "controls_company", "vehicle", "high_fee_school"), False)
        saying.say(
            file,
            "home",
            [{"address": "东岭区", "main_cause": "子女上学", "housing": "租房", "homes": 0, **home}],
            by=officer,
            at=at,
        )
        saying.say(
            file,
            "person",
            [PERSON],
            member=member,
            by=officer,
            at=at,
        )
        file.refresh_from_db()
        deciding.draw(file, by=officer, at=at)
    deciding.go_on(kept, by=head, at=at)
    deciding.go_on(changed, by=head, at=at)
    deciding.taper(out, by=head, at=at)
    running.close(died, reason="死亡", explanation="本人去世。", by=head, at=at)
    told = dict(sweep.cases.exclude(outcome="").values_list("file__file_no", "outcome"))
    assert told == {
        kept.file_no: Outcome.KEPT,
        changed.file_no: Outcome.CHANGED,
        out.file_no: Outcome.OUT,
        died.file_no: Outcome.OUT,
    }
    (desk,) = sweeping.progress(sweep)
    assert (desk.all, desk.done, desk.percent) == (10, 4, 40)


def test_who_was_checked_lately_is_left_out_and_nobody_begins_the_same_sweep_twice(
    many: list[HouseholdFile], on_file: Family, house: House
) -> None:
    november = date(2026, 11, 4)
    sweep = begin(house, Kind.HALF, "方敏", on=november)
    assert not sweep.cases.filter(file=on_file.file).exists(), "reckoned on 5 August"
    assert sweep.cases.count() == 10
    with pytest.raises(sweeping.BegunAlready), transaction.atomic():
        sweeping.begin(Kind.HALF, due_on=date(2027, 5, 31), by=house.actor("罗斌"), at=moment(november))
    for stranger in ("沈梅", "何强"):
        with pytest.raises(FileMoveNotAllowed):
            sweeping.begin(Kind.HALF, due_on=date(2027, 5, 31), by=house.actor(stranger), at=moment(november))


# ---- spot checks ----------------------------------------------------------------------------------------------------
def test_a_spot_check_is_a_third_rounded_up_and_can_be_drawn_again(
    many: list[HouseholdFile], house: House
) -> None:
    sweep = begin(house, Kind.SPOT, "罗斌")
    drawn = set(sweep.cases.values_list("file__file_no", flat=True))
    assert (len(drawn), sweep.among, sweep.share) == (3, 10, "3/10")
    again = sorted((mark(sweep.seed, file.file_no), file.file_no) for file in many[:10])[:3]
    assert drawn == {number for _mark, number in again}
    assert sweep.cut == again[-1][0]


def test_who_had_a_part_in_a_file_does_not_check_it_and_what_is_wrong_goes_to_a_recheck(
    on_file: Family, house: House
) -> None:
    """方敏 checked 刘桂英's means; the spot check goes to 蒋平, who finds a car."""
    fresh = hire("蒋平", Role.COUNTY_OFFICER, house.city.unions["LJ-DL"], place=230)
    sweep = begin(house, Kind.SPOT, "罗斌", on=date(2026, 9, 1))
    case = sweep.cases.get()
    assert case.assigned == fresh.post
    at = moment(date(2026, 9, 2))
    with pytest.raises(FileMoveNotAllowed):
        sweeping.found_right(case, right=True, note="看过了。", by=house.actor("方敏"), at=at)
    with pytest.raises(FileMoveNotAllowed, match="写明"):
        sweeping.found_right(case, right=True, note=" ", by=fresh.actor, at=at)
    sweeping.found_right(case, right=False, note="门口停着一辆新车，是家里买的。", by=fresh.actor, at=at)
    assert on_file.state == FileState.RECHECK
    case.refresh_from_db()
    assert (case.outcome, case.note) == (Outcome.WRONG, "门口停着一辆新车，是家里买的。")
    with pytest.raises(FileMoveNotAllowed, match="登记过"):
        sweeping.found_right(case, right=True, note="再看。", by=fresh.actor, at=at)


def test_where_the_only_officer_had_a_part_the_head_makes_the_spot_check(
    on_file: Family, house: House
) -> None:
    case = begin(house, Kind.SPOT, "罗斌", on=date(2026, 9, 1)).cases.get()
    assert case.assigned == house.city["罗斌"].post
    at = moment(date(2026, 9, 2))
    with pytest.raises(FileMoveNotAllowed, match="换一个人"):
        sweeping.found_right(case, right=True, note="看过了。", by=house.actor("方敏"), at=at)
    sweeping.found_right(case, right=False, note="多了一辆车。", by=house.actor("罗斌"), at=at)
    case.refresh_from_db()
    assert (case.outcome, on_file.state) == (Outcome.WRONG, FileState.RECHECK)


def test_a_family_that_moved_is_looked_through_where_it_is_now(on_file: Family, house: House) -> None:
    HouseholdFile.objects.update(checked_on=date(2026, 1, 1))
    september = date(2026, 9, 1)
    county = begin(house, Kind.YEARLY, "罗斌", on=september)
    city = begin(house, Kind.YEARLY, "秦岚", on=september)
    there = house.city.unions["LJ-LX-E01"]
    running.hand_over(on_file.read(), to=there, reason="搬家", by=house.actor("方敏"), at=moment(september))
    assert county.cases.get().outcome == "", "it is here until it is taken over"
    running.take_over(on_file.read(), by=house.actor("冯远"), at=moment(september))
    assert county.cases.get().outcome == Outcome.MOVED
    assert (city.cases.get().outcome, city.cases.get().assigned) == ("", house.city["冯远"].post)


# ---- a new line -----------------------------------------------------------------------------------------------------
def test_when_the_line_changes_every_file_is_reckoned_anew_and_only_what_changes_waits_for_people(
    many: list[HouseholdFile], house: House
) -> None:
    """From 930 to 960: who has 950 a head becomes 深度困难; who has 960 stays 相对困难, for the line is not below itself."""
    october = date(2026, 10, 1)
    change_line(house, 96_000, on=october)
    daily.tick(at=moment(october))
    daily.tick(at=moment(october))
    worker.run_once(moment(october))
    sweep = Sweep.objects.get(kind=Kind.LINE)
    assert (sweep.union.code, sweep.cases.count()) == ("LJ", 11)
    waiting = sweep.cases.filter(outcome="")
    assert [(case.file.file_no[-3:], case.was, case.comes_to) for case in waiting] == [
        ("305", "相对困难", "深度困难")
    ]
    case = waiting.get()
    assert (case.net_fen, case.heads, case.line_fen) == (1_140_000, 1, 96_000)
    assert HouseholdFile.objects.get(pk=case.file_id).category == "相对困难", "nobody is moved by the machine"
    sweeping.recheck(case, by=house.actor("方敏"), at=moment(october))
    assert "重新测算的结果是“深度困难”" in case.file.events.latest("n").note


def test_a_file_with_its_figures_is_reckoned_from_them(on_file: Family, house: House) -> None:
    """刘桂英 has 166.67 a head; a line of 100 would make her 相对困难. Nothing new is drawn for it."""
    sheets = on_file.file.sheets.count()
    change_line(house, 10_000, on=date(2026, 10, 1))
    daily.tick(at=moment(date(2026, 10, 1)))
    worker.run_once(moment(date(2026, 10, 1)))
    case = SweepCase.objects.get()
    assert (case.was, case.comes_to, case.is_sure, case.net_fen) == ("深度困难", "相对困难", True, 400_000)
    assert on_file.file.sheets.count() == sheets


def test_a_value_stated_with_the_installation_begins_nothing(many: list[HouseholdFile]) -> None:
    daily.tick(at=moment(OCTOBER))
    assert not Sweep.objects.exists()


def test_a_worker_that_dies_leaves_a_sweep_that_the_next_goes_on_with(
    many: list[HouseholdFile], house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "AT_ONCE", 3)
    died: list[int] = []
    real: Callable[..., None] = sweeping._add

    def dies(*args: object, **kwargs: object) -> None:
        real(*args, **kwargs)
        died.append(1)
        if len(died) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(sweeping, "_add", dies)
    sweep = sweeping.begin(Kind.YEARLY, due_on=date(2027, 5, 31), by=house.actor("罗斌"), at=moment(OCTOBER))
    with pytest.raises(KeyboardInterrupt):
        sweeping.fill(sweep)
    sweep.refresh_from_db()
    assert (sweep.cases.count(), sweep.among, sweep.filled_at) == (3, 3, None)
    monkeypatch.setattr(sweeping, "_add", real)
    sweeping.fill(sweep)
    sweeping.fill(sweep)
    sweep.refresh_from_db()
    assert (sweep.cases.count(), sweep.among, sweep.filled_at is not None) == (10, 10, True)


# ---- after the exit -------------------------------------------------------------------------------------------------
def test_a_family_that_was_lifted_out_is_called_once_and_the_call_is_kept(
    on_file: Family, house: House
) -> None:
    HouseholdFile.objects.update(state="TAPERING", stands="TAPERING", due_on=date(2026, 8, 31))
    daily.tick(at=moment(date(2026, 9, 1)))
    at = moment(date(2026, 12, 1))
    with pytest.raises(FileMoveNotAllowed):
        sweeping.called_back(on_file.read(), finding="STANDS", told="很好", by=house.actor("尤佳"), at=at)
    with pytest.raises(FileMoveNotAllowed, match="写几句话"):
        sweeping.called_back(on_file.read(), finding="STANDS", told="", by=house.actor("沈梅"), at=at)
    sweeping.called_back(
        on_file.read(), finding="STANDS", told="丈夫也上班了。", by=house.actor("沈梅"), at=at
    )
    assert on_file.file.watch_calls.get().told == "丈夫也上班了。"
    with pytest.raises(IntegrityError), transaction.atomic():
        WatchCall.objects.update(finding="RELAPSED")


def test_a_family_on_file_is_not_called_back(on_file: Family, house: House, wang: Worker) -> None:
    with pytest.raises(FileMoveNotAllowed, match="撤档后"):
        sweeping.called_back(
            on_file.read(), finding="STANDS", told="很好", by=house.actor("沈梅"), at=on_file.at
        )


def test_what_one_desk_has_open_can_be_given_to_another(many: list[HouseholdFile], house: House) -> None:
    other = hire("蒋平", Role.COUNTY_OFFICER, house.city.unions["LJ-DL"], place=230)
    sweep = begin(house, Kind.YEARLY, "罗斌")
    mine = house.city["方敏"].post
    moved = sweeping.hand_on(sweep, from_=mine.pk, to=other.post, by=house.actor("罗斌"))
    assert moved == 5
    assert {case.assigned for case in sweep.cases.all()} == {other.post}
    for stranger, to in (("沈梅", other.post), ("罗斌", house.city["沈梅"].post)):
        with pytest.raises(FileMoveNotAllowed):
            sweeping.hand_on(sweep, from_=mine.pk, to=to, by=house.actor(stranger))
