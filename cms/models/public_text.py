"""The record of what readers saw: each text that was public, since when, and from when no more. Rows are only added."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef


class PublicTextQuerySet(models.QuerySet["PublicText"]):
    def newest(self, *, until: datetime | None = None) -> PublicTextQuerySet:
        """The last row of each path, as far as a business moment."""
        rows = self if until is None else self.filter(at__lte=until)
        later = PublicText.objects.filter(path=OuterRef("path"), number__gt=OuterRef("number"))
        return rows.filter(~Exists(later if until is None else later.filter(at__lte=until)))

    def of(self, keys: Collection[str]) -> PublicTextQuerySet:
        """The rows of a page, under whatever address it stood."""
        return self.filter(key__in=keys)


class PublicText(models.Model):
    """One text of one page as readers got it: the Markdown of the release, as it read on the day.

    ``key`` stays when a page is renamed: the code of a programme, the id of a guide, else the path. ``number`` counts
    the rows of a path, so that no two can follow the same one. ``at``: the business moment from which it was public;
    a row without a text says that from then on nothing was. ``version``: of the programme, where the page is one's.
    """

    path = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(null=True)
    release = models.PositiveIntegerField()
    at = models.DateTimeField()

    objects = PublicTextQuerySet.as_manager()

    class Meta:
        ordering = ["path", "number"]
        constraints = [
            models.UniqueConstraint(fields=["path", "number"], name="public_texts_follow_each_other"),
            models.CheckConstraint(
                condition=models.Q(text="", sha256="") | (~models.Q(text="") & ~models.Q(sha256="")),
                name="public_text_has_its_hash",
            ),
        ]
        indexes = [models.Index(fields=["key", "at"], name="public_text_of_page")]

    def __str__(self) -> str:
        return f"{self.path}/{self.number}"

    @property
    def is_public(self) -> bool:
        """Whether there was something to read; otherwise the page went away at that moment."""
        return bool(self.sha256)
