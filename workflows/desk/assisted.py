"""代办: a station fills a file in for a worker who has come in person, reads it out, has it signed and hands it in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from workflows.base import kept
from workflows.base.row_forms import RowForm, key_of_new_row
from workflows.base.uploads import Capped
from workflows.desk import file_papers
from workflows.desk.assisted_forms import WithCard, WithoutCard, begin_form
from workflows.desk.door import Seat, at_desk
from workflows.desk.files import note
from workflows.desk.nav import staff_links
from workflows.households import assisting, drafting, evidence, saying
from workflows.households.moving import AlreadyOnFile, FileMoveNotAllowed
from workflows.households.saying import Change
from workflows.network import actors
from workflows.network.sight import unions_seen_through
from workflows.people.models import Consent
from workflows.policy.household import entries, proofs
from workflows.policy.household.entries import HOUSEHOLD, MEMBER, PARTS
from workflows.policy.identity import BadNumber

if TYPE_CHECKING:
    from workflows.households.models import HouseholdFile, Member
    from workflows.network.actors import Actor
    from workflows.network.models import Post
    from workflows.policy.household.entries import Part

P = ParamSpec("P")
#: What is asked of a family, by whom it is about; the rest is for those who verify.
ASKED = {
    about: [part for key, part in PARTS.items() if part.of == about and key != "findings"]
    for about in (HOUSEHOLD, MEMBER)
}
#: What must be there before a file is handed in.
NEEDED = ("home", "person")
REFUSALS = (FileMoveNotAllowed, AlreadyOnFile, drafting.NotADraft, drafting.NotThisPerson)


def _post(seat: Seat) -> Post:
    """:raises Http404: where nobody is helped from."""
    held = assisting.posts_that_help(seat.posts)
    if not held:
        raise Http404
    return held[0]


def _by(seat: Seat, file: HouseholdFile) -> Actor:
    """Who writes for the worker."""
    return actors.helping(seat.user, _post(seat), file.main)


def with_file(
    page: Callable[Concatenate[HttpRequest, Seat, HouseholdFile, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """A page about a file that is being filled in at one's own station; every reading is written down."""

    @at_desk
    def guarded(
        request: HttpRequest, seat: Seat, /, pk: UUID, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        file = assisting.find(pk, seat.posts)
        if file is None:
            raise Http404
        note(seat, file, what="household file", why=_("代办"))
        return page(request, seat, file, *args, **kwargs)

    return wraps(page)(guarded)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def begin(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What is being filled in here, and the form that begins a file for somebody."""
    post = _post(seat)
    unions = {each.code: each for each in unions_seen_through([post]).filter(active=True).order_by("path")}
    kind = begin_form([(code, each.name) for code, each in unions.items()])
    form = kind(request.POST if request.method == "POST" else kept.typed_before(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            file = assisting.begin(
                name=said["name"],
                id_no=said["id_no"],
                phone=said["phone"],
                owner=unions[said["union"]],
                by=seat.acting_in(post),
                at=seat.at,
            )
        except BadNumber as wrong:
            form.add_error("id_no", f"{wrong.reason}。")
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("desk:assisted", file.pk)
    context = {
        "staff_links": staff_links(seat, current="files"),
        "form": form,
        "files": assisting.helped_at(seat.posts),
    }
    return render(request, "desk/assist.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@with_file
def overview(request: HttpRequest, seat: Seat, file: HouseholdFile) -> HttpResponse:
    """Where the file stands, what is missing, who lives there; somebody is added on this page too."""
    adding = request.POST.get("add", "") if request.method == "POST" else ""
    with_card = WithCard(request.POST if adding == "card" else None, prefix="card")
    without = WithoutCard(request.POST if adding == "other" else None, prefix="other")
    tried = {"card": with_card, "other": without}.get(adding)
    if tried is not None and tried.is_valid() and _added(tried, seat, file):
        messages.success(request, _("已添加家人。"))
        return redirect("desk:assisted", file.pk)
    said = saying.now(file)
    members = _living(file)
    unsigned = {member.pk for member in drafting.without_consent(file)}
    papers = evidence.there(file)
    context = {
        "staff_links": staff_links(seat, current="files"),
        "file": file,
        "asked_for": evidence.asked_for(file) if file.state == "RETURNED" else [],
        "parts": [(part, _status(said, part, None)) for part in ASKED[HOUSEHOLD]],
        "members": [
            (each, [(part, _status(said, part, each)) for part in ASKED[MEMBER]], each.pk in unsigned)
            for each in members
        ],
        "missing": saying.missing(file, said),
        "unsigned": [each for each in members if each.pk in unsigned],
        "consent": drafting.MEANS_CHECK_WORDS,
        "papers": len(papers),
        "has_authority": any(each.kind == proofs.AUTHORITY for each in papers),
        "with_card": with_card,
        "without_card": without,
    }
    return render(request, "desk/assisted.html", context, status=422 if tried is not None else 200)


def _added(form: forms.Form, seat: Seat, file: HouseholdFile) -> bool:
    """Add whom the form names; False with a sentence in the form when it cannot be."""
    said = form.cleaned_data
    try:
        if isinstance(form, WithCard):
            drafting.add(file, name=said["name"], id_no=said["id_no"], relation=said["relation"], at=seat.at)
        else:
            assisting.add_without_card(file, **said, by=_by(seat, file), at=seat.at)
    except BadNumber as wrong:
        form.add_error("id_no", f"{wrong.reason}。")
    except REFUSALS as refusal:
        form.add_error(None, str(refusal))
    return not form.errors


def _living(file: HouseholdFile) -> list[Member]:
    return list(file.members.filter(left_on=None).select_related("person__sealed_by").order_by("pk"))


def _status(said: saying.Said, part: Part, member: Member | None) -> str:
    if said.counting(part.key, member=member.pk if member else None):
        return "done"
    return "needed" if part.key in NEEDED else "free"


@require_http_methods(["GET", "HEAD", "POST"])
@with_file
def part(request: HttpRequest, seat: Seat, file: HouseholdFile, key: str, member: int = 0) -> HttpResponse:
    """Fill in one part; of a part with many rows, one is added each time, or one taken away."""
    about = next((each for each in _living(file) if each.pk == member), None)
    kind = PARTS.get(key)
    if kind is None or kind not in ASKED[MEMBER if member else HOUSEHOLD] or (member and about is None):
        raise Http404
    kind = saying.asked_of(file, kind, about, on=seat.on)
    standing = saying.now(file).by(key, member=member or None, source=saying.Source.FAMILY)
    rows = [(each.pk, each.row()) for each in standing]
    before = rows[0][1] if rows and not kind.many else saying.known_of(kind, about)
    sent = request.POST if request.method == "POST" and "remove" not in request.POST else None
    form = RowForm(
        kind,
        on=seat.on,
        row=before,
        sent=sent or kept.typed_before(request),
        period=saying.period(file, on=seat.on),
    )
    if request.method == "POST":
        row, wrong = ({}, {}) if sent is None else form.typed_in()
        if sent is not None:
            wrong = dict(entries.problems(kind, row, on=seat.on)) | wrong
        if not wrong:
            by = _by(seat, file)
            if kind.many:
                gone = next((pk for pk, _row in rows if str(pk) == request.POST.get("remove")), None)
                change = (
                    Change(key_of_new_row(request), row, is_new=True)
                    if sent is not None
                    else Change(gone or uuid4())
                )
                saying.change(file, key, [change], member=about, by=by, at=seat.at)
            else:
                saying.say(file, key, [row], member=about, by=by, at=seat.at)
            messages.success(request, _("已保存。") if sent is not None else _("已去掉一项。"))
            return redirect(request.path) if kind.many else redirect("desk:assisted", file.pk)
        form.note(wrong)
    context = {
        "staff_links": staff_links(seat, current="files"),
        "file": file,
        "part": kind,
        "about": about,
        "form": form,
        "of": key_of_new_row(request),
        "rows": [
            (pk, [(item.label, entries.shown(item, row[item.key])) for item in kind.items if item.key in row])
            for pk, row in rows
        ]
        if kind.many
        else [],
    }
    return render(request, "desk/assisted_part.html", context, status=422 if form.errors else 200)


@require_POST
@with_file
def leave(request: HttpRequest, seat: Seat, file: HouseholdFile, member: int) -> HttpResponse:
    """Take somebody out who does not live there."""
    about = file.members.filter(pk=member).select_related("file").first()
    if about is None:
        raise Http404
    try:
        drafting.remove(about, on=seat.on)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("desk:assisted", file.pk)


@require_POST
@with_file
def agree(request: HttpRequest, seat: Seat, file: HouseholdFile) -> HttpResponse:
    """Those who are ticked have signed the consent to the means check on paper."""
    ticked = set(request.POST.getlist("member"))
    for about in drafting.without_consent(file):
        if str(about.pk) in ticked:
            drafting.agree(
                about,
                user=seat.user,
                channel=Consent.Channel.PAPER,
                how=drafting.How.PAPER,
                noted_by=_by(seat, file).label,
                kept_at=_("和本人签字的委托放在一起"),
                at=seat.at,
            )
    messages.success(request, _("已记下。"))
    return redirect("desk:assisted", file.pk)


@require_POST
@with_file
def submit(request: HttpRequest, seat: Seat, file: HouseholdFile) -> HttpResponse:
    """Hand the file in, once the worker has signed."""
    try:
        assisting.submit(file, by=seat.acting_in(_post(seat)), at=seat.at)
    except (*REFUSALS, saying.BadEntries) as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:assisted", file.pk)
    messages.success(
        request, _("已经替本人交上去了，编号%(number)s。受理要换一个人。") % {"number": file.file_no}
    )
    return redirect("desk:assist")


# The body must not be read before its handler is in place, and the CSRF check would read it: it comes after.
@csrf_exempt
def papers(request: HttpRequest, pk: UUID) -> HttpResponse:
    if request.method == "POST":
        request.upload_handlers = [Capped(request)]
    return _papers(request, pk)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
@with_file
def _papers(request: HttpRequest, seat: Seat, file: HouseholdFile) -> HttpResponse:
    """What the worker has brought, photographed; the signed authority among it."""
    return file_papers.take_in(
        request,
        seat,
        file,
        by=_by(seat, file),
        then=redirect("desk:assisted", file.pk),
        also=(proofs.AUTHORITY,),
        assisted=True,
    )
