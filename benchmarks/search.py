"""How long a search takes among many names: python benchmarks/search.py [100000]

Run by hand with a VINCULA_HOME of its own (or a DATABASE_URL of an empty database): it fills the index. Prints, for
each kind of query, the median and the slowest of 40 runs in milliseconds, and how long writing took.
"""

import os
import random
import statistics
import sys
import time
from typing import Any

import django

if not (os.environ.get("VINCULA_HOME") or os.environ.get("DATABASE_URL")):
    raise SystemExit("Set VINCULA_HOME or DATABASE_URL: this fills a database, and it must not be your own.")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vincula.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  # after the setup

from vincula.kernel import search  # noqa: E402  # as above
from vincula.kernel.search.models import Entry, Vocable  # noqa: E402  # as above

KINDS = ["University of", "Institute of", "Universiteit", "Université de", "Hochschule", "Hospital of", "Университет"]
SYLLABLES = "ba be bo da de di ga gent ha ka ke la le leu lo ma mo na ne ni no ra ro sa se so ta te to va ven wa zo"
FIELDS = "technology medicine arts physics economics law agriculture music engineering biology informatics"


def place(dice: random.Random) -> str:
    return "".join(dice.choices(SYLLABLES.split(), k=dice.randint(2, 4))).capitalize()


def document(number: int, dice: random.Random) -> search.Document:
    where, what = place(dice), dice.choice(FIELDS.split())
    title = f"{dice.choice(KINDS)} {where} {what}"
    names = [f"{dice.choice(KINDS)} {where}", f"{where} {place(dice)}"]
    return search.Document(
        "bench.organisation", number, title, f"{where[:3]}{number % 997}".upper(), names, f"{what} in {where}"
    )


def timed(query: str, runs: int = 40, **options: Any) -> str:
    took = []
    for _ in range(runs):
        start = time.perf_counter()
        hits = search.find(query, entities=["bench.organisation"], visible=lambda _e, ids: ids, **options)
        took.append((time.perf_counter() - start) * 1000)
    return f"{statistics.median(took):7.1f} {max(took):7.1f}  {len(hits):3} hits"


def main(total: int) -> None:
    call_command("migrate", verbosity=0)
    dice = random.Random(1)
    if Entry.objects.count() != total:
        start = time.perf_counter()
        for first in range(0, total, 10_000):
            search.write(document(n, dice) for n in range(first, min(first + 10_000, total)))
        print(f"written {total} in {time.perf_counter() - start:.1f} s; {Vocable.objects.count()} words")
    start = time.perf_counter()
    search.write([document(total // 2, dice)])
    print(f"one record written in {(time.perf_counter() - start) * 1000:.1f} ms")
    some = Entry.objects.order_by("pk")[total // 3]
    name = some.title
    queries = {
        "acronym": some.acronym,
        "whole name": name,
        "two words": " ".join(name.split()[-2:]),
        "beginning": name[: len(name) // 2],
        "one letter": "u",
        "common word": "technology",
        "two common words": "technology university",
        "typo": name.split()[-2][:-2] + "qz" + " " + name.split()[-1],
        "typo in the first letter": "x" + name.split()[-2].lower()[1:],
        "nothing": "qqqqqqqq zzzzzzzz",
        "Cyrillic spelling": "универзитет гент",
    }
    print(f"{'':26}{'median':>7} {'slowest':>7}")
    for kind, query in queries.items():
        print(f"{kind:26}{timed(query)}  {query}")
    print(f"{'list of 900':26}{timed('technology', limit=900, excerpts=False)}  technology")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
