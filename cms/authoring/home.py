"""The first page of the editors' desk: each programme with its version, its window, and its cases by stage."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from cms.models import ProgrammeIndexPage, ProgrammePage
from cms.writing.programme_handling import window_now
from workflows import open_data
from workflows.base import day
from workflows.offers.models import ProgrammeVersion


@dataclass(frozen=True)
class Row:
    """One programme as the panel shows it. ``stages``: (name, number as it may be shown)."""

    title: str
    code: str
    version: int | None
    window: str
    sentence: str
    stages: tuple[tuple[str, str], ...]
    editor: str
    desk: str


class ProgrammesPanel(Component):
    """All programmes at a glance. The counts come through the one gate that hides small ones."""

    name = "programmes"
    template_name = "cms/authoring/home.html"
    order = 20

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        index = ProgrammeIndexPage.objects.first()
        may_add = bool(index and index.permissions_for_user(self.request.user).can_add_subpage())
        return {
            "rows": _rows(),
            "start": reverse("authoring:start", args=[index.pk]) if index and may_add else "",
        }


def _rows() -> list[Row]:
    on = day.today()
    standing = {version.code: version for version in ProgrammeVersion.objects.on_offer()}
    counted: dict[str, list[open_data.Cell]] = {}
    for cell in open_data.counts():
        counted.setdefault(cell.code, []).append(cell)
    rows = []
    for page in ProgrammePage.objects.only("title", "code").order_by("-live", "-year", "title"):
        version = standing.get(page.code)
        word, sentence = window_now(version.programme, on=on) if version else ("", "")
        rows.append(
            Row(
                title=page.title,
                code=page.code,
                version=version.number if version else None,
                window=word,
                sentence=sentence,
                stages=_stages(counted.get(page.code, [])),
                editor=reverse("wagtailadmin_pages:edit", args=[page.pk]),
                desk=f"/desk/?programme={page.code}",
            )
        )
    return rows


def _stages(cells: list[open_data.Cell]) -> tuple[tuple[str, str], ...]:
    """The stages of each version; its number is named where cases of several are under way."""
    one = len({cell.version for cell in cells}) < 2
    return tuple(
        (
            cell.stage
            if one
            else _("%(stage)s（第 %(version)s 版）") % {"stage": cell.stage, "version": cell.version},
            cell.shown,
        )
        for cell in cells
    )
