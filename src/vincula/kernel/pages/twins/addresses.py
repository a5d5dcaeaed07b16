"""Addresses: ``/duplicates/`` for the pairs, and under ``/<entities>/`` what merges and takes back."""

from django.urls import URLPattern, URLResolver, path

from vincula.kernel.pages.twins import merge, review

app_name = "duplicates"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", review.index, name="review"),
    path("certain/", review.merge_certain, name="certain"),
    path("<int:pair>/", review.decide, name="decide"),
]
of_entity: list[URLPattern | URLResolver] = [
    path("merge/", merge.page, name="merge"),
    path("bulk/merge/", merge.picked, name="bulk-merge"),
    path("merges/<int:act>/undo/", merge.undo, name="unmerge"),
]
