"""Persons, sign-ins, who may act for whom, consents, and the log of who looked at what.

A `Person` is a human being the union helps; a `User` is a way to sign in. One phone may act for several persons.
"""

import secrets
import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workflows.base.fields import SealedField
from workflows.base.models import DataKey
from workflows.base.sealing import blind_index
from workflows.policy.masking import mask_id, mask_name, mask_phone


class AlreadyKnown(Exception):
    """There is a person with this identity number; the caller decides what may be said about it."""


def phone_index(phone: str) -> str:
    """The blind index of a phone number of 11 digits."""
    return blind_index(phone, purpose="phone")


def id_index(id_no: str) -> str:
    """The blind index of an identity number; x and X are one."""
    return blind_index(id_no.upper(), purpose="id number")


def name_index(name: str) -> str:
    """The blind index of a full name, for exact search."""
    return blind_index("".join(name.split()), purpose="name")


class UserManager(BaseUserManager["User"]):
    """Makes sign-ins: workers have a phone and no password, staff a username, a password and a second factor."""

    def create_user(self, username: str = "", password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username or random_username(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, password, **{"is_staff": True, "is_superuser": True, **fields})

    def create_staff(
        self, username: str, *, password: str, display_name: str, email: str = "", is_demo: bool = False
    ) -> "User":
        return self.create_user(
            username, password, is_staff=True, display_name=display_name, email=email, is_demo=is_demo
        )

    def for_phone(self, phone: str) -> "User":
        """The sign-in of this phone, made when there is none. Two at once get the same one."""
        if user := self.by_phone(phone):
            return user
        try:
            with transaction.atomic():
                user = self.model(username=random_username())
                user.set_unusable_password()
                user.set_phone(phone)
                user.save(using=self._db)
                return user
        except IntegrityError:
            return self.get(phone_index=phone_index(phone))

    def by_phone(self, phone: str) -> "User | None":
        return self.filter(phone_index=phone_index(phone)).first()


def random_username() -> str:
    """A name nobody types: workers sign in by phone."""
    return f"w-{secrets.token_hex(8)}"


class User(AbstractBaseUser, PermissionsMixin):
    """A sign-in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(_("用户名"), max_length=60, unique=True)
    display_name = models.CharField(_("显示名"), max_length=60, blank=True)
    email = models.EmailField(_("工作邮箱"), blank=True)
    sealed_by = models.ForeignKey(
        DataKey, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    phone = SealedField(_("手机号码"), null=True, editable=False)
    phone_index = models.CharField(max_length=64, unique=True, null=True, editable=False)
    phone_verified_at = models.DateTimeField(null=True, editable=False)
    is_active = models.BooleanField(_("可登录"), default=True)
    is_staff = models.BooleanField(_("工作人员"), default=False)
    is_demo = models.BooleanField(default=False, editable=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("登录账号")
        verbose_name_plural = _("登录账号")
        constraints = [
            # A text message alone must never open a colleague's sign-in.
            models.CheckConstraint(
                condition=Q(is_staff=False) | Q(phone_index=None), name="staff_sign_in_without_phone"
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        """The name colleagues see. A worker's sign-in has none; the persons it acts for do."""
        return self.display_name or (self.username if self.is_staff else str(_("职工")))

    def get_short_name(self) -> str:
        return self.get_full_name()

    def set_phone(self, phone: str) -> None:
        """Hold `phone` sealed, with its blind index; the caller saves."""
        if self.sealed_by is None:
            self.sealed_by = DataKey.new()
        self.phone, self.phone_index = phone, phone_index(phone)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone) if self.phone else ""

    @property
    def self_person(self) -> "Person | None":
        """The person this sign-in belongs to, as far as known."""
        acting = self.acting.select_related("person__sealed_by").filter(relation=Acting.Relation.SELF).first()
        return acting.person if acting else None


