"""The scenes that are measured: whole pages over HTTP with permissions and audit, as two people see them."""

import csv
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote

from django.core.cache import cache
from django.db import connection
from django.test import Client as InProcess

from vincula.bench import asking, serving
from vincula.bench.asking import Ask, Client, Timed
from vincula.bench.figures import LIMITS, Figure
from vincula.bench.names import Names
from vincula.bench.people import COUNTRIES, Asker
from vincula.bench.place import Place
from vincula.bench.serving import Served
from vincula.kernel.entity import listing, registry
from vincula.kernel.exchange import commands
from vincula.parties.models import Organisation

SEARCHES = {  # several kinds of query; the slowest of their medians is the figure
    "common word": "university", "acronym": "", "whole name": "", "typo": "univrsity technolgoy", "Cyrillic": "университет",
    "several types": "review eduroam", "by another script": "universitet", "nothing": "qwzzt xyzzv",
}  # fmt: skip
DEEP = 1_000
ONES = 20  # organisations whose pages are asked by turns


@dataclass
class Scenes:
    """One run over data that stand."""

    place: Place
    size: int
    runs: int
    say: Callable[[str], None]
    figures: list[Figure] = field(default_factory=list)
    only: frozenset[str] = frozenset()

    def wants(self, *names: str) -> bool:
        return not self.only or bool(self.only & set(names))

    def add(self, key: str, label: str, value: float, **more: Any) -> Figure:
        """Keep a figure with the limit that its name has."""
        made = Figure(key, label, round(value, 2), **more)
        if limit := LIMITS.get(key.removesuffix(".role")):
            made.limit, made.sense = limit
        self.figures.append(made)
        self.say(f"{label:58}{made.value:>10,.1f} {made.unit:6} {made.verdict}")
        return made

    def add_timed(self, key: str, label: str, found: Timed, statements: int | None = None) -> Figure:
        return self.add(
            key, label, found.p50, p95=round(found.p95, 2), cpu=round(found.cpu, 2), statements=statements
        )  # fmt: skip

    def run(self, askers: list[Asker]) -> list[Figure]:
        """All of it. Raises NotPossible or Unexpected."""
        with serving.house(self.place) as served:
            if self.wants("list", "b"):
                self.beside_the_bare_page(served, askers[0])
            for asker in askers:
                self.reads(served, asker)
            self.sizes(served, askers[0])
            if self.wants("create"):
                self.create(served, askers[0])
            if self.wants("clients"):
                self.clients(served, askers[0])
            if self.wants("memory"):
                self.memory(served)
        if self.wants("cold"):
            self.cold()
        if self.wants("import"):
            self.import_lines(askers[0])
        return self.figures

    def beside_the_bare_page(self, served: Served, asker: Asker) -> None:
        """B and the list by turns."""
        with serving.baseline(self.place) as bare:
            house = Client(served, asker.session)
            b, ours = asking.side_by_side(Client(bare), "/", house, asking.pages("/organisations/"), self.runs)
        self.add_timed("b", "B: bare Django + Jinja2, 50 rows of the same table", b)
        self.add("ratio.list", "list page 1, in B", ours.p50 / b.p50, unit="B")
        self.add("ratio.cpu", "list page 1, in B, processor time of the worker", ours.cpu / max(b.cpu, 0.01), unit="B")

    def reads(self, served: Served, asker: Asker) -> None:
        """What one person reads."""
        role = "" if asker.user.is_superuser else ".role"
        label = f", {asker.name}" if role else ""
        client = Client(served, asker.session)
        medians: dict[str, float] = {}
        for key, words, asks in self._pages(asker):
            if not self.wants(key.partition(".")[0]):
                continue
            found = asking.timed(client, asks(), self.runs)
            medians[key] = found.p50
            statements = self.statements(asker, next(asks())[0])
            self.add_timed(f"{key}{role}", f"{words}{label}", found, statements)
        if {"list", "deep"} <= set(medians):
            ratio = medians["deep"] / medians["list"]
            self.add(f"ratio.deep{role}", f"page {self.deep_page:,}, in page 1{label}", ratio, unit="×")
        if found_in := [v for k, v in medians.items() if k.startswith("search.")]:
            self.add(f"search{role}", f"search, slowest of {len(found_in)} kinds of query{label}", max(found_in))
        if self.wants("api"):
            api = Client(served, token=asker.token)
            found = asking.timed(api, asking.pages("/api/v1/organisations/?limit=100"), self.runs)
            self.add_timed(f"api{role}", f"API, 100 rows{label}", found)
        client.close()

    def _pages(self, asker: Asker) -> Iterator[tuple[str, str, Callable[[], Iterator[Ask]]]]:
        """(key, words, addresses) of each kind of page."""

        def of(*paths: str) -> Callable[[], Iterator[Ask]]:
            return lambda: asking.pages(*paths)

        country = "DE" if asker.user.is_superuser else COUNTRIES[0]
        yield "list", "list page 1", of("/organisations/")
        yield "deep", f"list page {self.deep_page:,}", of(self.deep(asker))
        yield (
            "filter",
            "country + contains + sort",
            of(f"/organisations/?country={country}&name__contains=ni&sort=-updated_at"),
        )
        yield (
            "filter.rare",
            "country + contains that seldom occurs + sort",
            of(f"/organisations/?country={country}&name__contains=zurof&sort=name"),
        )
        rows = Organisation.objects.visible_to(asker.user).order_by("pk")
        ones = [f"/organisations/{pk}/" for pk in rows.values_list("pk", flat=True)[: ONES * 7 : 7]]
        yield "organisation", "organisation with all its relations", of(*ones)
        some = rows.exclude(acronym="")[min(self.size // 100, 40)]
        given = {**SEARCHES, "acronym": some.acronym, "whole name": some.name}
        for kind, words in given.items():
            yield f"search.{kind}", f"search: {kind}", of(f"/search/?q={quote(words)}")

    @property
    def deep_page(self) -> int:
        """Page 1,000, or the last but a few where there are fewer."""
        return min(DEEP, max(2, self.size // listing.PER_PAGE - 5))

    def deep(self, asker: Asker) -> str:
        """The address of that page, as the links from page to page lead there."""
        entity = registry.get("parties.organisation")
        order = listing.ordered(entity, "")
        rows = entity.rows(asker.user).order_by(*order.columns)
        page = min(self.deep_page, max(2, rows.count() // listing.PER_PAGE - 1))
        at = (page - 1) * listing.PER_PAGE
        record = rows[at - 1 : at].get() if rows[at - 1 : at] else rows[0]
        return f"/organisations/?after={listing.cursor_at(record, order)}&page={at + 1}"

    def statements(self, asker: Asker, path: str) -> int:
        """How many statements a page takes when the caches are warm."""
        client = InProcess(headers={"host": "localhost"})
        client.cookies["vincula"] = asker.session
        client.get(path)
        seen = 0

        def noted(execute: Any, *given: Any) -> Any:
            nonlocal seen
            seen += 1
            return execute(*given)

        with connection.execute_wrapper(noted):
            client.get(path)
        return seen

    def sizes(self, served: Served, asker: Asker) -> None:
        """How much HTML a list is, and its statements against their limits."""
        by_key = {f.key: f for f in self.figures}
        for key, name in (("list", "list"), ("organisation", "organisation page")):
            if key in by_key:
                self.add(f"statements.{key}", f"statements of the {name}", by_key[key].statements or 0, unit="")
        if not self.wants("html", "list"):
            return
        for language in ("en", "ru"):
            client = Client(served, asker.session, language)
            found = asking.timed(client, asking.pages("/organisations/"), 1, warm=1)
            client.close()
            self.add(f"html.{language}", f"HTML of a list of 50, {language}", found.size / 1000, unit="KB")

    def create(self, served: Served, asker: Asker) -> None:
        """New organisations through the form."""
        names, numbers = Names(time.time_ns()), count(1)

        def forms() -> Iterator[Ask]:
            while True:
                name = f"{names.place(False)} Bench {next(numbers)} {names.place(False)}"
                yield (
                    "/organisations/new/",
                    {"name": name, "kind": "other", "country": "BE", "active": "on", "anyway": "1"},
                )

        client = Client(served, asker.session)
        self.add_timed("create", "create an organisation", asking.timed(client, forms(), self.runs, expect=302))
        client.close()

    def clients(self, served: Served, asker: Asker) -> None:
        seconds = 5.0 if self.runs > 10 else 0.3
        found = asking.per_second(
            lambda: Client(served, asker.session), "/organisations/", clients=4, seconds=seconds
        )  # fmt: skip
        self.add("clients", "list pages a second, 4 clients, one worker", found, unit="/s")

    def memory(self, served: Served) -> None:
        now, most = served.memory()
        self.add("memory", "memory of the worker after all this (RSS)", now, unit="MB")
        self.add("memory.most", "memory of the worker, the most (RSS)", most, unit="MB")
        self.add(
            "memory.files", "of it pages of files (programs, the mapped database)", served.file_memory(), unit="MB"
        )

    def cold(self) -> None:
        """From the command to the first answer, three times."""
        took = []
        for _ in range(3 if self.runs > 10 else 1):
            with serving.house(self.place) as served:
                took.append(served.cold * 1000)
        self.add("cold", "cold start, from the command to the first answer", statistics.median(took))

    def import_lines(self, asker: Asker) -> None:
        """A file of organisations through the real run: read, matched, validated, applied, audited, indexed."""
        lines, names = (5_000 if self.size >= 10_000 else 50), Names(time.time_ns())
        path = self.place.home / "import.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("name", "acronym", "kind", "country", "city", "website", "email domains"))
            for n in range(lines):
                o = names.organisation(n)
                writer.writerow(
                    (f"{o.name} {n}", o.acronym, o.kind, o.country, o.city, f"https://i{o.domain}", f"i{o.domain}")
                )
        cache.clear()
        began = time.perf_counter()
        report, code = commands.run_import("organisations", path, user=asker.user)
        took = time.perf_counter() - began
        if code or report["created"] != lines:
            raise asking.Unexpected(f"the import said {_short(report)}")
        self.add("import", f"import of {lines:,} organisations, all of it", lines / took, unit="rows/s")
        commands.undo(report["run"])


def _short(report: Mapping[str, Any]) -> str:
    return str({k: v if not isinstance(v, list) else v[:3] for k, v in report.items()})
