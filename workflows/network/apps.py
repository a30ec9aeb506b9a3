from django.apps import AppConfig


class Network(AppConfig):
    name = "workflows.network"
