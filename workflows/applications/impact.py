"""What a draft of a programme would change over the decided applications and the open files, told as counts.

Nothing of a case leaves this module but numbers; the faces hide the small ones. Nothing is stored, and no case changes.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import date
from itertools import chain, islice
from multiprocessing import get_context
from os import cpu_count
from typing import Any, Final

from django.db.models import Max

from workflows.applications.letters import DECIDED
from workflows.applications.models import Application, Submission
from workflows.base.sealing import Erased
from workflows.households import bulk
from workflows.parameters import queries as parameters
from workflows.policy.impact import Case, Impact, compared, judged, prepare
from workflows.policy.programme import Programme

AT_ONCE: Final = 4000


def measure(draft: Programme, *, against: Programme | None, on: date) -> Impact:
    """Judge by both versions what was decided under either's code, and every open file by the household's conditions.

    A few thousand cases are judged here; more of them by one process for each core, which never see the database.

    :param against: the version that stands, None for a programme that is new.
    :param on: the day for open files; a case is judged as of the day it was submitted.
    """
    params = parameters.rows()
    cases = chain(decided({draft.code, *([against.code] if against else [])}), open_files(on))
    found = Impact()
    first = list(islice(cases, AT_ONCE))
    if len(first) < AT_ONCE:
        found.add(compared(draft, against, first, params))
    else:
        for part in _spread(draft, against, chain(first, cases), params):
            found.add(part)
    found.compare_incomes()
    return found


def _spread(
    draft: Programme, against: Programme | None, cases: Iterable[Case], params: Sequence[Mapping[str, Any]]
) -> Iterator[Impact]:
    """Judge on every core; reading stays only a little ahead of judging."""
    cores = cpu_count() or 1
    rest = iter(cases)
    waiting: deque[Future[Impact]] = deque()
    told = (draft.to_json(), against.to_json() if against else None, params)
    with ProcessPoolExecutor(cores, get_context("spawn"), prepare, told) as pool:
        while chunk := list(islice(rest, AT_ONCE)):
            waiting.append(pool.submit(judged, chunk))
            if len(waiting) > 2 * cores:
                yield waiting.popleft().result()
        for part in waiting:
            yield part.result()


def decided(codes: Iterable[str]) -> Iterator[Case]:
    """The facts of every decided application of these programmes as they were last submitted."""
    applications = Application.objects.filter(version__code__in=codes, state__in=DECIDED)
    last = applications.annotate(last=Max("submissions__n")).values_list("pk", "last")
    newest = dict(last.order_by())
    submissions = (
        Submission.objects.filter(application__in=applications.order_by())
        .select_related("sealed_by", "application__union")
        .only("facts", "on", "n", "sealed_by", "application__union__area", "application__submitted_on")
        .order_by()
    )
    for each in submissions.iterator(chunk_size=AT_ONCE):
        if newest.get(each.application_id) != each.n:
            continue
        try:
            facts = json.loads(each.facts)
        except Erased:
            continue
        day = each.application.submitted_on or each.on
        yield Case(day, each.application.union.area, facts["household"], facts["rows"])


def open_files(on: date) -> Iterator[Case]:
    """What the open household files alone say, as of a day."""
    for area, facts in bulk.open_files(on=on):
        yield Case(on, area, facts, is_file=True)
