"""Who writes for longer than the sign-in lives signs in again and finds every word: at the desk and at home."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.conftest import City, Staff, Worker, picture
from tests.desk.conftest import again, at, sit
from tests.signing_in import last_code
from workflows.applications import review
from workflows.applications.models import Application, Callback, Objection
from workflows.base import kept
from workflows.policy.states import State

PASSWORD = "a long pass phrase 7"
OPINION = "入户走访两次，情况属实，同意上报。"
FORM = "application/x-www-form-urlencoded"


def equip(staff: Staff) -> str:
    """A password and a second factor to sign in with."""
    staff.user.set_password(PASSWORD)
    staff.user.save()
    secret: str = generate_totp_secret()
    TOTP.activate(staff.user, secret)
    return secret


def sign_in(client: Client, staff: Staff, secret: str, *, wanted: str = "") -> str:
    """Through the door as everybody does; returns where it leads."""
    asked = client.post(
        "/accounts/login/", {"login": staff.user.username, "password": PASSWORD, "next": wanted}
    )
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    reached = str(client.post(asked["Location"], {"code": code})["Location"])
    if not wanted:
        assert client.get(reached).status_code == 200
    return reached


def sign_in_by_phone(client: Client, worker: Worker, *, wanted: str = "") -> str:
    phone = worker.user.phone or ""
    asked = client.post("/accounts/login/code/", {"phone": phone, "next": wanted})
    done = client.post(asked["Location"], {"code": last_code(to=phone), "next": wanted})
    return str(done["Location"])


def send(client: Client, url: str, typed: dict[str, str]) -> Any:
    return client.post(url, urlencode(typed), content_type=FORM)


def wanted_of(answer: Any) -> str:
    """The page that the sign-in is to lead back to."""
    assert answer.status_code == 302
    leads = urlsplit(str(answer["Location"]))
    assert leads.path == "/accounts/login/"
    return parse_qs(leads.query)["next"][0]


@pytest.fixture
def checking(accepted: Application, city: City) -> Application:
    review.take_up(accepted, by=city["何强"].actor, at=at())
    return again(accepted)


@pytest.mark.parametrize("how", ["thirty idle minutes", "the browser was closed"])
def test_an_opinion_outlives_the_sign_in(checking: Application, city: City, how: str) -> None:
    reviewer, client = city["何强"], Client()
    secret = equip(reviewer)
    assert sign_in(client, reviewer, secret) == "/desk/"
    case_page = reverse("desk:case", args=[checking.pk])
    assert client.get(case_page).status_code == 200
    url = reverse("desk:do", args=[checking.pk, "SIGN"])
    typed = {"SIGN-opinion": OPINION, "seen": str(checking.turn), "post": str(reviewer.post.pk)}

    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        if how == "the browser was closed":
            del client.cookies[settings.SESSION_COOKIE_NAME]
        away = send(client, url, typed)
        assert wanted_of(away) == url
        assert "填的内容还在" in client.get(away["Location"]).content.decode()
        assert sign_in(client, reviewer, secret, wanted=url) == url
        back = client.get(url)
        page = back.content.decode()

        assert back.status_code == 200
        assert OPINION in page
        assert "刚才填的内容还在" in page
        assert "这里要写几句话" not in page
        assert again(checking).position is State.STATION_CHECK, "nothing was signed by itself"
        assert client.get(url)["Location"] == case_page, "once is enough"
        assert client.post(url, typed).status_code == 302
    assert again(checking).position is State.COUNTY_REVIEW


def test_words_for_a_step_that_somebody_else_took_meanwhile_are_shown(
    checking: Application, city: City
) -> None:
    reviewer, client = city["何强"], Client()
    secret = equip(reviewer)
    sign_in(client, reviewer, secret)
    url = reverse("desk:do", args=[checking.pk, "SIGN"])
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        send(client, url, {"SIGN-opinion": OPINION, "seen": str(checking.turn)})
        review.sign(checking, opinion="同意。", by=reviewer.actor, at=at())
        sign_in(client, reviewer, secret, wanted=url)

        page = client.get(url).content.decode()

    assert "您刚才写的内容" in page
    assert OPINION in page


def test_a_colleague_at_the_same_browser_does_not_get_the_words(checking: Application, city: City) -> None:
    client = Client()
    sign_in(client, city["何强"], equip(city["何强"]))
    url = reverse("desk:do", args=[checking.pk, "SIGN"])
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        send(client, url, {"SIGN-opinion": OPINION, "seen": str(checking.turn)})
        sign_in(client, city["方敏"], equip(city["方敏"]), wanted=url)

        assert OPINION not in client.get(url, follow=True).content.decode()
        assert kept.KEPT not in client.session


def test_answers_to_objections_and_notes_of_calls_come_back(
    suspended: Application, call: Callback, city: City
) -> None:
    officer = city["方敏"]
    secret = equip(officer)
    objection = Objection.objects.get()
    forms = {
        reverse("desk:answer", args=[objection.pk]): (
            f"a{objection.pk.hex[:8]}-finding",
            "两处住房合计不超标。",
        ),
        reverse("desk:called", args=[call.pk]): (f"a{call.pk.hex[:8]}-outcome", "已说明进度，约好下周再打。"),
        reverse("desk:called_from_case", args=[suspended.pk, call.pk]): (
            f"a{call.pk.hex[:8]}-outcome",
            "打了两次，没有人接。",
        ),
    }
    for hour, (url, (name, words)) in enumerate(forms.items()):
        client = Client()
        with time_machine.travel(timezone.now() + timedelta(hours=2 * hour)):
            sign_in(client, officer, secret)
        with time_machine.travel(timezone.now() + timedelta(hours=2 * hour, minutes=31)):
            assert wanted_of(send(client, url, {name: words})) == url
            assert sign_in(client, officer, secret, wanted=url) == url
            assert words in client.get(url).content.decode()
    objection.refresh_from_db()
    assert objection.upheld is None


def test_no_address_of_a_button_is_a_dead_end(case: Application, call: Callback, city: City) -> None:
    """Who comes back by GET to what only a button opens finds the page around it."""
    acceptor, finance = sit(city["沈梅"]), sit(city["魏平"])

    assert acceptor.get(reverse("desk:do", args=[case.pk, "ACCEPT"]), follow=True).status_code == 200
    assert acceptor.get(reverse("desk:called", args=[call.pk])).status_code == 200
    assert finance.get(reverse("desk:make_run"), follow=True).status_code == 200


def test_at_home_twelve_hours_later_the_wish_is_still_there(case: Application, wang: Worker) -> None:
    client = Client()
    sign_in_by_phone(client, wang)
    number = wang.person.id_no or ""
    client.post(f"/accounts/confirm/{wang.person.pk}/", {"name": "王建国", "last_four": number[-4:]})
    url = reverse("portal:call", args=[case.pk])
    assert client.get(url).status_code == 200

    with time_machine.travel(timezone.now() + timedelta(hours=12, minutes=2)):
        assert wanted_of(send(client, url, {"wish": "下午四点以后方便"})) == url
        assert sign_in_by_phone(client, wang, wanted=url) == url
        page = client.get(url).content.decode()

    assert "下午四点以后方便" in page
    assert "刚才填的内容还在" in page
    assert not Callback.objects.filter(application=case).exists()


def test_files_and_passwords_are_never_kept(case: Application, city: City) -> None:
    reviewer, client = city["沈梅"], Client()
    secret = equip(reviewer)
    sign_in(client, reviewer, secret)
    url = reverse("desk:do", args=[case.pk, "ACCEPT"])
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        upload = SimpleUploadedFile("a.jpg", picture(), content_type="image/jpeg")
        assert wanted_of(client.post(url, {"ACCEPT-note": "有附件", "file": upload})) == url
        assert client.session[kept.KEPT]["typed"] == {"ACCEPT-note": ["有附件"]}
        sign_in(client, reviewer, secret, wanted=url)
        assert "照片和文件没有留下，请重新选。" in client.get(url).content.decode()
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        send(client, url, {"ACCEPT-note": "收", "password": PASSWORD, "new_password": PASSWORD})
        assert PASSWORD not in str(client.session[kept.KEPT])
        send(client, url, {"ACCEPT-note": "长" * (kept.MOST_KEPT + 1)})
        assert "长长" not in str(client.session[kept.KEPT])


def test_a_form_with_a_film_is_not_read(
    case: Application, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, url = Client(), reverse("desk:do", args=[case.pk, "ACCEPT"])
    upload = SimpleUploadedFile("a.jpg", picture(), content_type="image/jpeg")
    monkeypatch.setattr(kept, "MOST_SENT", 300)
    assert wanted_of(client.post(url, {"ACCEPT-note": "有附件", "file": upload})) == url
    assert kept.KEPT not in client.session


def test_elsewhere_nothing_is_kept(city: City) -> None:
    editor, client = city["沈梅"], Client()
    sign_in(client, editor, equip(editor))
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert wanted_of(send(client, "/cms/account/", {"first_name": "x"})) == "/"
        assert kept.KEPT not in client.session
