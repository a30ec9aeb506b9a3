from django.apps import AppConfig


class Portal(AppConfig):
    name = "workflows.portal"
