"""同意核对: each adult agrees, on one's own phone or on paper at the station; and the consent is taken back."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from workflows.base import day
from workflows.households import consenting, drafting
from workflows.households.models import HouseholdFile, Member
from workflows.policy.masking import mask_phone
from workflows.portal.doors import show
from workflows.portal.file_doors import Mine, with_file
from workflows.portal.file_forms import CodeForm, PhoneForm

#: In the session: the code that was sent for somebody, by fingerprint.
ASKED = "portal.consent"


@with_file
def agree(request: HttpRequest, mine: Mine, file: HouseholdFile) -> HttpResponse:
    """Those who are ticked agree: whoever is signed in, and the children in that person's care."""
    if request.method == "POST":
        ticked = set(request.POST.getlist("member"))
        here = [each for each in drafting.without_consent(file) if str(each.pk) in ticked]
        left = [
            each for each in here if not consenting.tick(each, acting=mine.acting, by=mine.by, at=day.now())
        ]
        if len(left) < len(here):
            messages.success(request, _("已记下。"))
        for each in left:
            messages.error(
                request,
                _("%(name)s是成年人，要本人同意：用本人的手机收验证码，或者到站点签字。")
                % {"name": each.person.name},
            )
    return redirect("portal:household")


@with_file
def by_code(request: HttpRequest, mine: Mine, file: HouseholdFile, pk: int) -> HttpResponse:
    """Send a code to the phone of an adult of the family, who agrees by telling it."""
    about = _unsigned(file, pk)
    if about is None:
        return redirect("portal:household")
    form = PhoneForm(request.POST or None)
    if form.is_valid():
        phone = form.cleaned_data["phone"]
        if phone == mine.acting.user.phone:
            form.add_error(
                "phone", _("这是您登录用的手机。请填%(name)s自己的手机号。") % {"name": about.person.name}
            )
        else:
            address = get_adapter().get_client_ip(request)
            request.session[ASKED] = consenting.send_code(
                about, phone=phone, address=address, at=timezone.now()
            )
            return redirect("portal:household_code", pk)
    context = {"form": form, "about": about, "consent": drafting.MEANS_CHECK_WORDS}
    return show(
        request, "household_consent_phone.html", _named(mine, context), status=422 if form.errors else 200
    )


@with_file
def code(request: HttpRequest, mine: Mine, file: HouseholdFile, pk: int) -> HttpResponse:
    """Take the code that an adult was sent."""
    about, asked = _unsigned(file, pk), request.session.get(ASKED)
    if about is None:
        return redirect("portal:household")
    if not asked or asked.get("member") != about.pk:
        return redirect("portal:household_by_code", pk)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            consenting.by_code(
                about, asked, code=form.cleaned_data["code"], by=mine.by, at=day.now(), now=timezone.now()
            )
        except consenting.WrongCode as wrong:
            request.session[ASKED] = asked
            form.add_error("code", str(wrong))
        else:
            del request.session[ASKED]
            messages.success(request, _("%(name)s已经同意，记下了。") % {"name": about.person.name})
            return redirect("portal:household")
    context = {
        "form": form,
        "about": about,
        "phone": mask_phone(asked["phone"]),
        "consent": drafting.MEANS_CHECK_WORDS,
    }
    return show(
        request, "household_consent_code.html", _named(mine, context), status=422 if form.errors else 200
    )


@with_file
def at_station(request: HttpRequest, mine: Mine, file: HouseholdFile, pk: int) -> HttpResponse:
    """An adult without a phone signs on paper at the station; the file may be handed in meanwhile."""
    about = _unsigned(file, pk)
    if request.method == "POST" and about is not None:
        consenting.goes_to_sign(about, by=mine.by, at=day.now())
        messages.success(
            request,
            _("记下了。请%(name)s带身份证到站点签字，签了才能核对。") % {"name": about.person.name},
        )
    return redirect("portal:household")


@with_file
def withdraw(request: HttpRequest, mine: Mine, file: HouseholdFile) -> HttpResponse:
    """Ask once more, then take the family's consents back."""
    if request.method != "POST":
        return show(request, "household_withdraw.html", _named(mine, {"file": file}))
    if drafting.withdraw(file, at=day.now()):
        messages.success(
            request,
            _("已撤回核对的同意。以前核对过的记录还在，以后不会再核对；要继续建档，在“同意核对”里重新同意。"),
        )
    return redirect("portal:household")


def _named(mine: Mine, context: dict[str, object]) -> dict[str, object]:
    return {**context, "person_name": mine.acting.person.name}


def _unsigned(file: HouseholdFile, pk: int) -> Member | None:
    """Who is to agree; None when that is done.

    :raises Http404: for anybody who does not live there.
    """
    if not file.members.filter(pk=pk, left_on=None).exists():
        raise Http404
    return next((each for each in drafting.without_consent(file) if each.pk == pk), None)
