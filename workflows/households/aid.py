"""Record aid a household has received."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from workflows.households.models import AidReceived, HouseholdFile


@transaction.atomic
def record(
    file: HouseholdFile, *, item: str, programme_code: str, amount_fen: int, reference: str, on: date
) -> AidReceived:
    """Add a payment to the household's history; the same reference is recorded once."""
    row, is_new = AidReceived.objects.get_or_create(
        reference=reference,
        defaults={
            "file": file,
            "item": item,
            "programme_code": programme_code,
            "amount_fen": amount_fen,
            "received_on": on,
        },
    )
    if is_new:
        unknown_or_earlier = Q(helped_on__isnull=True) | Q(helped_on__lt=on)
        HouseholdFile.objects.filter(unknown_or_earlier, pk=file.pk).update(helped_on=on)
    return row
