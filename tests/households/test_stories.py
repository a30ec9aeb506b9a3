"""The files behind the stories of domain 5: the twins, the divorced parents, the second flat, the migrant, the accident."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import yaml
from django.urls import reverse

from tests.applications.conftest import put_on_offer
from tests.conftest import ROOT, City, fill, id_number, moment, twin_answers
from tests.households.conftest import HOME, PERSON, WAGE, Family, House, begin, family, house
from tests.policy.household.test_sheet import CLEAR
from tests.policy.household.test_sheet import wang as twins_of_wang
from tests.portal.conftest import phone_of
from workflows.applications import apply, decide, file_wait, review
from workflows.applications import daily as application_clock
from workflows.applications.models import Application
from workflows.base import day
from workflows.base.models import OutboxItem
from workflows.households import (
    aid,
    daily,
    deciding,
    drafting,
    drawing,
    posting,
    reckoning,
    running,
    saying,
    telling,
    verifying,
    visiting,
)
from workflows.households.models import HouseholdFile
from workflows.households.moving import AlreadyOnFile, FileMoveNotAllowed
from workflows.offers.models import ProgrammeVersion
from workflows.people.models import Consent
from workflows.policy.assessment import assess
from workflows.policy.household.figures import Accident
from workflows.policy.household.kinds import Income
from workflows.policy.household.lifecycle import FileState
from workflows.policy.programme import Programme
from workflows.policy.states import State

__all__ = ["begin", "family", "house", "put_on_offer"]
pytestmark = pytest.mark.django_db


# ---- 5.2 the twins ----------------------------------------------------------------------------------------------------
def test_5_2_after_the_scholarship_the_sheet_says_relative(wang_file: HouseholdFile) -> None:
    """(60,000 − 20,000) ÷ 48 = 833.33: 深度困难; with the 10,000 of the twins 1,041.67: 相对困难."""
    figures = twins_of_wang()
    before = drawing.draw_up(figures, area="369902")
    assert (before.per_head_fen, str(before.category)) == (83_333, "深度困难")
    main = figures.heads[0].key
    with_aid = [
        *figures.incomes,
        replace(figures.incomes[0], head=main, kind=Income.UNION_AID, fen=1_000_000),
    ]
    after = drawing.draw_up(replace(figures, incomes=with_aid), area="369902")
    assert (after.per_head_fen, str(after.category)) == (104_167, "相对困难")
    aid.record(
        wang_file,
        item="子女助学",
        programme_code="P-GA-2026",
        amount_fen=1_000_000,
        reference="r",
        on=date(2026, 8, 14),
    )
    wang_file.refresh_from_db()
    assert wang_file.helped_on == date(2026, 8, 14)


# ---- 5.5 divorced parents, two counties -------------------------------------------------------------------------------
def test_5_5_the_child_stands_in_one_file_and_the_refusal_names_nobody(
    begin: Callable[..., Family], house: House
) -> None:
    """The mother files in 河湾's stead 柳溪县, where the child lives; the father cannot put it into his as well."""
    mother = begin("郭红", union="LJ-LX-E01", place=52)
    father = begin("梁伟", place=51)
    child = ("梁小雨", id_number("369902", date(2010, 4, 5), 53))
    for household in (mother, father):
        second = household.file.members.exclude(person=household.main.person).get()
        drafting.remove(second, on=household.at.date())
        member = drafting.add(household.file, name=child[0], id_no=child[1], relation="女", at=household.at)
        saying.say(
            household.file,
            "person",
            [{key: value for key, value in {**PERSON, "identity": "学生"}.items() if key != "work"}],
            member=member,
            by=household.main.actor,
            at=household.at,
        )
        drafting.agree(member, user=household.main.user, channel=Consent.Channel.ONLINE, at=household.at)
    drafting.submit(mother.read(), by=mother.main.actor, at=mother.at)
    with pytest.raises(AlreadyOnFile) as refused:
        drafting.submit(father.read(), by=father.main.actor, at=father.at)
    for private in ("郭红", "梁小雨", "柳溪"):
        assert private not in str(refused.value)
    drafting.remove(father.file.members.get(relation="女"), on=father.at.date())
    drafting.submit(father.read(), by=father.main.actor, at=father.at)
    assert (mother.state, father.state) == ("SUBMITTED", "SUBMITTED")


