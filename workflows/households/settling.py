"""A decision on a file settles what sweeps have open about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workflows.base.day import date_of
from workflows.households.models import HouseholdFile, SweepCase
from workflows.policy.household.lifecycle import FileState
from workflows.policy.household.sweeps import Kind, Outcome

if TYPE_CHECKING:
    from workflows.households.models import FileEvent

#: A spot check is settled by whoever makes it, not by what becomes of the file.
_DECIDED: Final = (Kind.YEARLY, Kind.HALF, Kind.LINE)


def settle(file: HouseholdFile, event: FileEvent, *, category: str) -> None:
    """In the transaction of a move, before ``file`` itself is changed.

    :param category: the one it has after the move.
    """
    if event.source == FileState.TRANSFER:
        _moved(file, event)
    outcome = _outcome(FileState(event.source), FileState(event.target), is_other=category != file.category)
    if outcome is not None:
        SweepCase.objects.filter(file=file, outcome="", sweep__kind__in=_DECIDED).update(
            outcome=outcome, done_on=date_of(event.at), done_by=event.actor_label
        )


def _outcome(source: FileState, target: FileState, *, is_other: bool) -> Outcome | None:
    if target in (FileState.TAPERING, FileState.CLOSED):
        return Outcome.OUT
    if source is FileState.RECHECK and target is FileState.ACTIVE:
        return Outcome.CHANGED if is_other else Outcome.KEPT
    return None


def _moved(file: HouseholdFile, event: FileEvent) -> None:
    """What is open about a file that another county has taken over: its new officer's, or no longer of this sweep."""
    path = HouseholdFile.objects.values_list("path", flat=True).get(pk=file.pk)
    if path == file.path:
        return
    for case in SweepCase.objects.filter(file=file, outcome="").select_related("sweep__union"):
        mine = SweepCase.objects.filter(pk=case.pk)
        if path.startswith(case.sweep.union.path):
            mine.update(assigned=event.post)
        else:
            mine.update(outcome=Outcome.MOVED, done_on=date_of(event.at), done_by=event.actor_label)
