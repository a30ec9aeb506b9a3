"""What all public pages have in common: static addresses, approval by a second person, a preview."""

import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, Revision

from cms.blocks.text import plain
from cms.models import files
from cms.models.approval import is_settled, refuse_own
from cms.models.hours import schedule_if_later
from cms.writing import look
from cms.writing.documents import Block
from cms.writing.look import Group
from cms.writing.prose import CannotWrite
from workflows.base import day

#: A preview keeps the strict policy of the page's own address, and may stand in a frame of the editor.
beside_the_editor = csp_replace({"frame-ancestors": ["'self'"]})


class PublicPage(Page):
    """A page that publishing turns into a file. Wagtail itself serves none of it."""

    subpage_types: ClassVar[list[str]] = []
    preview_modes: ClassVar[list[tuple[str, Any]]] = [("", _("网页"))]
    #: The hours are part of what is approved; there are no passwords: what is public is so for everyone.
    hours_panel: ClassVar[Any] = MultiFieldPanel(
        [
            HelpPanel(content=_("不填就是批准后马上公开、一直公开。时间和内容一起送审，由另一个人批准。")),
            FieldRowPanel(
                [
                    FieldPanel("go_live_at", heading=_("到这个时间才公开")),
                    FieldPanel("expire_at", heading=_("到这个时间自动撤下")),
                ]
            ),
        ],
        heading=_("什么时候公开"),
    )
    settings_panels: ClassVar[list[Any]] = [hours_panel]
    private_page_options: ClassVar[list[str]] = []

    class Meta:
        abstract = True

    @property
    def content_path(self) -> str:
        """Where this page stands under content/: ``guides/ga-amount.md``."""
        raise NotImplementedError

    @property
    def public_address(self) -> str:
        """Its address on the public site: ``/guides/ga-amount/``."""
        stem = self.content_path.removesuffix(".md").removesuffix("index").rstrip("/")
        return f"/{stem}/" if stem else "/"

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        """ "View live" and links point at the static page."""
        found = super().get_url_parts(request)
        return None if found is None else (found[0], settings.PUBLIC_ADDRESS, self.public_address)

    def day_checked(self) -> date:
        """The day somebody last checked this page; nothing undated goes public.

        :raises CannotWrite: when nobody did.
        """
        checked: date | None = getattr(self, "checked", None)
        if checked is None:
            raise CannotWrite("请填写最近核对日期。")
        return checked

    def save_revision(
        self, *args: Any, overwrite_revision: Revision | None = None, **options: Any
    ) -> Revision:
        """Saving by itself writes over the draft it saved before, never over what somebody submitted or approved."""
        if overwrite_revision and is_settled(overwrite_revision):
            overwrite_revision = None
        saved: Revision = super().save_revision(*args, overwrite_revision=overwrite_revision, **options)
        return saved

    def publish(self, revision: Revision, user: Any = None, **options: Any) -> Any:
        """Make a revision public.

        :raises NeedsSecondPerson: when ``user`` wrote it.
        """
        refuse_own(revision, user=user)
        if schedule_if_later(self, revision, user=user):
            return None
        return super().publish(revision, user=user, **options)

    def markdown(self) -> str:
        """The text of the page as it would be published."""
        raise NotImplementedError

    def as_today(self, text: str, *, on: date) -> str:
        """The text with what publishing fills in on a business day."""
        return text

    def with_data(self, shown: str) -> str:
        """The page as HTML, with what its scripts would fetch once it is public."""
        return shown

    def groups(self) -> list[Group]:
        """What the navigation shows beside this page: the live pages around it, and itself."""
        above = self.get_parent().specific
        around = Page.objects.child_of(above).live().exclude(pk=self.pk).defer_streamfields().specific()
        pages = [page for page in around if isinstance(page, PublicPage)]
        group = beside(above, among=[*pages, self]) if isinstance(above, PublicPage) else None
        return [group] if group else []

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        return [
            {"name": "phone", "icon": "mobile-alt", "device_width": 360, "label": _("手机")},
            {"name": "desktop", "icon": "desktop", "device_width": 1280, "label": _("电脑")},
        ]

    @method_decorator(beside_the_editor)
    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The draft as the site would show it today, in the theme itself."""
        try:
            text = self.as_today(self.markdown(), on=day.today())
            note = str(_("只有您和同事看得到；审核通过后才公开。"))
        except CannotWrite as error:
            text, note = self._cannot_be_shown(str(error))
        except (KeyError, TypeError, ValueError) as error:
            text, note = self._cannot_be_shown(str(_("请先把必填的内容填好：%s")) % error)
        shown = look.page(text, path=self.content_path, groups=self.groups(), note=note)
        for path, address in files.addresses(pictures_in(self)).items():
            shown = re.sub(rf"(?:\.\./)*{re.escape(path)}", address, shown)
        bar = render_to_string("cms/preview_bar.html", {"page": self}, request)
        return HttpResponse(self.with_data(shown).replace("</body>", f"{bar}</body>"))

    def _cannot_be_shown(self, problem: str) -> tuple[str, str]:
        """A page that says why there is none yet, and what the band above it says."""
        title = json.dumps(self.title, ensure_ascii=False)
        alert = format_html(
            '<div class="alert alert-warning"><h2>{}</h2><p>{}</p></div>', _("还不能公开"), problem
        )
        return f"---\ntitle: {title}\n---\n\n{alert}\n", str(_("还有地方要改正。"))


class LivePages(dict[int, str]):
    """Content paths of all pages that are live, for publishing: a link to any other page is only its words.

    ``cut``: whether that happened. Elsewhere, while somebody writes, such a link is a mistake to be told.
    """

    cut = False


def beside(above: PublicPage, *, among: Sequence[PublicPage]) -> Group | None:
    """The pages directly below one, under its title; one with an address of its own comes first."""
    pages = [
        (page.title, page.content_path)
        for page in among
        if page.path.startswith(above.path) and page.depth == above.depth + 1 and not page.subpage_types
    ]
    own = [(above.title, above.content_path)] if above.depth == 3 else []
    return Group(above.title, list(dict.fromkeys([*own, *pages]))) if pages else None


def body_of(stream: Any, links: dict[int, str]) -> list[Block]:
    """A stream as plain blocks whose links to pages are content paths."""
    raw = stream.stream_block.get_prep_value(stream)
    return [_linked(_pictured(block), links) for block in plain(raw)]


def _pictured(block: Block) -> Block:
    """A picture block as its file under content/."""
    return {**block, "value": files.picture(block["value"])} if block["type"] == "image" else block


def pictures_in(page: Page) -> list[dict[str, Any]]:
    """What the picture blocks of a page hold."""
    streams = [getattr(page, field.name) for field in page._meta.fields if isinstance(field, StreamField)]
    return [
        child.block.get_prep_value(child.value)
        for stream in streams
        for child in stream
        if child.block_type == "image"
    ]


def links_in(stream: Any) -> set[int]:
    """The pages a stream links to."""
    return _page_ids(plain(stream.stream_block.get_prep_value(stream)))


def _page_ids(value: Any) -> set[int]:
    match value:
        case str() if "linktype" in value:
            return {int(number) for tag in re.findall(r"<a [^>]*>", value) for number in _id_of(tag)}
        case dict():
            return set().union(*(_page_ids(inner) for inner in value.values()))
        case list():
            return set().union(*(_page_ids(inner) for inner in value))
        case _:
            return set()


def _id_of(tag: str) -> list[str]:
    return re.findall(r'\bid="(\d+)"', tag) if 'linktype="page"' in tag else []


def _linked(value: Any, links: dict[int, str]) -> Any:
    match value:
        case str() if "linktype" in value:
            if isinstance(links, LivePages):
                value = re.sub(r"(?s)(<a [^>]*>)(.*?)</a>", lambda found: _alive(found, links), value)
            return re.sub(r"<a [^>]*>", lambda found: _as_path(found[0], links), value)
        case dict():
            return {name: _linked(inner, links) for name, inner in value.items()}
        case list():
            return [_linked(inner, links) for inner in value]
        case _:
            return value


def _alive(link: re.Match[str], links: LivePages) -> str:
    ids = _id_of(link[1])
    if not ids or int(ids[0]) in links:
        return link[0]
    links.cut = True
    return link[2]


def _as_path(tag: str, links: dict[int, str]) -> str:
    ids = _id_of(tag)
    if not ids:
        return tag
    if int(ids[0]) not in links:
        raise CannotWrite("有一个链接指向没有公开的页面，请改正或去掉。")
    return f'<a href="{links[int(ids[0])]}">'


def paths_of(ids: set[int]) -> dict[int, str]:
    """Content paths of live pages by their id."""
    pages = Page.objects.filter(pk__in=ids, live=True).specific() if ids else []
    return {page.pk: page.content_path for page in pages if isinstance(page, PublicPage)}
