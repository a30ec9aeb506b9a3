"""Record aid a household has received."""

from datetime import date

from workflows.households.models import AidReceived, HouseholdFile


def record(
    file: HouseholdFile, *, item: str, programme_code: str, amount_fen: int, reference: str, on: date
) -> AidReceived:
    """Add a payment to the household's history; the same reference is recorded once."""
    row, _ = AidReceived.objects.get_or_create(
        reference=reference,
        defaults={
            "file": file,
            "item": item,
            "programme_code": programme_code,
            "amount_fen": amount_fen,
            "received_on": on,
        },
    )
    return row
