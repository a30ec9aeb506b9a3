"""Forms of the pages for parameters: a value typed as its kind asks, the document behind it, and the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.base import kept
from workflows.parameters.proposing import LONGEST_REASON, Change, Paper, Unfit
from workflows.policy.kinds import BadValue, Box

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

    from workflows.network.areas import Area
    from workflows.policy.parameters import Definition

#: More choices than this stand side by side.
MOST_BELOW_EACH_OTHER = 4


class Day(forms.DateField):
    """A day, typed or picked."""

    def __init__(self, *, missing: Any = "", **options: Any) -> None:
        wrong = gettext_lazy("请按 2026-07-01 这样填写日期。")
        super().__init__(
            input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"],
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": wrong, "required": missing or wrong},
            **options,
        )


class BoxField(forms.Field):
    """One box of a value. What is typed is read by the kind of the parameter, so nothing is checked here."""

    optional = False

    def __init__(self, box: Box) -> None:
        widget: forms.Widget = forms.TextInput(attrs={"autocomplete": "off", "class": "w-11"})
        if box.lines:
            widget = forms.Textarea(attrs={"rows": 3})
        elif box.several:
            widget = forms.CheckboxSelectMultiple(choices=box.choices)
        elif box.choices:
            widget = forms.RadioSelect(choices=box.choices)
        label = f"{box.label}（{box.unit}）" if box.unit else box.label
        example = _("例如 %(example)s") % {"example": box.example} if box.example else ""
        super().__init__(label=label, required=False, widget=widget, help_text=example)
        self.several = box.several
        self.inline = len(box.choices) > MOST_BELOW_EACH_OTHER


class PaperForm(forms.Form):
    """The document that a change rests on."""

    document = forms.CharField(
        label=gettext_lazy("依据的文件"),
        help_text=gettext_lazy("文件的全名，例如《关于调整2026年城市低保标准的通知》。"),
        max_length=120,
        error_messages={"required": gettext_lazy("请写明依据的文件。")},
    )
    document_number = forms.CharField(
        label=gettext_lazy("文号"),
        help_text=gettext_lazy("例如 澜民发〔2026〕12号。没有文号的可以空着。"),
        max_length=60,
        required=False,
    )
    announced_on = Day(label=gettext_lazy("公布日期"), missing=gettext_lazy("请填写文件哪天公布的。"))
    note = forms.CharField(
        label=gettext_lazy("说明"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def paper(self) -> Paper:
        """What was typed, once it is valid."""
        said = self.cleaned_data
        return Paper(
            document=said["document"],
            number=said["document_number"],
            announced_on=said["announced_on"],
            note=said["note"],
        )

    def note_unfit(self, refusal: Unfit) -> None:
        """Put a refusal at the field it names."""
        name = f"{refusal.field}_{refusal.box}" if refusal.box else refusal.field
        self.add_error(name if name in self.fields else None, str(refusal))


class ProposalForm(PaperForm):
    """A value for an area from a day on."""

    valid_from = Day(
        label=gettext_lazy("从哪天起生效"),
        help_text=gettext_lazy("当天就算。可以早于今天；那时会列出受影响的申请，一件也不会自动改动。"),
        missing=gettext_lazy("请填写从哪天起生效。"),
    )
    valid_to = Day(
        label=gettext_lazy("最后一天"),
        help_text=gettext_lazy("一直有效的空着。以后有了新的值，新的值自动接替。"),
        required=False,
    )

    def __init__(
        self,
        definition: Definition,
        *,
        areas: Sequence[Area],
        typed: QueryDict | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(typed, initial=dict(initial or {}))
        self.definition = definition
        choices = [
            (area.code, _("%(name)s（全市）") % {"name": area.name} if area.is_city else area.name)
            for area in areas
        ]
        self.fields["area"] = forms.ChoiceField(
            label=_("适用地区"),
            help_text=_("区县没有自己的值时，用全市的值。"),
            choices=choices,
            error_messages={
                "required": _("请选择适用地区。"),
                "invalid_choice": _("请从列表里选择适用地区。"),
            },
        )
        self.boxes = {_name(box): box for box in definition.kind.boxes}
        self.fields.update({name: BoxField(box) for name, box in self.boxes.items()})
        self.order_fields(["area", *self.boxes, "valid_from", "valid_to"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        typed = {box.name: _texts(self, name) for name, box in self.boxes.items()}
        try:
            cleaned["read"] = self.definition.kind.read(typed)
        except BadValue as error:
            self.note_unfit(Unfit("value", error.reason, box=error.box))
        return cleaned

    def change(self) -> Change:
        """What is proposed, once it is valid."""
        said = self.cleaned_data
        return Change(
            key=self.definition.key,
            area=said["area"],
            value=said["read"],
            valid_from=said["valid_from"],
            valid_to=said["valid_to"],
            paper=self.paper(),
        )


class RefusalForm(forms.Form):
    """Why not."""

    reason = forms.CharField(
        label=gettext_lazy("为什么不通过"),
        help_text=gettext_lazy("提出的人会看到，改好以后可以再提。"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("请写一句为什么不通过。")},
    )


class ApprovalForm(forms.Form):
    """The yes of a second person, who has read the list of touched cases where there is one."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    read = forms.BooleanField(
        label=gettext_lazy("受影响的申请我已经看过"),
        error_messages={"required": gettext_lazy("请先看过受影响的申请，再勾选这一项。")},
    )

    def __init__(self, typed: QueryDict | None = None, *, fingerprint: str) -> None:
        """:param fingerprint: of the list as it stands now; empty when there is none."""
        super().__init__(typed, initial={"seen": fingerprint})
        self.fingerprint = fingerprint
        if not fingerprint:
            del self.fields["read"]

    def clean_seen(self) -> str:
        if self.cleaned_data["seen"] != self.fingerprint:
            # What was shown is not what stands now: shown again, to be ticked again.
            self.data = {"seen": self.fingerprint}
            raise forms.ValidationError(_("受影响的申请在您看的时候有了变化，请再看一遍。"), code="moved")
        return self.fingerprint


def first_values(definition: Definition, value: Any) -> dict[str, Any]:
    """The boxes filled with a value, where there is more than one thing to type; a single one is typed anew."""
    boxes = definition.kind.boxes
    if value is None or (len(boxes) == 1 and not boxes[0].several):
        return {}
    typed = definition.kind.typed(value)
    return {_name(box): typed[box.name] if box.several else typed[box.name][0] for box in boxes}


def typed_before(request: HttpRequest, form: forms.Form) -> dict[str, Any]:
    """What was typed into this form before the sign-in ran out, as its first values; empty when nothing was kept."""
    typed = kept.typed_before(request)
    if typed is None:
        return {}
    messages.info(request, _("刚才填的内容还在，还没有提交。请看一遍，没问题再提交。"))
    return {
        name: typed.getlist(sent) if getattr(field, "several", False) else typed.get(sent, "")
        for name, field in form.fields.items()
        for sent in [form.add_prefix(name)]
    }


def _name(box: Box) -> str:
    return f"value_{box.name}" if box.name else "value"


def _texts(form: forms.Form, name: str) -> list[str]:
    typed = form.cleaned_data.get(name)
    return [str(text) for text in typed] if isinstance(typed, list) else [str(typed or "")]
