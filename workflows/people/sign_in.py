"""The pages of the one door: workers by phone and code, staff by name, password and second factor."""

import uuid
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import LoginView, RequestLoginCodeView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from workflows.base.tries import TooMany
from workflows.people import devices
from workflows.people.models import Acting, Person, User
from workflows.people.sign_in_forms import ConfirmPersonForm, PhoneForm, StaffForm

STAFF_SIDE = ("/desk/", "/cms/")


class Entrance(LoginView):
    """Both doors on one page; what is posted here comes from the staff's."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = get_next_redirect_url(request) or ""
        if request.user.is_authenticated and wanted.startswith("/cms/"):
            # Wagtail sends here whom it does not let in: sending them back would go round for ever.
            raise PermissionDenied("This sign-in may not edit pages.")
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = get_next_redirect_url(self.request) or ""
        for_staff = self.request.method == "POST" or self.request.GET.get("door") == "staff"
        return {
            **super().get_context_data(**kwargs),
            "phone_form": PhoneForm(),
            "staff_form": kwargs.get("form") or StaffForm(request=self.request),
            "staff_door": for_staff or wanted.startswith(STAFF_SIDE),
        }


class WorkersDoor(RequestLoginCodeView):
    """Where the workers' door leads to: a code is sent, or the page shows what to correct."""

    template_name = "account/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "phone_form": context["form"], "staff_form": StaffForm(request=self.request)}


class Enrol(ActivateTOTPView):
    """Set up the second factor; the code given here counts for this session."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and is_mfa_enabled(request.user):
            return HttpResponseRedirect(reverse("mfa_index"))
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type="totp")
        return response


@login_required
def confirm_person(request: HttpRequest, person: uuid.UUID) -> HttpResponse:
    """Ask for name and last four of the identity number before this device may show the person."""
    if not isinstance(request.user, User):
        raise Http404
    acting = get_object_or_404(
        Acting.objects.select_related("person__sealed_by"), user=request.user, person_id=person
    )
    onwards = get_next_redirect_url(request) or "/apply/"
    if devices.is_confirmed(request, acting.person):
        return HttpResponseRedirect(onwards)
    form = ConfirmPersonForm(request.POST or None)
    if form.is_valid() and _try(request.user, acting.person, form):
        response = HttpResponseRedirect(onwards)
        devices.confirm(request, response, acting.person)
        return response
    context = {"form": form, "next": onwards, "relation": acting.get_relation_display()}
    return render(request, "account/confirm_person.html", context, status=422 if form.is_bound else 200)


def _try(user: User, person: Person, form: ConfirmPersonForm) -> bool:
    try:
        devices.spend_a_try(user=user, person=person, at=timezone.now())
    except TooMany:
        form.add_error(
            None, _("试的次数太多了，请一小时后再试，或带身份证到就近的服务网点，请工作人员帮您办。")
        )
        return False
    if not form.matches(person):
        form.add_error(None, _("姓名或后 4 位对不上，请照着身份证再填一次。一小时内最多试 5 次。"))
        return False
    return True