# ---- 5.8 the second flat and the car ----------------------------------------------------------------------------------
def test_5_8_a_second_flat_below_the_average_and_an_adapted_car_are_no_ground(
    family: Family, house: House, city: City
) -> None:
    family.on(date(2026, 8, 3))
    house.accept(family)
    family.on(date(2026, 8, 5))
    house.visit(family)
    visiting.finish(family.read(), by=house.actor("何强"), at=family.at)
    house.check(family)
    deciding.draw(family.read(), by=house.actor("方敏"), at=family.at)
    deciding.agree(family.read(), by=house.actor("罗斌"), at=family.at)
    notice = family.file.notices.get()
    assert (notice.posted_on, notice.ends_on) == (date(2026, 8, 5), date(2026, 8, 12))

    family.on(date(2026, 8, 7))
    objection = posting.object_to(
        notice,
        posting.Said("这家还有一套房和一辆车", "田某", "13900000077"),
        channel="PHONE",
        at=family.at,
        by=house.actor("方敏"),
    )
    assert family.state == FileState.SUSPENDED
    daily.tick(at=moment(date(2026, 8, 19)))
    assert family.state == FileState.SUSPENDED, "the days of the notice stand still"

    family.on(date(2026, 8, 20))
    found = {**HOME, "homes": 2, "floor_area": 600, "vehicle": True, "vehicle_for_disability": True}
    verifying.write(
        family.file,
        "home",
        [found],
        reason="异议说有第二套房和车，上门看过",
        evidence="不动产登记、残疾人机动轮椅车登记",
        by=house.actor("方敏"),
        at=family.at,
    )
    drawn = drawing.draw_up(saying.figures(family.read(), on=date(2026, 8, 20)), area="369902")
    assert (str(drawn.category), {str(each.verdict) for each in drawn.grounds} & {"against"}) == (
        "深度困难",
        set(),
    )
    finding = "两套合计60平方米，人均不超过当地平均；车是残疾人代步用的。"
    posting.answer(objection, upheld=False, finding=finding, by=house.actor("罗斌"), at=family.at)
    running.resume(family.read(), finding=finding, by=house.actor("罗斌"), at=family.at)
    notice.refresh_from_db()
    assert family.state == FileState.PUBLIC_NOTICE
    assert notice.ends_on == date(2026, 8, 26), "one of five days had run: four are left"
    daily.tick(at=moment(date(2026, 8, 27)))
    assert family.state == FileState.CITY_RECORD
    told = str([event.note for event in family.file.events.all()])
    assert "田某" not in told


# ---- 5.10 the migrant worker and the file that is being opened ----------------------------------------------------------
def from_elsewhere(begin: Callable[..., Family], *, on: date) -> Family:
    """赵丽, of another province, works here since 20 August 2025."""
    family = begin("赵丽", place=60, on=on)
    main = family.file.members.get(person=family.main.person)
    person = {**PERSON, "register_region": "410102", "contract_since": "2025-08-20"}
    saying.say(family.file, "person", [person], member=main, by=family.main.actor, at=family.at)
    return family


def test_5_10_asked_a_month_too_early_is_kept_reminded_and_handed_in_on_the_day(
    begin: Callable[..., Family],
) -> None:
    family = from_elsewhere(begin, on=date(2026, 4, 20))
    family.on(date(2026, 7, 20))
    with pytest.raises(drafting.TooEarly, match="满12个月才能建档，2026年8月20日起") as refused:
        drafting.submit(family.read(), by=family.main.actor, at=family.at)
    assert refused.value.day == date(2026, 8, 20)
    assert "临时救助" in str(refused.value)
    daily.tick(at=moment(date(2026, 8, 19)))
    told = OutboxItem.objects.filter(topic="files.tell", payload__of="waited")
    assert (family.state, told.count()) == ("DRAFT", 0), "121 days without a word, and not forgotten"
    for _twice in range(2):
        daily.tick(at=moment(date(2026, 8, 20)))
    assert told.count() == 1
    assert "从今天起可以交上去" in telling.words(family.read(), telling.WAITED)
    family.on(date(2026, 8, 20))
    drafting.submit(family.read(), by=family.main.actor, at=family.at)
    assert (family.state, family.file.waits_until) == ("SUBMITTED", None)


def test_5_10_the_page_says_the_day_and_what_there_is_meanwhile(
    begin: Callable[..., Family], version: ProgrammeVersion
) -> None:
    day.set_day(date(2026, 7, 20))
    phone = phone_of(from_elsewhere(begin, on=date(2026, 7, 20)).main)
    shown = phone.post(reverse("portal:household_submit"), follow=True).content.decode()
    for words in ("2026年8月20日起可以交上去", "金秋助学", "2026年8月27日截止", "/guides/migrant/"):
        assert words in shown


