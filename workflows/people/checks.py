"""What must be right before an installation serves anybody: its keys, and nobody from the demonstration."""

from collections.abc import Callable, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from workflows.base.checks import refuse_to_start_without_keys


@register(Tags.database)
def no_demo_accounts(
    app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """An error in production while the database holds sign-ins that a demonstration made."""
    if not databases or settings.BANGFU_MODE != "production" or not _demo_accounts_exist():
        return []
    return [
        Error("The database holds demo accounts; production needs a database of its own.", id="people.E001")
    ]


def refuse_demo_accounts() -> None:
    """For web server and worker, which do not run the system checks.

    :raises ImproperlyConfigured: in production, when there is a demo account.
    """
    if settings.BANGFU_MODE == "production" and _demo_accounts_exist():
        raise ImproperlyConfigured(
            "DATABASE_URL names a database with demo accounts; production needs a database of its own."
        )


def _demo_accounts_exist() -> bool:
    try:
        return get_user_model().objects.filter(is_demo=True).exists()
    except DatabaseError:
        # The tables are not there yet: neither are accounts.
        return False


class StartUp:
    """The first in MIDDLEWARE: looks once, while the server loads, and then steps aside.

    Web servers do not run the system checks; what must never serve a page, does not start here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        refuse_to_start_without_keys()
        refuse_demo_accounts()
        raise MiddlewareNotUsed
