"""Papers of an application: which are due, which are there, adding and removing them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from workflows.applications.models import Application, Evidence
from workflows.base import files
from workflows.base.day import date_of
from workflows.parameters import queries as parameters
from workflows.policy.programme import PaperDue
from workflows.policy.states import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflows.applications.judging import Facts

#: How many files of a paper that is one sheet: its two sides, and one taken anew.
MOST_OF_ONE_SHEET = 3


class PaperNotAsked(ValueError):
    """The programme does not ask this paper in this case."""


class TooManyFiles(ValueError):
    """There are enough files of this paper already."""


class Frozen(ValueError):
    """The application was submitted; its papers stay."""


@dataclass(frozen=True)
class PaperState:
    """A paper that is due, and the files that are there for it."""

    due: PaperDue
    files: tuple[Evidence, ...]

    @property
    def there(self) -> bool:
        return bool(self.files)


def there(application: Application) -> list[Evidence]:
    """Every file that was added and not taken out again."""
    return list(application.evidence.filter(removed_at__isnull=True).select_related("file", "sealed_by"))


def papers_of(
    application: Application, *, facts: Facts, files: Sequence[Evidence] | None = None
) -> list[PaperState]:
    """Every paper this case needs, in the order of the programme, with its files.

    :param files: those of :func:`there`, where the caller has read them already.
    """
    added: dict[tuple[str, int | None], list[Evidence]] = {}
    for each in there(application) if files is None else files:
        added.setdefault((each.paper, each.row), []).append(each)
    return [
        PaperState(due, tuple(added.get((due.paper.key, due.row), ())))
        for due in application.programme.papers_due(facts.household, facts.rows)
    ]


@transaction.atomic
def add(
    application: Application,
    *,
    paper: str,
    row: int | None,
    upload: bytes,
    name: str,
    facts: Facts,
    at: datetime,
) -> Evidence:
    """Check, rebuild, seal and keep an uploaded file as a paper.

    :raises Frozen: when the application is no longer editable.
    :raises PaperNotAsked: when the paper is not due.
    :raises TooManyFiles: when the paper has enough files.
    :raises files.Refused: when the file is not what it should be, with a sentence for the worker.
    """
    if application.position not in (State.DRAFT, State.CORRECTION):
        raise Frozen(_("申请已经提交，材料不能再改。需要补材料时站点会通知您。"))
    state = next(
        (p for p in papers_of(application, facts=facts) if (p.due.paper.key, p.due.row) == (paper, row)), None
    )
    if state is None:
        raise PaperNotAsked(_("这份材料不需要上传。"))
    # A register has many pages, photographed one by one.
    most = int(parameters.value("most_files_per_paper", area=application.union.area, on=date_of(at)))
    if len(state.files) >= (most if state.due.paper.several else min(most, MOST_OF_ONE_SHEET)):
        raise TooManyFiles(_("这项材料的文件够多了。要换的话，请先删掉一个。"))
    return Evidence.objects.create(
        sealed_by=application.sealed_by,
        application=application,
        paper=paper,
        row=row,
        file=files.store(upload, sealed_by=application.sealed_by, name=name),
        name=name[:120],
        added_at=at,
    )


def remove(evidence: Evidence, *, at: datetime) -> None:
    """Take a file out while the form may be edited.

    :raises Frozen: when the application is no longer editable.
    """
    if evidence.application.position not in (State.DRAFT, State.CORRECTION):
        raise Frozen(_("申请已经提交，材料不能再删。"))
    Evidence.objects.filter(pk=evidence.pk, removed_at__isnull=True).update(removed_at=at)


def drop_row(application: Application, *, row: int, at: datetime) -> None:
    """Remove the papers of a row that was taken out, and let the later rows move up."""
    papers = Evidence.objects.filter(application=application, row__isnull=False)
    papers.filter(row=row, removed_at__isnull=True).update(removed_at=at)
    papers.filter(row__gt=row).update(row=F("row") - 1)
