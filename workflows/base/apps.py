"""The app of the ground floor; it looks for the key ring when the program starts."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "workflows.base"
    label = "base"
    verbose_name = "基础"

    def ready(self) -> None:
        from workflows.base import checks  # noqa: F401  (registers the start-up checks)
