"""What is written down about a check of a register: what it answered, or why it is not waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from workflows.base import day
from workflows.desk.file_forms import day_field, yes_no
from workflows.desk.step_forms import words
from workflows.policy.household import columns
from workflows.policy.household.entries import Kind
from workflows.policy.household.registers import REGISTERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workflows.households.models import MeansCheck, Member
    from workflows.policy.household.columns import Column


class About(forms.Form):
    """A form about one check, as the page showed it. ``notes``: what whoever fills it in has to know."""

    shown: ClassVar[MeansCheck | None] = None
    notes: ClassVar[Sequence[str]] = ()
    check = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"required": _("没有在等的核对。"), "invalid": _("没有在等的核对。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.shown is not None:
            self.fields["check"].initial = self.shown.pk

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for why in self.errors.pop("check", ()):
            self.add_error(None, why)
        return told


class Why(About):
    why = words(_("为什么"))


class Answer(About):
    """What a register answered, as far as it says anything; it stands beside what the family says."""

    register: ClassVar[str] = ""
    members: ClassVar[Sequence[Member]] = ()
    as_of = day_field(_("是哪一天的情况"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {member.pk: member.person.masked_name for member in self.members}
        for name, about, column in self._values():
            whose = f"{names[about]} · " if about is not None else ""
            self.fields[name] = _field(column, whose + column.title)
        self.fields["unknown"] = forms.MultipleChoiceField(
            label=_("登记机关没有记录的人"),
            choices=[(str(pk), name) for pk, name in names.items()],
            widget=forms.CheckboxSelectMultiple,
            required=False,
            help_text=_("登记机关回复“查无此人”“没有记录”的，在这里打钩。"),
        )

    def _values(self) -> Iterator[tuple[str, int | None, Column]]:
        """(name of the field, whom it is about, what it is)."""
        for number, column in enumerate(columns.columns(REGISTERS[self.register])):
            if column.of_household:
                yield f"home-{number}", None, column
            else:
                for member in self.members:
                    yield f"m{member.pk}-{number}", member.pk, column

    def clean_as_of(self) -> Any:
        if self.cleaned_data["as_of"] > day.today():
            raise forms.ValidationError(_now("日期还没有到。"))
        return self.cleaned_data["as_of"]

    def clean(self) -> dict[str, Any]:
        told, on = super().clean(), day.today()
        unknown = [int(pk) for pk in told.get("unknown", ())]
        rows: dict[tuple[int | None, str], list[dict[str, Any]]] = {}
        for name, about, column in self._values():
            text = told.get(name) or ""
            if not text:
                continue
            value, wrong = columns.value(column, text, on=on)
            if about in unknown:
                wrong = _now("这个人勾了没有记录，就不要再填。")
            if wrong:
                self.add_error(name, wrong)
            else:
                columns.put(rows, about, column, value)
        if not rows and not unknown and not self.errors:
            self.add_error(None, _now("请至少填一项回复；登记机关没有记录的，请注明没有记录。"))
        return {**told, "rows": rows, "unknown": unknown}


def _field(column: Column, label: str) -> forms.Field:
    item = column.item
    if item.kind is Kind.BOOL:
        return yes_no(label, required=False)
    if item.kind is Kind.CHOICE and item.values is not None:
        choices = [("", _("登记机关没有说")), *item.values.choices_now()]
        return forms.ChoiceField(label=label, choices=choices, required=False)
    widget = forms.DateInput(attrs={"type": "date"}) if item.kind is Kind.DAY else forms.TextInput()
    return forms.CharField(label=label, required=False, max_length=200, widget=widget)


def answer(register: str, members: Sequence[Member], check: MeansCheck | None) -> type[forms.Form]:
    """The form in which the answer of one register is written down."""
    key, living = register, [member for member in members if member.left_on is None]

    class Filled(Answer):
        shown = check
        notes = _asked(check)
        register = key
        members = living

    return Filled


def about(kind: type[About], check: MeansCheck | None) -> type[forms.Form]:
    """A form about this check."""
    return type(f"{kind.__name__}Check", (kind,), {"shown": check, "notes": _asked(check)})


def _asked(check: MeansCheck | None) -> list[str]:
    if check is None:
        return []
    told = [_now("用途：%(purpose)s") % {"purpose": check.purpose}]
    if check.reason and check.waived_by is not None:
        who = f"{check.waived_by}（{check.waived_by.person.name}）"
        told.append(_now("%(who)s写的理由：%(reason)s") % {"who": who, "reason": check.reason})
    return told
