"""The current code of a demo person's second factor, for the demo page: no sign-in is bypassed there."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.core.cache import cache

from workflows.people.models import User
from workflows.people.sign_in_forms import used_code


class OnlyInDemo(Exception):
    """Outside a demonstration nobody is told another person's code."""


class NotADemoAccount(Exception):
    """This sign-in is somebody's own, or has no second factor."""


def current_totp(user: User) -> str:
    """Six digits that work now; the next ones already, when the current ones were just used.

    :raises OnlyInDemo: in production and in tests.
    :raises NotADemoAccount: for a sign-in that was not made by the demonstration, or has no second factor.
    """
    if settings.BANGFU_MODE != "demo":
        raise OnlyInDemo("Codes are shown only in a demonstration.")
    held = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if not user.is_demo or held is None:
        raise NotADemoAccount("Codes are shown only for the demo people.")
    secret: str = decrypt(held.data["secret"])
    now = int(time.time()) // 30
    codes: list[str] = [format_hotp_value(hotp_value(secret, counter)) for counter in (now, now + 1)]
    return next((code for code in codes if cache.get(used_code(user, code)) is None), codes[0])


def enrol(user: User) -> None:
    """Give a demo person a second factor, as if they had set one up; once.

    :raises OnlyInDemo: in production.
    """
    if settings.BANGFU_MODE == "production":
        raise OnlyInDemo("In production everybody sets up their own second factor.")
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, generate_totp_secret())
