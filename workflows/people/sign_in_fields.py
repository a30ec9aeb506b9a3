"""What people type to sign in: a phone number, a code."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workflows.policy.identity import BadMobile, check_mobile


class PhoneField(forms.CharField):
    """A Chinese mobile number, however it is typed; its value has eleven digits."""

    def __init__(self, **kwargs: Any) -> None:
        ours: dict[str, Any] = {
            "label": _("手机号码"),
            "max_length": 30,
            "widget": forms.TextInput(
                attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel-national"}
            ),
            "error_messages": {"required": _("请填写手机号码。")},
        }
        super().__init__(**{**ours, **kwargs})

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if not text:
            return ""
        plain = unicodedata.normalize("NFKC", text).replace(" ", "").replace("-", "")
        try:
            return check_mobile(plain.removeprefix("+86").removeprefix("0086"))
        except BadMobile as error:
            raise forms.ValidationError(error.reason, code="invalid_phone") from error


class CodeField(forms.CharField):
    """Digits from a text message or an app: pasted or offered by the phone, with blanks or without."""

    def __init__(self, **kwargs: Any) -> None:
        ours: dict[str, Any] = {
            "label": _("验证码"),
            "max_length": 20,
            "widget": forms.TextInput(
                attrs={
                    "inputmode": "numeric",
                    "autocomplete": "one-time-code",
                    "autofocus": True,
                    "class": "code",
                }
            ),
            "error_messages": {"required": _("请填写验证码。")},
        }
        super().__init__(**{**ours, **kwargs})

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())
