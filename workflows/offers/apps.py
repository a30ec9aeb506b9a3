from django.apps import AppConfig


class Offers(AppConfig):
    name = "workflows.offers"
