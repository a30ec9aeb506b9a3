"""Pages that tell versions apart: what changed, and the definition as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.authoring import importing
from cms.authoring.rooms import BesideProgramme
from cms.models import definition
from cms.writing import programme_file
from workflows.offers.models import ProgrammeVersion
from workflows.policy.differences import Change, differences
from workflows.policy.programme import Contradiction, Programme

_DRAFT = "draft"


@dataclass(frozen=True)
class Group:
    """The changes of one part of the programme."""

    label: str
    changes: Sequence[Change]


class Differences(BesideProgramme):
    """What changed between the draft, what is on offer, and any version offered before."""

    page_title = gettext_lazy("比较两个版本")
    template_name = "cms/authoring/differences.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        offered = list(ProgrammeVersion.objects.filter(code=self.page.code).order_by("-number"))
        others = ProgrammeVersion.objects.exclude(code=self.page.code).order_by("-offered_at")[:200]
        standing = next((each for each in offered if each.withdrawn_at is None), None)
        latest = standing or next(iter(offered), None)
        old = request.GET.get("old") or (str(latest.pk) if latest else "")
        new = request.GET.get("new") or _DRAFT
        told: dict[str, Any] = {"offered": offered, "others": others, "old": old, "new": new, "draft": _DRAFT}
        if not old:
            return self.show(**told, first=True)
        try:
            found = differences(self._programme(old), self._programme(new))
        except Contradiction as error:
            problems = importing.told(error, definition.typed(self.draft))
            return self.show(**told, problems=problems)
        groups = [
            Group(part.label, list(changes)) for part, changes in groupby(found, key=lambda each: each.part)
        ]
        return self.show(**told, groups=groups, compared=True)

    def _programme(self, which: str) -> Programme:
        if which == _DRAFT:
            return self.draft.definition()
        found = ProgrammeVersion.objects.filter(pk=which).first() if which.isdigit() else None
        if found is None:
            raise Http404
        return found.programme


class Export(BesideProgramme):
    """The definition as one YAML file, the same bytes as in content/: the newest draft, or an offered version."""

    page_title = gettext_lazy("导出 YAML 文件")
    template_name = "cms/authoring/problems.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        number = request.GET.get("version", "")
        if number:
            offered = ProgrammeVersion.objects.filter(code=self.page.code)
            version = offered.filter(number=number).first() if number.isdigit() else None
            if version is None:
                raise Http404
            return _file(version.programme, f"{self.page.slug}-v{version.number}")
        draft = self.draft
        try:
            programme = draft.definition()
        except Contradiction as error:
            problems = importing.told(error, definition.typed(draft))
            return self.show(intro=_("先改正下面的地方，再导出："), problems=problems, status=422)
        return _file(programme, draft.slug)


def _file(programme: Programme, stem: str) -> HttpResponse:
    return HttpResponse(
        programme_file.text(programme),
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{stem}.yml"', "Cache-Control": "no-store"},
    )
