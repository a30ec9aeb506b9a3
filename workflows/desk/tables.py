"""Files as tables: taken over from one, taken out as one, and lists of laid-off workers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from workflows.base import spreadsheets
from workflows.base.serving import download
from workflows.desk.door import Seat, at_desk
from workflows.desk.file_forms import choice, chosen, day_field, yes_no
from workflows.desk.nav import FAMILY_ROLES, staff_links
from workflows.desk.uploads import takes_a_table
from workflows.households import exporting, importing, laying_off, taking_over
from workflows.households.moving import FileMoveNotAllowed
from workflows.policy.household.keeping import TABLE_DAYS
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from workflows.network.actors import Actor
    from workflows.network.models import Post


class TableField(forms.FileField):
    """A file that is read in memory; its size is said when it is read."""

    widget = forms.FileInput(attrs={"accept": ".xlsx,.csv"})


class ImportForm(forms.Form):
    table = TableField(label=_("填好的表（.xlsx）"), error_messages={"required": _("请先选择文件。")})
    as_of = day_field(_("表里的情况是哪一天的"))


class ExportForm(forms.Form):
    purpose = forms.CharField(
        label=_("用途"),
        max_length=120,
        help_text=_("每户家庭都能看到谁为什么导出过。"),
        error_messages={"required": _("请写明用途。")},
    )


class DecideForm(forms.Form):
    yes = yes_no(_("同意导出吗"))


class ListForm(forms.Form):
    union = choice(_("哪个单位"), [])
    condition = choice(_("企业状况"), [(each, each) for each in laying_off.CONDITIONS])
    workers = TableField(
        label=_("名单（.xlsx 或 .csv）"),
        help_text=_("第一行写：姓名、身份证号、手机号码、离岗日期。"),
        error_messages={"required": _("请先选择文件。")},
    )

    def __init__(self, *args: Any, unions: Collection[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        union = self.fields["union"]
        union.choices = [("", _("请选择")), *unions]  # type: ignore[attr-defined]  # a ChoiceField, made above


def _post(seat: Seat, roles: Collection[Role]) -> Post | None:
    return seat.holds(*roles)


def _acting(seat: Seat, roles: Collection[Role]) -> Actor:
    post = _post(seat, roles)
    if post is None:
        raise Http404
    return seat.acting_in(post)


@require_safe
@at_desk
def table_page(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What was taken over and out, and the forms for it."""
    return _show(request, seat)


def _show(request: HttpRequest, seat: Seat, **bound: forms.Form) -> HttpResponse:
    if seat.holds(*FAMILY_ROLES) is None:
        raise Http404
    may_list = _post(seat, laying_off.TAKES)
    context = {
        "staff_links": staff_links(seat, current="files"),
        "imports": importing.seen_through(seat.posts),
        "exports": [(each, exporting.last_day(each)) for each in exporting.seen_through(seat.posts)],
        "table_days": TABLE_DAYS,
        "lists": laying_off.seen_through(seat.posts),
        "import_form": bound.get("import_form") or (ImportForm() if _post(seat, importing.IMPORTS) else None),
        "export_form": bound.get("export_form") or (ExportForm() if _post(seat, exporting.ASKS) else None),
        "list_form": bound.get("list_form") or (ListForm(unions=_unions(may_list)) if may_list else None),
        "tried": next(iter(bound), ""),
        "may_decide": _post(seat, exporting.APPROVES) is not None,
        "mine": {post.pk for post in seat.posts},
        "people": {post.person_id for post in seat.posts},
    }
    return render(request, "desk/tables.html", context, status=422 if bound else 200)


def _unions(post: Post) -> list[tuple[str, str]]:
    found = taking_over.unions_in_reach(post.union)
    return [(each.code, each.name) for key, each in found.items() if key == each.code]


