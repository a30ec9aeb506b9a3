"""The one door: workers by phone and code, staff by name, password and second factor."""

import re
import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client, override_settings
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.utils import timezone

from tests.signing_in import as_staff, as_worker, last_code, outbox, with_methods
from workflows.people import demo_codes, phones
from workflows.people.models import AccessLog, User

PHONE = "13900000001"
PASSWORD = "a long pass phrase 7"
pytestmark = pytest.mark.django_db


def ask(client: Client, phone: str = PHONE):
    return client.post("/accounts/login/code/", {"phone": phone})


def give(client: Client, code: str):
    return client.post("/accounts/login/code/confirm/", {"code": code})


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def signed_in(client: Client) -> bool:
    return SESSION_KEY in client.session


@pytest.fixture
def mei() -> User:
    """Works at the desk; has no second factor yet."""
    return User.objects.create_staff("mei", password=PASSWORD, display_name="梅姐")


@pytest.fixture
def secret(mei) -> str:
    """Mei's second factor."""
    secret: str = generate_totp_secret()
    TOTP.activate(mei, secret)
    return secret


def code_of(secret: str, *, steps: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def password(client: Client, username: str = "mei", given: str = PASSWORD, **extra: str):
    return client.post("/accounts/login/", {"login": username, "password": given, **extra})


# --- workers ----------------------------------------------------------------------------------------------------------


def test_a_worker_signs_in_with_the_code_and_lands_at_the_applications(client):
    page = ask(client, " １３９-0000-0001 ")
    assert page.status_code == 302
    page = client.get(page["Location"])
    field = re.search(r"<input[^>]*name=\"code\"[^>]*>", page.content.decode())
    assert field
    assert 'inputmode="numeric"' in field[0]
    assert 'autocomplete="one-time-code"' in field[0]
    done = give(client, last_code(to=PHONE))
    assert (done.status_code, done["Location"]) == (302, "/apply/")
    assert signed_in(client)
    user = User.objects.get()
    assert (user.phone, user.is_staff, user.has_usable_password()) == (PHONE, False, False)
    assert user.phone_verified_at


def test_the_same_phone_is_the_same_sign_in(client):
    for _time in range(2):
        with time_machine.travel(timezone.now() + timedelta(minutes=2 * _time)):
            somebody = Client()
            ask(somebody)
            give(somebody, last_code(to=PHONE))
            assert signed_in(somebody)
    assert User.objects.count() == 1


def test_a_page_asked_for_is_reached_after_the_code(client):
    sent = client.post("/accounts/login/code/", {"phone": PHONE, "next": "/apply/x/"})
    done = client.post(sent["Location"], {"code": last_code(to=PHONE), "next": "/apply/x/"})
    assert done["Location"] == "/apply/x/"


def test_nobody_is_sent_to_another_house(client):
    sent = client.post("/accounts/login/code/", {"phone": PHONE, "next": "https://elsewhere.example/"})
    assert sent["Location"] == "/accounts/login/code/confirm/"


@pytest.mark.parametrize("typed", ["", "1390000000", "12900000001", "+447911123456", "abc", "139000000011"])
def test_what_is_no_mobile_number_gets_a_sentence_and_no_message(client, typed):
    before = len(outbox())
    page = ask(client, typed)
    assert page.status_code == 200
    assert "手机号" in page.content.decode()
    assert len(outbox()) == before
    assert not User.objects.exists()


def test_line_3_the_code_has_six_digits_and_the_session_does_not_hold_it(client):
    ask(client)
    code = last_code(to=PHONE)
    assert re.fullmatch(r"[0-9]{6}", code)
    assert code not in str(dict(client.session))


def test_line_3_three_wrong_tries_end_it_even_for_the_right_code(client):
    ask(client)
    code = last_code(to=PHONE)
    for _try in range(3):
        give(client, wrong(code))
    give(client, code)
    assert not signed_in(client)


def test_line_3_a_code_lives_three_minutes(client):
    ask(client)
    with time_machine.travel(time.time() + 181):
        give(client, last_code(to=PHONE))
    assert not signed_in(client)


def test_line_3_a_code_works_once_and_in_its_own_session_only(client):
    other = Client()
    ask(client)
    code = last_code(to=PHONE)
    ask(other, "13900000002")
    give(other, code)
    assert not signed_in(other)
    give(client, code)
    assert signed_in(client)
    client.post("/accounts/logout/")
    give(client, code)
    assert not signed_in(client)


def test_line_3_the_session_key_changes_at_sign_in(client):
    ask(client)
    before = client.session.session_key
    give(client, last_code(to=PHONE))
    assert client.session.session_key != before


@pytest.mark.parametrize(
    ("minutes", "allowed"),
    [([0, 0.5], 1), ([0, 1.1, 2.2, 3.3, 4.4, 5.5], 5), ([n * 61 for n in range(11)], 10)],
    ids=["1 in 60 s", "5 in an hour", "10 in a day"],
)
def test_line_4_a_phone_gets_so_many_codes_and_then_429_in_chinese(minutes, allowed):
    before, start = len(outbox()), timezone.now()
    answers = []
    for minute in minutes:
        with time_machine.travel(start + timedelta(minutes=minute)):
            answers.append(ask(Client()))
    assert len(outbox()) - before == allowed
    refused = answers[-1]
    assert (refused.status_code, [a.status_code for a in answers[:-1]]) == (429, [302] * allowed)
    assert int(refused["Retry-After"]) > 0
    assert "再试" in refused.content.decode()


def test_line_4_a_station_full_of_workers_behind_one_address_gets_its_codes():
    for n in range(60):
        assert ask(Client(), f"139000001{n:02d}").status_code == 302
    assert ask(Client(), "13900000200").status_code == 429
    assert not User.objects.filter(phone_index=None).exists()


def test_line_4_the_day_has_a_budget_and_raises_an_alarm(caplog):
    with override_settings(CODES_PER_DAY=2):
        answers = [ask(Client(), f"139000001{n:02d}").status_code for n in range(3)]
    assert answers == [302, 302, 429]
    assert "CODES_PER_DAY" in caplog.text


def test_line_5_the_rate_limits_of_allauth_answer_429_too(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "2/m/ip"}
    answers = [password(client, "nobody") for _try in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"]
    assert "请稍等" in answers[-1].content.decode()


def test_known_and_unknown_phones_see_the_same(client):
    User.objects.for_phone(PHONE)
    pages = []
    for phone in (PHONE, "13900000002"):
        somebody = Client()
        page = somebody.get(ask(somebody, phone)["Location"]).content.decode()
        page = re.sub(r'value="[A-Za-z0-9]{64}"', "", page)
        pages.append(page.replace(phone, "PHONE"))
    assert pages[0] == pages[1]


def test_a_phone_nobody_confirmed_is_forgotten_after_a_day(client):
    ask(client)
    kept = User.objects.for_phone("13900000002")
    kept.phone_verified_at = timezone.now()
    kept.save()
    phones.forget_unconfirmed(at=timezone.now())
    assert User.objects.count() == 2
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        phones.forget_unconfirmed(at=timezone.now())
    assert User.objects.get() == kept


# --- staff ------------------------------------------------------------------------------------------------------------


def test_a_colleague_signs_in_with_password_and_code(client, mei, secret):
    asked = password(client)
    assert (asked.status_code, asked["Location"]) == (302, "/accounts/2fa/authenticate/")
    assert not signed_in(client)
    done = client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert done["Location"] == "/desk/"
    assert signed_in(client)


def test_a_used_code_works_neither_twice_nor_within_its_tolerance(mei, secret):
    with time_machine.travel(time.time() // 30 * 30 + 5, tick=False):
        code = code_of(secret)
        first = Client()
        password(first)
        first.post("/accounts/2fa/authenticate/", {"code": code})
        assert signed_in(first)
    with time_machine.travel(time.time() // 30 * 30 + 5 + 31, tick=False):
        second = Client()
        password(second)
        page = second.post("/accounts/2fa/authenticate/", {"code": code})
        assert "动态码不对" in page.content.decode()
        assert not signed_in(second)


def test_the_second_factor_lies_sealed(mei, secret):
    held = Authenticator.objects.get(user=mei).data["secret"]
    assert secret not in held
    assert held.startswith("s1.")


def test_a_text_message_never_opens_a_colleagues_sign_in(mei):
    mei.set_phone(PHONE)
    with pytest.raises(IntegrityError), transaction.atomic():
        mei.save()


def test_line_1_a_wrong_password_is_stopped_after_five(client, mei):
    pages = [password(client, given="wrong") for _try in range(6)]
    assert "错误次数太多" in pages[-1].content.decode()
    assert "错误次数太多" in password(client).content.decode()
    assert not signed_in(client)


def addresses(patterns: list[URLPattern | URLResolver], start: str = "") -> list[tuple[str, str]]:
    """Every address that needs no argument, with its name."""
    found = []
    for entry in patterns:
        path = start + str(entry.pattern).lstrip("^").rstrip("$")
        if isinstance(entry, URLResolver):
            found += addresses(entry.url_patterns, path)
        elif not re.search(r"[<(\\]", path):
            found.append(("/" + path, entry.name or ""))
    return found


DOORS = re.compile(r"log_?in|sign_?in|signup|auth|password|reset|token|session", re.IGNORECASE)


def test_line_1_no_address_signs_in_with_a_password_alone(mei, secret):
    mei.is_superuser = True
    mei.save()
    every = addresses(get_resolver().url_patterns)
    tried = [path for path, name in every if DOORS.search(path) or DOORS.search(name)]
    assert "/accounts/login/" in tried
    assert "/cms/login/" in tried
    credentials = {"username": "mei", "login": "mei", "email": "mei", "password": PASSWORD}
    credentials |= {"password1": PASSWORD, "password2": PASSWORD, "new_password1": PASSWORD}
    for path in tried:
        for extra in ({}, {"next": "/cms/"}):
            somebody = Client()
            somebody.get(path)
            answer = somebody.post(path, {**credentials, **extra}, follow=False)
            assert not signed_in(somebody), path
            assert answer.status_code < 500, path
            somebody.get(path, {"next": "/cms/"}, follow=True)
            assert not signed_in(somebody), path


def test_line_1_the_pages_of_wagtail_lead_to_the_one_door(client):
    for path in ("/cms/", "/cms/login/", "/cms/password_reset/", "/cms/pages/"):
        page = client.get(path, follow=True)
        assert page.redirect_chain[-1][0].startswith("/accounts/login/"), path
        assert page.status_code == 200


STAFF_PAGES = ["/desk/", "/cms/", "/cms/pages/", "/cms/users/", "/cms/reports/site-history/"]


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_line_2_a_session_of_one_factor_is_sent_to_set_up_the_second(client, mei, path):
    mei.is_superuser = True
    mei.save()
    with_methods(client, mei, "password")
    for answer in (client.get(path), client.post(path)):
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/totp/activate/")


def test_line_2_a_session_of_one_factor_is_asked_for_a_second_that_exists(client, mei, secret):
    with_methods(client, mei, "password")
    asked = client.get("/desk/?page=2")
    assert asked["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fdesk%2F%3Fpage%3D2"
    given = client.post("/accounts/2fa/reauthenticate/", {"code": code_of(secret), "next": "/desk/?page=2"})
    assert given["Location"] == "/desk/?page=2"
    assert client.get("/desk/").status_code != 302


def test_line_2_workers_never_reach_the_staffs_side(client):
    as_worker(client, User.objects.for_phone(PHONE))
    for path in STAFF_PAGES:
        assert client.get(path).status_code == 403


def test_line_2_setting_up_the_second_factor(client, mei):
    password(client)
    assert signed_in(client)
    assert client.get("/desk/")["Location"] == "/accounts/2fa/totp/activate/"
    shown = client.get("/accounts/2fa/totp/activate/")
    assert shown.status_code == 200, shown["Location"]
    page = shown.content.decode()
    assert "<svg" in page
    assert "style=" not in page
    assert "动态码" in page
    secret = re.search(r"<code>([A-Z2-7=]{32})</code>", page)
    assert secret
    wrong_code = client.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert wrong_code.status_code == 200
    done = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret[1])})
    assert done["Location"] == "/accounts/2fa/recovery-codes/"
    codes = client.get(done["Location"]).content.decode()
    assert len(re.findall(r"<code>\d{8}</code>", codes)) == 10
    assert 'href="/desk/"' in codes
    assert client.get("/desk/").status_code != 302
    assert client.get("/accounts/2fa/").status_code == 200
    assert client.get("/accounts/2fa/recovery-codes/download/").status_code == 200
    assert client.get("/accounts/2fa/recovery-codes/generate/").status_code == 200


def test_line_2_a_recovery_code_stands_in_once(mei, secret):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    code = RecoveryCodes.activate(mei).get_unused_codes()[0]
    for expected in (True, False):
        somebody = Client()
        password(somebody)
        somebody.post("/accounts/2fa/authenticate/", {"code": code})
        assert signed_in(somebody) is expected


def test_an_editor_without_rights_is_told_so_and_not_sent_round(client, mei):
    as_staff(client, mei)
    page = client.get("/cms/", follow=True)
    assert page.status_code == 403


# --- pages ------------------------------------------------------------------------------------------------------------

OPEN_PAGES = [
    "/accounts/login/",
    "/accounts/login/?door=staff",
    "/accounts/login/code/",
    "/accounts/inactive/",
]


@pytest.mark.parametrize("path", OPEN_PAGES)
def test_the_pages_of_the_door_are_in_chinese_and_need_no_script(client, path):
    page = client.get(path).content.decode()
    assert '<html lang="zh-CN">' in page
    assert "<script" not in page
    words = set(re.findall(r"[A-Za-z]{4,}", re.sub(r"<[^>]*>", " ", page))) - {"English"}
    assert words == set()


def test_both_doors_are_on_one_page(client):
    page = client.get("/accounts/login/").content.decode()
    assert page.index("获取短信验证码") < page.index("工作人员登录")
    assert "<details>" in page
    assert "<details open>" in client.get("/accounts/login/?next=/desk/").content.decode()
    assert "<details open>" in password(client, "mei", "wrong").content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "password/reset/",
        "password/change/",
        "password/set/",
        "phone/change/",
        "2fa/webauthn/",
    ],
)
def test_what_allauth_offers_beside_is_closed(path):
    """Nothing answers there, not even the public site."""
    with pytest.raises(Resolver404):
        resolve(f"/accounts/{path}")