def test_5_10_one_of_the_city_need_not_wait_and_a_migrant_says_since_when(
    begin: Callable[..., Family],
) -> None:
    here, unknown = begin("刘桂英", place=61), begin("郭红", place=62)
    said: list[tuple[Family, dict[str, Any]]] = [
        (here, {"register_region": "369902", "contract_since": "2026-07-01"}),
        (unknown, {"identity": "农民工"}),
    ]
    for each, row in said:
        main = each.file.members.get(person=each.main.person)
        saying.say(each.file, "person", [PERSON | row], member=main, by=each.main.actor, at=each.at)
    with pytest.raises(FileMoveNotAllowed, match="劳动合同签订时间"):
        drafting.submit(unknown.read(), by=unknown.main.actor, at=unknown.at)
    other = here.file.members.exclude(person=here.main.person).get()
    drafting.remove(unknown.file.members.get(person=other.person), on=unknown.at.date())
    drafting.submit(here.read(), by=here.main.actor, at=here.at)
    assert here.state == "SUBMITTED"


def test_5_10_the_day_that_was_corrected_is_the_day_of_the_reminder(begin: Callable[..., Family]) -> None:
    family = from_elsewhere(begin, on=date(2026, 7, 20))
    with pytest.raises(drafting.TooEarly):
        drafting.submit(family.read(), by=family.main.actor, at=family.at)
    main = family.file.members.get(person=family.main.person)
    later = {**PERSON, "register_region": "410102", "contract_since": "2025-09-01"}
    saying.say(family.file, "person", [later], member=main, by=family.main.actor, at=family.at)
    assert daily.remind_waiting(at=moment(date(2026, 8, 20))) == 0
    assert family.read().waits_until == date(2026, 9, 1)
    assert daily.remind_waiting(at=moment(date(2026, 9, 1))) == 1


@pytest.fixture
def zhao(begin: Callable[..., Family], version: ProgrammeVersion, house: House) -> tuple[Family, Application]:
    """赵丽: 1,200 a head, so 相对困难; on 20 August both the file and the scholarship are handed in."""
    at = moment(date(2026, 8, 20))
    family = from_elsewhere(begin, on=date(2026, 8, 20))
    main = family.file.members.get(person=family.main.person)
    saying.say(family.file, "income", [{**WAGE, "fen": 4_880_000}], member=main, by=family.main.actor, at=at)
    answers = twin_answers()
    answers["once"] |= {
        "applicant_name": "赵丽",
        "applicant_id_no": family.main.person.id_no,
        "payee_name": "赵丽",
        "payee_id_no": family.main.person.id_no,
        "migrant": True,
        "labour_since": "2025-08-20",
        "temporary_trouble": True,
        "trouble_kind": "重病",
    }
    answers["rows"]["students"] = answers["rows"]["students"][:1]
    case = fill(apply.begin(version.code, person=family.main.person, at=at), answers, at=at)
    drafting.submit(family.read(), by=family.main.actor, at=at)
    apply.submit(case, by=family.main.actor, at=at)
    return family, Application.objects.for_lists().select_related("sealed_by").get(pk=case.pk)


def to_the_city(case: Application, city: City) -> Application:
    """The scholarship's own way, up to the city's desk on 8 September."""

    def again() -> Application:
        return Application.objects.for_lists().select_related("sealed_by").get(pk=case.pk)

    review.accept(again(), by=city["沈梅"].actor, at=moment(date(2026, 8, 21)))
    review.take_up(again(), by=city["何强"].actor, at=moment(date(2026, 8, 24)))
    review.sign(again(), opinion="属实", by=city["何强"].actor, at=moment(date(2026, 8, 24)))
    review.opine(again(), opinion="建议资助", by=city["方敏"].actor, at=moment(date(2026, 8, 26)))
    review.post_notice(again(), by=city["罗斌"].actor, at=moment(date(2026, 8, 28)))
    application_clock.tick(at=moment(date(2026, 9, 5)))
    assert again().position is State.CITY_APPROVAL
    return again()


def open_file(family: Family, house: House, *, on: date) -> None:
    family.on(date(2026, 8, 25))
    house.accept(family)
    house.visit(family)
    visiting.finish(family.read(), by=house.actor("何强"), at=family.at)
    house.check(family)
    deciding.draw(family.read(), by=house.actor("方敏"), at=family.at)
    deciding.agree(family.read(), by=house.actor("罗斌"), at=family.at)
    family.on(on)
    daily.tick(at=family.at)
    deciding.put_on_record(family.read(), by=house.actor("秦岚"), at=family.at)


