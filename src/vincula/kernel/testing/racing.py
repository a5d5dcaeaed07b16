"""Several at the same moment, on connections of their own: what races are tested with, on PostgreSQL."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

LONGEST = 300  # seconds


def at_once(work: Callable[[int], Any], many: int) -> list[Any]:
    """What ``work(0)``, ``work(1)`` … returned or raised, all begun at the same moment."""
    gate = threading.Barrier(many)
    found: list[Any] = [None] * many

    def one(number: int) -> None:
        try:
            connection.ensure_connection()
            gate.wait(30)
            found[number] = work(number)
        except Exception as error:
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return found
