"""How long it takes to compare all people, or organisations, with each other: python benchmarks/duplicates.py [SLUG]

Run by hand with the VINCULA_HOME or DATABASE_URL of a house that `vincula bench --keep --make-only` made. Reads only.
Prints seconds by the clock and of the processor (both processes), comparisons, likely pairs, and the most memory that
either process had.
"""

import os
import resource
import sys
import time

import django

if not (os.environ.get("VINCULA_HOME") or os.environ.get("DATABASE_URL")):
    raise SystemExit("Set VINCULA_HOME or DATABASE_URL: the one of a house that vincula bench made.")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vincula.config.settings")
django.setup()

from vincula.kernel.duplicates import searching  # noqa: E402  # after the setup
from vincula.kernel.entity import registry  # noqa: E402  # as above


def main(slug: str) -> None:
    entity = registry.by_slug(slug)
    assert entity is not None, f"There is no entity {slug}."
    records, began = entity.model._base_manager.count(), time.monotonic()
    found = searching.whole(entity)
    took = time.monotonic() - began
    own, other = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = sum(used.ru_utime + used.ru_stime for used in (own, other))
    print(
        f"{records:,} {slug}: {took:.1f} s, {processor:.1f} s of processor; {found.compared:,} comparisons,"
        f" {len(found.pairs):,} likely pairs; {own.ru_maxrss / 1024:.0f} and {other.ru_maxrss / 1024:.0f} MB;"
        f" {took / records * 1e6 / 60:.1f} minutes a million"
    )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "people")
