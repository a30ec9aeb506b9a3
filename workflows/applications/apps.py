from django.apps import AppConfig


class Applications(AppConfig):
    name = "workflows.applications"
