"""The addresses under /demo/, in a demonstration only."""

from django.urls import path

from workflows.demo import pages

app_name = "demo"

urlpatterns = [
    path("", pages.demo, name="demo"),
    path("next-day/", pages.next_day, name="next_day"),
    path("papers/<str:name>", pages.sample_paper, name="paper"),
]
