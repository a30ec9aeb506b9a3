"""The editors' side: pages, blocks, approval by two people, publishing."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Cms(AppConfig):
    name = "cms"
    verbose_name = _("内容")

    def ready(self) -> None:
        from cms.publishing import signals

        signals.listen()
