"""添人口、有人离开 at the desk: who lives in a household while its file goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from workflows.base import kept
from workflows.desk import file_parts, files
from workflows.desk.case import seen
from workflows.desk.door import Seat, at_desk
from workflows.desk.file_forms import choice, day_field
from workflows.desk.nav import staff_links
from workflows.desk.step_forms import words
from workflows.households import drafting, joining, moving
from workflows.policy.household.enumerations import JOIN_REASON, LEAVE_REASON
from workflows.policy.identity import BadId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflows.households.models import HouseholdFile, Member
    from workflows.network.actors import Actor

_EVIDENCE = _("凭的是什么")


class JoinForm(forms.Form):
    """Somebody comes to live there."""

    name = forms.CharField(label=_("姓名"), max_length=40, error_messages={"required": _("请填写姓名。")})
    id_no = forms.CharField(
        label=_("身份证号"),
        max_length=30,
        widget=forms.TextInput(attrs={"class": "w-18", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("请填写身份证号。新生儿上了户口就有。")},
    )
    relation = choice(_("与户主关系"), [(each, each) for each in joining.RELATIONS])
    why = choice(_("原因"), JOIN_REASON.choices_now())
    on = day_field(_("从哪一天起"))
    evidence = words(_EVIDENCE, help_text=_("例如户口簿、出生医学证明、结婚证。"))


def leave_form(members: Sequence[Member]) -> type[forms.Form]:
    """The form in which one of these lives there no more."""
    named = [(str(each.pk), f"{each.person.masked_name}（{each.relation}）") for each in members]

    class Leave(forms.Form):
        member = choice(_("谁"), named)
        why = choice(_("原因"), LEAVE_REASON.choices_now())
        on = day_field(_("从哪一天起"))
        evidence = words(_EVIDENCE, help_text=_("例如死亡医学证明、离婚证、户口迁移。"))

    return Leave


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def members(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Who lives in a household, and the two forms that change it; one is sent at a time."""
    file = files.file_in_sight(seat, pk)
    living = list(
        file.members.filter(left_on__isnull=True).select_related("person__sealed_by").order_by("pk")
    )
    others = [each for each in living if each.person_id != file.main_id]
    sent = request.POST if request.method == "POST" else kept.typed_before(request)
    which = sent.get("form", "") if sent is not None else ""
    join = JoinForm(sent if which == "join" else None, prefix="join")
    leave = leave_form(others)(sent if which == "leave" else None, prefix="leave")
    tried, status = {"join": join, "leave": leave}.get(which), 200
    if request.method == "POST" and tried is not None:
        status = 422
        if tried.is_valid():
            by = seat.acting_in(file_parts.post_over(seat, file, joining.WRITES) or next(iter(seat.posts)))
            try:
                turn = seen(request)
                if tried is join:
                    _join(file, join, by, seat, turn=turn)
                    messages.success(request, _now("已登记新的家庭成员。还没有同意核对的，已经请家庭去签。"))
                else:
                    _leave(file, leave, others, by, seat, turn=turn)
                    messages.success(request, _now("已登记。以后出的测算单按现在的人口算。"))
                return redirect("desk:file", pk)
            except (BadId, drafting.NotThisPerson) as wrong:
                join.add_error("id_no", f"{wrong.reason}。" if isinstance(wrong, BadId) else str(wrong))
            except moving.FileMovedMeanwhile as moved:
                tried.add_error(None, str(moved))
                status = 409
                file = files.file_in_sight(seat, pk)
            except (moving.FileMoveNotAllowed, moving.AlreadyOnFile) as refusal:
                tried.add_error(None, str(refusal))
    files.note(seat, file, what="household file")
    unsigned = {each.pk for each in drafting.without_consent(file)}
    context = {
        "staff_links": staff_links(seat, current="files"),
        "file": file,
        "members": [(each, each.pk in unsigned) for each in living],
        "refused": _refused(file, seat),
        "forms": [
            ("join", _("添人口"), join, which == "join"),
            *([("leave", _("有人离开"), leave, which == "leave")] if others else []),
        ],
    }
    return render(request, "desk/file_members.html", context, status=status)


def _join(file: HouseholdFile, form: JoinForm, by: Actor, seat: Seat, *, turn: int) -> None:
    joining.join(file, **form.cleaned_data, by=by, at=seat.at, turn=turn)


def _leave(
    file: HouseholdFile, form: forms.Form, others: Sequence[Member], by: Actor, seat: Seat, *, turn: int
) -> None:
    told = dict(form.cleaned_data)
    chosen = told.pop("member")
    member = next(each for each in others if str(each.pk) == chosen)
    joining.leave(file, member, **told, by=by, at=seat.at, turn=turn)


def _refused(file: HouseholdFile, seat: Seat) -> str:
    """Why nothing can be changed here by whoever sits at the desk; empty when it can."""
    post = file_parts.post_over(seat, file, joining.WRITES) or next(iter(seat.posts))
    try:
        joining.may_be_by(file, by=seat.acting_in(post))
    except moving.FileMoveNotAllowed as refusal:
        return str(refusal)
    return ""