def test_leaving_needs_a_button(client):
    as_worker(client, User.objects.for_phone(PHONE))
    page = client.get("/accounts/logout/")
    assert "要退出登录吗" in page.content.decode()
    assert signed_in(client)
    client.post("/accounts/logout/")
    assert not signed_in(client)


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_a_disabled_colleague_is_out_at_the_next_request(client, mei):
    as_staff(client, mei)
    assert client.get("/accounts/2fa/").status_code == 200
    User.objects.filter(pk=mei.pk).update(is_active=False)
    assert client.get("/accounts/2fa/")["Location"].startswith("/accounts/login/")


def test_staff_are_out_after_thirty_idle_minutes_and_workers_are_not(mei):
    start = time.time()
    for user, sign_in, out in (
        (mei, as_staff, True),
        (User.objects.for_phone(PHONE), as_worker, False),
    ):
        somebody = Client()
        with time_machine.travel(start, tick=False):
            sign_in(somebody, user)
            somebody.get("/accounts/logout/")
        for minute in (20, 40):
            with time_machine.travel(start + minute * 60, tick=False):
                somebody.get("/accounts/logout/")
                assert signed_in(somebody)
        with time_machine.travel(start + 71 * 60, tick=False):
            answer = somebody.get("/accounts/logout/?x=1")
            assert signed_in(somebody) is not out
            if out:
                assert answer["Location"] == "/accounts/login/?next=%2Faccounts%2Flogout%2F%3Fx%3D1"


