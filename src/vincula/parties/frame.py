"""What the room adds to the frame: its places in the rail, and what can be created from anywhere."""

from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.ui import frame
from vincula.kernel.ui.jinja import url
from vincula.parties import derive
from vincula.parties.lifecycles import OPEN
from vincula.parties.models import Function, Task

KEPT_FOR = 30  # seconds
CREATABLE = ("organisation", "person", "interaction", "task", "meeting", "document")


def register() -> None:
    """Called once when the program starts."""
    for key, label, icon, order, slug, also in (
        ("organisations", _("Organisations"), "building", 20, "organisations",
         ("/organisation-", "/groups", "/group-", "/contact-roles", "/documents")),
        ("people", _("People"), "users", 21, "people", ("/affiliations", "/consents")),
        ("interactions", _("Interactions"), "message", 22, "interactions", ()),
        ("tasks", _("Tasks"), "checkbox", 23, "tasks", ()),
        ("meetings", _("Meetings"), "calendar", 24, "meetings", ("/agenda-items",)),
    ):  # fmt: skip
        entity = next(e for e in registry.all() if e.slug == slug)
        count = late_tasks if key == "tasks" else None
        frame.section(
            key, label, icon, order, "entity:list", count, args=(slug,), due=True, show=_sees(entity.model), also=also
        )
    frame.section(
        "teams", _("Teams"), "users-group", 25, "parties:workload", show=_sees(Function),
        also=("/teams", "/team-", "/functions", "/function-", "/expert", "/subjects", "/overlaps"),
    )  # fmt: skip
    for name in CREATABLE:
        frame.creatable(_offer(f"parties.{name}"))


def _sees(model: Any) -> Callable[[Any], bool]:
    return lambda user: door.may(user, "view", model)


def late_tasks(user: Any) -> int:
    """How many tasks of mine are due today or late.

    The rail asks on every page, so the answer is kept for half a minute; saving a task forgets it (derive.py). Where
    several processes serve, the others may lag that long.
    """

    def count() -> int:
        rows = Task.objects.visible_to(user).filter(assignee_id=user.pk, state__in=OPEN, due__lte=clock.today())
        return rows.count()

    return cache.get_or_set(derive.late_key(user.pk), count, KEPT_FOR) or 0


def _offer(key: str) -> Callable[[Any], tuple[str, str, str] | None]:
    def offer(user: Any) -> tuple[str, str, str] | None:
        entity = registry.get(key)
        if not entity.may(user, "create"):
            return None
        return capfirst(entity.name), url("entity:new", entity.slug), entity.icon

    return offer
