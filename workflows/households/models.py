"""The household file, its members and the aid it has received."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from workflows.base.fields import SealedField
from workflows.base.models import DataKey
from workflows.network.models import UnionOrg
from workflows.network.sight import persons_of, unions_seen_by, unions_seen_through
from workflows.people.models import Person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflows.network.models import Post
    from workflows.network.sight import Viewer


class Category(models.TextChoices):
    """困难类别 in force; the old ones come with the import of history."""

    DEEP = "深度困难", _("深度困难")
    RELATIVE = "相对困难", _("相对困难")
    ACCIDENT = "意外致困", _("意外致困")


class FileState(models.TextChoices):
    ACTIVE = "ACTIVE", _("在档")
    CLOSED = "CLOSED", _("撤档")


class FileQuerySet(models.QuerySet["HouseholdFile"]):
    def visible_to(self, user: Viewer, *, on: date, posts: Sequence[Post] | None = None) -> FileQuerySet:
        """The files a person may see: those of the unions in sight, and the families the person acts for.

        ``posts``: those the user holds on that day, when the page has read them already.
        """
        seen = unions_seen_by(user, on=on) if posts is None else unions_seen_through(posts)
        return self.filter(Q(owner__in=seen) | Q(main__in=persons_of(user)))

    def active(self) -> FileQuerySet:
        return self.filter(state=FileState.ACTIVE)


class HouseholdFile(models.Model):
    """One household, one file (一户一档). Totals are in fen; what names the family is sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    file_no = models.CharField(max_length=30, unique=True)
    main = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="files")
    owner = models.ForeignKey(UnionOrg, on_delete=models.PROTECT, related_name="files")
    category = models.CharField(max_length=8, choices=Category.choices)
    category_since = models.DateField()
    state = models.CharField(max_length=10, choices=FileState.choices, default=FileState.ACTIVE)
    opened_on = models.DateField()
    checked_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    on_dibao = models.BooleanField(default=False)
    zero_employment = models.BooleanField(default=False)
    main_cause = SealedField()
    address = SealedField()

    objects = FileQuerySet.as_manager()

    class Meta:
        ordering = ["file_no"]
        constraints = [
            models.UniqueConstraint(
                fields=["main"], condition=Q(state="ACTIVE"), name="one_active_file_per_main_worker"
            ),
            models.CheckConstraint(
                condition=Q(state="ACTIVE", closed_on__isnull=True)
                | Q(state="CLOSED", closed_on__isnull=False),
                name="a_closed_file_has_a_closing_day",
            ),
        ]

    def __str__(self) -> str:
        return self.file_no

    @cached_property
    def last_sheet(self) -> CalculationSheet | None:
        """The newest calculation sheet; looked up once each time the file is read."""
        return self.sheets.last()


class Member(models.Model):
    """A person in a household. Nobody is in two active files: the database refuses it."""

    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    relation = models.CharField(max_length=10)
    identity = models.CharField(max_length=20, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(active=True), name="nobody_in_two_active_files"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.relation}"


class CalculationSheet(models.Model):
    """测算单: the numbers a category rests on, frozen. All amounts in fen over the 12 months before ``on``."""

    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="sheets")
    on = models.DateField()
    income_fen = models.BigIntegerField()
    unavoidable_fen = models.BigIntegerField()
    members = models.PositiveSmallIntegerField()
    line_fen = models.BigIntegerField()
    category = models.CharField(max_length=8, choices=Category.choices)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["on", "pk"]
        constraints = [models.CheckConstraint(condition=Q(members__gte=1), name="a_household_has_members")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.on}"

    @property
    def per_head_fen(self) -> int:
        """Net income per head and month in fen, rounded half up for reading only; rules compare the exact sums."""
        net, parts = self.income_fen - self.unavoidable_fen, 12 * self.members
        return (2 * net + parts) // (2 * parts)


class DrawnSheet(models.Model):
    """What a calculation sheet was drawn up from, line by line, as everybody could check it that day.

    ``told`` is JSON, sealed: {lines, tests, grounds, lacking, working}. ``rows``: the parameter rows it rests on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sheet = models.OneToOneField(CalculationSheet, on_delete=models.PROTECT, related_name="drawn")
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    told = SealedField()
    standing = models.CharField(max_length=10)
    rows = models.JSONField()

    def __str__(self) -> str:
        return str(self.sheet)


class AidReceived(models.Model):
    """Aid a household has had, one row a payment. ``reference`` makes recording it twice one row."""

    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="aid")
    item = models.CharField(max_length=20)
    programme_code = models.CharField(max_length=40)
    amount_fen = models.BigIntegerField()
    received_on = models.DateField()
    reference = models.CharField(max_length=60, unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_fen__gt=0), name="aid_is_more_than_nothing")]

    def __str__(self) -> str:
        return self.reference
