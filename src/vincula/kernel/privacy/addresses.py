"""Addresses of the pages of this package, under ``/privacy/``."""

from django.urls import URLPattern, URLResolver, path

from vincula.kernel.privacy.pages import overview, subject

app_name = "privacy"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.index, name="overview"),
    path("rules/<int:pk>/", overview.rule, name="rule"),
    path("proposals/<int:pk>/keep/", overview.keep, name="keep"),
    path("<slug:slug>/<int:pk>/held/", subject.held, name="held"),
    path("<slug:slug>/<int:pk>/export/", subject.export, name="export"),
    path("<slug:slug>/<int:pk>/export/<uuid:number>/", subject.packed, name="packed"),
    path("<slug:slug>/<int:pk>/erase/", subject.erase, name="erase"),
    path("<slug:slug>/<int:pk>/hold/", subject.hold, name="hold"),
]