def test_5_10_the_scholarship_waits_for_the_file_and_is_5_000_with_it(
    zhao: tuple[Family, Application], house: House, city: City
) -> None:
    family, case = zhao
    case = to_the_city(case, city)
    assert case.amount_fen == 400_000, "as a family without a file"
    assert file_wait.until(case, on=date(2026, 9, 7)) is not None
    with pytest.raises(file_wait.FileRunning, match="这家正在建档"):
        decide.approve(case, by=city["秦岚"].actor, at=moment(date(2026, 9, 7)))
    open_file(family, house, on=date(2026, 9, 8))
    assert (family.read().category, family.file.state) == ("相对困难", "ACTIVE")
    case.refresh_from_db()
    decide.approve(case, by=city["秦岚"].actor, at=moment(date(2026, 9, 9)))
    case.refresh_from_db()
    assert (case.state, case.amount_fen, case.household) == (State.APPROVED, 500_000, family.file)
    reckoned = reckoning.Reckoning(on=date(2026, 9, 9)).of([family.read()])[family.file.pk]
    assert (reckoned.category, reckoned.is_sure) == ("相对困难", True)


def test_5_10_a_file_that_is_late_leaves_it_at_4_000(
    zhao: tuple[Family, Application], house: House, city: City
) -> None:
    family, case = zhao
    case = to_the_city(case, city)
    last = file_wait.until(case, on=date(2026, 9, 7))
    assert last is not None
    with pytest.raises(file_wait.FileRunning):
        decide.approve(case, by=city["秦岚"].actor, at=moment(last))
    late = moment(last.fromordinal(last.toordinal() + 1))
    assert file_wait.until(case, on=late.date()) is None
    decide.approve(case, by=city["秦岚"].actor, at=late)
    case.refresh_from_db()
    assert (case.state, case.amount_fen, case.household) == (State.APPROVED, 400_000, None)
    assert family.state == "SUBMITTED", "the file goes on by itself"


# ---- 5.11 the accident ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("percent", "category"), [(50, "意外致困"), (80, "None")])
def test_5_11_an_accident_above_half_of_the_yearly_income_and_below_four_fifths(
    city: City, percent: int, category: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """68,000 after compensation against 120,000 a year: 56.7 %."""
    figures = replace(
        twins_of_wang(means=CLEAR),
        incomes=[replace(twins_of_wang().incomes[0], fen=12_000_000)],
        spending=(),
        accident=Accident("车祸", date(2026, 6, 1), 8_000_000, back_fen=1_200_000),
        heads=twins_of_wang().heads[:1],
    )
    real = drawing.standards

    def with_percent(**asked: Any) -> Any:
        found = real(**asked)
        return type(found)(
            {
                **found.rows,
                "accident_ratio_percent": {**found.rows["accident_ratio_percent"], "value": percent},
            }
        )

    monkeypatch.setattr(drawing, "standards", with_percent)
    drawn = drawing.draw_up(figures, area="369902")
    assert str(drawn.category) == category
    assert "自己承担68,000元" in drawn.tests[-1].says


@pytest.mark.parametrize(("percent", "verdict", "fen"), [(50, "met", 1_000_000), (80, "not_met", 0)])
def test_5_11_the_aid_is_15_percent_up_to_the_cap_and_refused_below_the_other_threshold(
    percent: int, verdict: str, fen: int
) -> None:
    """15 % of 68,000 is 10,200, so 10,000; where 80 % of the yearly income is the threshold, nothing."""
    content = ROOT / "content"
    told = yaml.safe_load((content / "programmes/accident-aid-2026.yml").read_text(encoding="utf-8"))
    rows = yaml.safe_load((content / "parameters.yml").read_text(encoding="utf-8"))["parameters"]
    facts = {
        "union_member": True,
        "file_state": "ACTIVE",
        "category": "意外致困",
        "accident_on": "2026-06-18",
        "accident_spending": 6_800_000,
        "yearly_income": 12_000_000,
    }
    params = [{**row, "value": percent} if row["key"] == "accident_ratio_percent" else row for row in rows]
    judged = assess(
        Programme.from_json(told), facts=facts, rows=[], params=params, on=date(2026, 8, 3), area="369902"
    )
    assert (str(judged.verdict), judged.total_fen) == (verdict, fen)
