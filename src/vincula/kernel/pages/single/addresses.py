"""Addresses of these pages: ``creating`` under ``/<entities>/``, the others under ``/<entities>/<number>/``."""

from django.urls import URLPattern, URLResolver, path

from vincula.kernel.pages.single import cell, following, form, moves, page, papers, past, quick, reach, thread

creating: list[URLPattern | URLResolver] = [path("new/", form.new, name="new")]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", page.record, name="record"),
    path("edit/", form.edit, name="edit"),
    path("quick/", quick.quick, name="quick"),
    path("cell/<str:name>/", cell.cell, name="cell"),
    path("tab/<str:key>/", page.tab, name="tab"),
    path("history/", past.page, name="history"),
    path("as-of/", past.as_of, name="as_of"),
    path("undo/<int:entry>/", past.undo, name="undo"),
    path("move/<str:key>/", moves.move, name="move"),
    path("trash/", moves.trash, name="trash_one"),
    path("restore/", moves.restore, name="restore"),
    path("why/", reach.why, name="why"),
    path("follow/", following.follow, name="follow"),
    path("link/", thread.link, name="link"),
    path("papers/", papers.papers, name="papers"),
    path("papers/<slug:key>/", papers.paper, name="paper"),
    path("papers/<slug:key>/charts/<int:number>/", papers.chart, name="paper-chart"),
    path("papers/<uuid:file>/open/", papers.open_to_all, name="paper-open"),
    path("unlink/<int:link>/", thread.unlink, name="unlink"),
]
