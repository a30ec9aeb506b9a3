"""Unions and who holds which post in them."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.people.models import Person
from workflows.policy.roles import Level, Role


class UnionOrg(models.Model):
    """A union organisation (工会组织). ``path`` lists the codes from the city down, so a subtree is a prefix."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    level = models.CharField(max_length=10, choices=[(level.value, level.label) for level in Level])
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    area = models.CharField(max_length=6)
    address = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    path = models.CharField(max_length=120, unique=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name

    @property
    def county_path(self) -> str:
        """The path of the county-level union this one belongs to; the city's own path for the city."""
        return "".join(f"{part}/" for part in self.path.split("/")[:2] if part)


class PostQuerySet(models.QuerySet["Post"]):
    def held_on(self, day: date) -> PostQuerySet:
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)


class Post(models.Model):
    """A person does a role in a union, from a day until a day (inclusive)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=30, choices=[(role.value, role.label) for role in Role])
    union = models.ForeignKey(UnionOrg, on_delete=models.PROTECT, related_name="posts")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "union"],
                condition=Q(until__isnull=True),
                name="one_open_post_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return _("%(union)s %(role)s") % {"union": self.union.name, "role": Role(self.role).label}
