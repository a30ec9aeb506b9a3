"""What a family says in its file, corrects, agrees to and finds again: nothing doubled, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.applications.test_two_at_once import at_once
from tests.conftest import Worker, moment
from tests.desk.conftest import sit
from tests.households.conftest import HOME, PERSON, WAGE, Family, House
from tests.households.test_importing import book, bring, do, main_row, member_row
from tests.portal.conftest import phone_of
from tests.signing_in import outbox
from workflows.base import day
from workflows.households import checking, correcting, drafting, intake, queries, saying
from workflows.households.intake import Missing
from workflows.households.models import Correction, HouseholdFile, MeansConsent, Member, Statement
from workflows.households.moving import FileMoveNotAllowed
from workflows.households.saying import Change
from workflows.people.models import Acting, Consent, User
from workflows.policy.household.kinds import Work

pytestmark = pytest.mark.django_db

RENT = {"kind": "RENT", "fen": 120_000}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def incomes(family: Family) -> list[dict[str, Any]]:
    member = family.file.members.get(relation="本人")
    return [each.row() for each in saying.now(family.file).counting("income", member=member.pk)]


def page_of(family: Family, name: str, *args: Any) -> str:
    return reverse(
        f"portal:household_member_{name}", args=[family.file.members.get(relation="本人").pk, *args]
    )


@pytest.fixture
def phone(family: Family) -> Client:
    day.set_day(family.at.date())
    return phone_of(family.main)


# ---- rows ------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_two_taps_on_one_form_are_one_row_and_two_phones_are_two(begin: Callable[..., Family]) -> None:
    family = begin()
    me = family.file.members.get(relation="本人")
    once = Change(uuid4(), RENT, is_new=True)
    other = Change(uuid4(), {"kind": "PENSION", "fen": 90_000}, is_new=True)

    def say(change: Change) -> Callable[[], object]:
        return lambda: saying.change(
            family.file, "income", [change], member=me, by=family.main.actor, at=family.at
        )

    assert at_once(say(once), say(once), say(other)) == [None, None, None]
    assert sorted(row["kind"] for row in incomes(family)) == ["PENSION", "RENT", "WAGE"]


@pytest.mark.django_db(transaction=True)
def test_a_part_that_is_saved_twice_at_once_stands_once(begin: Callable[..., Family]) -> None:
    family = begin()

    def save() -> object:
        return saying.say(family.file, "home", [HOME], by=family.main.actor, at=family.at)

    assert not [each for each in at_once(save, save) if isinstance(each, Exception)]
    assert len(saying.now(family.file).counting("home")) == 1


def test_a_row_of_a_draft_is_taken_out_once_and_said_otherwise(begin: Callable[..., Family]) -> None:
    family = begin()
    day.set_day(family.at.date())
    phone = phone_of(family.main)
    form = {"kind": "RENT", "fen": "1200", "of": str(uuid4())}
    for _tap in range(2):
        phone.post(page_of(family, "part", "income"), form)
    assert incomes(family) == [WAGE, RENT]
    wage, rent = Statement.objects.standing().filter(part="income", member__relation="本人").order_by("place")
    for _tap in range(2):
        phone.post(page_of(family, "row_remove", "income", rent.pk))
    assert incomes(family) == [WAGE]
    change = page_of(family, "row", "income", wage.pk)
    assert 'value="24000"' in text(phone.get(change))
    phone.post(change, {"kind": "WAGE", "fen": "30000"})
    late = phone.post(change, {"kind": "WAGE", "fen": "31000"})
    assert (late.status_code, "刚刚改过了" in text(late), 'value="31000"' in text(late)) == (422, True, True)
    assert incomes(family) == [{"kind": "WAGE", "fen": 3_000_000}]


# ---- corrections -----------------------------------------------------------------------------------------------------
def test_a_wrong_wage_is_corrected_and_not_added(family: Family, phone: Client, house: House) -> None:
    wage = Statement.objects.standing().get(part="income", member__relation="本人")
    phone.post(page_of(family, "row", "income", wage.pk), {"kind": "WAGE", "fen": "30000"})
    phone.post(page_of(family, "part", "income"), {"kind": "RENT", "fen": "1200", "of": str(uuid4())})
    seen = text(phone.get(page_of(family, "part", "income")))
    assert "还在等核实" in seen
    assert "30,000元" in seen
    assert incomes(family) == [WAGE], "nothing counts before somebody has looked into it"
    (offered,) = correcting.open_of(family.file)
    desk = text(sit(house.city["沈梅"]).get(reverse("desk:file", args=[family.file.pk])))
    assert "24,000元" in desk, "the station sees what stands beside what is offered"
    assert "30,000元" in desk
    correcting.taken(offered, note="看过工资表。", by=house.actor("沈梅"), at=family.at)
    assert incomes(family) == [{"kind": "WAGE", "fen": 3_000_000}, RENT]
    told = text(phone.get(reverse("portal:household")))
    assert "并入了后来的更正" in told, "the family sees what became of the first"
    assert "看过工资表。" in told


def test_a_correction_of_a_row_that_has_changed_since_is_not_written(family: Family, house: House) -> None:
    me, wage = (
        family.file.members.get(relation="本人"),
        Statement.objects.standing().get(part="income", member__relation="本人"),
    )
    how: dict[str, Any] = {"member": me, "by": family.main.actor, "at": family.at}
    offered = correcting.offer_row(family.file, "income", Change(wage.pk, RENT), **how)
    assert offered is not None
    saying.say(family.file, "income", [{**WAGE, "fen": 1}], source=saying.Source.STAFF, **how)
    with pytest.raises(FileMoveNotAllowed, match="后来又变了"):
        correcting.taken(offered, note="", by=house.actor("沈梅"), at=family.at)
    offered.refresh_from_db()
    assert offered.standing == Correction.Standing.OPEN


def test_an_imported_family_corrects_its_file_whatever_former_years_wrote(house: House) -> None:
    officer = house.actor("方敏")
    content = book([main_row(1, 困难类别="低保户", 户口类型="居民户口")], [member_row(1)])
    do(bring(content, officer), officer)
    file = HouseholdFile.objects.select_related("main__sealed_by", "owner", "sealed_by").get()
    user = User.objects.for_phone("13900000001")
    Acting.objects.create(
        user=user, person=file.main, relation=Acting.Relation.SELF, since=moment(date(2026, 8, 14))
    )
    family = Family(Worker(user, file.main), file, moment(date(2026, 8, 14)))
    day.set_day(family.at.date())
    phone = phone_of(family.main)
    home = dict(saying.now(file).counting("home")[0].row())
    sent = {"address": "东岭区新村9号", "main_cause": home["main_cause"], "housing": home["housing"]}
    kept = text(phone.post(reverse("portal:household_part", args=["home"]), sent, follow=True))
    assert "档案里的暂时不变" in kept
    correcting.taken(correcting.open_of(file)[0], note="", by=house.actor("方敏"), at=family.at)
    file.refresh_from_db()
    assert file.address == "东岭区新村9号", "lists and applications read the same as the page"
    assert saying.now(file).counting("home")[0].row()["old_category"] == "DIBAOHU"
    bad = phone.post(reverse("portal:household_part", args=["home"]), {**sent, "postcode": "25"})
    assert bad.status_code == 422


def test_the_columns_of_a_file_follow_what_counts_in_it(on_file: Family, house: House) -> None:
    found = {**HOME, "address": "东岭区新村9号", "main_cause": "子女上学", "on_dibao": True}
    source = saying.Source.STAFF
    saying.say(on_file.file, "home", [found], by=house.actor("方敏"), at=on_file.at, source=source)
    out = {**PERSON, "work": Work.UNEMPLOYED.value, "identity": "失(无)业"}
    me = on_file.file.members.get(relation="本人")
    saying.say(on_file.file, "person", [out], member=me, by=house.actor("方敏"), at=on_file.at, source=source)
    file = on_file.read()
    assert (file.address, file.main_cause, file.on_dibao) == ("东岭区新村9号", "子女上学", True)
    assert file.zero_employment
    me.refresh_from_db()
    assert me.identity == "失(无)业"


# ---- who stands in the file, and which file ----------------------------------------------------------------------------
def test_who_is_taken_out_of_a_returned_file_stands_in_none(family: Family, house: House) -> None:
    intake.send_back(family.read(), [Missing("诊断书", "要看病情")], by=house.actor("沈梅"), at=family.at)
    other = family.file.members.select_related("file").get(relation="配偶")
    drafting.remove(other, on=family.at.date())
    assert not Member.objects.filter(person=other.person, active=True).exists()
    drafting.submit(family.read(), by=family.main.actor, at=family.at)
    assert not queries.being_opened(other.person), "a file of one's own is not refused"
    assert queries.being_opened(family.main.person)


def test_a_family_that_begins_again_finds_what_it_had_said_and_confirms_it(
    family: Family, phone: Client, house: House
) -> None:
    intake.refuse(family.read(), explanation="不在受理范围。", by=house.actor("沈梅"), at=family.at)
    later = moment(date(2026, 9, 1))
    again = drafting.begin(family.main.person, owner=family.file.owner, at=later)
    said = saying.now(again)
    assert said.counting("home")[0].row() == HOME
    assert {each.as_of for each in drafting.of_before(again, said)} == {family.at.date()}
    assert [each.relation for each in again.members.order_by("pk")] == ["本人", "配偶"]
    with pytest.raises(FileMoveNotAllowed, match="还没有确认"):
        drafting.submit(again, by=family.main.actor, at=later)
    day.set_day(later.date())
    assert "以前填的都在这里" in text(phone.get(reverse("portal:household")))
    phone.post(reverse("portal:household_still_so"))
    assert drafting.without_consent(again) == [], "what was agreed to stands"
    assert "已经交上去了" in text(phone.post(reverse("portal:household_submit"), follow=True))


def test_the_file_that_goes_on_is_the_one_that_shows(family: Family, phone: Client, house: House) -> None:
    """Refused and begun again on one day; and an archive that was closed after the new one began."""
    intake.refuse(family.read(), explanation="不在受理范围。", by=house.actor("沈梅"), at=family.at)
    page = reverse("portal:household")
    for _draft in range(3):
        draft = drafting.begin(family.main.person, owner=family.file.owner, at=family.at)
        assert draft.file_no in text(phone.get(page))
        drafting.forget(draft)
    draft = drafting.begin(family.main.person, owner=family.file.owner, at=family.at)
    HouseholdFile.objects.filter(pk=family.file.pk).update(since=date(2027, 8, 1))
    assert draft.file_no in text(phone.get(page))


# ---- agreeing --------------------------------------------------------------------------------------------------------
def test_after_handing_in_a_consent_is_withdrawn_on_purpose_and_given_again(
    family: Family, phone: Client, house: House
) -> None:
    withdraw, page = reverse("portal:household_withdraw"), reverse("portal:household")
    assert "确定撤回" in text(phone.get(withdraw))
    assert drafting.without_consent(family.file) == []
    phone.post(withdraw)
    me, him = drafting.without_consent(family.file)
    assert "同意核对" in text(phone.get(page))
    phone.post(reverse("portal:household_agree"), {"member": [str(me.pk), str(him.pk)]})
    assert drafting.without_consent(family.file) == [him], "an adult agrees for himself"

    desk, paper = sit(house.city["沈梅"]), reverse("desk:file_consents", args=[family.file.pk])
    assert "要到站点签字" not in text(desk.get(paper))
    phone.post(reverse("portal:household_at_station", args=[him.pk]))
    assert "要到站点签字" in text(desk.get(paper))
    nowhere = desk.post(paper, {"who": him.pk, "signed_on": "2026-08-03", "kept_at": ""})
    assert nowhere.status_code == 422
    desk.post(paper, {"who": him.pk, "signed_on": "2026-08-03", "kept_at": "站点档案柜3号"})
    assert drafting.without_consent(family.file) == []
    noted = MeansConsent.objects.select_related("sealed_by", "consent").get(how="PAPER")
    assert (noted.kept_at, noted.noted_by) == ("站点档案柜3号", house.actor("沈梅").label)
    assert noted.consent is not None
    assert noted.consent.channel == Consent.Channel.PAPER


def test_who_signs_at_the_station_holds_nobody_up_but_is_not_asked_about_before(
    begin: Callable[..., Family], house: House
) -> None:
    family = begin()
    drafting.withdraw(family.file, at=family.at)
    me, him = drafting.without_consent(family.file)
    drafting.agree(me, user=family.main.user, channel=Consent.Channel.ONLINE, at=family.at)
    phone = phone_of(family.main)
    day.set_day(family.at.date())
    phone.post(reverse("portal:household_at_station", args=[him.pk]))
    drafting.submit(family.read(), by=family.main.actor, at=family.at)
    HouseholdFile.objects.update(state="CHECKING")
    with pytest.raises(FileMoveNotAllowed, match="还没有同意核对的：陈立"):
        checking.ask(family.read(), register="means", purpose="建档", by=house.actor("方敏"), at=family.at)


def test_words_that_do_not_bind_are_asked_for_anew(family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafting, "VERSION", "3")
    assert len(drafting.without_consent(family.file)) == 2


def test_a_code_is_wrong_three_times_at_most(family: Family, phone: Client) -> None:
    drafting.withdraw(family.file, at=family.at)
    him = family.file.members.get(relation="配偶")
    phone.post(reverse("portal:household_by_code", args=[him.pk]), {"phone": "13900000062"})
    words = outbox()[-1]["text"]
    enter = reverse("portal:household_code", args=[him.pk])
    right = "".join(char for char in words.split("：")[0] if char.isdigit())
    for _try in range(3):
        assert phone.post(enter, {"code": "x"}).status_code == 422
    assert "重新发一个" in text(phone.post(enter, {"code": right}))
    assert him in drafting.without_consent(family.file)
    assert "刘桂英" not in words


# ---- changes ---------------------------------------------------------------------------------------------------------
def test_a_family_in_its_tapering_period_reports_that_it_is_worse_off(on_file: Family, house: House) -> None:
    HouseholdFile.objects.update(state="TAPERING", stands="TAPERING")
    day.set_day(on_file.at.date())
    phone = phone_of(on_file.main)
    for _tap in range(2):
        told = phone.post(reverse("portal:household_report"), {"what": "丈夫又住院了。"}, follow=True)
    assert text(told).count("丈夫又住院了。") == 1
    desk = sit(house.city["方敏"])
    page = reverse("desk:file", args=[on_file.file.pk])
    assert "家里的变化" in text(desk.get(page))
    (reported,) = correcting.open_of(on_file.file)
    desk.post(
        reverse("desk:correct_file", args=[on_file.file.pk, reported.pk]),
        {"take": "1", "note": "已经去看过。"},
    )
    assert "已经去看过。" in text(phone.get(reverse("portal:household")))
