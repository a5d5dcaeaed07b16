"""Addresses of the search over everything; mounted at the root."""

from django.urls import path

from vincula.kernel.pages.listed import everything

app_name = "search"

urlpatterns = [
    path("search/", everything.page, name="page"),
    path("search/suggest", everything.suggest, name="suggest"),
]
