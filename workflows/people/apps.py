"""The app that holds persons and sign-ins."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "workflows.people"
    label = "people"
    verbose_name = "人员"

    def ready(self) -> None:
        from workflows.people import checks  # noqa: F401  (registers the start-up checks)
