"""Addresses of the settings, under ``/settings/`` (people have theirs there too)."""

from django.urls import URLPattern, URLResolver, path

from vincula.kernel.pages.settings import fields, overview, roles, words

app_name = "settings"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.index, name="overview"),
    path("roles/", roles.index, name="roles"),
    path("roles/new/", roles.new, name="role-new"),
    path("roles/<int:pk>/", roles.role, name="role"),
    path("roles/<int:pk>/line/", roles.line, name="role-line"),
    path("roles/<int:pk>/people/", roles.people, name="role-people"),
    path("roles/<int:pk>/preview/", roles.preview, name="role-preview"),
    path("roles/<int:pk>/delete/", roles.delete, name="role-delete"),
    path("words/", words.index, name="words"),
    path("fields/", fields.index, name="fields"),
    path("fields/<slug:slug>/", fields.of_entity, name="fields-of"),
    path("fields/<slug:slug>/new/", fields.new, name="field-new"),
    path("fields/<slug:slug>/<int:pk>/", fields.edit, name="field"),
    path("fields/<slug:slug>/<int:pk>/move/", fields.move, name="field-move"),
    path("fields/<slug:slug>/<int:pk>/delete/", fields.delete, name="field-delete"),
]
