"""核实后登记: what the family says, what registers say and what was verified of one part, side by side, and a form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from workflows.base import kept
from workflows.base.row_forms import RowForm
from workflows.desk import file_parts, files, opening
from workflows.desk.door import Seat, at_desk
from workflows.desk.nav import staff_links
from workflows.desk.opening import Opened
from workflows.desk.step_forms import words
from workflows.households import saying, verifying
from workflows.households.moving import FileMoveNotAllowed
from workflows.policy.household import entries, typed
from workflows.policy.household.entries import HOUSEHOLD, Part
from workflows.policy.parts import Pii

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workflows.households.models import HouseholdFile, Member, Statement
    from workflows.households.saying import Said
    from workflows.network.models import Post

#: More rows than that nobody has.
MOST_ROWS = 30
_EVIDENCE = "evidence"


class Grounds(forms.Form):
    """Why something is written, and what it rests on."""

    none = forms.BooleanField(label=_("核实过，没有这一项"), required=False)
    reason = words(_("为什么这样登记"), help_text=_("家庭自己能看到。"))
    on = words(_("依据"), help_text=_("看了什么材料、问了哪里，例如“银行流水”“核对平台7月31日的回复”。"))


@dataclass(frozen=True)
class Voice:
    """One row as one source says it. ``counts``: the sheet is drawn from it; ``why``: of what was verified."""

    pk: UUID
    line: file_parts.Line
    counts: bool
    by_staff: bool
    who: str
    why: str


class Sheet:
    """The form of one part: its rows, as they are kept or as they were typed, and the grounds."""

    def __init__(self, kind: Part, said: Said, about: Member | None, *, seat: Seat, period: str) -> None:
        self.kind, self.said, self.whose, self.seat = kind, said, about.pk if about else None, seat
        self.period = period
        self.seen = verifying.mark(said, kind.key, member=self.whose)
        self.rows = [
            self._row(number, row=row)
            for number, row in enumerate([*self._counting(), {}] if kind.many else self._counting()[:1])
        ]
        self.grounds = self._with_none(Grounds())
        self.is_typed = False

    def _counting(self) -> Sequence[entries.Row]:
        if self.kind.many:
            return [each.row() for each in self.said.counting(self.kind.key, member=self.whose)]
        told = {
            item.key: self.said.value(self.kind.key, item.key, member=self.whose) for item in self.kind.items
        }
        return [{key: value for key, value in told.items() if value is not None}]

    def _row(self, number: int, *, row: entries.Row | None = None, sent: QueryDict | None = None) -> RowForm:
        form = RowForm(
            self.kind,
            on=self.seat.on,
            row=row,
            sent=sent,
            whole=True,
            prefix=f"r{number}",
            period=self.period,
        )
        if self.kind.many:
            form.fields["drop"] = forms.BooleanField(label=_("去掉这一项"), required=False)
        return form

    def _with_none(self, grounds: Grounds) -> Grounds:
        if self.kind.key not in verifying.MAY_BE_NONE:
            del grounds.fields["none"]
        return grounds

    def fill(self, sent: QueryDict, *, more: int = 0) -> None:
        """Show what was typed, with so many empty rows besides."""
        told = sent.get("rows", "")
        count = int(told) if told.isdecimal() and told.isascii() and len(told) < 3 else 1
        count = min(max(count, 1) + more, MOST_ROWS) if self.kind.many else 1
        self.rows = [self._row(number, sent=sent) for number in range(count)]
        self.grounds = self._with_none(Grounds(sent))
        self.seen = sent.get("seen", "")
        self.is_typed = True

    def adopt(self, sent: QueryDict, statement: Statement) -> QueryDict:
        """What was typed, with a row of somebody's copied in: over the one row, or into the first that is empty."""
        told, row = sent.copy(), statement.row()
        self.fill(sent)
        number = 0
        if self.kind.many:
            number = next((n for n, form in enumerate(self.rows) if not any(form.typed_in())), len(self.rows))
            told["rows"] = str(max(len(self.rows), number + 1))
        if statement.register:
            source = _now("%(register)s，%(day)s") % {
                "register": file_parts.source_of(statement),
                "day": date_format(statement.as_of, "DATE_FORMAT"),
            }
            told["on"] = told.get("on") or source
            if any(item.key == _EVIDENCE for item in self.kind.items):
                row.setdefault(_EVIDENCE, source)
        for item in self.kind.items:
            if item.key in row:
                value = typed.typed(item, row[item.key])
                told.setlist(f"r{number}-{item.key}", value if isinstance(value, list) else [value])
        return told

    def typed_in(self) -> list[dict[str, Any]] | None:
        """The rows that were typed; None when something is wrong, which is then said where it is."""
        good, rows = self.grounds.is_valid(), []
        none = bool(self.grounds.data.get("none")) and self._may_be_empty
        for form in [] if none and not self.kind.many else self.rows:
            row, wrong = form.typed_in()
            if form.data.get(form.add_prefix("drop")) or (self._may_be_empty and not row and not wrong):
                continue
            if wrong := dict(entries.problems(self.kind, row, on=self.seat.on)) | wrong:
                form.note(wrong)
                good = False
            rows.append(row)
        if none and rows:
            self.grounds.add_error("none", _now("上面还填着，请去掉，或者不打这个钩。"))
        elif not none and not rows and self._may_be_empty:
            self.grounds.add_error("none", _now("请至少填一项；核实过没有的，请在这里打钩。"))
        return rows if good and not self.grounds.errors else None

    @property
    def _may_be_empty(self) -> bool:
        return self.kind.key in verifying.MAY_BE_NONE


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def facts(request: HttpRequest, seat: Seat, pk: UUID, key: str, member: int = 0) -> HttpResponse:
    """One part of the household or of a member: what everybody says of it, and the form to write what was verified."""
    file = files.file_in_sight(seat, pk)
    kind, about = _about(file, key, member)
    said, refused = saying.now(file), _refused(file, seat)
    sheet = Sheet(kind, said, about, seat=seat, period=saying.period(file, on=seat.on))
    sent = request.POST if request.method == "POST" else kept.typed_before(request)
    if sent is None:
        return _show(request, seat, file, sheet, about, refused=refused)
    if "open" in sent:
        opened, purpose = opening.asked(sent, seat)
    else:
        opened = Opened(sent)
        purpose = opened.cleaned_data["purpose"] if opened.is_valid() else ""
    if request.method != "POST":
        messages.info(request, _now("刚才填的内容还在，还没有提交。请看一遍，没问题再提交。"))
        sheet.fill(sent)
        return _show(request, seat, file, sheet, about, purpose=purpose, refused=refused)
    if "open" in sent:
        status = 200 if purpose else 422
        return _show(
            request,
            seat,
            file,
            sheet,
            about,
            purpose=purpose,
            refused=refused,
            opened=opened,
            status=status,
        )
    if "adopt" in sent:
        chosen = next(
            (each for each in said.of.get((sheet.whose, key), ()) if str(each.pk) == sent["adopt"]), None
        )
        may_see = purpose or not _is_sealed(kind)
        told = sheet.adopt(sent, chosen) if chosen is not None and may_see else sent
        sheet.fill(told)
        return _show(request, seat, file, sheet, about, purpose=purpose, refused=refused)
    sheet.fill(sent, more=int("more" in sent))
    if "more" in sent:
        return _show(request, seat, file, sheet, about, purpose=purpose, refused=refused)
    return _save(request, seat, file, sheet, about, purpose=purpose)


