from django.apps import AppConfig


class Demo(AppConfig):
    name = "workflows.demo"
