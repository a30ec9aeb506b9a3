"""A family says that a decision is wrong; a file goes to another unit of its county; what is kept long enough is listed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import City, hire
from tests.desk.conftest import sit
from tests.households.conftest import Family, House
from tests.households.conftest import begin as begin
from tests.households.conftest import family as family
from tests.households.conftest import house as house
from tests.households.conftest import on_file as on_file
from tests.portal.conftest import phone_of
from workflows.base import day
from workflows.base.models import OutboxItem
from workflows.households import appealing, deciding, intake, moving, owning, running
from workflows.households.models import FileAppeal, HouseholdFile
from workflows.households.moving import FileMoveNotAllowed
from workflows.policy.household.lifecycle import FileState
from workflows.policy.roles import Role

pytestmark = pytest.mark.django_db

PAGE = "/apply/household/appeal/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def opened(client: Client, file: HouseholdFile) -> str:
    """The page of a file with what is sealed, for a purpose."""
    return text(client.post(reverse("desk:open_file", args=[file.pk]), {"purpose": "答复本人询问"}))


def closed(on_file: Family, house: House) -> HouseholdFile:
    running.close(
        on_file.read(), reason="家庭申请", explanation="家里申请。", by=house.actor("罗斌"), at=on_file.at
    )
    return on_file.read()


def test_a_family_says_that_a_decision_is_wrong_and_somebody_else_answers(
    on_file: Family, house: House, city: City, monday: date
) -> None:
    file = closed(on_file, house)  # on Thursday 13 August: until Thursday 20 August
    day.set_day(date(2026, 8, 14))
    phone = phone_of(on_file.main)
    assert PAGE in text(phone.get(reverse("portal:household")))
    assert "2026年8月20日以前可以提" in text(phone.get(PAGE))
    assert phone.post(PAGE, {"content": ""}).status_code == 422
    assert phone.post(PAGE, {"content": "我没有申请撤档。"}).status_code == 302
    appeal = FileAppeal.objects.get()
    assert "正在核实" in text(phone.get(PAGE))
    assert "已经提过" in text(phone.post(PAGE, {"content": "再说一遍"}))

    answer = reverse("desk:appeal", args=[appeal.pk])
    said = {"upheld": "yes", "finding": "核实了，签字不是本人的，请重新申请，不用再等。"}
    luo = sit(city["罗斌"])
    assert file.file_no in text(luo.get(reverse("desk:appeals")))
    assert "这个决定是您作的" in text(luo.post(answer, said)), "who decided does not answer"
    for stranger in ("邵军", "沈梅", "魏平"):
        assert sit(city[stranger]).get(answer).status_code == 404
    fang = sit(city["方敏"])
    assert "我没有申请撤档" in text(fang.get(answer))
    assert fang.post(answer, {"upheld": "yes", "finding": ""}).status_code == 422
    assert fang.post(answer, said).status_code == 302
    assert "签字不是本人的" in text(phone.get(PAGE))
    assert "签字不是本人的" in opened(fang, file)
    assert fang.post(answer, said).status_code == 404, "answered once"


def test_a_file_that_goes_on_is_looked_into_anew_when_the_family_is_right(
    on_file: Family, house: House
) -> None:
    """In a recheck the family came out richer than it is; what it objects to is a decision by 罗斌."""
    officer, head = house.actor("方敏"), house.actor("罗斌")
    running.recheck(on_file.read(), reason="抽查", by=officer, at=on_file.at)
    house.verify_wage(on_file, 5_500_000)
    deciding.draw(on_file.read(), by=officer, at=on_file.at)
    deciding.go_on(on_file.read(), by=head, at=on_file.at)
    assert (on_file.read().state, on_file.file.category) == (FileState.ACTIVE, "相对困难")
    event = appealing.last_decision(on_file.main.person)
    assert event is not None
    appeal = appealing.say(event, "工资算错了，年底的奖金不是每年都有。", at=on_file.at)
    appealing.answer(appeal, upheld=True, finding="奖金只发过一次。", by=officer, at=on_file.at)
    file = on_file.read()
    assert (file.state, file.stands) == (FileState.RECHECK, "ACTIVE"), "what it has goes on meanwhile"
    assert "不同意见成立" in list(file.events.order_by("n"))[-1].note


def test_after_the_last_day_it_says_where_else_to_go(on_file: Family, house: House, monday: date) -> None:
    closed(on_file, house)
    day.set_day(date(2026, 8, 21))
    phone = phone_of(on_file.main)
    assert "现在已经过了" in text(phone.get(PAGE))
    assert "12351" in text(phone.post(PAGE, {"content": "晚了一天"}))
    assert not FileAppeal.objects.exists()
    event = appealing.last_decision(on_file.main.person)
    assert event is not None
    on_file.on(date(2026, 8, 20))
    assert appealing.say(event, "最后一天", at=on_file.at).due_on > date(2026, 8, 20)


def test_the_county_gives_a_file_to_another_unit_and_sight_follows(
    on_file: Family, house: House, city: City, monday: date
) -> None:
    day.set_day(date(2026, 8, 14))
    to = next(
        union
        for union in owning.unions(on_file.read())
        if union.county_path == on_file.file.owner.county_path and union.path.count("/") > 2
    )
    there = sit(hire("周全", Role.ACCEPTOR, to, place=401))
    page, fang, shen = reverse("desk:file", args=[on_file.file.pk]), sit(city["方敏"]), sit(city["沈梅"])
    assert there.get(page).status_code == 404
    step = reverse("desk:do_file", args=[on_file.file.pk, "hand-over"])
    assert step in text(fang.get(page))
    assert to.name in text(fang.get(step))
    turn = on_file.read().turn
    sent = {"hand-over-to": to.code, "hand-over-why": "原单位撤销了", "seen": turn}
    assert fang.post(step, {**sent, "hand-over-why": ""}).status_code == 422
    assert fang.post(step, sent).status_code == 302
    file = on_file.read()
    assert (file.owner, file.path, file.state, file.is_in_force) == (to, to.path, FileState.ACTIVE, True)
    assert there.get(page).status_code == 200
    assert shen.get(page).status_code == 404
    assert "改建档单位" in text(fang.get(page))
    assert "原单位撤销了" in opened(fang, file)
    assert OutboxItem.objects.filter(payload__of="other_union").exists()
    assert fang.post(step, sent).status_code == 409, "from a page that is no longer so"
    for name in ("罗斌", "冯远"):
        with pytest.raises(FileMoveNotAllowed):
            owning.give(
                on_file.read(),
                to=city.unions["LJ-DL-E01"],
                reason="x",
                by=house.actor(name),
                at=on_file.at,
            )


def test_another_unit_in_the_middle_of_a_recheck_frees_nobody_of_the_four_eyes(
    on_file: Family, house: House, city: City
) -> None:
    running.recheck(on_file.read(), reason="抽查", by=house.actor("方敏"), at=on_file.at)
    to = next(union for union in owning.unions(on_file.read()) if union.path.count("/") > 2)
    owning.give(on_file.read(), to=to, reason="搬了单位", by=house.actor("方敏"), at=on_file.at)
    also_head = hire("方敏二", Role.COUNTY_HEAD, city.unions["LJ-DL"], place=402)
    also_head.post.person = city["方敏"].person
    with pytest.raises(FileMoveNotAllowed, match="必须换一个人"):
        moving.apart(
            on_file.read(),
            FileState.ACTIVE,
            by=also_head.actor.__class__(
                user=city["方敏"].user, person=city["方敏"].person, post=also_head.post
            ),
        )


def test_what_has_been_kept_long_enough_is_listed_also_what_was_refused(
    family: Family, house: House, city: City, monday: date
) -> None:
    intake.refuse(family.read(), explanation="不归工会管。", by=house.actor("沈梅"), at=family.at)
    file = family.read()
    assert file.keep_until == date(2036, 8, 3)
    page = "/desk/files/?list=kept"
    fang = sit(city["方敏"])
    assert file.file_no not in text(fang.get(page))
    HouseholdFile.objects.filter(pk=file.pk).update(keep_until=date(2026, 8, 2))
    shown = text(fang.get(page))
    assert file.file_no in shown
    assert "报市总工会批准" in shown
