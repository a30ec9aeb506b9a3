"""Security lines 66 to 68: every page without a finding of axe, narrow and wide, by day and by night; by keyboard alone."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext

from tests.browser.inspector import Inspector
from tests.conftest import City, Worker, fill, moment, twin_answers
from tests.desk.conftest import accepted, again, at_county, case, on_notice, opined, sit, standing
from tests.plugins.chromium import DESK, Watch
from tests.portal.conftest import phone_of
from tests.signing_in import last_code, with_methods
from workflows.applications import apply, callbacks, decide, notice
from workflows.applications.models import Application, Notice, Objection
from workflows.base import day
from workflows.households.models import HouseholdFile
from workflows.ledger import granting
from workflows.ledger.granting import Wish
from workflows.ledger.models import Grant
from workflows.offers.models import ProgrammeVersion
from workflows.parameters.proposing import Paper
from workflows.payments import runs

__all__ = ["accepted", "at_county", "case", "on_notice", "opined", "standing"]

PASSWORD = "a long pass phrase 7"


def enter(context: BrowserContext, client: Client) -> None:
    """The browser goes on in the session of a test client."""
    context.clear_cookies()
    context.add_cookies(
        [
            {"name": name, "value": cookie.value, "domain": "localhost", "path": "/"}
            for name, cookie in client.cookies.items()
        ]
    )


@pytest.fixture
def inspector(new_context: Callable[..., BrowserContext], watch: Watch, monday: date) -> Iterator[Inspector]:
    watch.expect(r"status of 4\d\d")  # forms sent wrong on purpose
    context = new_context(**DESK, bypass_csp=True)
    inspector = Inspector(context.new_page())
    yield inspector
    assert inspector.found == {}, json.dumps(inspector.found, ensure_ascii=False, indent=1)


@pytest.fixture
def empty(version: ProgrammeVersion, li: Worker, monday: date) -> Application:
    """李娟's form, just begun."""
    return apply.begin(version.code, person=li.person, at=moment(date(2026, 8, 3)))


def test_line_66_and_68_the_doors(inspector: Inspector, city: City, wang: Worker) -> None:
    page, acceptor = inspector.page, city["沈梅"]
    acceptor.user.set_password(PASSWORD)
    acceptor.user.save()
    inspector.open("/accounts/login/", "/accounts/login/?next=/desk/")
    inspector.press("section[aria-labelledby=staff-door] form button", "staff: nothing typed")
    page.goto("/accounts/login/")
    inspector.press("section[aria-labelledby=workers-door] form button", "workers: nothing typed")
    page.locator("[name=phone]").fill(wang.user.phone or "")
    inspector.press("section[aria-labelledby=workers-door] form button", "the code")
    page.locator("[name=code]").fill("000000")
    inspector.press("form button", "a wrong code")
    page.locator("[name=code]").fill(last_code(to=wang.user.phone or ""))
    inspector.press("form button", "confirm who")
    inspector.press("form button", "confirm who: nothing typed")
    inspector.open("/accounts/logout/", "/accounts/inactive/")

    client = Client()
    with_methods(client, acceptor.user, "password")
    enter(page.context, client)
    page.goto("/desk/")
    inspector.look("set up the second factor")
    inspector.press("form button", "set up: nothing typed")
    secret: str = generate_totp_secret()
    TOTP.activate(acceptor.user, secret)
    page.context.clear_cookies()
    page.goto("/accounts/login/?next=/desk/")
    page.locator("main [name=login]").fill(acceptor.user.username)
    page.locator("main [name=password]").fill(PASSWORD)
    inspector.press("section[aria-labelledby=staff-door] form button", "the second factor")
    page.locator("main [name=code]").fill("000000")
    inspector.press("form button", "a wrong second factor")
    page.locator("main [name=code]").fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    inspector.press("form button", "an empty worklist")
    inspector.open("/accounts/2fa/", "/accounts/2fa/recovery-codes/generate/")
    inspector.press("form button", "recovery codes")


def test_line_66_and_68_the_form(inspector: Inspector, empty: Application, li: Worker) -> None:
    page, at = inspector.page, f"/apply/{empty.pk}/"
    inspector.open("/apply/")
    client = phone_of(li)
    enter(page.context, client)
    inspector.open(
        "/apply/", "/apply/who/", f"/apply/new/{empty.version.code}/", at, f"{at}withdraw/", f"{at}call/"
    )
    for section in ("applicant", "household", "student/1", "payment", "declaration"):
        inspector.open(f"{at}form/{section}/")
        inspector.press("[name=next]", f"{section}: nothing typed")
    inspector.open(f"{at}check/")
    fill(empty, twin_answers(), at=moment(date(2026, 8, 3)))
    inspector.open(
        f"{at}form/student/",
        f"{at}form/other_aid/1/",
        f"{at}form/payment/",
        f"{at}form/student/2/remove/",
        f"{at}papers/",
        f"{at}check/",
    )
    paper = empty.evidence.filter(removed_at=None)[0]
    inspector.open(f"{at}papers/{paper.pk}/remove/")