@require_safe
@at_desk
def empty_table(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The table to fill in."""
    del request
    _acting(seat, importing.IMPORTS)
    return download(importing.empty_table(), name="困难职工档案空表.xlsx", kind=spreadsheets.XLSX)


@takes_a_table
@require_POST
@at_desk
def begin_import(request: HttpRequest, seat: Seat) -> HttpResponse:
    """A table of files comes in, to be looked through."""
    by, form = _acting(seat, importing.IMPORTS), ImportForm(request.POST, request.FILES)
    if form.is_valid():
        told = form.cleaned_data
        try:
            made = importing.begin(told["table"].read(), as_of=told["as_of"], by=by, at=seat.at)
        except (spreadsheets.Unreadable, FileMoveNotAllowed) as refusal:
            form.add_error("table", str(refusal))
        else:
            return redirect("desk:import", made.pk)
    return _show(request, seat, import_form=form)


@require_safe
@at_desk
def import_page(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """One import: what is wrong in it, or its first files and the button."""
    made = importing.seen(pk, seat.posts)
    if made is None or seat.holds(*FAMILY_ROLES) is None:
        raise Http404
    context = {
        "staff_links": staff_links(seat, current="files"),
        "made": made,
        "is_mine": made.by_id in {post.pk for post in seat.posts},
        "waits": made.standing in ("NEW", "CONFIRMED"),
        "preview": importing.preview(made),
    }
    return render(request, "desk/import.html", context)


@require_POST
@at_desk
def decide_import(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Confirm or forget an import."""
    made, by = importing.seen(pk, seat.posts), _acting(seat, importing.IMPORTS)
    if made is None:
        raise Http404
    try:
        if "confirm" in request.POST:
            importing.confirm(made, by=by)
        else:
            importing.drop(made, by=by)
    except FileMoveNotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect("desk:import", pk)


@require_POST
@at_desk
def ask_export(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Ask for the files as a table."""
    by, form = _acting(seat, exporting.ASKS), ExportForm(request.POST)
    if not form.is_valid():
        return _show(request, seat, export_form=form)
    exporting.ask(form.cleaned_data["purpose"], by=by, at=seat.at)
    messages.success(request, _now("已申请，等另一个人同意。"))
    return redirect("desk:tables")


@require_POST
@at_desk
def decide_export(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Approve or refuse an export."""
    by, export = _acting(seat, exporting.APPROVES), exporting.seen(pk, seat.posts)
    if export is None:
        raise Http404
    form = DecideForm(request.POST)
    if not form.is_valid():
        messages.error(request, _now("请选“是”或“否”。"))
        return redirect("desk:tables")
    try:
        exporting.decide(export, yes=chosen(form.cleaned_data["yes"]), by=by, at=seat.at)
    except FileMoveNotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect("desk:tables")


@require_POST
@at_desk
def take_export(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """The table, once."""
    by, export = _acting(seat, exporting.ASKS), exporting.seen(pk, seat.posts)
    if export is None:
        raise Http404
    try:
        content = exporting.take(export, by=by, at=seat.at)
    except FileMoveNotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:tables")
    return download(content, name=f"困难职工档案-{seat.on.isoformat()}.xlsx", kind=spreadsheets.XLSX)


@takes_a_table
@require_POST
@at_desk
def take_list(request: HttpRequest, seat: Seat) -> HttpResponse:
    """A list of laid-off workers comes in."""
    post = _post(seat, laying_off.TAKES)
    if post is None:
        raise Http404
    form = ListForm(request.POST, request.FILES, unions=_unions(post))
    if form.is_valid():
        told = form.cleaned_data
        union = taking_over.unions_in_reach(post.union)[told["union"]]
        try:
            workers = laying_off.read(spreadsheets.read_table(told["workers"].read()), on=seat.on)
            taken = laying_off.take(
                workers, union=union, condition=told["condition"], by=seat.acting_in(post), at=seat.at
            )
        except laying_off.BadRows as bad:
            for row, why in bad.problems[:50]:
                form.add_error(
                    "workers", _now("第%(row)s行：%(why)s") % {"row": row, "why": why} if row else why
                )
        except (spreadsheets.Unreadable, FileMoveNotAllowed) as refusal:
            form.add_error("workers", str(refusal))
        else:
            messages.success(
                request,
                _now("已经发短信请%(told)s人来建档，在您这里已经有档案的%(filed)s人。")
                % {"told": taken.told, "filed": taken.filed},
            )
            return redirect("desk:laid_off", taken.among.pk)
    return _show(request, seat, list_form=form)


@require_safe
@at_desk
def laid_off(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """同步建档、同步帮扶、同步解困脱困: the three dates of everybody in a list."""
    among = laying_off.seen(pk, seat.posts)
    if among is None or seat.holds(*FAMILY_ROLES) is None:
        raise Http404
    over = (post for post in seat.posts if among.union.path.startswith(post.union.path))
    why = "、".join(Role(post.role).label for post in over)
    context = {
        "staff_links": staff_links(seat, current="files"),
        "among": among,
        "rows": laying_off.dates(among, files=seat.files(), user=seat.user, why=why),
    }
    return render(request, "desk/laid_off.html", context)
