"""Two kinds of columns: text that the database only ever sees sealed, and codes that it orders byte by byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from workflows.base import sealing

_ST = TypeVar("_ST", contravariant=True)
_GT = TypeVar("_GT", covariant=True)

if TYPE_CHECKING:
    _Text = models.TextField
    _Code = models.CharField[str, str]
else:
    _Code = models.CharField

    class _Text(models.TextField):
        """Django's fields take type arguments only in the stubs; this one also when the program runs."""

        def __class_getitem__(cls, item: Any) -> type:
            return cls


class Sealed:
    """A sealed value as it lies in the database. It shows nothing of itself."""

    __slots__ = ("token",)

    def __init__(self, token: str) -> None:
        self.token = token

    def __repr__(self) -> str:
        return "<sealed>"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and other.token == self.token

    def __hash__(self) -> int:
        return hash(self.token)


class SealedAttribute(DeferredAttribute):
    """Opens the value when it is asked for; the instance itself keeps what the database holds."""

    field: SealedField[Any, Any]

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is None or not isinstance(value, Sealed):
            return value
        return sealing.open_text(value.token, owners_key(instance), aad=self.field.place_of(instance))

    def __set__(self, instance: models.Model, value: str | Sealed | None) -> None:
        instance.__dict__[self.field.attname] = value


def owners_key(instance: models.Model) -> sealing.OwnersKey:
    """The data key of the row's owner. :raises sealing.Unsealable: when the row names none."""
    key: sealing.OwnersKey | None = getattr(instance, "sealed_by", None)
    if key is None:
        raise sealing.Unsealable(f"A {type(instance).__name__} names no key in sealed_by.")
    return key


class SealedField(_Text[_ST, _GT]):
    """Holds text sealed under the row's `sealed_by` key, bound to table, column and primary key.

    The model needs a UUID primary key (known before the row is stored) and a foreign key `sealed_by` to base.DataKey.
    """

    descriptor_class = SealedAttribute
    description = "Sealed text"

    def place_of(self, instance: models.Model) -> str:
        return f"{self.model._meta.db_table}.{self.column}:{instance.pk}"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        held = model_instance.__dict__.get(self.attname)
        if held is None or isinstance(held, Sealed):
            return held
        token = sealing.seal_text(str(held), owners_key(model_instance), aad=self.place_of(model_instance))
        sealed = Sealed(token)
        model_instance.__dict__[self.attname] = sealed
        return sealed

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Sealed):
            return None if value is None else value.token
        raise TypeError(f"Clear text refused for the sealed column {self.name}; save it through its row.")

    def get_lookup(self, lookup_name: str) -> type[models.Lookup[Any]] | None:
        if lookup_name != "isnull":
            raise FieldError(
                f"A sealed column cannot be searched: {self.name}__{lookup_name}. Use its blind index."
            )
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError(f"The sealed column {self.name} is not exported.")


class CodeField(_Code):
    """A code that is compared and ordered byte by byte, whatever the language of the database.

    An index then serves equal codes, codes that begin alike and the order of a list; SQLite does so by itself.
    """

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        parameters: dict[str, Any] = dict(super().db_parameters(connection))
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters
