"""What is owed to those who see to services: finance and audit read it, nobody else."""

import pytest
from django.test import Client

from tests.conftest import City
from tests.signing_in import as_staff

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "status"), [("魏平", 200), ("孙洁", 200), ("白杨", 200), ("方敏", 404), ("柳青", 404)]
)
def test_finance_and_audit_read_the_fees_and_nobody_else(
    client: Client, city: City, name: str, status: int
) -> None:
    as_staff(client, city[name].user)
    answer = client.get("/desk/money/fees/")
    assert answer.status_code == status
    assert ("还没有应付的费用" in answer.content.decode()) == (status == 200)
