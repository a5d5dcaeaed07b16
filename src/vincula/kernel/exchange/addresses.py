"""Addresses of the import wizard; mounted at /imports/."""

from django.urls import path

from vincula.kernel.exchange import pages

app_name = "exchange"

urlpatterns = [
    path("", pages.index, name="imports"),
    path("new/", pages.new, name="new"),
    path("<int:pk>/", pages.run_page, name="run"),
    path("<int:pk>/again/", pages.reread, name="reread"),
    path("<int:pk>/check/", pages.check, name="check"),
    path("<int:pk>/progress/", pages.progress, name="progress"),
    path("<int:pk>/apply/", pages.apply, name="apply"),
    path("<int:pk>/stop/", pages.stop, name="stop"),
    path("<int:pk>/undo/", pages.undo, name="undo"),
]
