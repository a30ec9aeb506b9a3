"""One row of a part of the household file as a form: families and officials fill in the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from workflows.policy.household import typed
from workflows.policy.household.entries import Item, Kind, Part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from django.http import HttpRequest, QueryDict

    from workflows.policy.household.entries import Row

#: More choices than this are a list to open; as radio buttons they would fill a phone's screen twice.
MOST_RADIOS = 6


class ItemField(forms.Field):
    """Shows one item. What is typed is read by `policy.household.typed`, so nothing is checked here."""


class RowForm(forms.Form):
    """One row of a part. Unbound it shows the row kept so far, bound what was typed, right or wrong.

    ``whole``: every item, also those the family is not asked; ``prefix``: of one row among several; ``period``: the
    months that sums are over, in words. What the row kept holds besides the items shown stays as it is.
    """

    def __init__(
        self,
        part: Part,
        *,
        on: date,
        row: Row | None = None,
        sent: QueryDict | None = None,
        whole: bool = False,
        prefix: str | None = None,
        period: str = "",
    ) -> None:
        self.part, self.items = part, part.items if whole else part.asked
        shown = {item.key for item in self.items}
        self.unshown = {key: value for key, value in (row or {}).items() if key not in shown}
        initial = {
            item.key: typed.typed(item, row[item.key]) for item in self.items if row and item.key in row
        }
        super().__init__(sent, initial=initial, prefix=prefix)
        for item in self.items:
            self.fields[item.key] = ItemField(
                label=item.label,
                help_text=f"{period}{_help(part, item)}" if item.over else _help(part, item),
                required=item.required,
                widget=_widget(item, on=on, stands=(row or {}).get(item.key)),
            )
            self.fields[item.key].required = False  # said by the catalogue, not by Django
            self.fields[item.key].optional = not item.required  # type: ignore[attr-defined]  # for the template

    def typed_in(self) -> tuple[dict[str, Any], dict[str, str]]:
        """The row that was typed, and what of it could not be read."""
        row, wrong = typed.read(self.part, {item.key: self._texts(item) for item in self.items})
        return self.unshown | row, wrong

    def _texts(self, item: Item) -> Sequence[str]:
        sent: Any = self.data
        return [str(text) for text in sent.getlist(self.add_prefix(item.key))]

    def note(self, sentences: Mapping[str, str]) -> None:
        """Put a sentence at each item named."""
        self.is_valid()
        for key, sentence in sentences.items():
            self.add_error(key if key in self.fields else None, sentence)


def key_of_new_row(request: HttpRequest) -> UUID:
    """The key of a new row, which the form brings along: the same form sent twice is one row."""
    try:
        return UUID(request.POST.get("of", ""))
    except ValueError:
        return uuid4()


def _help(part: Part, item: Item) -> str:
    if item.if_ is None:
        return item.help
    asked, values = item.if_
    about = part.item(asked)
    if len(values) > MOST_RADIOS:
        return f"有病的才填。{item.help}"
    names = "、".join(about.values.name_of(value) if about.values else value for value in values)
    return f"“{about.label}”选了“{names}”的才填。{item.help}"


def _widget(item: Item, *, on: date, stands: object = None) -> forms.Widget:
    """``stands``: a value of former years can stay chosen, though nobody would choose it anew."""
    choices = list(item.values.choices(on)) if item.values else []
    for value in stands if isinstance(stands, list) else [stands]:
        if item.values and isinstance(value, str) and value not in dict(choices):
            choices.append((value, item.values.name_of(value)))
    match item.kind:
        case Kind.BOOL:
            return forms.RadioSelect(choices=[(typed.YES, _("是")), (typed.NO, _("否"))])
        case Kind.CHOICE if len(choices) > MOST_RADIOS:
            return forms.Select(choices=[("", _("请选择")), *choices])
        case Kind.CHOICE:
            return forms.RadioSelect(choices=choices)
        case Kind.SEVERAL:
            return forms.CheckboxSelectMultiple(choices=choices)
        case Kind.MONEY | Kind.AREA:
            return forms.TextInput(attrs={"class": "w-11", "inputmode": "decimal"})
        case Kind.COUNT | Kind.YEAR | Kind.POSTCODE | Kind.REGION:
            return forms.TextInput(attrs={"class": "w-11", "inputmode": "numeric"})
        case Kind.CARD:
            return forms.TextInput(attrs={"class": "w-18", "inputmode": "numeric", "autocomplete": "off"})
        case Kind.PHONE:
            return forms.TextInput(attrs={"class": "w-11", "inputmode": "tel"})
    return forms.TextInput(attrs={"autocomplete": "off"})
