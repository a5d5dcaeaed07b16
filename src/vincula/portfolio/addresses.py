"""Addresses of the hand-made pages of the room; those made from entities come after them."""

from django.urls import URLPattern, URLResolver, include, path

from vincula.portfolio.pages import (
    board,
    cases,
    casing,
    catalogue,
    gate,
    guide,
    leading,
    meeting,
    motion,
    verbs,
    writing,
)

own: list[URLPattern | URLResolver] = [
    path("portfolio/", board.page, name="board"),
    path("portfolio/strategy/", board.strategy, name="strategy"),
    path("services/<int:pk>/gates/<int:gate>/", gate.pass_gate, name="pass-gate"),
    path("services/<int:pk>/business-case/<int:number>/", cases.service_chart, name="service-chart"),
    path("business-cases/<int:pk>/charts/<int:number>/", cases.case_chart, name="case-chart"),
    path("services/<int:pk>/gates/<int:gate>/take-up/", verbs.take_up, name="take-up"),
    path("services/<int:pk>/gates/<int:gate>/close/", verbs.close, name="close"),
    path("services/<int:pk>/business-case/", casing.write, name="write-case"),
    path("services/<int:pk>/phase-model/", verbs.other_model, name="other-model"),
    path("business-cases/<int:pk>/next/", verbs.next_version, name="next-version"),
    path("phase-models/<int:pk>/copy/", verbs.copy_model, name="copy-model"),
    path("phase-models/<int:pk>/publish/", verbs.publish_model, name="publish-model"),
    path("deliverables/<int:pk>/write/", writing.write, name="write"),
    path("board-meetings/<int:pk>/fill/", leading.fill, name="fill"),
    path("board-meetings/<int:pk>/attend/", leading.attend, name="attend"),
    path("board-agenda-items/<int:pk>/shown/", meeting.item, name="agenda-item"),
    path("board-agenda-items/<int:pk>/recuse/", leading.recuse, name="recuse"),
    path("board-agenda-items/<int:pk>/vote/", leading.vote, name="vote"),
    path("board-agenda-items/<int:pk>/drop/", leading.drop, name="drop"),
    path("board-agenda-items/<int:pk>/decide/", motion.decide, name="decide"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("guide/", guide.guide, name="guide"),
    path("catalogue/<str:language>/", catalogue.page, name="catalogue"),
    path("catalogue/<str:language>/services.json", catalogue.as_json, name="catalogue-json"),
    path("", include((own, "portfolio"))),
]
