"""Codes by text message: how many, what they look like in a session, and sign-ins that were never confirmed."""

import logging
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from workflows.base import messages, tries
from workflows.base.sealing import blind_index
from workflows.base.tries import Limit
from workflows.people.models import User

log = logging.getLogger(__name__)

PER_PHONE = (Limit(1, timedelta(seconds=60)), Limit(5, timedelta(hours=1)), Limit(10, timedelta(days=1)))
# All workers of a service station come from one address.
PER_ADDRESS = (Limit(60, timedelta(minutes=1)),)
KEPT_UNCONFIRMED = timedelta(days=1)


def spend_a_code(*, phone: str, address: str, at: datetime) -> None:
    """Count one code for this phone, this network address and this day.

    :raises tries.TooMany: when one of the budgets is used up.
    """
    tries.spend("code-address", whose=address, limits=PER_ADDRESS, at=at)
    tries.spend("code-phone", whose=phone, limits=PER_PHONE, at=at)
    daily = [Limit(settings.CODES_PER_DAY, timedelta(days=1))]
    try:
        tries.spend("code-day", whose="all", limits=daily, at=at)
    except tries.TooMany:
        log.error("The daily number of sign-in codes (CODES_PER_DAY) is used up; no more are sent.")
        raise


def new_code() -> str:
    return f"{secrets.randbelow(10**6):06d}"


def fingerprint(code: str) -> str:
    """What the session keeps instead of the code."""
    return blind_index(code, purpose="sign-in code")


def send_code(*, phone: str, code: str) -> None:
    text = _("【帮扶】验证码 %(code)s，3 分钟内有效，只能用一次。工作人员不会向您要验证码。")
    messages.send(to=phone, text=text % {"code": code})


def forget_unconfirmed(*, at: datetime) -> None:
    """A ticker: remove sign-ins whose phone was typed but never confirmed. Obeys the true clock."""
    stale = User.objects.filter(
        is_staff=False,
        last_login=None,
        phone_verified_at=None,
        phone_index__isnull=False,
        date_joined__lt=timezone.now() - KEPT_UNCONFIRMED,
        acting=None,
    )
    for user in stale.select_related("sealed_by")[:100]:
        key = user.sealed_by
        user.delete()
        if key is not None:
            key.delete()
