"""The editors' desk in Wagtail: what is left out, what is added, and no publishing past the second person."""

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLResolver, include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from cms import roles
from cms.authoring import drafts
from cms.authoring.home import ProgrammesPanel
from cms.authoring.pasting import takes_documents
from cms.authoring.release_panel import ReleasePanel
from cms.models import ProgrammePage, SectionPage
from cms.models.approval import EDITORS, PUBLISHERS
from cms.models.base import PublicPage
from cms.models.examples import NotReady

_BESIDE_PROGRAMME = (
    ("differences", _("比较两个版本"), "list-ul"),
    ("impact", _("测算影响"), "group"),
    ("as_of", _("某一天有效的是哪一版"), "calendar"),
    ("new_edition", _("复制成新一年的项目"), "copy"),
    ("old_year", _("还写着去年的地方"), "history"),
    ("export", _("导出 YAML 文件"), "download"),
)
_BESIDE_PAGE = (("as_of", _("某一天读者看到的是哪一份"), "calendar"),)
_PASTE = (("paste", _("从 Word 粘贴"), "clipboard-list"),)
_NOT_USED = {"images", "documents", "help"}


@hooks.register("insert_global_admin_css")
def house_colours() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("house/editor.css"))


@hooks.register("construct_main_menu")
def trim_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave out what editors here never need."""
    items[:] = [item for item in items if item.name not in _NOT_USED]


@hooks.register("register_admin_menu_item")
def public_site() -> MenuItem:
    return MenuItem(_("公开网站"), "/", name="public-site", icon_name="globe", order=9000)


@hooks.register("register_admin_menu_item")
def desk() -> MenuItem:
    return MenuItem(_("工作台"), "/desk/", name="desk", icon_name="user", order=9010)


class _OfTheSite(MenuItem):
    """Shown to those who write or approve."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(
            request.user.is_superuser or request.user.groups.filter(name__in=[EDITORS, PUBLISHERS]).exists()
        )


@hooks.register("register_admin_menu_item")
def releases() -> MenuItem:
    return _OfTheSite(
        _("发布记录"), reverse("authoring:releases"), name="releases", icon_name="history", order=310
    )


@hooks.register("register_admin_menu_item")
def standings() -> MenuItem:
    return _OfTheSite(
        _("公开状态"), reverse("authoring:standings"), name="standings", icon_name="list-ul", order=305
    )


@hooks.register("construct_page_action_menu")
def only_through_review(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Nobody publishes what they are just writing: the way out is the review."""
    items[:] = [item for item in items if item.name != "action-publish"]


@hooks.register("before_copy_page")
def copies_are_drafts(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A copy goes through the review like any page: it is never public at once, and never an alias of one."""
    if page.specific_class is ProgrammePage:
        messages.error(request, _("项目代码不能重复，帮扶项目请在这里复制成新一年的项目。"))
        return redirect("authoring:new_edition", page.pk)
    if request.method == "POST" and (request.POST.get("publish_copies") or request.POST.get("alias")):
        raise PermissionDenied
    return None


@hooks.register("before_create_page")
def offer_a_start(request: HttpRequest, parent: Page, kind: type[Page]) -> HttpResponse | None:
    """A programme begins with a choice: a skeleton, last year's edition, a file, or really nothing."""
    if kind is ProgrammePage and request.method == "GET" and "start" not in request.GET:
        return redirect("authoring:start", parent.pk)
    return None


@hooks.register("after_create_page")
def section_with_its_people(request: HttpRequest, page: Page) -> None:
    """A new section of a union has its own groups and its own approval from the first moment."""
    if page.specific_class is SectionPage:
        roles.ensure_section(page.specific)


@hooks.register("register_admin_urls")
def authoring_addresses() -> list[URLResolver]:
    return [path("authoring/", include("cms.authoring.urls"))]


@hooks.register("register_page_listing_more_buttons")
@hooks.register("register_page_header_buttons")
def page_buttons(page: Page, user: Any, view_name: str = "", next_url: str | None = None) -> Iterator[Button]:
    """What can be done with a page beside editing it; with a programme, more."""
    kind = page.specific_class
    if kind is None or not issubclass(kind, PublicPage) or not page.permissions_for_user(user).can_edit():
        return
    beside = _BESIDE_PROGRAMME if kind is ProgrammePage else _BESIDE_PAGE
    for place, (name, label, icon) in enumerate([*(_PASTE if takes_documents(kind) else ()), *beside]):
        yield Button(
            label, reverse(f"authoring:{name}", args=[page.pk]), icon_name=icon, priority=100 + place
        )


@hooks.register("register_log_actions")
def authoring_log(actions: Any) -> None:
    actions.register_action(drafts.NEW_EDITION, _("复制成新一年的项目"), _("由去年的项目复制"))


@hooks.register("before_edit_page")
def decide_on_what_was_submitted(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A decision is about the revision that was submitted: nothing in the reviewer's form is saved with it.

    Wagtail would save the form first, make the reviewer one of its authors, and then refuse the approval.
    """
    if request.method != "POST" or "action-workflow-action" not in request.POST:
        return None
    task, name = page.current_workflow_task, request.POST.get("workflow-action-name", "")
    if task is None or name not in {
        action for action, _label, _modal in task.get_actions(page, request.user)
    }:
        raise PermissionDenied
    said = json.loads(request.POST.get("workflow-action-extra-data") or "{}")
    try:
        with transaction.atomic():
            task.on_action(page.current_workflow_task_state, request.user, name, **said)
    except NotReady as refusal:
        messages.error(request, str(refusal))
        return redirect("wagtailadmin_pages:edit", page.pk)
    messages.success(request, _("已经办好。批准的内容几秒钟后公开。"))
    return redirect("wagtailadmin_home")


@hooks.register("before_edit_page", order=-1)
def reviewers_only_read(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A slip of the keyboard must not make the reviewer an author: while they may decide, nothing is saved by itself."""
    saves_by_itself = request.method == "POST" and not request.accepts("text/html")
    task = page.current_workflow_task if saves_by_itself else None
    if task is None or not task.get_actions(page, request.user):
        return None
    said = _("这一页正在等您审核，不会自动保存。要改内容，请先退回给作者。")
    refusal = {"success": False, "error_code": "in_review", "error_message": str(said)}
    return JsonResponse(refusal, status=400)


@hooks.register("construct_homepage_panels")
def add_panels(request: HttpRequest, panels: list[Any]) -> None:
    panels += [ReleasePanel(), ProgrammesPanel(request)]
