from django.apps import AppConfig


class Parameters(AppConfig):
    name = "workflows.parameters"
