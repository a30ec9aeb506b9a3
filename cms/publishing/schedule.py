"""Publishing at an hour: what a second person approved goes out by the business clock, each on its own, checked first."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision

from cms.models.base import PublicPage
from cms.publishing import guard
from cms.writing.prose import CannotWrite
from workflows.policy.programme import Contradiction

log = logging.getLogger(__name__)
_looked_at: dict[str, str] = {}


def tick(*, at: datetime) -> None:
    """Look once a minute at what is due."""
    minute = at.isoformat(timespec="minutes")
    if _looked_at.get("minute") != minute:
        _looked_at["minute"] = minute
        run(at=at)


def run(*, at: datetime) -> None:
    """Publish what is due, then take back what has expired. One that fails stops no other, and says why it does.

    :param at: the business moment.
    """
    for revision in due(at=at):
        _alone(_bring_out, revision)
    # After the coming the going: what comes may still link to what goes, and loses the link when it is built.
    for page in Page.objects.live().filter(expire_at__lte=at).specific():
        _alone(_take_back, page)


def due(*, at: datetime) -> list[Revision]:
    """The approved revisions whose hour has come, the oldest first; those that stay here could not be published."""
    found = Revision.page_revisions.filter(approved_go_live_at__lte=at).order_by("approved_go_live_at", "pk")
    return list(found.select_related("content_type"))


def why_not(revision: Revision) -> str:
    """What keeps a revision from being published, in words for its editor; empty when nothing does."""
    try:
        _check(revision.as_object())
    except ValidationError as error:
        return "；".join(error.messages)
    except (CannotWrite, Contradiction, PermissionDenied) as error:
        return str(error)
    except Exception as error:  # whatever is wrong with one page, its editor is told
        log.exception("%s cannot be published", revision)
        return _("内容不完整（%s），请打开页面补齐后重新送审。") % type(error).__name__
    return ""


def _check(page: Page) -> None:
    if page.get_parent() is None or not isinstance(page, PublicPage):
        raise CannotWrite(_("上级页面已经不在了。"))
    page.full_clean()
    guard.no_personal_numbers(page.markdown())


@transaction.atomic
def _take_back(page: Page) -> None:
    page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


@transaction.atomic
def _bring_out(revision: Revision) -> None:
    if why := why_not(revision):
        raise CannotWrite(why)
    revision.publish(log_action="wagtail.publish.scheduled")


def _alone(do: Callable[[Any], None], what: Any) -> None:
    try:
        do(what)
    except Exception as error:  # one bad item never stops the others
        log.warning("%s could not be published or taken back at its hour: %s", what, error)
