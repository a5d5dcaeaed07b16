"""Brings the database of a home up to date, killed again and again on the way. Runs inside the installation.

Each attempt is a process of its own. Prints how often it was killed; fails when it gets stuck.
"""

import random
import sys

import django

from tests.reliability.dying import killed


def main(seed: str) -> None:
    django.setup()
    from vincula.config import database

    luck, kills = random.Random(seed), 0
    while killed(database.migrate, luck.randint(60, 500 + 20 * kills)):
        kills += 1
        assert kills < 1000, "it gets no further"
    print(f"killed {kills}")


if __name__ == "__main__":
    main(sys.argv[1])
