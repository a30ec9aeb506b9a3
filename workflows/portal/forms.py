"""A page of the form as a Django form: what to type for each kind of field, and how an answer reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.base.row_forms import MOST_RADIOS
from workflows.policy.masking import mask_card
from workflows.policy.money import yuan
from workflows.policy.parts import Field, FieldType, Section

if TYPE_CHECKING:
    from workflows.applications.filling import Part, Question
    from workflows.network.models import UnionOrg


class AnswerField(forms.Field):
    """Shows one question. What is typed is read by `policy.answers`, so nothing is checked here."""

    optional = True
    inline = False


class PartForm(forms.Form):
    """The questions of one part. Unbound it shows the answers kept so far, bound what was typed, right or wrong."""

    def __init__(
        self,
        part: Part,
        *,
        unions: Sequence[UnionOrg] = (),
        typed: QueryDict | None = None,
        before: Mapping[str, str] | None = None,
    ) -> None:
        initial = {
            each.field.key: as_typed(each.field, part.values.get(each.field.key)) for each in part.questions
        } | dict(before or {})
        super().__init__(typed, initial=initial)
        labels = {question.field.key: question.field for question in part.questions}
        for question in part.questions:
            self.fields[question.field.key] = _shown(
                question, held=part.values.get(question.field.key), others=labels, unions=unions
            )

    def note(self, sentences: Mapping[str, str]) -> None:
        """Put a sentence at each field named."""
        for key, sentence in sentences.items():
            self.add_error(key if key in self.fields else None, sentence)


class WhoForm(forms.Form):
    """Who somebody is: name and identity number."""

    name = forms.CharField(
        label=gettext_lazy("姓名"),
        max_length=60,
        help_text=gettext_lazy("与身份证上的一致。"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("请填写姓名")},
    )
    id_no = forms.CharField(
        label=gettext_lazy("身份证号码"),
        max_length=30,
        help_text=gettext_lazy("18位，最后一位是X的请照填。"),
        widget=forms.TextInput(attrs={"class": "w-18", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("请填写身份证号码")},
    )


class WishForm(forms.Form):
    """What a call should be about, and when it suits."""

    wish = forms.CharField(
        label=gettext_lazy("想问什么，什么时间方便接电话"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LateForm(forms.Form):
    """Why an application comes after the closing day."""

    late_reason = forms.CharField(
        label=gettext_lazy("为什么晚了"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _shown(
    question: Question, *, held: Any, others: Mapping[str, Field], unions: Sequence[UnionOrg]
) -> AnswerField:
    field = question.field
    shown = AnswerField(label=_label(field), required=False, widget=_widget(field, unions))
    shown.optional = not (field.required or field.must_agree)
    shown.inline = field.type is FieldType.BOOL
    hints = [field.help]
    if field.type is FieldType.DATE and "例如" not in field.help:
        hints.append(_("例如 2026-08-03，也可以写 20260803。"))
    if question.only_if:
        hints.insert(0, _only_if(field, others))
    if field.type is FieldType.BANK_CARD and held:
        hints.insert(
            0, _("已保存的卡号：%(card)s。要更换时再填新的卡号，不更换就空着。") % {"card": mask_card(held)}
        )
    shown.help_text = " ".join(hint for hint in hints if hint)
    return shown


def _label(field: Field) -> str:
    if field.type is FieldType.MONEY and "元" not in field.label:
        return _("%(label)s（元）") % {"label": field.label}
    return field.label


def _only_if(field: Field, others: Mapping[str, Field]) -> str:
    """When a question counts that hangs on another answer of the same page."""
    for key, wanted in (field.show_if or {}).items():
        if key in others:
            options = wanted if isinstance(wanted, list | tuple) else [wanted]
            answers = "、".join(
                _quoted(in_words(others[key], option)) for option in options if option is not None
            )
            if len(options) > 3:
                return _("“%(question)s”选了相应的项目才填。") % {"question": others[key].label}
            return _("“%(question)s”选%(answers)s时才填。") % {
                "question": others[key].label,
                "answers": answers,
            }
    return ""


def _quoted(text: str) -> str:
    return f"“{text}”"


def _widget(field: Field, unions: Sequence[UnionOrg]) -> forms.Widget:
    choices = [(choice.code, choice.label) for choice in field.choices]
    match field.type:
        case FieldType.BOOL if field.must_agree:
            return forms.CheckboxInput(attrs={"value": "yes"})
        case FieldType.BOOL:
            return forms.RadioSelect(choices=[("yes", _("是")), ("no", _("否"))])
        case FieldType.CHOICE if len(choices) > MOST_RADIOS:
            return forms.Select(choices=[("", _("请选择")), *choices])
        case FieldType.CHOICE:
            return forms.RadioSelect(choices=choices)
        case FieldType.CHOICES:
            return forms.CheckboxSelectMultiple(choices=choices)
        case FieldType.UNION:
            return forms.Select(choices=[("", _("请选择")), *by_county(unions)])
        case FieldType.ADDRESS:
            return forms.TextInput(attrs={"autocomplete": "street-address"})
        case FieldType.MOBILE:
            return forms.TextInput(attrs={"class": "w-11", "inputmode": "numeric", "autocomplete": "tel"})
        case FieldType.BANK_CARD:
            return forms.TextInput(attrs={"class": "w-18", "inputmode": "numeric", "autocomplete": "off"})
        case FieldType.ID_NUMBER:
            return forms.TextInput(attrs={"class": "w-18", "autocomplete": "off", "spellcheck": "false"})
        case FieldType.MONEY:
            return forms.TextInput(attrs={"class": "w-11", "inputmode": "decimal"})
        case FieldType.INT | FieldType.YEAR:
            return forms.TextInput(attrs={"class": "w-4", "inputmode": "numeric"})
        case FieldType.DATE:
            return forms.TextInput(attrs={"class": "w-11", "autocomplete": "off"})
        case FieldType.TEXT:
            return forms.TextInput()


def by_county(unions: Sequence[UnionOrg]) -> list[tuple[str, list[tuple[str, str]]]]:
    names = {union.path: union.name for union in unions}
    groups: dict[str, list[tuple[str, str]]] = {}
    for union in unions:
        groups.setdefault(union.county_path, []).append((union.code, union.name))
    return [(names.get(path, ""), options) for path, options in groups.items()]


def as_typed(field: Field, value: Any) -> Any:
    """An answer as somebody would type it. A card number is never shown again."""
    if field.type is FieldType.BANK_CARD:
        return ""
    if field.type is FieldType.MONEY and value is not None:
        return yuan(value).replace(",", "")
    match value:
        case True:
            return "yes"
        case False:
            return "no"
        case int():
            return str(value)
        case _:
            return value


def in_words(field: Field, value: Any, unions: Mapping[str, str] | None = None) -> str:
    """An answer as people read it; "" for none."""
    match value:
        case None | "" | []:
            return ""
        case bool():
            return _("是") if value else _("否")
        case date():
            return date_format(value, "DATE_FORMAT")
    if field.type is FieldType.MONEY:
        return _("%(amount)s元") % {"amount": yuan(value)}
    if field.type is FieldType.DATE:
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    if field.type is FieldType.BANK_CARD:
        return mask_card(value)
    labels = {choice.code: choice.label for choice in field.choices} | dict(unions or {})
    if isinstance(value, list):
        return "、".join(str(labels.get(each, each)) for each in value)
    return str(labels.get(value, value))


def title_without_letter(section: Section) -> str:
    """The title of a section for a heading: "A 申请人" is 申请人."""
    letter, _blank, rest = section.title.partition(" ")
    return rest if len(letter) == 1 and rest else section.title
