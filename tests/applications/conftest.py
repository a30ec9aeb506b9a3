"""Small programmes that use one part of a definition each, and how to put them on offer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.conftest import enrol, id_number, moment
from workflows.applications import apply, review
from workflows.applications.models import Application
from workflows.ledger import budget
from workflows.network.models import UnionOrg
from workflows.offers import offer
from workflows.offers.models import ProgrammeVersion
from workflows.policy.programme import Programme
from workflows.policy.roles import Role

OPENING = date(2026, 7, 1)
Offer = Callable[..., list[ProgrammeVersion]]


def field(key: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"key": key, "label": key, "type": kind, "pii": "P2", **more}


def choice(key: str, *choices: str, **more: Any) -> dict[str, Any]:
    return field(key, "choice", choices=list(choices), **more)


def stage(key: str, step: str, actor: str, *roles: Role, days: int | None = 3, **more: Any) -> dict[str, Any]:
    limit = "min_workdays" if step == "notice" else "limit_workdays"
    timed = {limit: days} if days else {}
    written = {"key": key, "name": f"环节{key}", "step": step, "actor": actor, "src": "I", **timed, **more}
    return {**written, "roles": list(roles)} if roles else written


ACCEPT = stage("acceptance", "accept", "STATION", Role.ACCEPTOR)
COUNTY = stage("county", "check", "COUNTY", Role.COUNTY_OFFICER, Role.COUNTY_HEAD)
CITY = stage("city", "approve", "CITY", Role.CITY_APPROVER)
UPPER = stage("upper", "upper", "UPPER", Role.CITY_APPROVER, days=None)
PAY = stage("payment", "pay", "CITY_FINANCE", Role.FINANCE_MAKER, Role.FINANCE_CHECKER)


def programme(code: str, *, stages: list[dict[str, Any]], **parts: Any) -> Programme:
    """A programme of 2026 with one section for the applicant, and what else is given."""
    section = {
        "key": "applicant",
        "title": "申请人",
        "fields": [field("mobile", "mobile"), field("union", "union")],
    }
    definition = {
        "schema": 3,
        "code": code,
        "name": f"项目{code}",
        "kind": "临时救助",
        "season": "全年",
        "year": 2026,
        "level": "CITY",
        "valid": {"start": "2026-01-01", "end": "2026-12-31", "src": "I"},
        "window": {"opens": "2026-07-01", "opens_src": "I", "closes": "2026-12-20", "closes_src": "I"},
        "clauses": [{"ref": "第一条", "text": "帮扶对象是在档的困难职工家庭。"}],
        "sources": [{"mark": "I", "title": "本市自定"}],
        "form": [section, *parts.pop("sections", [])],
        "stages": stages,
        **parts,
    }
    return Programme.from_json(definition)


def account() -> dict[str, Any]:
    """A section that asks where the money goes, with keys of its own."""
    return {"key": "account", "title": "收款", "fields": [field("payee_name"), field("card", "bank_card")]}


def training(*, places: int, **parts: Any) -> Programme:
    """A class of so many places: no notice, no payment; a service that takes its time, and a follow-up."""
    given: dict[str, Any] = {
        "kind": "职业培训",
        "sections": [
            {
                "key": "wish",
                "title": "意愿",
                "fields": [
                    choice("course", "育婴员", "低压电工", required=True),
                    choice("work_status", "在岗", "失(无)业"),
                ],
            }
        ],
        "once": {"per": "applicant", "src": "I"},
        "quota": {
            "src": "I",
            "by": "course",
            "each": [
                {"code": "育婴员", "places": places, "src": "I"},
                {"code": "低压电工", "places": 35, "src": "I"},
            ],
            "waiting_list": True,
            "priority": [{"label": "失业", "when": {"work_status": "失(无)业"}}],
        },
        "follow_up": [{"what": "就业回访", "src": "I"}],
    }
    stages = [ACCEPT, COUNTY, CITY, stage("class", "serve", "TRAINER", Role.CITY_APPROVER, days=None)]
    return programme("P-TRAIN", stages=stages, **{**given, **parts})


def medical() -> Programme:
    """Bills that are summed up, a share of them, a yearly cap, and a higher union above 20,000 yuan."""
    rows = {
        "key": "bills",
        "title": "费用",
        "repeat": "bills",
        "fields": [field("hospital"), field("paid", "money", required=True), field("covered", "money")],
    }
    return programme(
        "P-MED",
        stages=[ACCEPT, COUNTY, CITY, {**UPPER, "above_fen": 2_000_000}, PAY],
        kind="医疗救助",
        sections=[rows, account()],
        repeats=[{"rows": "bills", "noun": "结算单", "most": 5, "least": 1}],
        calculations=[
            {
                "key": "own_share",
                "label": "个人负担",
                "src": "I",
                "terms": [{"of": "bills.paid"}, {"of": "bills.covered", "times": [-1, 1], "if_missing": 0}],
            }
        ],
        amount={
            "table": [
                {
                    "label": "深度困难",
                    "when": {"category": "深度困难"},
                    "of": "own_share",
                    "share": [1, 1],
                    "src": "I",
                },
                {
                    "label": "相对困难",
                    "when": {"category": "相对困难"},
                    "of": "own_share",
                    "share": [4, 5],
                    "src": "I",
                },
            ],
            "ceilings": [{"when": {}, "fen": 3_000_000, "per": "year", "src": "I"}],
        },
        fund_sources=["市财政"],
    )


def living() -> Programme:
    """A list each quarter, of the families on file in deep trouble."""
    return programme(
        "P-LIVE",
        stages=[stage("list", "list", "SYSTEM", days=None), COUNTY, CITY, PAY],
        kind="生活救助",
        intake="list",
        sections=[account()],
        schedule={"every": "quarter", "month": 2, "day": 15, "pay_by": "当月底", "src": "I"},
        household_rule={
            "schema": 1,
            "root": {
                "all": [
                    {
                        "id": "E1", "text": "在档的深度困难家庭", "clause": "第一条", "severity": "gate", "fact": "category",
                        "type": "choice", "op": "is", "value": "深度困难", "reason": "OUT_OF_SCOPE", "src": "I",
                    }
                ]
            },
        },
        amount={
            "table": [{"label": "每季度", "when": {}, "months": [10, 4], "src": "I"}],
            "ceilings": [{"when": {}, "months_of_line": 12, "per": "year", "src": "I"}],
        },
        fund_sources=["市财政"],
    )  # fmt: skip


@pytest.fixture
def put_on_offer(parameters: None) -> Offer:
    """Put these programmes on offer, and no others; those that pay have 100 万元."""

    def put(*programmes: Programme, at: date = OPENING) -> list[ProgrammeVersion]:
        approval = offer.Approval(author="林编辑", approver="高审核", revision="1")
        for each in programmes:
            if each.amount is not None:
                budget.grant(
                    programme_code=each.code,
                    fund_source="市财政",
                    amount_fen=100_000_000,
                    key=f"grant {each.code}",
                    at=moment(at),
                )
        return offer.only(programmes, at=moment(at), approvals={each.code: approval for each in programmes})

    return put


def join(code: str, *, place: int, union: UnionOrg, on: date, **answers: Any) -> Application:
    """Somebody new sends in the form of a programme that asks for no papers."""
    worker = enrol(f"职工{place}", id_number("369902", date(1990, 1, 1), place), f"139000{place:05d}")
    begun = apply.begin(code, person=worker.person, at=moment(on))
    apply.save(begun, {"mobile": "13900000009", "union": union.code, **answers})
    apply.submit(begun, by=worker.actor, at=moment(on, 9, place % 60))
    return Application.objects.for_lists().select_related("sealed_by").get(pk=begun.pk)


def check(case: Application, city: Any, *, on: date) -> Application:
    """The case accepted and checked by the county, so that the city decides next."""
    review.accept(case, by=city["沈梅"].actor, at=moment(on))
    review.opine(case, opinion="同意。", by=city["方敏"].actor, at=moment(on))
    review.sign(case, opinion="同意。", by=city["罗斌"].actor, at=moment(on))
    return case
