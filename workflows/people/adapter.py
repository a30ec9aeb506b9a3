"""How django-allauth knows our people: workers by phone and code, staff by name, password and second factor."""

import time
from typing import Any

import segno
from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.forms import CharField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from workflows.base import sealing
from workflows.base.models import HouseKey
from workflows.people import phones
from workflows.people.models import User
from workflows.people.sign_in_fields import PhoneField

STAFF_HOME = "/desk/"
WORKER_HOME = "/apply/"
SECOND_FACTOR = "second factor"


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in of workers and staff."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("这个账号已停用。有疑问请联系系统管理员。"),
        "incorrect_code": _("验证码不对，请看清短信里的 6 位数字再填一次。"),
        "incorrect_password": _("密码不对，请再试一次。"),
        "invalid_login": _("用户名或密码不对，请再试一次。"),
        "username_password_mismatch": _("用户名或密码不对，请再试一次。"),
        "too_many_login_attempts": _("错误次数太多，请过几分钟再试。"),
        "rate_limited": _("操作太频繁了，请过一会儿再试。"),
        "unknown_phone": _("请填写您的手机号码。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Workers are signed up by their first code; nobody signs up with a password."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return STAFF_HOME if request.user.is_authenticated and request.user.is_staff else WORKER_HOME

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within minutes of signing in: nobody types the same password twice in a row."""
        request = context.request
        for record in get_authentication_records(request, request.user):
            age = time.time() - record["at"]
            if record["method"] in ("password", "mfa") and age < app_settings.REAUTHENTICATION_TIMEOUT:
                return False
        needed: bool = super().is_reauthentication_required(app=app, **kwargs)
        return needed

    def phone_form_field(self, **kwargs: Any) -> CharField:
        return PhoneField(**kwargs)

    def get_user_by_phone(self, phone: str) -> User | None:
        """The sign-in of this phone. An unknown phone gets one, so that nobody can tell the two apart."""
        return User.objects.for_phone(phone)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        if user.is_staff or not user.phone:
            return None
        return user.phone, user.phone_verified_at is not None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        user.set_phone(phone)
        user.phone_verified_at = timezone.now() if verified else None
        user.save()

    def set_phone_verified(self, user: User, phone: str) -> None:
        user.phone_verified_at = timezone.now()
        user.save(update_fields=["phone_verified_at"])

    def generate_phone_verification_code(self, *, user: User, phone: str) -> str:
        """What goes into the session: a fingerprint. The code itself waits on this request until it is sent."""
        code = phones.new_code()
        context.request._sign_in_code = code
        return phones.fingerprint(code)

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        phones.send_code(phone=phone, code=context.request._sign_in_code)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: secrets sealed, the picture drawn here, nothing switched off by the staff themselves."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("动态码不对或已经用过。请等手机上出现新的 6 位数字再填。"),
        "cannot_delete_authenticator": _("工作人员不能停用第二道验证。换手机请联系系统管理员。"),
        "cannot_generate_recovery_codes": _("请先设置动态码，再生成备用码。"),
    }

    def build_totp_svg(self, url: str) -> SafeString:
        # Drawn by our own program from a secret of our own: no text of a visitor is in it.
        return mark_safe(segno.make(url, micro=False).svg_inline(scale=5, border=4, light="#fff"))  # noqa: S308 - made here, from our own text

    def encrypt(self, text: str) -> str:
        return sealing.seal_text(text, HouseKey.of(SECOND_FACTOR), aad=SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.open_text(encrypted_text, HouseKey.of(SECOND_FACTOR), aad=SECOND_FACTOR)

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return not authenticator.user.is_staff

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail leaves the house."""
