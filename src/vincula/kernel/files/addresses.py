"""Where files are, under "files/"."""

from django.urls import path

from vincula.kernel.files import pages

app_name = "files"
urlpatterns = [
    path("", pages.upload, name="upload"),
    path("<uuid:pk>/", pages.serve, name="serve"),
    path("<uuid:pk>/remove/", pages.remove, name="remove"),
]
