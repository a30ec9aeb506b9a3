"""Stored values that rules look up by key, area and day."""

from django.db import models


class Parameter(models.Model):
    """One value of one key in one area from one day on; a change is a new row, never an edit.

    Money is in fen. ``valid_to`` is inclusive; empty means until further notice.
    """

    key = models.CharField(max_length=80)
    area = models.CharField(max_length=6, blank=True)
    value = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)
    announced_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "area", "valid_from"], name="one_value_per_key_area_and_day"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="parameter_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}@{self.valid_from}"


class Holiday(models.Model):
    """A weekday that is off, or a weekend day that is worked (调休)."""

    day = models.DateField(primary_key=True)
    is_off = models.BooleanField()
    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
