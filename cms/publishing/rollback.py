"""Go back to an earlier release without bringing back what was withdrawn since; and keep it right while it stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cms.models.release_event import ReleaseEvent
from cms.publishing import editions, freezing, history, pages, release, trouble
from cms.publishing.build import NotPublishable
from cms.publishing.publish import Published, Wish, bring, last_content, write_down_what_stands
from cms.publishing.wanted import State
from cms.writing.documents import Centre, Guide, Home, Shelf
from workflows.base import day
from workflows.offers import offer
from workflows.offers.models import ProgrammeVersion
from workflows.policy.programme import Programme


class CannotGoBack(NotPublishable):
    """The release is not kept any more, or was kept by an edition of this software that wrote other things."""


@dataclass(frozen=True)
class Line:
    """A page that will not be as it was then: where it stood, what it is called, why."""

    path: str
    title: str
    why: str


@dataclass(frozen=True)
class Corrected:
    """What may come back of a release. ``lines``: what differs from it, for the person who decides."""

    state: State
    lines: tuple[Line, ...]


def plan(number: int) -> Corrected:
    """What going back to a release would bring, as things stand now.

    :raises CannotGoBack: when it cannot be made again.
    """
    now, _approvals = pages.state(before=last_content())
    then, tainted = _made_of(number)
    return corrected(then, now=now, offered=_offered(now), tainted=tainted)


def carry_out(event: ReleaseEvent, *, at: datetime) -> Published:
    """Bring the release that somebody asked for; asking for it has paused publishing.

    :raises CannotGoBack: when it cannot be made again.
    :raises NotPublishable: when the built site must not go out.
    """
    with release.one_builder(), trouble.told(at=at):
        then = release.of(event.target)
        return _bring(
            event.target,
            at=at,
            revisions=then.revisions if then else {},
            causes=[f"{event.by}回到第{event.target}次发布：{event.reason}"],
            pinned_to=event.target,
        )


def keep_right(*, at: datetime) -> Published | None:
    """While publishing is paused: the day goes on, and what is withdrawn goes away. Nothing when it is not paused.

    :raises NotPublishable: when the built site must not go out.
    """
    with release.one_builder(), trouble.told(at=at):
        standing = release.current()
        if standing is None or not standing.pinned_to or not history.is_paused():
            return None
        return _bring(
            standing.number,
            at=at,
            revisions=standing.revisions,
            causes=["自动发布暂停期间，按当天的日期和已撤下的页面更新"],
            pinned_to=standing.pinned_to,
        )


def handle(payload: Mapping[str, Any]) -> None:
    """The outbox's topic ``publish.back``."""
    event = ReleaseEvent.objects.get(pk=payload["event"])
    if history.pause() == event:  # else somebody let publishing go on, or went elsewhere, before it was done
        carry_out(event, at=day.now())


def handle_pinned(payload: Mapping[str, Any]) -> None:
    """The outbox's topic ``publish.pinned``."""
    keep_right(at=day.now())


def _bring(
    number: int, *, at: datetime, revisions: Mapping[str, int], causes: Sequence[str], pinned_to: int
) -> Published:
    write_down_what_stands()
    then, tainted = _made_of(number)
    before = last_content()
    now, _approvals = pages.state(before=before)
    offered = _offered(now)
    with transaction.atomic():
        # Nothing new is offered; what was taken back is offered no more.
        versions = offer.only(list(offered.values()), at=at, approvals={})
    live = pages.revisions()
    wish = Wish(
        state=corrected(then, now=now, offered=offered, tainted=tainted).state,
        versions={version.code: version.number for version in versions},
        before=before,
        revisions={page: revision for page, revision in revisions.items() if page in live},
        causes=causes,
        pinned_to=pinned_to,
    )
    return bring(wish, at=at)


def _made_of(number: int) -> tuple[State, set[str]]:
    """What was live in a release, and the paths whose text two people have taken out of the archive since."""
    kept = release.kept(number)
    if kept is None or not kept.state:
        raise CannotGoBack(_("第%(number)s次发布没有留下原稿，回不去了。") % {"number": number})
    try:
        return freezing.thawed(kept.state), editions.withdrawn_of(kept.pages, versions=kept.versions)
    except freezing.CannotThaw as error:
        told = _("第%(number)s次发布是旧版系统做的，不能直接恢复。") % {"number": number}
        raise CannotGoBack(told) from error


def _offered(now: State) -> dict[str, Programme]:
    """The programmes on offer whose page is still public."""
    standing = ProgrammeVersion.objects.on_offer()
    return {version.code: version.programme for version in standing if version.code in now.programmes}


# ---- what may come back ---------------------------------------------------------------------------------------------


