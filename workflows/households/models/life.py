"""What happens to a file: its moves, visits, notices, objections, checks and letters."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.base.fields import SealedField
from workflows.base.models import DataKey, PrivateFile
from workflows.households.models.file import HouseholdFile
from workflows.network.models import Post
from workflows.people.models import User
from workflows.policy.household.lifecycle import FileState


class FileEvent(models.Model):
    """One move of a file: added, never changed. ``at`` is the business moment, ``recorded_at`` the true clock.

    Where ``source`` and ``target`` are one, the file stayed and its household changed; ``reason`` says how.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="events")
    n = models.PositiveIntegerField()
    source = models.CharField(max_length=14)
    target = models.CharField(max_length=14)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=30)
    actor_label = models.CharField(max_length=160)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=20, blank=True)
    note = SealedField()

    class Meta:
        ordering = ["file", "n"]
        constraints = [models.UniqueConstraint(fields=["file", "n"], name="one_file_event_per_turn")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.n} {self.target}"

    @property
    def label(self) -> str:
        """Where the file came to, or what changed while it stayed, in the words of the union."""
        if self.source != self.target:
            return FileState(self.target).label
        return str(_("家庭成员变化")) if self.is_of_household else str(_("改建档单位"))

    @property
    def is_of_household(self) -> bool:
        """Somebody joined or left; a file that only got another union says no reason."""
        return self.source == self.target and bool(self.reason)