def _save(
    request: HttpRequest, seat: Seat, file: HouseholdFile, sheet: Sheet, about: Member | None, *, purpose: str
) -> HttpResponse:
    rows, status, refused = sheet.typed_in(), 422, ""
    if rows is not None:
        told = sheet.grounds.cleaned_data
        post = _post(file, seat) or next(iter(seat.posts))
        try:
            verifying.write(
                file,
                sheet.kind.key,
                rows,
                reason=told["reason"],
                evidence=told["on"],
                member=about,
                seen=sheet.seen,
                by=seat.acting_in(post),
                at=seat.at,
            )
        except verifying.WrittenMeanwhile as meanwhile:
            status, refused = 409, str(meanwhile)
            sheet.seen = verifying.mark(sheet.said, sheet.kind.key, member=sheet.whose)
        except (FileMoveNotAllowed, saying.BadEntries) as refusal:
            refused = str(refusal)
        else:
            messages.success(request, _now("已登记，以后出的测算单按这个算；家庭能看到登记了什么、为什么。"))
            return redirect("desk:file", file.pk)
    return _show(request, seat, file, sheet, about, purpose=purpose, refused=refused, status=status)


def _about(file: HouseholdFile, key: str, member: int) -> tuple[Part, Member | None]:
    """:raises Http404: no such part, or not of whom it is asked for."""
    kind = next((each for each in verifying.VERIFIED if each.key == key), None)
    if kind is None or (kind.of == HOUSEHOLD) is not (member == 0):
        raise Http404
    if not member:
        return kind, None
    about = file.members.filter(pk=member, left_on__isnull=True).select_related("person__sealed_by").first()
    if about is None:
        raise Http404
    return kind, about


