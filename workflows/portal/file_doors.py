"""The doors of one's own file: for whom somebody acts, and the file of that person's household."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from workflows.households import drafting
from workflows.households.models import HouseholdFile
from workflows.households.moving import AlreadyOnFile, FileMovedMeanwhile, FileMoveNotAllowed
from workflows.network import actors
from workflows.network.actors import Actor
from workflows.people import devices, identify
from workflows.people.models import Acting
from workflows.policy.household.lifecycle import FileState
from workflows.portal.doors import signed_in, to_confirmation, user_of
from workflows.portal.pages import chosen


@dataclass(frozen=True)
class Mine:
    """For whom somebody acts, and the file of that person's household, if there is one."""

    acting: Acting
    by: Actor
    file: HouseholdFile | None

    @property
    def is_open_to_change(self) -> bool:
        return self.file is not None and self.file.position in (FileState.DRAFT, FileState.RETURNED)


def on_own_file(page: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page about the file of whom somebody acts for; signed in, on a confirmed device."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @signed_in
    @wraps(page)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = user_of(request)
        acting = chosen(request, identify.acting_of(user))
        if acting is None:
            return redirect("portal:who")
        if not devices.is_confirmed(request, acting.person):
            return to_confirmation(request, acting.person)
        own = HouseholdFile.objects.of_worker(user).filter(main=acting.person)
        file = own.select_related("sealed_by", "owner", "main__sealed_by").nearest().first()
        mine = Mine(acting, actors.worker(user, acting.person), file)
        try:
            return page(request, mine, *args, **kwargs)
        except (FileMoveNotAllowed, FileMovedMeanwhile, AlreadyOnFile, drafting.NotADraft) as refusal:
            messages.error(request, str(refusal))
            return redirect("portal:household")

    return guarded


def with_file(page: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page that needs a file to be there, and one that may be changed where it is sent something."""

    @on_own_file
    @wraps(page)
    def guarded(request: HttpRequest, mine: Mine, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if mine.file is None:
            raise Http404
        return page(request, mine, mine.file, *args, **kwargs)

    return guarded
