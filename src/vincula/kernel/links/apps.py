"""Registers the package with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LinksConfig(AppConfig):
    name = "vincula.kernel.links"
    label = "links"
    verbose_name = _("Links")
