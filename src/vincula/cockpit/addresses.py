"""Addresses of the cockpit."""

from django.urls import URLPattern, URLResolver, path

from vincula.cockpit import pages

app_name = "cockpit"
urlpatterns: list[URLPattern | URLResolver] = [path("", pages.home, name="home")]
