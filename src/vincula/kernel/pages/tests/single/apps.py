"""The toy records as an app, installed only while the tests of this package run."""

from django.apps import AppConfig


class ToyConfig(AppConfig):
    name = "vincula.kernel.pages.tests.single"
    label = "toysingle"
    default_auto_field = "django.db.models.BigAutoField"
