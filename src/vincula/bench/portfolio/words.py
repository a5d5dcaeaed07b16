"""What is written in the papers of services, boards and customers: sentences, names, contents of deliverables."""

import random
from datetime import date
from typing import Any

from vincula.portfolio import content

KINDS_OF_SERVICE = (
    "File exchange", "Identity federation", "Video meetings", "Research cloud", "Key links", "Certificates", "Backup",
    "Compute notebooks", "Data vault", "Mailing lists", "Network monitoring", "Mirror of public archives", "Wireless roaming",
    "Protection from floods of traffic", "Electronic laboratory book", "Streaming", "Time and frequency", "Storage",
)  # fmt: skip
CYRILLIC_KINDS = ("Обмен файлами", "Видеосвязь", "Хранилище данных", "Облако для науки", "Сертификаты", "Архив")
_SENTENCES = (
    "It is asked for by hospitals and schools alike, and most of them have tried something of their own before.",
    "Peers run it with two people and a contract that ends every four years.",
    "The present hardware is five years old, and its support ends in the next year but one.",
    "Whoever logs in does so with the account of the own organisation; we keep no passwords.",
    "At a price of 8,100 a year, 31 organisations said that they would sign, and nine that they would wait.",
    "Nobody of those asked could do without the export into an open format.",
    "Технических препятствий нет, но для обучения нужны два человека на полгода.",
    "Support answers within an hour on working days, and operations looks at it day and night.",
    "The risk that was named most often is a price that grows faster than the budgets of the small ones.",
    "What was learnt in the pilot is written into the manuals, with the questions that came twice.",
)  # fmt: skip
NEEDS = ("Larger files", "A price for small ones", "Login for guests", "Копия за границей", "A contract in French",
         "Access for hospitals", "Less paper", "Figures of usage by faculty", "Поддержка вечером")  # fmt: skip
OWN_WORK = ("Runbook renewed", "Survey of users", "Change of supplier prepared", "Manual in French", "Drill at night",
            "Check of accessibility", "Plan of capacity", "Report on incidents")  # fmt: skip
CONDITIONS = ("The runbook is signed by all who are on call", "Disks older than six years are replaced",
              "A price for small organisations is on the table", "The contract names the place of the data")  # fmt: skip
VARIANTS = 12


class Words:
    """Texts from dice: the same dice give the same texts."""

    def __init__(self, dice: random.Random, day: date) -> None:
        self.dice, self.day = dice, day
        self._contents: dict[str, list[dict[str, Any]]] = {}

    def prose(self, sentences: int = 3) -> str:
        return " ".join(self.dice.choices(_SENTENCES, k=sentences))

    def filled(self, kind: str) -> dict[str, Any]:
        """A content of this kind, every section of it filled in."""
        if kind not in self._contents:
            self._contents[kind] = [self._written(content.of(kind)) for _ in range(VARIANTS)]
        return self.dice.choice(self._contents[kind])

    def _written(self, kind: content.Content) -> dict[str, Any]:
        return {s.key: [self._row(s, n) for n in range(4)] if s.columns else self.prose(4) for s in kind.sections}

    def _row(self, section: content.Section, n: int) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for column in section.columns:
            if column.kind == "number":
                told[column.key] = str(self.dice.randint(1, 5))
            elif column.kind == "date":
                told[column.key] = self.day.isoformat()
            elif column.kind == "yes":
                told[column.key] = self.dice.random() < 0.8
            else:
                told[column.key] = f"{column.key.capitalize()} {n + 1}"
        return told