class Person(models.Model):
    """A human being the union knows: a worker, a child, a colleague."""

    class Gender(models.TextChoices):
        MALE = "m", _("男")
        FEMALE = "f", _("女")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+", editable=False)
    name = SealedField(_("姓名"))
    name_index = models.CharField(max_length=64, db_index=True, editable=False)
    id_no = SealedField(_("身份证号"), null=True)
    id_index = models.CharField(max_length=64, unique=True, null=True, editable=False)
    gender = models.CharField(_("性别"), max_length=1, choices=Gender, blank=True)
    birth = SealedField(_("出生日期"), null=True)
    phone = SealedField(_("手机号码"), null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")

    def __str__(self) -> str:
        return f"person {str(self.id)[:8]}"

    @classmethod
    def new(
        cls,
        *,
        name: str,
        id_no: str,
        phone: str = "",
        born: date | None = None,
        gender: str = "",
        known_by: str = "",
    ) -> "Person":
        """A person with a key of their own, stored. Sex and birth come from the number, which the caller checked.

        :param id_no: 18 characters, or empty when not known yet.
        :param born: and ``gender``, of somebody without such a number.
        :param known_by: kind and number of the document of somebody without such a number, so that they are there once.
        :raises AlreadyKnown: when a person with this number exists.
        """
        number = id_no.upper()
        try:
            with transaction.atomic():
                return cls.objects.create(
                    sealed_by=DataKey.new(),
                    name=name,
                    name_index=name_index(name),
                    id_no=number or None,
                    id_index=id_index(number or known_by) if number or known_by else None,
                    gender=_gender_in(number) or gender,
                    birth=_birth_in(number) or (born.isoformat() if born else None),
                    phone=phone or None,
                )
        except IntegrityError as error:
            raise AlreadyKnown("A person with this identity number is known already.") from error

    @classmethod
    def by_id_number(cls, id_no: str) -> "Person | None":
        return cls.objects.select_related("sealed_by").filter(id_index=id_index(id_no)).first()

    @property
    def masked_name(self) -> str:
        return mask_name(self.name)

    @property
    def masked_id(self) -> str:
        return mask_id(self.id_no) if self.id_no else ""

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone) if self.phone else ""

    @property
    def born(self) -> date | None:
        return date.fromisoformat(self.birth) if self.birth else None

    def erase(self, *, at: datetime) -> None:
        """Make everything sealed for this person unreadable for ever, and unfindable."""
        with transaction.atomic():
            Person.objects.filter(pk=self.pk).update(id_index=None, name_index="", gender="")
            self.sealed_by.destroy(at=at)


def _gender_in(number: str) -> str:
    if len(number) != 18:
        return ""
    return Person.Gender.MALE if int(number[16]) % 2 else Person.Gender.FEMALE


def _birth_in(number: str) -> str | None:
    return (
        date(int(number[6:10]), int(number[10:12]), int(number[12:14])).isoformat()
        if len(number) == 18
        else None
    )


class Acting(models.Model):
    """A sign-in may act for a person: oneself, family, or somebody one helps with recorded authority."""

    class Relation(models.TextChoices):
        SELF = "self", _("本人")
        FAMILY = "family", _("家人")
        HELPER = "helper", _("代办人")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="acting")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acted_by")
    relation = models.CharField(max_length=6, choices=Relation)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "person"], name="acting_once"),
            models.UniqueConstraint(fields=["user"], condition=Q(relation="self"), name="one_self_per_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.relation} {self.person_id}"


class Consent(models.Model):
    """One consent for one purpose, to exactly the words whose fingerprint is kept. Only its withdrawal is added."""

    class Channel(models.TextChoices):
        ONLINE = "online", _("网上")
        PAPER = "paper", _("纸质")
        STATION = "station", _("站点协助")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=40)
    text_version = models.CharField(max_length=40)
    text_sha256 = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    channel = models.CharField(max_length=7, choices=Channel)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "purpose"], name="consents_of_person")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.text_version}"

    def withdraw(self, *, at: datetime) -> None:
        """Stop relying on this consent from `at` on; withdrawing twice keeps the first time."""
        Consent.objects.filter(pk=self.pk, withdrawn_at=None).update(withdrawn_at=at)
        self.refresh_from_db(fields=["withdrawn_at"])


class AccessLog(models.Model):
    """Who saw what of whom, why and when. Rows are never changed and never deleted."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    ref = models.CharField(max_length=80, blank=True)
    what = models.CharField(max_length=60)
    why = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["ref", "at"], name="access_by_ref"),
            models.Index(fields=["user", "at"], name="access_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.ref} {self.at:%Y-%m-%d %H:%M}"
