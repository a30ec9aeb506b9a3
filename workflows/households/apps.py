from django.apps import AppConfig


class Households(AppConfig):
    name = "workflows.households"
