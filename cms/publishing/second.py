"""A second process for a large site: it renders a part of the pages, finishes most of them and writes their index.

Both processes run the same lines, so that one gives the same bytes as two. The second ends with the first, however
that one ends: nobody is left to tell it anything.
"""

import logging
import os
import pickle
import subprocess
import sys
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from fcntl import F_GETPIPE_SZ, F_SETPIPE_SZ, fcntl, ioctl
from functools import cached_property
from pathlib import Path
from termios import FIONREAD
from typing import IO, Any, cast

from django.conf import settings

from cms.publishing import rendering
from cms.publishing.finishing import Crew, Finished, Here, Made
from cms.publishing.rendering import Rendered
from cms.search import sounds

log = logging.getLogger(__name__)

#: From here on it is worth its start.
MANY = 400
#: So many pages are rendered while it starts.
_START = 450
#: Bytes that its door holds, some eighty pages; it is given more while half of it is free.
_PIPE = 1 << 20


class Gone(Exception):
    """The second process ended before it was done, whatever the pages are like."""


@contextmanager
def crew(
    site: Path, pages: Collection[str], *, unknown: Collection[str], told: Mapping[str, Any]
) -> Iterator[Crew]:
    """Who helps with a site.

    :param pages: the paths of its Markdown, which lies where the settings say; ``unknown``: of what is to be rendered.
    :param told: the settings of the build beside those of the file, see :func:`rendering.some`.
    """
    if len(pages) < MANY or (os.cpu_count() or 1) < 2:
        yield Here(site)
        return
    with subprocess.Popen(
        [sys.executable, "-m", __name__, str(site)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=settings.ROOT,
    ) as process:
        to, answers = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        try:
            yield _Beside(site, to, answers, share=_share(unknown), told=told)
        finally:
            process.kill()
            with suppress(BrokenPipeError):
                to.close()


def _share(pages: Collection[str]) -> list[str]:
    """The pages MkDocs comes to last, as many as take both processes the same time.

    In a folder it comes first to what lies in it, then to the folders below.
    """
    paths = sorted(
        (path for path in pages if path.endswith(".md")),
        key=lambda path: [(1, folder) for folder in path.split("/")[:-1]] + [(0, path)],
    )
    return paths[len(paths) - max(0, len(paths) - _START) // 2 :]


class _Beside:
    """Hands pages to the second process; what is too much for it stays here."""

    def __init__(
        self, site: Path, to: IO[bytes], answers: IO[bytes], *, share: Sequence[str], told: Mapping[str, Any]
    ) -> None:
        self._here = Here(site)
        self._to, self._answers = to, answers
        with suppress(OSError):  # a machine that allows no more lets fewer pages wait
            fcntl(to, F_SETPIPE_SZ, _PIPE)
        self._most = fcntl(to, F_GETPIPE_SZ) // 2
        self._share = frozenset(share)
        self._tell((told, share))

    def rendered(self, path: str) -> Rendered | None:
        return self._rendered.get(path) if path in self._share else None

    @cached_property
    def _rendered(self) -> dict[str, Rendered]:
        rendered: dict[str, Rendered] = self._answer()
        return rendered

    def take(self, page: Made) -> None:
        waiting = array("i", [0])
        ioctl(self._to, FIONREAD, waiting)
        if waiting[0] < self._most:
            self._tell(page)
        else:
            self._here.take(page)

    def taken(self) -> Finished:
        self._tell(None)
        if "_rendered" not in self.__dict__:
            self._answer()  # about pages that MkDocs never came to: it is the first answer all the same
        mine, theirs = self._here.finished, self._answer()
        return Finished(mine.places | theirs.places, mine.refused | theirs.refused)

    def index(self, found: Sequence[Any]) -> None:
        self._tell((found, self._here.read))

    def close(self) -> None:
        self._answer()

    def _tell(self, what: object) -> None:
        try:
            pickle.dump(what, self._to, pickle.HIGHEST_PROTOCOL)
            self._to.flush()
        except BrokenPipeError as error:
            self._answer()  # which says why it gave up
            raise Gone from error

    def _answer(self) -> Any:
        try:
            answer = pickle.load(self._answers)  # noqa: S301 - of a process of our own
        except (EOFError, pickle.UnpicklingError) as error:
            raise Gone from error
        if isinstance(answer, OSError):
            raise answer
        if isinstance(answer, Exception):
            raise Gone from answer
        return answer


def work(site: Path, told: IO[bytes], answers: IO[bytes]) -> None:
    """What the second process does, until it is done or nobody is left to tell it anything."""

    def hear() -> Any:
        return pickle.load(told)  # noqa: S301 - of the process that started this one

    def answer(what: object) -> None:
        pickle.dump(what, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()

    try:
        config, paths = hear()
        answer(rendering.some(config, paths))
        sounds.of_common_characters()  # loads the dictionary while the first pages come in
        here = Here(site)
        while (page := hear()) is not None:
            here.take(page)
        answer(here.taken())
        found, read = hear()
        here.read |= read
        here.index(found)
        answer(None)
    except (EOFError, BrokenPipeError):
        return
    except Exception as error:  # whatever it is, it is told where the site is built
        log.exception("Second process")
        with suppress(BrokenPipeError):
            answer(error if isinstance(error, OSError) else Gone(repr(error)))


if __name__ == "__main__":
    # Under its own name, so that what it is sent is of the classes it knows.
    from cms.publishing import second

    second.work(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
