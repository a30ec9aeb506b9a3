"""What the ground floor stores: data keys, private files, the outbox, the demo day, spent tries."""

import secrets
import uuid
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workflows.base import sealing


class DataKey(models.Model):
    """The key of one owner, wrapped by a master key of the ring. Destroying it erases what it sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wrapped = models.BinaryField()
    key_id = models.CharField(max_length=40)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["key_id"], name="data_key_by_master")]

    def __str__(self) -> str:
        return f"data key under {self.key_id}"

    @classmethod
    def new(cls) -> "DataKey":
        """A fresh key, stored."""
        key = cls(id=uuid.uuid4())
        key.wrapped, key.key_id = sealing.wrap(secrets.token_bytes(32), key_id=key.id)
        key.save(force_insert=True)
        return key

    def rewrap(self) -> bool:
        """Wrap by the current master key; False when another process was first, which is as good."""
        wrapped, key_id = sealing.wrap(sealing.unwrap(self), key_id=self.id)
        as_seen = DataKey.objects.filter(pk=self.pk, key_id=self.key_id, destroyed_at=None)
        return as_seen.update(wrapped=wrapped, key_id=key_id) == 1

    def destroy(self, *, at: datetime) -> None:
        """Erase everything sealed under this key, for good."""
        self.wrapped, self.destroyed_at = b"", at
        self.save(update_fields=["wrapped", "destroyed_at"])


class HouseKey(models.Model):
    """The data key of values that belong to no person, such as the secrets of second factors: one per purpose."""

    purpose = models.CharField(max_length=40, primary_key=True)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.purpose

    @classmethod
    def of(cls, purpose: str) -> DataKey:
        """The key for `purpose`, made at first use; two processes at once get the same one."""
        held = cls.objects.select_related("sealed_by").filter(purpose=purpose).first()
        if held is None:
            held, _made = cls.objects.get_or_create(purpose=purpose, defaults={"sealed_by": DataKey.new})
        return held.sealed_by


class PrivateFile(models.Model):
    """A piece of evidence: checked, rebuilt, sealed, stored under a random name outside every public folder."""

    class Kind(models.TextChoices):
        JPEG = "jpeg", "JPEG"
        PNG = "png", "PNG"
        PDF = "pdf", "PDF"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=4, choices=Kind)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.kind} {self.size} bytes"

    @property
    def path(self) -> Path:
        name = self.id.hex
        return Path(settings.DATA_DIR) / "private" / name[:2] / name

    @property
    def place(self) -> str:
        """What the sealed bytes are bound to."""
        return f"base_privatefile.bytes:{self.id}"

    @property
    def content_type(self) -> str:
        return {"jpeg": "image/jpeg", "png": "image/png", "pdf": "application/pdf"}[self.kind]

    def read(self) -> bytes:
        """The clean bytes. :raises sealing.Erased: after the owner was erased. :raises FileNotFoundError: when lost."""
        return sealing.open_bytes(self.path.read_bytes(), self.sealed_by, aad=self.place)


class OutboxItem(models.Model):
    """One effect to bring about after its transaction committed, exactly as often as its key says: once."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待")
        LEASED = "leased", _("处理中")
        DONE = "done", _("完成")
        FAILED = "failed", _("失败")

    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # A failed item may be put again; a waiting, running or finished one may not.
            models.UniqueConstraint(fields=["key"], condition=~Q(state="failed"), name="outbox_once_per_key"),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="outbox_due")]

    def __str__(self) -> str:
        return f"{self.topic} {self.key} ({self.state})"


class WorkerBeat(models.Model):
    """When each worker process last showed that it lives."""

    name = models.CharField(max_length=80, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.seen_at:%Y-%m-%d %H:%M:%S}"


class DemoDay(models.Model):
    """The business day of a demonstration. At most one row; production has none."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    day = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_demo_day")]

    def __str__(self) -> str:
        return self.day.isoformat()


class SpentTry(models.Model):
    """One try of something that is counted (a code sent, a name guessed), under a fingerprint of who tried."""

    what = models.CharField(max_length=40)
    whose = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["what", "whose", "at"], name="tries_of_one")]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M:%S}"


class Counter(models.Model):
    """The last number given in a series (receipts, notices, files, payment runs)."""

    series = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        # Where it has stood since the first applications were numbered.
        db_table = "applications_counter"

    def __str__(self) -> str:
        return f"{self.series} {self.last}"

    @classmethod
    def next(cls, series: str) -> int:
        """The next number of a series; two callers never get the same."""
        with transaction.atomic():
            cls.objects.get_or_create(series=series)
            cls.objects.filter(series=series).update(last=F("last") + 1)
            return cls.objects.get(series=series).last

    @classmethod
    def reach(cls, series: str, number: int) -> None:
        """Have a series go on behind a number that was given elsewhere."""
        cls.objects.get_or_create(series=series)
        cls.objects.filter(series=series, last__lt=number).update(last=number)