def _post(file: HouseholdFile, seat: Seat) -> Post | None:
    return file_parts.post_over(seat, file, verifying.VERIFIES)


def _refused(file: HouseholdFile, seat: Seat) -> str:
    """Why nothing can be written here by whoever sits at the desk; empty when it can."""
    try:
        verifying.may_be_by(file, by=seat.acting_in(_post(file, seat) or next(iter(seat.posts))))
    except FileMoveNotAllowed as refusal:
        return str(refusal)
    return ""


def _is_sealed(kind: Part) -> bool:
    return any(item.pii is Pii.P3 for item in kind.items)


def _show(
    request: HttpRequest,
    seat: Seat,
    file: HouseholdFile,
    sheet: Sheet,
    about: Member | None,
    *,
    purpose: str = "",
    refused: str = "",
    opened: Opened | None = None,
    status: int = 200,
) -> HttpResponse:
    files.note(seat, file, what="household file, opened" if purpose else "household file", why=purpose)
    full = bool(purpose) or not _is_sealed(sheet.kind)
    name = "" if about is None else about.person.name if purpose else about.person.masked_name
    context = {
        "staff_links": staff_links(seat, current="files"),
        "file": file,
        "part": sheet.kind,
        "whose": name,
        "sheet": sheet,
        "writes": sheet.is_typed or (full and not refused),
        "full": full,
        "opening": None if full else opened or Opened(),
        "purpose": purpose,
        "refused": refused,
        "voices": _voices(sheet, full=full),
        "before": [
            (each, _values(sheet.kind, each, full=full))
            for each in verifying.before(file, sheet.kind.key, member=about)
        ],
    }
    return render(request, "desk/file_facts.html", context, status=status)


def _voices(sheet: Sheet, *, full: bool) -> list[Voice]:
    key, whose = sheet.kind.key, sheet.whose
    counting = sheet.said.counting(key, member=whose)
    told = sheet.said.of.get((whose, key), ())
    return [
        Voice(
            pk=each.pk,
            line=file_parts.line(sheet.kind, each, beside=False, full=full, on=sheet.seat.on),
            counts=each in counting or each.says_none,
            by_staff=each.source == saying.Source.STAFF,
            who=each.told_by,
            why=_why(each, full=full),
        )
        for each in sorted(told, key=lambda each: saying.Source.values.index(each.source))
    ]


def _why(each: Statement, *, full: bool) -> str:
    told = " · ".join(filter(None, (each.reason, each.evidence)))
    return told if full or not told else file_parts.MASK


def _values(kind: Part, each: Statement, *, full: bool) -> Mapping[str, object]:
    return {
        "values": list(file_parts.values_of(kind, each, full=full)),
        "why": _why(each, full=full),
    }
