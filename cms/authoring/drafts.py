"""Make unpublished pages of programmes: whole, or not at all. The way to the public is the review, as for any page."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cms.authoring import importing, next_year
from cms.authoring.importing import NotTaken
from cms.blocks.programme import CannotEdit
from cms.models import ProgrammeIndexPage, ProgrammePage
from cms.models.definition import FIELDS
from workflows.policy.programme import Programme

NEW_EDITION = "cms.new_edition"
STARTS = ("six_stages", "one_off", "training", "quarterly")
_FOLDER = Path(__file__).with_name("starts")


class Taken(ValueError):
    """A programme of this code, or a page of this address, is there already. `.field` says which."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@cache
def start_of(name: str) -> Programme:
    """A skeleton to start from; one of `STARTS`."""
    return importing.programme_of((_FOLDER / f"{name}.yml").read_bytes())


def from_start(
    name: str, *, year: int, code: str, title: str, slug: str, below: ProgrammeIndexPage, by: Any
) -> ProgrammePage:
    """A draft that begins with a skeleton, moved to its year.

    :raises Taken: the code or the address is in use.
    """
    programme = next_year.edition(start_of(name), year=year, code=code, name=title).programme
    return from_definition(programme, slug=slug, below=below, by=by)


@transaction.atomic
def from_definition(programme: Programme, *, slug: str, below: ProgrammeIndexPage, by: Any) -> ProgrammePage:
    """A draft of a definition. Its page quotes every part; what to say around them is still to be written.

    :raises Taken: the code or the address is in use.
    :raises NotTaken: it holds what no field of the page can hold, naming the field.
    """
    _refuse_taken(code=programme.code, slug=slug, below=below)
    page = ProgrammePage(slug=slug, live=False, owner=by)
    _fill(page, programme)
    page.body = page.body.stream_block.to_python(list(_quotes(programme)))
    with _claiming(programme.code):
        below.add_child(instance=page)
    page.save_revision(user=by, clean=False)
    log(instance=page, action="wagtail.create", user=by, content_changed=True)
    return page


@transaction.atomic
def next_edition(
    page: ProgrammePage, *, year: int, code: str, title: str, slug: str, by: Any
) -> ProgrammePage:
    """A draft of the same programme for another year, beside the old page. The old page stays as it is.

    What is public is copied; of a programme that is not, the newest draft. The days that moved stand in the page's log.

    :raises Contradiction: the old page contradicts itself.
    :raises Taken: the code or the address is in use.
    """
    below = page.get_parent().specific
    _refuse_taken(code=code, slug=slug, below=below)
    source = page if page.live else page.get_latest_revision_as_object()
    edition = next_year.edition(source.definition(), year=year, code=code, name=title)
    with _claiming(code):
        copy: ProgrammePage = source.copy(
            to=below,
            update_attrs={"code": code, "slug": slug, "title": title, "draft_title": title},
            copy_revisions=False,
            keep_live=False,
            user=by,
            log_action=None,
        )
    _fill(copy, edition.programme)
    copy.save_revision(user=by, clean=False)
    log(
        instance=copy,
        action=NEW_EDITION,
        user=by,
        data={
            "from": page.pk,
            "title": page.title,
            "year": source.year,
            "days": [each.sentence for each in edition.days],
        },
        content_changed=True,
    )
    return copy


def free_slug(wish: str, below: ProgrammeIndexPage) -> str:
    """An address made of a code, with a number behind it when it is in use."""
    stem = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in wish.lower())
    stem = "-".join(part for part in stem.split("-") if part) or "programme"
    return _free(stem, set(below.get_children().values_list("slug", flat=True)))


def free_code(wish: str) -> str:
    """A code, with a number behind it when it is in use."""
    return _free(wish, set(ProgrammePage.objects.values_list("code", flat=True)))


def _free(wish: str, taken: set[str]) -> str:
    wishes = (wish, *(f"{wish}-{number}" for number in range(2, 10_000)))
    return next(each for each in wishes if each not in taken)


@contextmanager
def _claiming(code: str) -> Iterator[None]:
    """The database decides when two people take one code at the same moment."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise _code_taken(code) from error


def _code_taken(code: str) -> Taken:
    return Taken("code", _("已经有项目用“%s”这个代码，请另填一个。") % code)


def _refuse_taken(*, code: str, slug: str, below: ProgrammeIndexPage) -> None:
    if ProgrammePage.objects.filter(code=code).exists():
        raise _code_taken(code)
    if below.get_children().filter(slug=slug).exists():
        raise Taken("slug", _("已经有页面用“%s”这个网址，请另填一个。") % slug)


def _fill(page: ProgrammePage, programme: Programme) -> None:
    try:
        page.take(programme)
        page.clean_fields(exclude=[field.name for field in page._meta.fields if field.name not in _TYPED])
    except CannotEdit as error:
        raise NotTaken(str(error)) from error
    except ValidationError as error:
        raise NotTaken(
            *(
                f"{page._meta.get_field(name).verbose_name}：{'；'.join(messages)}"
                for name, messages in error.message_dict.items()
            )
        ) from error


_TYPED = frozenset(FIELDS.values())


def _quotes(programme: Programme) -> Iterator[dict[str, Any]]:
    """A heading and the quoted part for everything a reader of the page looks for."""
    for part, title, there in (
        ("window", "受理时间", True),
        ("conditions", "申请条件", programme.household_rule or programme.beneficiary_rule),
        ("amounts", "给多少", programme.amount or programme.benefits),
        ("quota", "名额和候补", programme.quota),
        ("papers", "要带的材料", programme.papers),
        ("stages", "办理步骤和时限", True),
        ("notice", "公示写什么", programme.notice),
        ("follow-up", "办好以后", programme.follow_up),
        ("other-ways", "不符合条件怎么办", programme.other_ways),
    ):
        if there:
            yield {"type": "heading", "value": {"level": "2", "text": title, "anchor": part}}
            yield {"type": "facts", "value": {"part": part.replace("-", "_")}}
