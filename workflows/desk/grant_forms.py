"""The form on which money is proposed for a programme, or proposed to be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.desk.parameter_forms import PaperForm
from workflows.ledger.granting import Wish
from workflows.ledger.models import Grant
from workflows.policy.money import BadAmount, parse_yuan, yuan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import QueryDict

    from workflows.desk.budget_parts import Budget


class GrantForm(PaperForm):
    """From which source, how much, under which paper."""

    amount = forms.CharField(
        label=gettext_lazy("金额（元）"),
        help_text=gettext_lazy("按元填写，不是万元，最多两位小数。例如 50000 或 833.33。"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "w-11", "inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("请填写金额。")},
    )
    document = forms.CharField(
        label=gettext_lazy("依据的文件"),
        help_text=gettext_lazy("文件的全名，例如《关于下达2026年困难职工帮扶资金的通知》。"),
        max_length=120,
        error_messages={"required": gettext_lazy("请写明依据的文件。")},
    )
    document_number = forms.CharField(
        label=gettext_lazy("文号"),
        help_text=gettext_lazy("例如 澜工发〔2026〕8号。没有文号的可以空着。"),
        max_length=60,
        required=False,
    )

    def __init__(
        self,
        kind: Grant.Kind,
        *,
        budget: Budget,
        typed: QueryDict | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        offered = sources(kind, budget=budget)
        first = {"fund_source": offered[0][0]} if len(offered) == 1 else {}
        super().__init__(typed, initial={**first, **(initial or {})})
        self.kind, self.code = kind, budget.code
        self.fields["fund_source"] = forms.ChoiceField(
            label=_("资金来源"),
            widget=forms.RadioSelect,
            choices=offered,
            error_messages={
                "required": _("请选择资金来源。"),
                "invalid_choice": _("请从列表里选择资金来源。"),
            },
        )
        self.order_fields(["fund_source", "amount", "document", "document_number", "announced_on", "note"])

    def clean_amount(self) -> int:
        """In fen."""
        try:
            return parse_yuan(self.cleaned_data["amount"])
        except BadAmount as error:
            raise forms.ValidationError(_("%(reason)s。") % {"reason": error.reason}) from error

    def wish(self) -> Wish:
        """What is proposed, once it is valid."""
        said = self.cleaned_data
        return Wish(self.kind, self.code, said["fund_source"], said["amount"], self.paper())


def sources(kind: Grant.Kind, *, budget: Budget) -> list[tuple[str, str]]:
    """The fund sources to choose from: to take back only those that hold something."""
    held = {line.source: line.available_fen for line in budget.lines}
    names = (
        budget.sources
        if kind is Grant.Kind.GIVE
        else [source for source, available_fen in held.items() if available_fen]
    )
    return [
        (name, _("%(source)s（现在可用%(yuan)s元）") % {"source": name, "yuan": yuan(held.get(name, 0))})
        for name in names
    ]