def test_nobody_stays_longer_than_twelve_hours(client):
    start = time.time()
    with time_machine.travel(start, tick=False):
        as_worker(client, User.objects.for_phone(PHONE))
        client.get("/accounts/logout/")
    with time_machine.travel(start + 12 * 3600 + 60, tick=False):
        client.get("/accounts/logout/")
        assert not signed_in(client)


def test_the_cookies_are_out_of_reach_of_scripts(client):
    ask(client)
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        if name in client.cookies:
            assert client.cookies[name]["httponly"]
            assert client.cookies[name]["samesite"] == "Lax"
    assert settings.SESSION_COOKIE_NAME in client.cookies


def test_line_37_nothing_signed_in_is_stored(client, mei):
    as_staff(client, mei)
    for path in ("/", "/desk/", "/apply/", "/accounts/2fa/", "/accounts/nowhere/", "/accounts/logout/"):
        answer = client.get(path)
        assert "no-store" in answer["Cache-Control"], path


def test_line_37_the_answer_that_opens_a_session_is_not_stored_either(client):
    assert "no-store" in ask(client)["Cache-Control"]


def test_line_64_every_page_says_what_it_may_load(client, mei):
    answer = client.get("/accounts/login/")
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self';" in policy + ";"
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    mei.is_superuser = True
    mei.save()
    as_staff(client, mei)
    editor = client.get("/cms/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline'" in editor
    assert "frame-ancestors 'self'" in editor
    assert "unsafe-eval" not in editor


# --- the demonstration ------------------------------------------------------------------------------------------------


def test_the_demo_shows_a_code_that_works_and_only_there(mei, secret):
    with pytest.raises(demo_codes.OnlyInDemo):
        demo_codes.current_totp(mei)
    with override_settings(BANGFU_MODE="production"), pytest.raises(demo_codes.OnlyInDemo):
        demo_codes.enrol(mei)
    with override_settings(BANGFU_MODE="demo"):
        with pytest.raises(demo_codes.NotADemoAccount):
            demo_codes.current_totp(mei)
        User.objects.filter(pk=mei.pk).update(is_demo=True)
        mei.refresh_from_db()
        for _twice_in_a_row in range(2):
            somebody = Client()
            password(somebody)
            somebody.post("/accounts/2fa/authenticate/", {"code": demo_codes.current_totp(mei)})
            assert signed_in(somebody)


def test_a_lost_phone_is_replaced_by_the_administrator_with_a_line_in_the_log(client, mei, secret):
    call_command("reset_second_factor", "mei", "--why", "本人到场")
    password(client)
    assert client.get("/desk/")["Location"] == "/accounts/2fa/totp/activate/"
    assert AccessLog.objects.get().why == "本人到场"
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody", "--why", "x")
