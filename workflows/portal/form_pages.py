"""The pages of the form: one a section, one a beneficiary, the summary, and the button that sends it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from workflows.applications import apply, filling, letters
from workflows.applications.filling import ChangedSinceSeen, NoSuchPart
from workflows.applications.models import Application
from workflows.base import day, kept
from workflows.network import actors
from workflows.offers.offer import NotOnOffer
from workflows.policy.money import yuan
from workflows.policy.parts import FieldType
from workflows.policy.states import State
from workflows.portal import reading
from workflows.portal.doors import on_application, show, user_of
from workflows.portal.forms import LateForm, PartForm, in_words, title_without_letter

if TYPE_CHECKING:
    from workflows.applications.filling import Filled, Part
    from workflows.network.models import UnionOrg
    from workflows.policy.parts import Section


@require_http_methods(["GET", "HEAD"])
@on_application
def resume(request: HttpRequest, application: Application) -> HttpResponse:
    """Go on where something is still open: the first such section, the papers, or the summary."""
    if application.position not in apply.EDITABLE:
        return redirect("portal:case", application.pk)
    first = filling.overview(application, on=day.today()).first_open
    if first is None:
        return redirect("portal:check", application.pk)
    if first.key == filling.PAPERS:
        return redirect("portal:papers", application.pk)
    return HttpResponseRedirect(_entrance(application, filling.section_of(application, first.key)))


@require_http_methods(["GET", "HEAD", "POST"])
@on_application
def section(
    request: HttpRequest, application: Application, key: str, number: int | None = None
) -> HttpResponse:
    """One page of the form; ``number`` counts the beneficiaries from 1."""
    _check_editable(application)
    try:
        asked = filling.section_of(application, key)
        if asked.repeat is not None and number is None:
            return _rows(request, application, asked)
        row = None if number is None else number - 1
        if request.method == "POST":
            return _save(request, application, asked, row)
        part = filling.part(application, asked, row=row, on=day.today())
    except NoSuchPart as error:
        raise Http404 from error
    typed = kept.typed_before(request)
    if typed is None:
        return _show_part(request, application, part, PartForm(part, unions=_unions(part)))
    messages.info(request, _("刚才填的内容还在，还没有保存。请看一遍，再按“保存并继续”。"))
    return _show_part(request, application, part, PartForm(part, unions=_unions(part), typed=typed))


def _save(request: HttpRequest, application: Application, asked: Section, row: int | None) -> HttpResponse:
    on, is_new = day.today(), "new" in request.POST
    try:
        filled = filling.fill(application, asked, dict(request.POST.lists()), row=row, on=on, is_new=is_new)
    except apply.TooManyRows as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reading.part_url(application, asked))
    for warning in filled.warnings.values():
        messages.warning(request, warning)
    if filled.complete or ("later" in request.POST and not filled.wrong):
        if "later" in request.POST:
            messages.success(request, _("已保存。随时可以回来接着填。"))
            return redirect("portal:case", application.pk)
        return HttpResponseRedirect(_onwards(application, asked, filled))
    part = filling.part(application, asked, row=filled.row, on=on)
    form = PartForm(part, unions=_unions(part), typed=request.POST)
    form.note({**filled.wrong, **filled.missing})
    return _show_part(request, application, part, form, status=422)


def _show_part(
    request: HttpRequest, application: Application, part: Part, form: PartForm, *, status: int = 200
) -> HttpResponse:
    programme, section = application.programme, part.section
    rows = filling.rows_of(application, section) if section.repeat else []
    whom = reading.row_name(programme, part.values, part.row) if part.row is not None else ""
    from_file = [
        (field.label, in_words(field, part.from_file.get(field.key)))
        for field in section.fields
        if field.from_file and part.from_file.get(field.key) is not None
    ]
    context = {
        "application": application,
        "part": part,
        "form": form,
        "title": title_without_letter(section),
        "whom": whom,
        "from_file": from_file,
        "is_new": part.row is not None and part.row >= len(rows),
        "action": reading.part_url(application, section, part.row),
        "step": [each.key for each in programme.form].index(section.key) + 1,
        "steps": _steps(application),
    }
    return show(request, "section.html", context, status=status)


def _rows(request: HttpRequest, application: Application, asked: Section) -> HttpResponse:
    """The beneficiaries of a repeating section."""
    rows, programme = filling.rows_of(application, asked), application.programme
    if not rows and _leads(application, asked):
        return HttpResponseRedirect(reading.part_url(application, asked, 0))
    overview = filling.overview(application, on=day.today())
    noun = programme.beneficiary.noun if programme.beneficiary else ""
    context = {
        "application": application,
        "section": asked,
        "title": title_without_letter(asked),
        "noun": noun,
        "rows": [
            {
                "name": reading.row_name(programme, row, index),
                "href": reading.part_url(application, asked, index),
                "remove": reverse("portal:remove_row", args=[application.pk, asked.key, index + 1]),
                "open": sum(
                    each.section.key == asked.key and each.row == index for each in overview.questions
                ),
            }
            for index, row in enumerate(rows)
        ],
        "leads": _leads(application, asked),
        "one_more": reading.part_url(application, asked, len(rows))
        if programme.beneficiary is None or len(rows) < programme.beneficiary.most
        else "",
        "first": next((each for each in programme.form if each.repeat == asked.repeat), asked),
        "onwards": _after(application, asked),
        "step": [each.key for each in programme.form].index(asked.key) + 1,
        "steps": _steps(application),
    }
    return show(request, "rows.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@on_application
def remove_row(request: HttpRequest, application: Application, key: str, number: int) -> HttpResponse:
    """Take a beneficiary out, after a second look."""
    _check_editable(application)
    try:
        asked = filling.section_of(application, key)
        row = dict(enumerate(filling.rows_of(application, asked), start=1))[number]
    except (NoSuchPart, KeyError) as error:
        raise Http404 from error
    name = reading.row_name(application.programme, row, number - 1)
    if request.method == "POST":
        if request.POST.get("name") != name:  # the rows moved up in another window
            messages.warning(request, _("名单刚才变过了，请再看一遍。"))
        else:
            apply.remove_row(application, rows=asked.repeat or "", row=number - 1, at=day.now())
            messages.success(request, _("已删除“%(name)s”和相关材料。") % {"name": name})
        return HttpResponseRedirect(reading.part_url(application, asked))
    return show(request, "remove_row.html", {"application": application, "name": name, "section": asked})


@require_http_methods(["GET", "HEAD", "POST"])
@on_application
def account(request: HttpRequest, application: Application) -> HttpResponse:
    """Another account, when the bank could not pay to the first."""
    if application.position is not State.PAYMENT_FAILED:
        return redirect("portal:case", application.pk)
    on, asked = day.today(), filling.account_section(application)
    status = 200
    if request.method == "POST":
        filled = filling.fill(application, asked, dict(request.POST.lists()), row=None, on=on)
        if filled.complete:
            messages.success(request, _("新的收款账户已保存，财务会重新发放。"))
            return redirect("portal:case", application.pk)
        part = filling.part(application, asked, row=None, on=on)
        form = PartForm(part, typed=request.POST)
        form.note({**filled.wrong, **filled.missing})
        status = 422
    else:
        part = filling.part(application, asked, row=None, on=on)
        form = PartForm(part)
        if again := kept.initial_before(request):
            form = PartForm(part, before=again)
    return show(request, "account.html", {"application": application, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@on_application
def check(request: HttpRequest, application: Application) -> HttpResponse:
    """Everything once more, what the rule says of it, and the button."""
    if application.position not in apply.EDITABLE:
        return redirect("portal:receipt" if application.number else "portal:case", application.pk)
    if request.method != "POST":
        return _show_check(request, application)
    try:
        filling.send_in(
            application,
            seen=request.POST.get("seen", ""),
            by=actors.worker(user_of(request), application.applicant),
            at=day.now(),
            late_reason=request.POST.get("late_reason", "")[:200],
        )
    except ChangedSinceSeen as changed:
        return _show_check(request, application, problem=str(changed), status=409)
    except (apply.Incomplete, apply.NotEligible, apply.WindowClosed) as refusal:
        return _show_check(request, application, problem=str(refusal), status=422)
    except NotOnOffer:
        problem = _("这个项目已经停止受理。您填的内容还在，请联系站点，看看还有什么帮助。")
        return _show_check(request, application, problem=problem, status=422)
    return redirect("portal:receipt", application.pk)


def _show_check(
    request: HttpRequest, application: Application, *, problem: str = "", status: int = 200
) -> HttpResponse:
    on, programme = day.today(), application.programme
    summary = filling.summary(application, on=on)
    rows = application.answered()["rows"].get(programme.beneficiary.rows, []) if programme.beneficiary else []
    papers = summary.overview.papers
    first_time = application.submitted_on is None
    context = {
        "application": application,
        "programme": programme,
        "problem": problem,
        "summary": summary,
        "blocks": reading.blocks(application, summary.from_file),
        "open_questions": reading.open_questions(application, summary.overview.questions),
        "open_papers": [
            reading.paper_name(programme, each.due.paper, each.due.row, rows)
            for each in papers
            if not each.there
        ],
        "papers": [
            (reading.paper_name(programme, each.due.paper, each.due.row, rows), len(each.files))
            for each in papers
        ],
        "awards": [
            (
                reading.row_name(programme, rows[index], index) if index < len(rows) else "",
                yuan(each.amount_fen),
                each.lines,
            )
            for index, each in enumerate(summary.judged.rows if summary.judged else ())
        ],
        "total": yuan(summary.judged.total_fen) if summary.judged else "",
        "complete": summary.overview.first_open is None,
        "against": [
            (
                reason,
                reading.row_name(programme, rows[reason.row], reason.row) if reason.row is not None else "",
            )
            for reason in summary.against
        ],
        "visit": letters.where_to_go(application, after=on) if summary.refused else None,
        "late": first_time and programme.is_open_late(on),
        "late_form": LateForm(
            request.POST if request.method == "POST" else None, initial=kept.initial_before(request)
        ),
        "declarations": _declarations(application),
        "steps": _steps(application),
    }
    return show(request, "check.html", context, status=status)


def _declarations(application: Application) -> list[tuple[str, str, str]]:
    """What the family agreed to, in the words it read: label, help, answer."""
    once = application.answered()["once"]
    return [
        (field.label, field.help, in_words(field, once.get(field.key)))
        for each in application.programme.form
        for field in each.fields
        if field.must_agree or field.key.endswith("_consent")
    ]


def _check_editable(application: Application) -> None:
    if application.position not in apply.EDITABLE:
        raise apply.NotEditable(_("申请已经提交，内容不能再改。需要更正请联系站点或先撤回。"))


def _steps(application: Application) -> int:
    """All sections, the papers, the summary."""
    return len(application.programme.form) + bool(application.programme.papers) + 1


def _leads(application: Application, asked: Section) -> bool:
    """Whether this is the section in which the rows are named; later ones only ask more of them."""
    return next(each for each in application.programme.form if each.repeat == asked.repeat) == asked


def _entrance(application: Application, asked: Section) -> str:
    """Where one enters a section: a later repeating section begins with its first row."""
    rows = filling.rows_of(application, asked) if asked.repeat else []
    if rows and not _leads(application, asked):
        return reading.part_url(application, asked, 0)
    return reading.part_url(application, asked)


def _after(application: Application, asked: Section) -> str:
    form = application.programme.form
    index = [each.key for each in form].index(asked.key) + 1
    if index < len(form):
        return _entrance(application, form[index])
    return reverse("portal:papers" if application.programme.papers else "portal:check", args=[application.pk])


def _onwards(application: Application, asked: Section, filled: Filled) -> str:
    """After a page: back to the list of beneficiaries, the next of them, or the next section."""
    if filled.row is None:
        return _after(application, asked)
    if _leads(application, asked):
        return reading.part_url(application, asked)
    if filled.row + 1 < len(filling.rows_of(application, asked)):
        return reading.part_url(application, asked, filled.row + 1)
    return _after(application, asked)


def _unions(part: Part) -> list[UnionOrg]:
    asks = any(each.field.type is FieldType.UNION for each in part.questions)
    return filling.unions() if asks else []
