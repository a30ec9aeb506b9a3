"""The pages of the form: one a section, one a row of a list."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from workflows.applications import apply, filling, knowing
from workflows.applications.filling import NoSuchPart
from workflows.applications.models import Application
from workflows.base import day, kept
from workflows.policy.answers import least_rows
from workflows.policy.parts import FieldType
from workflows.policy.states import State
from workflows.portal import reading
from workflows.portal.doors import on_application, show
from workflows.portal.forms import PartForm, in_words, known_before, title_without_letter

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
    """One page of the form; ``number`` counts the rows of a list from 1."""
    _check_editable(application)
    try:
        asked = filling.section_of(application, key)
        if asked.repeat is not None and number is None:
            return _rows(request, application, asked, name=asked.repeat)
        row = None if number is None else number - 1
        if request.method == "POST":
            return _save(request, application, asked, row)
        part = filling.part(application, asked, row=row, on=day.today())
    except NoSuchPart as error:
        raise Http404 from error
    typed = kept.typed_before(request)
    if typed is None:
        if _begins_row(application, part):
            part = replace(part, told=knowing.about(application, asked, request.GET.get("from", "")))
        before = known_before(part)
        if before:
            messages.info(request, _("已按档案填好，请看一遍。和实际不一样的直接改，改动会告诉站点去核实。"))
        return _show_part(request, application, part, PartForm(part, unions=_unions(part), before=before))
    messages.info(request, _("刚才填的内容还在，还没有保存。请看一遍，再按“保存并继续”。"))
    return _show_part(request, application, part, PartForm(part, unions=_unions(part), typed=typed))


def _begins_row(application: Application, part: Part) -> bool:
    """Whether a page begins somebody new in a list."""
    rows = filling.rows_of(application, part.section) if part.section.repeat else []
    return part.row is not None and part.row >= len(rows) and _leads(application, part.section)


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
    whom = ""
    if part.row is not None and section.repeat is not None:
        whom = reading.row_name(programme, section.repeat, part.values, part.row)
    from_file = [
        (field.label, in_words(field, part.from_file.get(field.key)), str(part.sources.get(field.key, "")))
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
        "to_choose": knowing.to_choose(application, section) if _begins_row(application, part) else [],
        "is_new": part.row is not None and part.row >= len(rows),
        "action": reading.part_url(application, section, part.row),
        "step": [each.key for each in programme.form].index(section.key) + 1,
        "steps": steps_of(application),
    }
    return show(request, "section.html", context, status=status)


def _rows(request: HttpRequest, application: Application, asked: Section, *, name: str) -> HttpResponse:
    """The list a section is answered for: students, bills, members of the household."""
    rows, programme = filling.rows_of(application, asked), application.programme
    least = least_rows(programme, name)
    if not rows and least and _leads(application, asked):
        return HttpResponseRedirect(reading.part_url(application, asked, 0))
    overview = filling.overview(application, on=day.today())
    context = {
        "application": application,
        "section": asked,
        "title": title_without_letter(asked),
        "noun": programme.noun_of(name),
        "least": least,
        "rows": [
            {
                "name": reading.row_name(programme, name, row, index),
                "href": reading.part_url(application, asked, index),
                "remove": reverse("portal:remove_row", args=[application.pk, asked.key, index + 1]),
                "open": sum(
                    each.section.key == asked.key and each.row == index for each in overview.questions
                ),
            }
            for index, row in enumerate(rows)
        ],
        "leads": _leads(application, asked),
        "wrong_number": [
            each.sentence
            for each in overview.questions
            if each.section.key == asked.key and each.row is None and rows
        ],
        "one_more": reading.part_url(application, asked, len(rows))
        if len(rows) < programme.most_rows(name)
        else "",
        "first": next((each for each in programme.form if each.repeat == asked.repeat), asked),
        "onwards": _after(application, asked),
        "step": [each.key for each in programme.form].index(asked.key) + 1,
        "steps": steps_of(application),
    }
    return show(request, "rows.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@on_application
def remove_row(request: HttpRequest, application: Application, key: str, number: int) -> HttpResponse:
    """Take a row out, after a second look."""
    _check_editable(application)
    programme = application.programme
    try:
        asked = filling.section_of(application, key)
        row = dict(enumerate(filling.rows_of(application, asked), start=1))[number]
    except (NoSuchPart, KeyError) as error:
        raise Http404 from error
    rows = asked.repeat or ""
    name = reading.row_name(programme, rows, row, number - 1)
    if request.method == "POST":
        if request.POST.get("name") != name:  # the rows moved up in another window
            messages.warning(request, _("名单刚才变过了，请再看一遍。"))
        else:
            apply.remove_row(application, rows=rows, row=number - 1, at=day.now())
            messages.success(request, _("已删除“%(name)s”。") % {"name": name})
        return HttpResponseRedirect(reading.part_url(application, asked))
    context = {
        "application": application,
        "name": name,
        "section": asked,
        "has_papers": programme.beneficiary is not None and programme.beneficiary.rows == rows,
    }
    return show(request, "remove_row.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@on_application
def account(request: HttpRequest, application: Application) -> HttpResponse:
    """Another account, when the bank could not pay to the first; or the first, where none was given yet."""
    if application.position is not State.PAYMENT_FAILED and not apply.lacks_account(application):
        return redirect("portal:case", application.pk)
    on, asked = day.today(), filling.account_section(application)
    status = 200
    if request.method == "POST":
        filled = filling.fill(application, asked, dict(request.POST.lists()), row=None, on=on)
        if filled.complete:
            messages.success(request, _("收款账户已保存，会发到这个账户。"))
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


def _check_editable(application: Application) -> None:
    if application.position not in apply.EDITABLE:
        raise apply.NotEditable(_("申请已经提交，内容不能再改。需要更正请联系站点或先撤回。"))


def steps_of(application: Application) -> int:
    """How many pages there are: all sections, the papers, the summary."""
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
    for follows in form[index:]:
        if not _pointless(application, follows):
            return _entrance(application, follows)
    return reverse("portal:papers" if application.programme.papers else "portal:check", args=[application.pk])


def _pointless(application: Application, asked: Section) -> bool:
    """Whether a section only asks more of rows that nobody needs to have, and there are none."""
    if asked.repeat is None or _leads(application, asked) or filling.rows_of(application, asked):
        return False
    return not least_rows(application.programme, asked.repeat)


def _onwards(application: Application, asked: Section, filled: Filled) -> str:
    """After a page: back to the list of rows, the next of them, or the next section."""
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
