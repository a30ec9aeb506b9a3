"""Addresses: the composition root of all faces."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView
from django.views.i18n import set_language
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from cms import public, public_search
from cms.authoring import uploads

#: First words of addresses that never belong to the public site, in any mode.
ROOMS = (
    "accounts",
    "apply",
    "cms",
    "data",
    "demo",
    "desk",
    "language",
    "media",
    "notices",
    "static",
    "statistics",
    "view",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("workflows.people.urls")),
    # Wagtail's own sign-in pages would let a password pass without the second factor.
    path("cms/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    re_path(r"^cms/password_reset/", RedirectView.as_view(pattern_name="account_login")),
    path("cms/media/<path:path>", uploads.shown),
    # Attachments as editors uploaded them; what is public lies in the release.
    path(
        "cms/attachments/", include(decorate_urlpatterns(wagtaildocs_urls.urlpatterns, require_admin_access))
    ),
    path("cms/", include(wagtailadmin_urls)),
    path("apply/", include("workflows.portal.urls")),
    path("desk/", include("workflows.desk.urls")),
    *([] if settings.PRODUCTION else [path("demo/", include("workflows.demo.urls"))]),
    path("", include("workflows.open_data")),
    re_path(r"^view/(?P<size>large|normal)/$", public.size, name="print_size"),
    path("language/", require_POST(set_language), name="set_language"),
    path("search/", public_search.page, name="search"),
    path("search", RedirectView.as_view(pattern_name="search", query_string=True)),
    re_path(r"^(?P<path>data/v1/.*)$", public.data, name="data"),
    # Last: what lies in none of the rooms above is a file of the public site.
    re_path(rf"^(?!(?:{'|'.join(ROOMS)})/)(?P<path>.*)$", public.page, name="public"),
]
