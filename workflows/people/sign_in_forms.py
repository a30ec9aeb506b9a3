"""The forms of the sign-in pages."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, RequestLoginCodeForm
from allauth.account.forms import ReauthenticateForm as PasswordAgainForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_second_factor_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workflows.people import phones, sign_in_fields
from workflows.people.models import Person, User, name_index

# A code is taken one step early and one step late: it must not work a second time in all three.
CODE_REMEMBERED_SECONDS = 90


class PhoneForm(RequestLoginCodeForm):
    """A worker's door: the phone number a code is sent to."""

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        address = get_adapter().get_client_ip(context.request)
        phones.spend_a_code(phone=phone, address=address, at=timezone.now())
        self._user = get_adapter().get_user_by_phone(phone)
        return phone


class PhoneCodeForm(ConfirmLoginCodeForm):
    """The code that came by text message; compared by fingerprint."""

    code = sign_in_fields.CodeField()

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        self.cleaned_data["code"] = phones.fingerprint(code)
        super().clean_code()
        return code


class StaffForm(LoginForm):
    """The staff's door: user name and password, then the second factor."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("用户名"),
            max_length=60,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
            error_messages={"required": _("请填写用户名。")},
        )
        self.fields["password"].label = _("密码")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].error_messages["required"] = _("请填写密码。")
        self.order_fields(["login", "password"])

    def user_credentials(self) -> dict[str, str]:
        return {"username": self.cleaned_data["login"], "password": self.cleaned_data["password"]}


class PasswordForm(PasswordAgainForm):
    """The password once more, before something delicate."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("密码")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)


def _refuse_second_use(user: User, code: str) -> None:
    if not cache.add(used_code(user, code), True, timeout=CODE_REMEMBERED_SECONDS):
        raise get_second_factor_adapter().validation_error("incorrect_code")


def used_code(user: User, code: str) -> str:
    """Under which name the cache remembers that this code was used."""
    return f"people.second_factor.used:{user.pk}:{phones.fingerprint(code)}"


class SecondFactorForm(AuthenticateForm):
    """The code of the app, or a recovery code, while signing in."""

    code = sign_in_fields.CodeField(label=_("动态码或备用码"))

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            _refuse_second_use(self.user, code)
        return code


class SecondFactorAgainForm(ReauthenticateForm):
    """The code of the app once more, inside a session."""

    code = sign_in_fields.CodeField(label=_("动态码或备用码"))

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            _refuse_second_use(self.user, code)
        return code


class EnrolForm(ActivateTOTPForm):
    """The first code of a newly set up app."""

    code = sign_in_fields.CodeField(label=_("手机上显示的 6 位动态码"))

    def clean_code(self) -> str:
        code: str = super().clean_code()
        _refuse_second_use(self.user, code)
        return code


class ConfirmPersonForm(forms.Form):
    """Who this device may show: the name and the end of the identity number."""

    name = forms.CharField(
        label=_("姓名"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("请填写姓名。")},
    )
    last_four = forms.CharField(
        label=_("身份证号码的后 4 位"),
        max_length=4,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "code"}),
        error_messages={"required": _("请填写身份证号码的后 4 位。"), "max_length": _("只要后 4 位。")},
    )

    def matches(self, person: Person) -> bool:
        """Both right, told as one: which of the two was wrong is nobody's business."""
        ends = (person.id_no or "")[-4:].upper()
        return bool(ends) and (
            name_index(self.cleaned_data["name"]) == name_index(person.name)
            and self.cleaned_data["last_four"].strip().upper() == ends
        )
