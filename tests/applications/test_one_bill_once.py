"""One bill is paid once: in one form, by another family member, under next year's edition of the same kind of aid."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.applications.conftest import Offer, medical
from tests.conftest import City, Worker, again, moment
from workflows.applications import apply, tracking
from workflows.applications.apply import ClaimedAlready
from workflows.applications.models import Application
from workflows.households import opening
from workflows.households.models import Category, HouseholdFile
from workflows.households.opening import Figures, MemberData
from workflows.policy.programme import Programme
from workflows.policy.states import State

MONDAY = date(2026, 8, 3)
pytestmark = pytest.mark.django_db


def by_number(code: str = "P-MED") -> Programme:
    told: dict[str, Any] = medical().to_json()
    told["code"] = code
    rows = next(section for section in told["form"] if section.get("repeat") == "bills")
    rows["fields"].append(
        {"key": "number", "label": "结算单编号", "type": "text", "pii": "P3", "required": True}
    )
    told["once"] = {"per": "listed", "src": "I", "by": "bills.number"}
    return Programme.from_json(told)


def send(worker: Worker, *numbers: str, code: str = "P-MED") -> Application:
    draft = apply.begin(code, person=worker.person, at=moment(MONDAY))
    apply.save(
        draft, {"mobile": "13900000001", "union": "LJ-DL-E01", "payee_name": "王建国", "card": "6" * 19}
    )
    for index, number in enumerate(numbers):
        apply.save(draft, {"hospital": "甲", "paid": 100_000, "number": number}, rows="bills", row=index)
    apply.submit(draft, by=worker.actor, at=moment(MONDAY))
    return again(draft)


@pytest.fixture
def li_file(li: Worker, city: City) -> HouseholdFile:
    """A family of its own; it has got hold of a bill of the Wangs'."""
    return opening.open_file(
        file_no="LJ369902-2026-0900",
        main=li.person,
        owner=city.unions["LJ-DL-E01"],
        category=Category.DEEP,
        members=[MemberData(li.person, "户主", "失(无)业")],
        figures=Figures(income_fen=1_000_000, unavoidable_fen=0, line_fen=93_000),
        cause="患重特大疾病",
        address="澜江市东岭区",
        on=date(2026, 7, 20),
    )


def test_a_bill_used_before_is_named_at_once_however_it_is_written(
    put_on_offer: Offer, wang: Worker, wang_file: HouseholdFile
) -> None:
    put_on_offer(by_number())
    first = send(wang, "ZY-2026-0001", "ZY-2026-0002")
    with pytest.raises(ClaimedAlready, match=str(first.number)):
        send(wang, "zy-2026-０００1 ")


def test_another_bill_is_another_matter(put_on_offer: Offer, wang: Worker, wang_file: HouseholdFile) -> None:
    put_on_offer(by_number())
    send(wang, "ZY-2026-0001")
    assert send(wang, "ZY-2026-0003").position is State.SUBMITTED


def test_next_years_edition_does_not_pay_it_again(
    put_on_offer: Offer, wang: Worker, wang_file: HouseholdFile
) -> None:
    put_on_offer(by_number(), by_number("P-MED-NEXT"))
    send(wang, "ZY-2026-0001")
    with pytest.raises(ClaimedAlready):
        send(wang, "ZY-2026-0001", code="P-MED-NEXT")


def test_somebody_elses_bill_is_looked_into_by_staff_and_neither_family_sees_the_other(
    put_on_offer: Offer, wang: Worker, wang_file: HouseholdFile, li: Worker, li_file: HouseholdFile
) -> None:
    put_on_offer(by_number())
    send(wang, "ZY-2026-0001")
    held = send(li, "ZY-2026-0001")
    assert held.position is State.DUPLICATE_HOLD
    assert "王" not in tracking.standing_of(held, on=MONDAY).sentence


def test_the_same_bill_twice_in_one_form_is_said_at_once_and_nothing_is_lost(
    put_on_offer: Offer, wang: Worker, wang_file: HouseholdFile
) -> None:
    put_on_offer(by_number())
    with pytest.raises(ClaimedAlready, match="第3份结算单和第1份编号相同"):
        send(wang, "A1", "A2", "a1")
    draft = Application.objects.get(state=State.DRAFT)
    assert len(draft.answered()["rows"]["bills"]) == 3
