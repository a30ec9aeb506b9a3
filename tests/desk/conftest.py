"""Staff at their desks, and the Wang case at every step of its way."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from tests.conftest import MONDAY, City, Staff, moment
from workflows.applications import callbacks, decide, notice, review
from workflows.applications.models import Application, Callback, Notice, Objection
from workflows.base import day


def sit(staff: Staff) -> Client:
    """A browser in which this person has signed in and given the second factor."""
    client = Client()
    client.force_login(staff.user)
    request = HttpRequest()
    request.session, request.user = client.session, staff.user
    record_authentication(request, staff.user, "mfa", type="totp")
    # As after the first page of a session: what the limits note down is noted.
    request.session["signed_in_at"] = request.session["seen_at"] = timezone.now().timestamp()
    request.session.save()
    return client


def again(case: Application) -> Application:
    """The case as it stands in the database."""
    return Application.objects.for_lists().select_related("sealed_by").get(pk=case.pk)


def at(hour: int = 9) -> datetime:
    return moment(MONDAY, hour)


@pytest.fixture
def case(submitted: Application, city: City, monday: date) -> Application:
    """王建国's application, submitted; the day is Monday 3 August."""
    return submitted


@pytest.fixture
def accepted(case: Application, city: City) -> Application:
    review.accept(case, by=city["沈梅"].actor, at=at())
    return again(case)


@pytest.fixture
def at_county(accepted: Application, city: City) -> Application:
    review.take_up(accepted, by=city["何强"].actor, at=at())
    case = again(accepted)
    review.sign(case, opinion="情况属实，同意上报。", by=city["何强"].actor, at=at())
    return again(case)


@pytest.fixture
def opined(at_county: Application, city: City) -> Application:
    review.opine(at_county, opinion="材料齐全，建议资助。", by=city["方敏"].actor, at=at())
    return again(at_county)


@pytest.fixture
def on_notice(opined: Application, city: City) -> Application:
    review.post_notice(opined, by=city["罗斌"].actor, at=at(), note="同意。")
    return again(opined)


@pytest.fixture
def standing(on_notice: Application) -> Notice:
    return Notice.objects.get(application=on_notice)


@pytest.fixture
def suspended(on_notice: Application, standing: Notice, city: City) -> Application:
    said = notice.Said(content="他家还有一套房。", name="赵大勇", phone="13912345678")
    notice.object_to(
        standing, said, channel=Objection.Channel.PHONE, at=moment(date(2026, 8, 6)), by=city["方敏"].actor
    )
    return again(on_notice)


@pytest.fixture
def at_city(on_notice: Application) -> Application:
    day.set_day(date(2026, 8, 11))
    notice.end_due(at=moment(date(2026, 8, 11)))
    return again(on_notice)


@pytest.fixture
def approved(at_city: Application, city: City) -> Application:
    decide.approve(at_city, by=city["秦岚"].actor, at=moment(date(2026, 8, 11)))
    return again(at_city)


@pytest.fixture
def call(case: Application) -> Callback:
    return callbacks.ask(case, wish="想问什么时候有结果", at=at())


@pytest.fixture
def sisters(case: Application) -> Application:
    """Another application of the same household this year, submitted the same day."""
    other = Application.objects.get(pk=case.pk)
    other.pk, other.number, other._state.adding = uuid4(), "LJ2026000999", True
    other.answers = case.answers
    other.save()
    return again(other)
