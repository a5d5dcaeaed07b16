"""What is said in interactions and tasks."""

import random

_SERVICES = "eduroam eduVPN FileSender Trust Identity Network Cloud Storage Videoconference Certificates Firewall Training".split()
_CALLS = (
    "Quarterly review of {service}", "Question about {service}", "Outage of {service} explained", "{service}: what is next",
    "Visit on {service} and budget", "Workshop {service}", "Contract for {service}", "Feedback on {service}",
)  # fmt: skip
_CALLS_CYRILLIC = (
    "Вопрос о {service}", "Обсуждение {service}", "Встреча по {service}", "Отзыв о {service}", "Договор на {service}",
)  # fmt: skip
_TASKS = (
    "Send the offer for {service}", "Prepare the review of {service}", "Ask for a contact for {service}",
    "Renew {service}", "Answer the question about {service}", "Plan a visit about {service}",
)  # fmt: skip
_NOTES = (
    "They are content and want to extend to the hospitals.", "The budget is decided in spring; come back then.",
    "Asked for references from universities of the same size.", "Reported slow answers in the second week of the term.",
    "Довольны, просят обучение для новых сотрудников.", "Would like one bill for all services.",
)  # fmt: skip
_STEPS = ("Send minutes", "Call again in March", "Invite to the workshop", "")


def call(dice: random.Random, cyrillic: bool) -> tuple[str, str, str]:
    """(subject, notes, next step) of an interaction."""
    subject = dice.choice(_CALLS_CYRILLIC if cyrillic else _CALLS).format(service=dice.choice(_SERVICES))
    return subject, dice.choice(_NOTES) if dice.random() < 0.3 else "", dice.choice(_STEPS)


def task(dice: random.Random) -> str:
    """The title of a task."""
    return dice.choice(_TASKS).format(service=dice.choice(_SERVICES))
