"""How each of a family agreed to the means check; added, never changed."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.base.fields import SealedField
from workflows.base.models import DataKey
from workflows.households.models.file import HouseholdFile, Member
from workflows.people.models import Consent


class MeansConsent(models.Model):
    """For which file a consent was given, by whom and how; or that somebody is going to sign at the station.

    ``consent``: None for who is only going to sign. ``phone``: of who agreed by a code; ``kept_at``: where the paper is.
    """

    class How(models.TextChoices):
        OWN = "OWN", _("本人登录后同意")
        GUARDIAN = "GUARDIAN", _("监护人替未成年人同意")
        CODE = "CODE", _("本人用自己的手机验证码同意")
        PAPER = "PAPER", _("本人在纸上签字")
        GOING = "GOING", _("要到站点签字")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="agreements")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="agreements")
    consent = models.OneToOneField(Consent, null=True, on_delete=models.PROTECT, related_name="of_file")
    how = models.CharField(max_length=8, choices=How.choices)
    signed_on = models.DateField()
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=160)
    phone = SealedField(null=True)
    kept_at = SealedField(null=True)

    class Meta:
        ordering = ["noted_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(how="GOING", consent__isnull=True) | (~Q(how="GOING") & Q(consent__isnull=False)),
                name="who_agreed_has_a_consent",
            ),
            models.UniqueConstraint(fields=["member"], condition=Q(how="GOING"), name="going_to_sign_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.how}"
