"""Addresses of the pages of many records, below ``/organisations/``."""

from django.urls import URLPattern, URLResolver, path

from vincula.kernel.pages.listed import board, bulk, choosing, exporting, options, page, pins, saved, trash

urlpatterns: list[URLPattern | URLResolver] = [
    path("", page.index, name="list"),
    path("options/", options.index, name="options"),
    path("export/", exporting.index, name="export"),
    path("trash/", trash.index, name="trash"),
    path("choose/<slug:what>/", choosing.choose, name="choose"),
    path("filter/<str:name>/", choosing.condition, name="filter"),
    path("columns/", choosing.keep_columns, name="columns"),
    path("views/", saved.create, name="view-new"),
    path("views/counts/", saved.counts, name="view-counts"),
    path("views/<int:view>/", saved.change, name="view"),
    path("board/<int:pk>/", board.move, name="board-move"),
    path("bulk/", bulk.edit, name="bulk"),
    path("bulk/trash/", bulk.trash, name="bulk-trash"),
    path("bulk/export/", exporting.picked, name="bulk-export"),
    path("bulk/undo/<uuid:act>/", bulk.undo, name="bulk-undo"),
    path("pin/", pins.toggle, name="pin"),
]