def test_line_66_and_68_a_case_at_home_and_at_the_desk(
    inspector: Inspector, on_notice: Application, standing: Notice, wang: Worker, city: City
) -> None:
    context, at = inspector.page.context, f"/apply/{on_notice.pk}/"
    inspector.open("/notices/", f"/notices/{standing.number}/", "/notices/nobody-gave-this/", "/statistics/")
    inspector.page.goto(f"/notices/{standing.number}/")
    inspector.press("form button", "objection: nothing typed")
    inspector.open(f"/notices/{standing.number}/thanks/", "/demo/")
    callbacks.ask(on_notice, wish="想问什么时候有结果", at=moment(date(2026, 8, 3)))
    enter(context, phone_of(wang))
    inspector.open("/apply/", at, f"{at}receipt/", f"{at}withdraw/")

    officer = sit(city["方敏"])
    enter(context, officer)
    said = notice.Said(content="他家还有一套房。", name="赵大勇", phone="13912345678")
    notice.object_to(
        standing,
        said,
        channel=Objection.Channel.PHONE,
        at=moment(date(2026, 8, 3), 10),
        by=city["方敏"].actor,
    )
    household = HouseholdFile.objects.get()
    case_page = reverse("desk:case", args=[on_notice.pk])
    inspector.open(
        "/desk/",
        "/desk/?tab=running",
        "/desk/objections/",
        "/desk/calls/",
        "/desk/files/",
        f"/desk/files/{household.pk}/",
        case_page,
        reverse("desk:approval_form", args=[on_notice.pk]),
        reverse("desk:notice_sheet", args=[on_notice.pk]),
        "/desk/files/00000000-0000-0000-0000-000000000000/",
    )
    inspector.page.goto(case_page)
    inspector.press("form[action*='/do/SUSPEND/'] button", "case: nothing typed")
    inspector.page.goto(case_page)
    inspector.press("form[action$='/answer/'] button", "objections: nothing typed")


def test_line_66_and_68_money_and_the_letter(
    inspector: Inspector, on_notice: Application, wang: Worker, city: City
) -> None:
    context, on = inspector.page.context, date(2026, 8, 11)
    day.set_day(on)
    notice.end_due(at=moment(on))
    decide.approve(again(on_notice), by=city["秦岚"].actor, at=moment(on))
    enter(context, sit(city["魏平"]))
    inspector.open("/desk/money/", reverse("desk:case", args=[on_notice.pk]))
    give = reverse("desk:give", args=[on_notice.programme.code])
    inspector.open(reverse("desk:budget", args=[on_notice.programme.code]), give)
    inspector.page.goto(give)
    inspector.press("form[method=post] button", "budget: nothing typed")
    paper = Paper("关于下达2026年困难职工帮扶资金的通知", "澜工发〔2026〕8号", date(2026, 7, 1))
    wish = Wish(Grant.Kind.GIVE, on_notice.programme.code, "市财政", 10_000_050, paper)
    grant = granting.propose(wish, fund_sources=["市财政"], by=city["魏平"].actor, at=moment(on))
    run = runs.make([again(on_notice)], by=city["魏平"].actor, at=moment(on))
    runs.release(run, by=city["孙洁"].actor, at=moment(on))
    enter(context, sit(city["孙洁"]))
    its = reverse("desk:grant", args=[grant.pk])
    inspector.open("/desk/money/", f"/desk/money/runs/{run.pk}/", its)
    inspector.page.goto(its)
    inspector.page.locator("main details summary").click()
    inspector.press("form[action$='/refuse/'] button", "refusal: nothing typed")
    runs.record_return(
        run, {1: runs.Outcome(paid=False, word="户名不符")}, by=city["孙洁"].actor, at=moment(on)
    )
    enter(context, phone_of(wang))
    at = f"/apply/{on_notice.pk}/"
    inspector.open(at, f"{at}account/", f"{at}letter/")


# --- line 67 -----------------------------------------------------------------------------------------------------------

FOCUS = """() => { const e = document.activeElement, s = getComputedStyle(e);
    return {name: e.name || "", type: e.type || "", value: e.value || "", tag: e.tagName,
            ring: s.outlineStyle !== "none" || s.boxShadow !== "none"} }"""
TYPED = {"applicant_name": "李娟", "applicant_id_no": "369902198503124223", "mobile": "13900000002"}


def test_line_67_the_first_section_by_keyboard_alone(
    inspector: Inspector, empty: Application, li: Worker
) -> None:
    """Tab from the address bar to the button; nothing is hidden from the keyboard, and one sees where one is."""
    page = inspector.page
    enter(page.context, phone_of(li))
    page.goto(f"/apply/{empty.pk}/form/applicant/")
    answered: set[str] = set()
    for _tab in range(60):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        assert at["ring"], f"no ring around {at}"
        if at["name"] == "next":
            page.keyboard.press("Enter")
            break
        if at["name"] in answered or at["type"] in ("hidden", "submit", ""):
            continue
        answered.add(at["name"])
        match at["type"]:
            case "radio":
                page.keyboard.press("Space")
                page.keyboard.press("ArrowDown")
            case "select-one":
                while page.evaluate(FOCUS)["value"] != "LJ-LX-E01":
                    page.keyboard.press("ArrowDown")
            case _:
                page.keyboard.press("Control+A")
                page.keyboard.type(TYPED.get(at["name"], "柳溪竹制品有限公司"))
    page.wait_for_url("**/form/household/")

    once = Application.objects.select_related("sealed_by").get(pk=empty.pk).answered()["once"]
    assert once["union"] == "LJ-LX-E01"
    assert once["migrant"] is False