class HomeVisit(models.Model):
    """入户调查: two of the union visit a family. ``told`` is JSON, sealed: what they met with and found.

    Who visits is set when the visit is begun; the form is signed by both and by the household, each once. A hand is
    what :mod:`workflows.policy.household.signing` writes, sealed; it is there from the moment of its signature.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="visits")
    first = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    arranged_at = models.DateTimeField()
    visited_on = models.DateField(null=True)
    minutes = models.PositiveSmallIntegerField(null=True)
    told = SealedField(null=True)
    #: Of the form that was sent last: the same sent again is the same.
    sent_as = models.CharField(max_length=36, blank=True)
    first_signed_at = models.DateTimeField(null=True)
    second_signed_at = models.DateTimeField(null=True)
    family_signed_at = models.DateTimeField(null=True)
    first_hand = SealedField(null=True)
    second_hand = SealedField(null=True)
    family_hand = SealedField(null=True)
    arranged_by = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    #: The visit that others were to make, and why they did not.
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    why = SealedField(null=True)

    class Meta:
        ordering = ["arranged_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(first=models.F("second")), name="two_visit_a_family")
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.arranged_at:%Y-%m-%d}"

    def found(self) -> dict[str, Any]:
        """What was written down; nothing before it was."""
        content: dict[str, Any] = json.loads(self.told) if self.told else {}
        return content

    @property
    def mark(self) -> str:
        """Of what was written down: who signs has seen this and nothing else. Empty before it was."""
        if self.told is None:
            return ""
        whole = f"{self.visited_on}|{self.minutes}|{self.told}"
        return hashlib.sha256(whole.encode()).hexdigest()[:20]

    @property
    def is_signed(self) -> bool:
        return None not in (self.first_signed_at, self.second_signed_at, self.family_signed_at)


class VisitPhoto(models.Model):
    """入户照片. ``mark``: of what was uploaded, so that a photograph that is sent twice is there once."""

    visit = models.ForeignKey(HomeVisit, on_delete=models.PROTECT, related_name="photos")
    file = models.ForeignKey(PrivateFile, on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=64)
    added_by = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["visit", "mark"], name="a_photo_once_in_a_visit")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.pk}"


class FileNotice(models.Model):
    """公示 of a file: by the unit, on paper, or by the county on the web. It holds only what may be shown (domain 3.7)."""

    class Standing(models.TextChoices):
        OPEN = "OPEN"
        PAUSED = "PAUSED"
        ENDED = "ENDED"

    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="notices")
    number = models.CharField(max_length=20, unique=True)
    standing = models.CharField(max_length=6, choices=Standing.choices, default=Standing.OPEN)
    on_web = models.BooleanField()
    posted_on = models.DateField()
    workdays = models.PositiveSmallIntegerField()
    workdays_run = models.PositiveSmallIntegerField(default=0)
    running_since = models.DateField()
    ends_on = models.DateField()
    ended_on = models.DateField(null=True)
    masked_name = models.CharField(max_length=20)
    county = models.CharField(max_length=40)
    unit = models.CharField(max_length=80)

    class Meta:
        ordering = ["-posted_on", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["file"], condition=~Q(standing="ENDED"), name="one_running_notice_per_file"
            )
        ]

    def __str__(self) -> str:
        return self.number


class FileObjection(models.Model):
    """What somebody says against the notice of a file. Who said it is sealed and never shown to the household."""

    class Channel(models.TextChoices):
        ONLINE = "ONLINE", _("网上")
        PHONE = "PHONE", _("电话")
        IN_PERSON = "IN_PERSON", _("当面")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    notice = models.ForeignKey(FileNotice, on_delete=models.PROTECT, related_name="objections")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    content = SealedField()
    name = SealedField()
    phone = SealedField()
    received_at = models.DateTimeField()
    due_on = models.DateField()
    upheld = models.BooleanField(null=True)
    finding = SealedField(null=True)
    handled_by = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    handled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["received_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(upheld__isnull=True, handled_at__isnull=True)
                | Q(upheld__isnull=False, handled_at__isnull=False),
                name="an_answered_file_objection_has_a_finding",
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice.number} {self.received_at:%Y-%m-%d}"


class MeansCheck(models.Model):
    """经济状况核对: what a register was asked for, why, and what became of it.

    A check that is not waited for has a reason and a second signature. What a register answers is kept as statements.
    ``sent_at`` and ``batch``: when it went out, and in which file; ``looked_at``: when an answer was last asked for;
    ``answered_for``: the members it has answered for so far; ``trouble``: why its last answer was not taken;
    ``said_otherwise``: it answered again, and not the same; ``answered_by``: who wrote down what it answered;
    ``late_at``: when it answered though it was no longer waited for.
    """

    class Standing(models.TextChoices):
        SENT = "SENT", _("已发出")
        IN = "IN", _("已回复")
        WAIVED = "WAIVED", _("不再等待")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="checks")
    register = models.CharField(max_length=40)
    purpose = models.CharField(max_length=80)
    standing = models.CharField(max_length=6, choices=Standing.choices, default=Standing.SENT)
    asked_by = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    sent_at = models.DateTimeField(null=True)
    batch = models.CharField(max_length=20, blank=True)
    looked_at = models.DateTimeField(null=True)
    answered_for = models.JSONField(default=list)
    about_household = models.BooleanField(default=False)
    trouble = models.CharField(max_length=200, blank=True)
    said_otherwise = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    late_at = models.DateTimeField(null=True)
    reason = SealedField(null=True)
    waived_by = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    countersigned_by = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "register"], condition=Q(standing="SENT"), name="one_open_check_of_a_register"
            )
        ]
        indexes = [
            models.Index(fields=["register", "asked_at"], condition=Q(standing="SENT"), name="checks_sent")
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.register}"

    @property
    def is_settled(self) -> bool:
        """Answered, or not waited for under two signatures."""
        return self.standing == self.Standing.IN or (
            self.standing == self.Standing.WAIVED and self.countersigned_by_id is not None
        )


class FileLetter(models.Model):
    """A letter to the household about its file, as it was sent; added, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    event = models.OneToOneField(FileEvent, on_delete=models.PROTECT, related_name="letter")
    title = models.CharField(max_length=60)
    text = SealedField()

    def __str__(self) -> str:
        return f"{self.event_id} {self.title}"
