"""The parts of the household file as forms a family fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workflows.people.sign_in_fields import CodeField, PhoneField
from workflows.policy.household import typed
from workflows.policy.household.entries import Item, Kind, Part
from workflows.policy.household.enumerations import RELATION
from workflows.portal.forms import MOST_RADIOS, by_county

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from django.http import QueryDict

    from workflows.network.models import UnionOrg
    from workflows.policy.household.entries import Row

_CHOOSE = ("", _("请选择"))


class ItemField(forms.Field):
    """Shows one item. What is typed is read by `policy.household.typed`, so nothing is checked here."""


class RowForm(forms.Form):
    """One row of a part. Unbound it shows the row kept so far, bound what was typed, right or wrong."""

    def __init__(
        self, part: Part, *, on: date, row: Row | None = None, sent: QueryDict | None = None
    ) -> None:
        self.part = part
        initial = {
            item.key: typed.typed(item, row[item.key]) for item in part.asked if row and item.key in row
        }
        super().__init__(sent, initial=initial)
        for item in part.asked:
            self.fields[item.key] = ItemField(
                label=item.label,
                help_text=_help(part, item),
                required=item.required,
                widget=_widget(item, on=on, stands=(row or {}).get(item.key)),
            )
            self.fields[item.key].required = False  # said by the catalogue, not by Django
            self.fields[item.key].optional = not item.required  # type: ignore[attr-defined]  # for the template

    def typed_in(self) -> tuple[dict[str, Any], dict[str, str]]:
        """The row that was typed, and what of it could not be read."""
        return typed.read(self.part, {item.key: self._texts(item) for item in self.part.asked})

    def _texts(self, item: Item) -> Sequence[str]:
        sent: Any = self.data
        return [str(text) for text in sent.getlist(item.key)]

    def note(self, sentences: Mapping[str, str]) -> None:
        """Put a sentence at each item named."""
        self.is_valid()
        for key, sentence in sentences.items():
            self.add_error(key if key in self.fields else None, sentence)


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
            return forms.Select(choices=[_CHOOSE, *choices])
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


class MemberForm(forms.Form):
    """Somebody who lives in the household."""

    name = forms.CharField(label=_("姓名"), max_length=40, error_messages={"required": _("请填写姓名。")})
    id_no = forms.CharField(
        label=_("身份证号"),
        max_length=30,
        widget=forms.TextInput(attrs={"class": "w-18", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("请填写身份证号。没有上户口的孩子，请到站点办理。")},
    )
    relation = forms.ChoiceField(
        label=_("是您的什么人"),
        choices=[
            _CHOOSE,
            *(
                (name, name)
                for name in (value.name for value in RELATION.values)
                if name not in ("本人", "户主")
            ),
        ],
        error_messages={"required": _("请选择是您的什么人。")},
    )


class PhoneForm(forms.Form):
    """The phone of an adult who agrees by a code."""

    phone = PhoneField(label=_("本人的手机号"))


class CodeForm(forms.Form):
    """The code an adult was sent."""

    code = CodeField()


class ChangeForm(forms.Form):
    """A change the family reports."""

    what = forms.CharField(
        label=_("家里有什么变化"),
        help_text=_(
            "例如有人找到工作、失业、生病、搬家、添人口、有人去世。如实写就好，不会因为报告而马上停帮扶。"
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请写几句话。")},
    )


def union_form(unions: Sequence[UnionOrg]) -> type[forms.Form]:
    """The form that begins a file at one of these unions."""

    class Begin(forms.Form):
        union = forms.ChoiceField(
            label=_("您的单位工会，没有单位的选街道（社区）工会"),
            choices=[_CHOOSE, *by_county(unions)],
            error_messages={"required": _("请选择工会。")},
        )

    return Begin
