"""Run as a program: fill an empty installation with workers whose forms are complete, and sign each of them in.

Prints JSON: one ``{"application", "session", "device"}`` a worker, the last two being cookies.
"""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta
from importlib import import_module

import django

django.setup()

import yaml  # noqa: E402 - Django first
from django.conf import settings  # noqa: E402 - Django first
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402 - Django first
from django.core import signing  # noqa: E402 - Django first
from django.core.management import call_command  # noqa: E402 - Django first

from tests.conftest import MONDAY, ROOT, enrol, fill, id_number, moment, twin_answers  # noqa: E402 - Django first
from workflows.applications import apply  # noqa: E402 - Django first
from workflows.base import day  # noqa: E402 - Django first
from workflows.households.models import Category  # noqa: E402 - Django first
from workflows.households.opening import Figures, MemberData, open_file  # noqa: E402 - Django first
from workflows.network.loading import unions_are  # noqa: E402 - Django first
from workflows.network.models import UnionOrg  # noqa: E402 - Django first
from workflows.offers import offer  # noqa: E402 - Django first
from workflows.parameters import loading  # noqa: E402 - Django first
from workflows.people import devices  # noqa: E402 - Django first
from workflows.policy.programme import Programme  # noqa: E402 - Django first


def main(count: int) -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    read = {name: yaml.safe_load((ROOT / "content" / f"{name}.yml").read_text("utf-8")) for name in NAMES}
    loading.state(read["parameters"]["parameters"])
    loading.state_holidays(years=[2026])
    unions_are(read["unions"]["unions"])
    programme = Programme.from_json(read["programmes/golden-autumn-2026"])
    approval = offer.Approval(author="林编辑", approver="高审核", revision="1")
    offer.only([programme], at=moment(date(2026, 7, 10)), approvals={programme.code: approval})
    day.set_day(MONDAY)
    sys.stdout.write(json.dumps([one(number, programme.code) for number in range(count)]) + "\n")


NAMES = ("parameters", "unions", "programmes/golden-autumn-2026")


def one(number: int, code: str) -> dict[str, str]:
    born = date(1980, 1, 1) + timedelta(days=number)
    worker = enrol("王建国", id_number("369902", born, 1), f"139{number:08d}")
    union = UnionOrg.objects.get(code="LJ-DL-E01")
    open_file(
        file_no=f"F{number}",
        main=worker.person,
        owner=union,
        category=Category.DEEP,
        members=[MemberData(worker.person, "本人")],
        figures=Figures(income_fen=600_000, unavoidable_fen=0, line_fen=93_000),
        cause="子女上学",
        address="东岭区",
        on=date(2026, 7, 20),
    )
    answers = twin_answers()
    answers["once"]["new_account"] = False
    student = answers["rows"]["students"][0]
    student["student_id_no"] = id_number("369902", date(2008, 1, 1) + timedelta(days=number), 3)
    answers["rows"]["students"] = [student]
    at = moment(MONDAY)
    application = fill(apply.begin(code, person=worker.person, at=at), answers, at=at)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(worker.user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = worker.user.get_session_auth_hash()
    session.save()
    proved = {"user": str(worker.user.pk), "persons": [worker.person.pk.hex]}
    return {
        "application": str(application.pk),
        "session": str(session.session_key),
        "device": signing.dumps(proved, salt=devices._SALT),
    }


if __name__ == "__main__":
    main(int(sys.argv[1]))
