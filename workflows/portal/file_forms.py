"""What a family says of its household beside the parts of the file: who lives there, what has changed, where to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from workflows.people.sign_in_fields import CodeField, PhoneField
from workflows.policy.household.enumerations import RELATION
from workflows.portal.forms import by_county

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflows.network.models import UnionOrg

_CHOOSE = ("", _("请选择"))


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
