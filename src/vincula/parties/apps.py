"""Registers the room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartiesConfig(AppConfig):
    name = "vincula.parties"
    label = "parties"
    verbose_name = _("Parties")

    def ready(self) -> None:
        from vincula.kernel.records import derived
        from vincula.parties import derive, entities, frame, jobs, papers, privacy, profiles, reach  # noqa: F401  # entities register themselves
        from vincula.parties.pages import meeting, organisation, person_and_team, stream

        derived.register(derive.write, derive.remove, derive.prepare)
        reach.register()
        privacy.register()
        jobs.register()
        frame.register()
        stream.register()
        organisation.register()
        meeting.register()
        person_and_team.register()
        profiles.register()
        papers.register()
