"""A client that writes organisations by page and API until the server is gone, and says what it wants and what it was told.

Says lines of JSON: ``{"by", "n", "wants", "id", "op"}`` before each request, ``{"by", "n", "told", "id"}`` once the
answer said that it is saved. Knows no Django; its requests are those of ``served``.
"""

import http.client
import json
import os
import random
import sys
from typing import Any

from tests.reliability.served import Served


class Writer:
    """One person's program: each record it made is written by nobody else."""

    def __init__(self, name: str, served: Served, seed: int) -> None:
        self.name, self.served, self.random = name, served, random.Random(seed)
        self.mine: list[int] = []
        self.n = 0

    def say(self, **line: Any) -> None:
        os.write(sys.stdout.fileno(), (json.dumps({"by": self.name, "n": self.n, **line}) + "\n").encode())

    def one(self) -> None:
        """One write. Half create, half change; half by page, half by the API."""
        self.n += 1
        value = f"{self.name}n{self.n}"  # one word, found by the search and by nothing else
        by_page, create = self.random.random() < 0.5, not self.mine or self.random.random() < 0.5
        if create:
            self.say(wants=value, id=None, op="create")
            self.say(told=value, id=self.create(value, by_page=by_page))
            return
        record = self.random.choice(self.mine)
        self.say(wants=value, id=record, op="change")
        self.change(record, value, by_page=by_page)
        self.say(told=value, id=record)

    def create(self, value: str, *, by_page: bool) -> int:
        given = {"name": value, "kind": "other", "country": "BE", "acronym": value.upper()[:40]}
        if by_page:
            answer = self.served.page("/organisations/new/", given)
            assert answer.status == 302, (answer.status, answer.body[:500])
            self.mine.append(int(answer.headers["location"].strip("/").split("/")[-1]))
        else:
            answer = self.served.api("POST", "organisations/", given)
            assert answer.status == 201, (answer.status, answer.body[:500])
            self.mine.append(answer.json()["id"])
        return self.mine[-1]

    def change(self, record: int, value: str, *, by_page: bool) -> None:
        if by_page:
            read = self.served.api("GET", f"organisations/{record}?fields=version").headers["etag"].strip('"')
            answer = self.served.page(f"/organisations/{record}/cell/name/", {"name": value, "version": read})
        else:
            answer = self.served.api("PATCH", f"organisations/{record}", {"name": value})
        assert answer.status in (200, 302), (answer.status, answer.body[:500])


def main(name: str, port: str, token: str, cookie: str, writes: str) -> None:
    """Write until the server is gone, ``writes`` times at most. Any answer but "saved" ends it with a traceback."""
    served = Served(installation=None, token=token, cookie=cookie, port=int(port))  # type: ignore[arg-type]  # it asks only
    writer = Writer(name, served, seed=hash(name))
    try:
        for _ in range(int(writes)):
            writer.one()
    except (OSError, http.client.HTTPException):
        return


if __name__ == "__main__":
    main(*sys.argv[1:])
