"""One real address for every URL name and every operation of the API: made from the URL map, complete or failing."""

import re
from collections.abc import Iterator

from django.urls import NoReverseMatch, reverse

from tests.access import walk
from tests.access.others import OTHERS
from tests.access.world import World
from tests.ground import short
from tests.hostile import described
from vincula.kernel.entity import registry
from vincula.kernel.public.register import patterns

ENTITY = "parties.organisation"
GIVEN = {"pk": 1, "entry": 1, "link": 1, "view": 1, "user_id": 1, "token_id": 1, "session_id": 1, "file_id": 1, "uidb36": "1",
         "key": "done", "name": "name", "what": "columns", "act": "7f0c1c1e-0000-4000-8000-000000000000", "verb": "deactivate"}  # fmt: skip
PART = re.compile(r"<(?:(\w+):)?(\w+)>")


def every(world: World) -> dict[str, str]:
    """{URL name: a path of it}, for a record that bob may see where there is one."""
    entity, found = registry.get(ENTITY), {}
    for _pattern, name, _view in patterns():
        if not name or name in found or name.startswith("api:"):
            continue
        if name in walk.OF_ENTITY:
            asked = walk.OF_ENTITY[name](world, entity, world.belgian[ENTITY].pk)
        else:
            ask = OTHERS.get(name)
            asked = ask(world) if callable(ask) else []
        if asked:
            found[name] = asked[0]
            continue
        path = _bare(name)
        if path:
            found[name] = path
    return found


def _bare(name: str) -> str:
    """The address with numbers that stand for nothing."""
    for arguments in ([], [1], ["1", "set-password"], [1, 1]):
        try:
            return reverse(name, args=arguments)
        except NoReverseMatch:
            continue
    return ""


def operations() -> Iterator[tuple[str, str, str]]:
    """(method, path, pattern) of every operation of the API; {pk} stands for 1.

    In the short run, of entities that have nothing of their own a spread of them.
    """
    for asked in described.operations():
        path = re.sub(r"\{(\w+)\}", lambda m: "x" if m[1] == "key" else "1", asked.path)
        if asked.entity is None or short.tells(asked.entity) or short.spread(f"{asked.method} {path}"):
            yield asked.method, path, asked.path