def corrected(
    then: State, *, now: State, offered: Mapping[str, Programme], tainted: Collection[str] = ()
) -> Corrected:
    """The state of an earlier release without what was withdrawn since, with the programmes as they are offered now.

    :param tainted: paths of pages whose text of then must never come back; they stay as they are.
    """
    lines: list[Line] = []
    parts: dict[str, Any] = {}
    for each in fields(State):
        was, is_ = getattr(then, each.name), getattr(now, each.name)
        if each.name in ("programmes", "programme_pages", "parameters", "unreadable"):
            continue
        if _is_many(was):
            parts[each.name] = _still_public(was, is_, lines, tainted)
        elif was is not None and is_ is None:
            lines.append(Line(getattr(was, "path", ""), getattr(was, "title", ""), _WITHDRAWN))
            parts[each.name] = None
    parts |= _named_only(parts.get("home", then.home), parts.get("shelf", then.shelf), parts, now)
    parts["centres"] = _as_they_stand(parts.get("centres", then.centres), now.centres)
    parts["programme_pages"] = _programme_pages(then, now, offered, lines, tainted)
    shown = {page.programme for page in parts["programme_pages"]}
    parts["programmes"] = {code: programme for code, programme in offered.items() if code in shown}
    state = replace(then, **parts, parameters=now.parameters, unreadable={})
    lines += [Line(path, title, _NEWER) for path, title in _titles(now).items() if path not in _titles(state)]
    return Corrected(state, tuple(lines))


_WITHDRAWN = "这次发布以后已经撤下，不恢复"
_NOT_OFFERED = "项目现在不受理，不恢复"
_TAINTED = "那时的内容已从公开存档撤下，用现行内容"
_CHANGED = "项目已是新的一版，用现行内容"
_NEWER = "这次发布以后才有，恢复后暂时看不到"


def _is_many(value: Any) -> bool:
    return isinstance(value, Sequence) and bool(value) and is_dataclass(value[0])


def _still_public(
    was: Sequence[Any], is_: Sequence[Any], lines: list[Line], tainted: Collection[str]
) -> list[Any]:
    there = {_identity(each): each for each in is_}
    kept = []
    for each in was:
        path = getattr(each, "path", "")
        if _identity(each) not in there:
            lines.append(Line(path, _title(each), _WITHDRAWN))
        elif path in tainted:
            lines.append(Line(path, _title(each), _TAINTED))
            kept.append(there[_identity(each)])
        else:
            kept.append(each)
    return kept


def _named_only(
    home: Home | None, shelf: Shelf | None, parts: Mapping[str, Any], now: State
) -> dict[str, Home | Shelf | None]:
    """Front page and shelf without a word of what is gone."""
    there = {guide.slug for guide in parts.get("guides", ())}
    subjects = {section.slug for section in now.shelf.sections} if now.shelf else set()
    if shelf is not None:
        sections = [
            replace(section, guides=[slug for slug in section.guides if slug in there])
            for section in shelf.sections
            if section.slug in subjects
        ]
        shelf = replace(shelf, sections=sections)
    if home is not None and home.help_path.startswith("guides/"):
        gone = home.help_path.removeprefix("guides/").removesuffix(".md") not in there
        home = replace(home, help_path="") if gone else home
    return {"home": home, "shelf": shelf}


def _as_they_stand(was: Sequence[Centre], is_: Sequence[Centre]) -> list[Centre]:
    """A place that is closed now is closed, whatever was written then."""
    status = {centre.code: centre.status for centre in is_}
    return [replace(centre, status=status[centre.code]) for centre in was]


def _programme_pages(
    then: State,
    now: State,
    offered: Mapping[str, Programme],
    lines: list[Line],
    tainted: Collection[str],
) -> list[Guide]:
    was = {page.programme: page for page in then.programme_pages}
    is_ = {page.programme: page for page in now.programme_pages}
    for code, page in was.items():
        if code not in offered or code not in is_:
            lines.append(Line(page.path, page.title, _NOT_OFFERED))
    pages_ = []
    for code, page in is_.items():
        if code not in offered:
            continue
        before = then.programmes.get(code)
        same = code in was and before is not None and before.sha256 == offered[code].sha256
        if same and was[code].path not in tainted:
            pages_.append(was[code])
        else:
            lines.append(Line(page.path, page.title, _TAINTED if same else _CHANGED))
            pages_.append(page)
    return pages_


def _identity(each: Any) -> str:
    return str(getattr(each, "key", "") or getattr(each, "code", "") or getattr(each, "path", ""))


def _title(each: Any) -> str:
    return str(getattr(each, "title", "") or getattr(each, "name", ""))


def _titles(state: State) -> dict[str, str]:
    """Every page that has an address of its own."""
    many = [
        each for field in fields(State) if _is_many(found := getattr(state, field.name)) for each in found
    ]
    return {str(each.path): _title(each) for each in many if hasattr(each, "path")}
