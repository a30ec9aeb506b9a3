"""Papers a family on file need not bring again, and those it must, each with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workflows.applications.on_file import OF_HOUSEHOLD, OF_ROW

if TYPE_CHECKING:
    from datetime import date

    from workflows.applications.judging import Facts
    from workflows.applications.models import Application
    from workflows.applications.on_file import Behind
    from workflows.policy.programme import PaperDue


def spared(application: Application, facts: Facts) -> list[tuple[str, str]]:
    """The papers nobody has to bring because the file has what they prove: their name, and since when."""
    file, programme = application.household, application.programme
    if file is None:
        return []
    due = {each.paper.key for each in programme.papers_due(facts.household, facts.rows)}
    stranger = {
        **facts.household,
        **dict.fromkeys(OF_HOUSEHOLD, False),
        "filed": False,
        "means_data_old": True,
    }
    rows = [{**row, **dict.fromkeys(OF_ROW, False)} for row in facts.rows]
    told: dict[str, tuple[str, date]] = {}
    for each in programme.papers_due(stranger, rows):
        if each.paper.key in due:
            continue
        behind = _behind(facts, each)
        day = behind.on if behind else file.checked_on or file.since
        _name, before = told.get(each.paper.key, ("", day))
        told[each.paper.key] = (each.paper.name, min(day, before))
    return [
        (name, _("档案里有，%(day)s核实过") % {"day": date_format(day, "DATE_FORMAT")})
        for name, day in told.values()
    ]


def expired(application: Application, facts: Facts) -> list[str]:
    """Why papers of which the file once knew are asked again, a sentence each."""
    file, sentences = application.household, []
    if file is None:
        return []
    if facts.household.get("means_data_old"):
        sentences.append(
            _("档案里的家庭情况上次核实是%(day)s，已经过期，所以要再核对一次。")
            % {"day": date_format(file.checked_on or file.since, "DATE_FORMAT")}
        )
    for each in application.programme.papers_due(facts.household, facts.rows):
        behind = _behind(facts, each)
        if behind is not None and not behind.fresh:
            sentences.append(
                _("档案里的“%(what)s”上次确认是%(day)s，已经过期，所以要再交“%(paper)s”。")
                % {
                    "what": behind.what,
                    "day": date_format(behind.on, "DATE_FORMAT"),
                    "paper": each.paper.name,
                }
            )
    return list(dict.fromkeys(sentences))


def _behind(facts: Facts, due: PaperDue) -> Behind | None:
    """What the file says in place of a paper."""
    keys = (OF_HOUSEHOLD | OF_ROW) & set(due.paper.when or {})
    found = (facts.behind.get((key, due.row if key in OF_ROW else None)) for key in sorted(keys))
    return next((each for each in found if each is not None), None)
