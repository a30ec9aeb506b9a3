"""入户调查 on a phone: sent once however often it is sent, photographs once and clean, nothing typed lost, nobody named."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.conftest import hire, picture
from tests.desk.conftest import sit
from tests.desk.test_signed_out_while_writing import equip, sign_in
from tests.desk.test_sweeps import text
from tests.households.conftest import INK, Family, House, begin, family, family_signs, house
from tests.signing_in import as_worker
from workflows.base import day
from workflows.households import intake, visiting
from workflows.households.models import HomeVisit, VisitPhoto
from workflows.people.models import AccessLog
from workflows.policy.household.living import CHECKLIST
from workflows.policy.roles import Role

__all__ = ["begin", "family", "house"]
pytestmark = pytest.mark.django_db

WRITTEN = {
    "visited_on": "2026-08-04",
    "minutes": "40",
    "met": "刘桂英\n陈立",
    **{f"living_{key}": "yes" for key in CHECKLIST},
    "seen": "一家两口，租住单位公房，妻子透析。",
    "next_step": "联系医疗救助。",
    "key": "7c2a4a0e-93a4-4f4f-8a3e-0f5d3f9b1c11",
}
JSON = {"Accept": "application/json"}


@pytest.fixture
def visitor(family: Family, house: House) -> Client:
    """赵敏 on the way to 刘桂英, with 钱进."""
    intake.accept(family.read(), by=house.actor("沈梅"), at=family.at)
    first, second = (house.city[name].post for name in ("赵敏", "钱进"))
    visiting.arrange(
        family.read(), first=first, second=second, unrelated=True, by=house.actor("沈梅"), at=family.at
    )
    day.set_day(date(2026, 8, 4))
    return sit(house.city["赵敏"])


def send(client: Client, family: Family, *photos: Any, **more: str) -> Any:
    told: dict[str, Any] = {**WRITTEN, **more}
    return client.post(
        reverse("desk:visit", args=[family.file.pk]), {**told, "photos": list(photos)}, headers=JSON
    )


def on_phone(family: Family) -> Client:
    """刘桂英, signed in on a device that is known to be hers."""
    phone, person = Client(), family.main.person
    as_worker(phone, family.main.user)
    phone.post(f"/accounts/confirm/{person.pk}/", {"name": person.name, "last_four": str(person.id_no)[-4:]})
    return phone


def photo(colour: str = "white", name: str = "厨房.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(colour), content_type="image/jpeg")


def test_the_page_names_nobody_of_the_family(visitor: Client, family: Family) -> None:
    page = text(visitor.get(reverse("desk:visit", args=[family.file.pk])))
    assert family.file.file_no in page
    for private in ("刘桂英", "陈立", "刘", "纺织路"):
        assert private not in page.replace("刘芳", "")


def test_what_is_sent_twice_is_there_once_and_signatures_stay(
    visitor: Client, family: Family, house: House
) -> None:
    first = send(visitor, family, photo(), photo("blue", "卧室.jpg"))
    assert first.json() == {"next": reverse("desk:visit_record", args=[family.file.pk])}
    visit = HomeVisit.objects.get()
    visiting.sign(visit, by=house.actor("钱进"), at=family.at)
    again = send(visitor, family, photo(), photo("blue", "卧室.jpg"))
    assert again.status_code == 200
    visit.refresh_from_db()
    assert visit.photos.count() == 2
    assert visit.second_signed_at is not None, "the same sent again takes no signature away"
    other = send(visitor, family, seen="后来又看到一间房。")
    assert other.status_code == 200
    anew = HomeVisit.objects.select_related("sealed_by").get()
    assert anew.second_signed_at is None, "what is written anew is signed anew"
    assert anew.found()["seen"] == "后来又看到一间房。"


def test_what_is_wrong_is_said_by_field_and_the_photographs_are_kept(visitor: Client, family: Family) -> None:
    wrong = send(
        visitor, family, photo(), SimpleUploadedFile("表.docx", b"PK\x03\x04" + b"0" * 99), minutes="", met=""
    )
    assert wrong.status_code == 422
    assert set(wrong.json()["problems"]) == {"photos", "minutes", "met"}
    assert "办公文档" in wrong.json()["problems"]["photos"]
    assert VisitPhoto.objects.count() == 1
    assert HomeVisit.objects.get().told is None
    right = send(visitor, family, next_step="问过医保以后再去一次。")
    assert right.status_code == 200
    assert HomeVisit.objects.get().found()["next_step"] == "问过医保以后再去一次。", (
        "put right is not sent twice"
    )
    plain = visitor.post(reverse("desk:visit", args=[family.file.pk]), {**WRITTEN, "minutes": ""})
    assert (plain.status_code, "租住单位公房" in text(plain)) == (422, True)


def test_without_a_script_the_form_works_as_a_form(visitor: Client, family: Family) -> None:
    done = visitor.post(
        reverse("desk:visit", args=[family.file.pk]), {**WRITTEN, "photos": [photo()]}, follow=True
    )
    page = text(done)
    assert "已记下" in page
    assert reverse("desk:visit_photo", args=[family.file.pk, VisitPhoto.objects.get().pk]) in page
    assert "一家两口，租住单位公房" in page
    for line in ("四季有衣穿", "40分钟", "赵敏、钱进", "还没有签字"):
        assert line in page


def test_without_a_script_what_was_typed_outlives_the_sign_in(
    visitor: Client, family: Family, house: House
) -> None:
    """Her sign-in ran out in the flat: the words are there when she is back, the photograph is chosen again."""
    zhao, client, address = house.city["赵敏"], Client(), reverse("desk:visit", args=[family.file.pk])
    secret = equip(zhao)
    assert client.post(address, {**WRITTEN, "photos": [photo()]}).status_code == 302
    assert sign_in(client, zhao, secret, wanted=address) == address
    back = client.get(address)
    assert "刚才填的内容还在" in text(back)
    assert "照片和文件没有留下，请重新选。" in text(back)
    assert WRITTEN["seen"] in text(back)
    assert 'value="40"' in text(back)
    assert "X-Keep-Offline" not in back.headers
    assert not HomeVisit.objects.filter(told__isnull=False).exists()
    assert WRITTEN["seen"] not in text(client.get(address)), "once is enough"


def test_all_three_sign_in_the_flat_and_it_is_on_the_page_and_on_paper(
    visitor: Client, family: Family, house: House
) -> None:
    stranger = send(visitor, family, family_hand=INK, signs="陈明")
    assert "见到了谁" in stranger.json()["problems"]["signs"]
    slip = send(visitor, family, family_hand="[[1,1,2,2]]", signs="刘桂英", own_hand="[[1,1")
    assert slip.json()["problems"] == {
        "family_hand": "签得太短，请写全姓名。",
        "own_hand": "签字没有收到，请清除后再签一次。",
    }
    assert HomeVisit.objects.get().told is None
    done = send(visitor, family, family_hand=INK, signs="刘桂英", own_hand=INK)
    assert done.status_code == 200
    visit = HomeVisit.objects.get()
    assert (visit.first_signed_at is None, visit.second_signed_at is None) == (False, True)
    assert visit.family_signed_at is not None
    assert "[[" not in str(visit.__dict__["family_hand"]), "it lies sealed"
    record = reverse("desk:visit_record", args=[family.file.pk])
    page = text(visitor.get(record))
    assert page.count("<path d=") == 2
    assert "刘桂英的签字" in page
    second = sit(house.city["钱进"])
    seen = text(second.get(record)).partition('name="seen_as" value="')[2].partition('"')[0]
    assert "刚刚改过" in text(second.post(record, {"who": "own", "seen_as": "something else"}))
    second.post(record, {"who": "own", "seen_as": seen})
    page = text(second.get(record))
    assert "本人登录确认" in page
    assert "data-pad" not in page
    assert second.post(record, {"who": "own", "seen_as": seen}).status_code == 404
    paper = second.get(reverse("desk:visit_pdf", args=[family.file.pk, visit.pk]))
    assert paper.content.startswith(b"%PDF")
    assert sit(house.city["尤佳"]).get(record).status_code == 404
    phone = on_phone(family)
    home = text(phone.get(reverse("portal:household")))
    assert "租住单位公房" in home
    assert "刘桂英的签字" in home
    own = phone.get(reverse("portal:household_visit", args=[visit.pk]))
    assert own.content.startswith(b"%PDF")


def test_neither_visitor_writes_over_the_other_unknowingly(
    visitor: Client, family: Family, house: House
) -> None:
    other = sit(house.city["钱进"])
    send(visitor, family, family_hand=INK, signs="刘桂英")
    late = send(other, family, key="of 钱进", seen="钱进写的。", seen_as="")
    assert late.status_code == 409
    assert "另一位入户人已经填过" in late.json()["problems"]["visited_on"]
    visit = HomeVisit.objects.get()
    assert (visit.found()["seen"], visit.family_signed_at is None) == (WRITTEN["seen"], False)
    knowing = send(other, family, key="of 钱进", seen="钱进写的。", seen_as=late.json()["seen"])
    assert knowing.status_code == 200
    anew = HomeVisit.objects.get()
    assert (anew.found()["seen"], anew.family_signed_at) == ("钱进写的。", None)
    assert send(visitor, family, seen_as="").status_code == 409, "what comes late does not undo it"


def test_only_those_who_went_write_and_photograph_and_nobody_after_the_signatures(
    visitor: Client, family: Family, house: House
) -> None:
    address = reverse("desk:visit", args=[family.file.pk])
    for stranger in ("沈梅", "何强", "尤佳"):
        assert sit(house.city[stranger]).get(address).status_code == 404
    send(visitor, family, photo())
    shown = reverse("desk:visit_photo", args=[family.file.pk, VisitPhoto.objects.get().pk])
    answer = visitor.get(shown)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert sit(house.city["尤佳"]).get(shown).status_code == 404
    for signer in (house.actor("赵敏"), house.actor("钱进")):
        visiting.sign(HomeVisit.objects.get(), by=signer, at=family.at)
    family_signs(HomeVisit.objects.get(), by=house.actor("赵敏"), at=family.at)
    late = send(visitor, family, photo("red"), key="late")
    assert late.status_code == 422
    assert "签完字" in late.json()["problems"]["photos"]
    visitor.post(reverse("desk:remove_photo", args=[family.file.pk, VisitPhoto.objects.get().pk]))
    assert VisitPhoto.objects.get().removed_at is None


def test_who_did_not_go_looks_at_a_photograph_for_a_purpose_and_the_family_sees_it(
    visitor: Client, family: Family, house: House
) -> None:
    send(visitor, family, photo())
    shown = reverse("desk:visit_photo", args=[family.file.pk, VisitPhoto.objects.get().pk])
    record = reverse("desk:visit_record", args=[family.file.pk])
    fang = sit(house.city["方敏"])
    assert shown not in text(fang.get(record))
    for sneaked in (fang.get(shown), fang.post(shown, {"purpose": ""})):
        assert sneaked.status_code == 302
        assert sneaked["Location"] == record
    assert not AccessLog.objects.filter(what="photo of a visit").exists()
    assert shown in text(fang.post(record, {"purpose": "核对家庭经济状况"}))
    seen = fang.post(shown, {"purpose": "核对家庭经济状况"})
    assert seen.headers["Content-Type"] == "image/jpeg"
    log = AccessLog.objects.get(what="photo of a visit")
    assert (log.ref, "核对家庭经济状况" in log.why) == (family.file.file_no, True)


def test_a_photograph_can_be_taken_out_before_that(visitor: Client, family: Family) -> None:
    send(visitor, family, photo())
    visitor.post(reverse("desk:remove_photo", args=[family.file.pk, VisitPhoto.objects.get().pk]))
    assert VisitPhoto.objects.get().removed_at is not None
    assert (
        visitor.get(
            reverse("desk:visit_photo", args=[family.file.pk, VisitPhoto.objects.get().pk])
        ).status_code
        == 404
    )


def test_a_photograph_taken_out_by_mistake_can_be_sent_again(visitor: Client, family: Family) -> None:
    send(visitor, family, photo())
    visitor.post(reverse("desk:remove_photo", args=[family.file.pk, VisitPhoto.objects.get().pk]))
    send(visitor, family, photo())
    assert VisitPhoto.objects.get().removed_at is None


def test_a_browser_keeps_the_page_only_while_nothing_is_written_in_it(
    visitor: Client, family: Family
) -> None:
    address = reverse("desk:visit", args=[family.file.pk])
    assert "X-Keep-Offline" in visitor.get(address).headers
    send(visitor, family)
    assert "X-Keep-Offline" not in visitor.get(address).headers
    assert AccessLog.objects.filter(ref=family.file.file_no, what="home visit").count() == 2


def test_others_are_sent_when_a_visitor_cannot_go(visitor: Client, family: Family, house: House) -> None:
    send(visitor, family, family_hand=INK, signs="刘桂英")
    jiang = hire("蒋丽", Role.ACCEPTOR, house.city.unions["LJ-DL-E01"], place=377)
    desk, file = sit(house.city["沈梅"]), family.read()
    key = "replace-visitors"
    told = {"first": house.city["赵敏"].post.pk, "second": jiang.post.pk, "unrelated": "on", "why": ""}
    page = reverse("desk:do_file", args=[file.pk, key])
    assert page in text(desk.get(reverse("desk:file", args=[file.pk])))
    lacking = desk.post(page, {f"{key}-{name}": value for name, value in told.items()} | {"seen": file.turn})
    assert lacking.status_code == 422
    told["why"] = "钱进住院了。"
    done = desk.post(page, {f"{key}-{name}": value for name, value in told.items()} | {"seen": file.turn})
    assert done.status_code == 302
    assert sit(house.city["钱进"]).get(reverse("desk:visit", args=[file.pk])).status_code == 404
    record = reverse("desk:visit_record", args=[file.pk])
    assert "租住单位公房" in text(sit(jiang).get(record)), "what was written before is kept"
    assert send(visitor, family).status_code == 200
    anew = HomeVisit.objects.get(replaces__isnull=False)
    assert (anew.found()["seen"], anew.family_signed_at) == (WRITTEN["seen"], None), "and signed anew"


def test_the_worker_reaches_the_files_only(visitor: Client) -> None:
    script = visitor.get(reverse("desk:visit_worker"))
    assert script.headers["Service-Worker-Allowed"] == "/desk/files/"
    assert "javascript" in script.headers["Content-Type"]
