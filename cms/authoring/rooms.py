"""What the pages of the authoring desk share: who may enter, and Wagtail's own furniture around them."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from cms.models import ProgrammeIndexPage, ProgrammePage
from cms.models.base import PublicPage


class Room(WagtailAdminTemplateMixin, View):
    """A page of the desk. ``show`` renders it with what it is given."""

    header_icon = "doc-full-inverse"

    def show(self, *, status: int = 200, **told: Any) -> HttpResponse:
        shown: HttpResponse = self.render_to_response(self.get_context_data(**told), status=status)
        return shown


class BesidePage(Room):
    """About one page; only for those who may edit it."""

    page: PublicPage
    kind: ClassVar[type[PublicPage]] = PublicPage

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        page = get_object_or_404(Page, pk=kwargs["pk"]).specific
        if not isinstance(page, self.kind):
            raise Http404
        self.page = page
        if not self.page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        above = self.page.get_parent()
        return [
            *self.breadcrumbs_items,
            {"url": reverse("wagtailadmin_explore", args=[above.pk]), "label": above.title},
            {"url": self.editor, "label": self.page.get_admin_display_title()},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **told: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**told)
        return context | {"page": self.page, "editor": self.editor}

    @property
    def editor(self) -> str:
        """The address of the page in the editor."""
        return reverse("wagtailadmin_pages:edit", args=[self.page.pk])


class BesideProgramme(BesidePage):
    """About one programme."""

    page: ProgrammePage
    kind = ProgrammePage

    @property
    def draft(self) -> ProgrammePage:
        """The page as it was written last."""
        found: ProgrammePage = self.page.get_latest_revision_as_object()
        return found


class BelowIndex(Room):
    """Where programmes begin; only for those who may add pages there."""

    index: ProgrammeIndexPage

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.index = get_object_or_404(ProgrammeIndexPage, pk=kwargs["pk"])
        if not self.index.permissions_for_user(request.user).can_add_subpage():
            raise PermissionDenied

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("wagtailadmin_explore", args=[self.index.pk]), "label": self.index.title},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **told: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**told)
        return context | {"index": self.index}
