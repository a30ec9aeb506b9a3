"""Where each public page has stood: so that an address that was printed on a poster still leads somewhere."""

from __future__ import annotations

from django.db import models


class PublicAddress(models.Model):
    """From a business day on, the page of this key stood at this address. Added when it changes, never edited."""

    key = models.CharField(max_length=64, db_index=True)
    address = models.CharField(max_length=300)
    since = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.address} ({self.since})"
