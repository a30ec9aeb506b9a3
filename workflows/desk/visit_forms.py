"""The forms of a home visit: what two visitors write down, and how the family signs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workflows.desk.file_forms import YES_NO, chosen, day_field, yes_no
from workflows.desk.step_forms import words
from workflows.households import visiting
from workflows.policy.household.living import CHECKLIST
from workflows.policy.household.signing import Way

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workflows.households.models import HomeVisit

#: How one of a family can sign; on a screen first.
FAMILY_WAYS = (Way.DRAWN, Way.PAPER, Way.READ_OUT)


class Seen(forms.Form):
    """The form of a home visit."""

    visited_on = day_field(_("哪一天去的"))
    minutes = forms.IntegerField(
        label=_("去了多长时间（分钟）"),
        min_value=1,
        max_value=600,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": _("请填写分钟数。"), "invalid": _("请填整数，例如 40。")},
    )
    met = words(_("见到了谁"), help_text=_("一行一个人。"))
    seen = words(_("看到的情况"), help_text=_("住房、身体、收入、在读的孩子、主要的难处。"))
    next_step = words(_("下一步怎么办"))
    field_order = [
        "visited_on",
        "minutes",
        "met",
        *(f"living_{key}" for key in CHECKLIST),
        "seen",
        "next_step",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in CHECKLIST.items():
            self.fields[f"living_{key}"] = yes_no(label)
        self.order_fields(self.field_order)


class FamilySigns(forms.Form):
    """One of those who were met signs on the visitor's phone."""

    name = forms.ChoiceField(label=_("家里谁签字"), error_messages={"required": _("请选择谁签字。")})
    way = forms.ChoiceField(
        label=_("怎么签"),
        choices=[(way.name, way.value) for way in FAMILY_WAYS],
        initial=Way.DRAWN.name,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择一项。")},
    )
    why = forms.CharField(
        label=_("不在屏幕上签的，写明原因"),
        help_text=_("例如“手抖写不了字，念了两遍，点头同意”，或者纸质表放在哪里。"),
        max_length=200,
        required=False,
    )
    drawn = forms.CharField(required=False, max_length=100_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, met: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = self.fields["name"]
        names.choices = [(name, name) for name in met]  # type: ignore[attr-defined]  # a ChoiceField, made above

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        drawn_by_hand = said.get("way") == Way.DRAWN.name
        if drawn_by_hand and not said.get("drawn"):
            self.add_error("way", _("还没有签。写不了的、没有手写板的，请选下面两种。"))
        if said.get("way") and not drawn_by_hand and not said.get("why"):
            self.add_error("why", _("请写明原因。"))
        return said


def so_far(visit: HomeVisit) -> Mapping[str, Any]:
    """What was written down of a visit before it was signed by all."""
    if visit.told is None:
        return {}
    found = visit.found()
    return {
        "visited_on": visit.visited_on,
        "minutes": visit.minutes,
        "met": "\n".join(found["met"]),
        "seen": found["seen"],
        "next_step": found["next_step"],
        **{f"living_{key}": YES_NO[0 if holds else 1][0] for key, holds in found["living"].items()},
    }


def found_of(said: Mapping[str, Any]) -> visiting.Found:
    """What two visitors wrote into the form."""
    return visiting.Found(
        visited_on=said["visited_on"],
        minutes=said["minutes"],
        met=[line.strip() for line in said["met"].splitlines() if line.strip()],
        living={key: chosen(said[f"living_{key}"]) for key in CHECKLIST},
        seen=said["seen"],
        next_step=said["next_step"],
    )
