"""What the room adds to the frame: its place in the rail, and what can be created from anywhere."""

from typing import Any

from django.core.cache import cache
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.ui import frame
from vincula.kernel.ui.jinja import url
from vincula.portfolio.models import Deliverable, Service

COUNTED_FOR = 30  # seconds
ALSO = (
    "/services", "/needs", "/themes", "/offerings", "/orders", "/subscriptions", "/usage-", "/phase", "/planned-",
    "/gates", "/deliverables", "/status-reports", "/discontinuance-", "/business-cases", "/cost-lines", "/income-lines",
    "/pilot", "/board", "/seats", "/decisions", "/conditions", "/votes", "/attendances", "/value-elements",
    "/resources", "/supplies", "/dependencies", "/service-texts",
)  # fmt: skip


def register() -> None:
    """Called once when the program starts."""
    frame.section(
        "portfolio", _("Portfolio"), "layout-kanban", 40, "portfolio:board", late_work, due=True,
        show=lambda user: door.may(user, "view", Service), also=ALSO,
    )  # fmt: skip
    for key in ("portfolio.need", "portfolio.service"):
        frame.creatable(_offer(key))


def late_work(user: Any) -> int:
    """Deliverables of mine that are due today or late. Counted once in half a minute: every page shows it."""

    def count() -> int:
        mine = Deliverable.objects.visible_to(user).filter(assignee_id=user.pk)
        return mine.filter(state__in=("todo", "doing"), due__lte=clock.today()).count()

    return int(cache.get_or_set(f"portfolio:late-work:{user.pk}", count, COUNTED_FOR) or 0)


def _offer(key: str) -> Any:
    def offer(user: Any) -> tuple[str, str, str] | None:
        entity = registry.get(key)
        if not entity.may(user, "create"):
            return None
        return str(capfirst(entity.name)), url("entity:new", entity.slug), entity.icon

    return offer
