"""Registers the package with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    name = "vincula.kernel.ui"
    label = "ui"
    verbose_name = _("Interface")
