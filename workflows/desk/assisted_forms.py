"""What a station writes down when it fills a file in for somebody who has come in person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from workflows.desk.file_forms import agreed, choice, day_field
from workflows.policy.household.enumerations import DOCUMENT, RELATION
from workflows.policy.identity import BadNumber, check_mobile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_stubs_ext import StrOrPromise

#: Somebody who lives there is not the main worker again.
_OTHERS = [(value.name, value.name) for value in RELATION.values if value.name not in ("本人", "户主")]


def _name() -> forms.CharField:
    return forms.CharField(
        label=_("姓名"),
        max_length=40,
        error_messages={"required": _("请填写姓名。")},
        help_text=_("照证件填。"),
    )


def _number(label: StrOrPromise, message: StrOrPromise) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=30,
        widget=forms.TextInput(attrs={"class": "w-18", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": message},
    )


def begin_form(unions: Sequence[tuple[str, str]]) -> type[forms.Form]:
    """The form that begins a file for somebody at one of these unions."""

    class Begin(forms.Form):
        name = _name()
        id_no = _number(_("身份证号"), _("请填写身份证号。"))
        phone = forms.CharField(
            label=_("手机号码（没有可以不填）"),
            max_length=20,
            required=False,
            widget=forms.TextInput(attrs={"class": "w-11", "inputmode": "tel", "autocomplete": "off"}),
        )
        union = choice(_("建档单位"), unions)
        here = agreed(_("本人带着身份证在这里，请我代填"))

        def clean_phone(self) -> str:
            typed = str(self.cleaned_data["phone"]).strip()
            try:
                return check_mobile(typed) if typed else ""
            except BadNumber as wrong:
                raise forms.ValidationError(f"{wrong.reason}。") from wrong

    return Begin


class WithCard(forms.Form):
    """Somebody who lives there and has an identity number."""

    name = _name()
    id_no = _number(_("身份证号"), _("请填写身份证号；没有的，用下面“没有身份证的”。"))
    relation = choice(_("是户主的什么人"), _OTHERS)


class WithoutCard(forms.Form):
    """Somebody who lives there and has no identity number."""

    name = _name()
    document = choice(_("用什么证件"), DOCUMENT.choices_now())
    number = _number(_("证件号码"), _("请填写证件上的号码。"))
    born = day_field(_("出生日期"))
    gender = forms.ChoiceField(
        label=_("性别"),
        choices=[("m", _("男")), ("f", _("女"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择性别。")},
    )
    relation = choice(_("是户主的什么人"), _OTHERS)
