"""Why the last publishing came to nothing, in words for the first page of the editors' desk; gone when one succeeds."""

import errno
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from cms.publishing import release
from cms.publishing.build import NotPublishable
from workflows.base.models import OutboxItem

#: Below this there is no room for another release.
LEAST_FREE_BYTES = 20 * 1024 * 1024


class TooFewPages(NotPublishable):
    """The next release would have far fewer pages than the one that is public."""

    def __init__(self, *, before: int, after: int) -> None:
        self.before, self.after = before, after
        super().__init__(
            _(
                "网站会从%(before)s页减到%(after)s页，比允许的多，所以没有公开，原来的网站还在。"
                "请先看看是不是误删了一批页面；确实要减，请由内容审核的人在“发布记录”里确认。"
            )
            % {"before": before, "after": after}
        )


@dataclass(frozen=True)
class Trouble:
    """``fewer``: the number of pages somebody may confirm, or 0."""

    sentence: str
    at: str
    fewer: int = 0


@contextmanager
def told(*, at: datetime) -> Iterator[None]:
    """Keep a note of what goes wrong inside, and take it away when nothing does."""
    try:
        yield
    except TooFewPages as error:
        _note(Trouble(str(error), at.isoformat(), fewer=error.after))
        raise
    except NotPublishable as error:
        _note(Trouble(str(error), at.isoformat()))
        raise
    except OSError as error:
        _note(Trouble(disk_words(error), at.isoformat()))
        raise
    _place().unlink(missing_ok=True)


def standing() -> Trouble | None:
    """What is wrong now, if anything is."""
    try:
        return Trouble(**json.loads(_place().read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        pass
    # A full disk holds no note about itself.
    failed = OutboxItem.objects.filter(topic__startswith="publish", last_error__startswith="OSError")
    if item := failed.exclude(state=OutboxItem.State.DONE).order_by("-pk").first():
        return Trouble(_full(), item.created_at.isoformat())
    if _free_bytes() < LEAST_FREE_BYTES:
        return Trouble(_full(), "")
    return None


def _free_bytes() -> int:
    return shutil.disk_usage(settings.DATA_DIR).free


def disk_words(error: OSError) -> str:
    """Why nothing could be written, and what holds until it can."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full()
    return _("文件写不进去（%s），原来的网站照常开放，改动还没有公开。请告诉系统管理员。") % (
        error.strerror or ""
    )


def _full() -> str:
    return _(
        "服务器的磁盘满了，原来的网站照常开放，改动还没有公开。请告诉系统管理员；腾出地方以后会自动再公开。"
    )


def _note(trouble: Trouble) -> None:
    with suppress(OSError):
        _place().write_text(json.dumps(asdict(trouble), ensure_ascii=False), encoding="utf-8")


def _place() -> Path:
    return release.folder() / "trouble.json"
