"""Addresses of the hand-made pages of the room; those made from entities come after them."""

from django.urls import URLPattern, URLResolver, path

from vincula.parties.pages import acting, unit

app_name = "parties"
urlpatterns: list[URLPattern | URLResolver] = [
    path("organisations/<int:pk>/log/", acting.log, name="log"),
    path("organisations/<int:pk>/reviewed/", acting.reviewed, name="reviewed"),
    path("contact-roles/<int:pk>/hand-over/", acting.hand_over, name="hand-over"),
    path("tasks/<int:pk>/done/", acting.task_done, name="task-done"),
    path("tasks/<int:pk>/reopen/", acting.task_reopen, name="task-reopen"),
    path("tasks/<int:pk>/put-off/", acting.task_put_off, name="task-put-off"),
    path("workload/", unit.workload, name="workload"),
    path("expert/", unit.expert, name="expert"),
    path("overlaps/", unit.overlaps, name="overlaps"),
]
