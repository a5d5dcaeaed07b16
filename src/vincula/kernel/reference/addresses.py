"""Addresses of the reference."""

from django.urls import path

from vincula.kernel.reference import pages

app_name = "reference"
urlpatterns = [
    path("", pages.index, name="index"),
    path("api/", pages.api, name="api"),
    path("workings/", pages.workings, name="workings"),
    path("<slug:slug>/", pages.entity, name="entity"),
]
