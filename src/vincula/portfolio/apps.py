"""Registers the room with Django."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortfolioConfig(AppConfig):
    name = "vincula.portfolio"
    label = "portfolio"
    verbose_name = _("Portfolio")

    def ready(self) -> None:
        from vincula.kernel.contributions import BEGINNINGS, PROGRAMS
        from vincula.kernel.duplicates import graph
        from vincula.kernel.records import derived
        from vincula.portfolio import derive, entities, frame, jobs, papers, privacy, profiles, standard  # noqa: F401  # entities register themselves
        from vincula.portfolio.actions import fixed
        from vincula.portfolio.pages import (
            cases,
            decision,
            drawn,
            meeting,
            one_service,
            organisation,
            sitting,
            verbs,
            writing,
        )

        fixed.register()
        privacy.register()
        kept = "what was said or seen then; numbers in it name records as they were"
        graph.holds_no_numbers("portfolio.decision.seen", kept)
        graph.holds_no_numbers("portfolio.deliverable.content", "texts and figures, no records")
        frame.register()
        one_service.register()
        drawn.register()
        meeting.register()
        sitting.register()
        writing.register()
        decision.register()
        cases.register()
        organisation.register()
        verbs.register()
        papers.register()
        jobs.register()
        profiles.register()
        derived.register(derive.write, derive.remove, derive.prepare)
        BEGINNINGS.put(standard.begin)
        PROGRAMS.put(_programs)


def _programs() -> Any:
    """What programs may do here; loaded when the API is built."""
    from vincula.portfolio import api

    return api.VERBS
