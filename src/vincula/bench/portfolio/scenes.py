"""The pages of the portfolio: board, services, meetings, lists; each beside B, as an administrator and a role see them."""

from collections.abc import Iterator

from vincula.bench import asking, serving
from vincula.bench.asking import Client
from vincula.bench.figures import LIMITS
from vincula.bench.measuring import ONES, Scenes
from vincula.bench.people import Asker
from vincula.bench.serving import Served
from vincula.parties.models import Organisation
from vincula.portfolio.models import BoardMeeting, Service, Subscription

LISTS = ("services", "deliverables", "subscriptions")


def addresses(asker: Asker) -> Iterator[tuple[str, str, list[str]]]:
    """(key, words, addresses) of each page, of what ``asker`` may see."""
    services = Service.objects.visible_to(asker.user).filter(stage="operation").order_by("pk")
    some = list(services.values_list("pk", flat=True)[: ONES * 7 : 7])
    meetings = BoardMeeting.objects.visible_to(asker.user).order_by("-at")
    by_state = {
        state: meetings.filter(state=state).values_list("pk", flat=True) for state in ("closed", "open", "planned")
    }
    taking = Subscription.objects.visible_to(asker.user).values("organisation")
    takers = Organisation.objects.visible_to(asker.user).filter(pk__in=taking).order_by("pk")
    yield "board", "portfolio board", ["/portfolio/"]
    yield "gate", "portfolio board with a gate beside it", [f"/portfolio/?gate={pk}" for pk in some]
    yield "service", "service in operation with all its relations", [f"/services/{pk}/" for pk in some]
    for key, state, words in (
        ("meeting", "closed", "meeting that was held"),
        ("session", "open", "meeting in session"),
        ("next", "planned", "meeting to come, its agenda filled by itself"),
    ):
        yield key, words, [f"/board-meetings/{pk}/" for pk in by_state[state][:10]]
    for slug in LISTS:
        yield slug, f"list of {slug}, page 1", [f"/{slug}/"]
    ones = takers.values_list("pk", flat=True)[:ONES]
    yield "organisation", "organisation with 40 subscriptions", [f"/organisations/{pk}/" for pk in ones]


def run(scenes: Scenes, askers: list[Asker]) -> None:
    """All of them, by turns with B: what disturbs the machine disturbs both. Raises NotPossible or Unexpected."""
    took: list[float] = []
    with serving.house(scenes.place) as served, serving.baseline(scenes.place) as bare:
        for asker in askers:
            for key, words, paths in addresses(asker):
                if scenes.wants("portfolio", key):
                    took += _one(scenes, served, bare, asker, f"portfolio.{key}", words, paths)
    if took:
        scenes.add("b.portfolio", "B, asked by turns with the pages of the portfolio", asking.Timed(took).p50)


def _one(
    scenes: Scenes, served: Served, bare: Served, asker: Asker, key: str, words: str, paths: list[str]
) -> list[float]:
    """One kind of page; returns what B took meanwhile."""
    role = "" if asker.user.is_superuser else ".role"
    label = f", {asker.name}" if role else ""
    house, other = Client(served, asker.session), Client(bare)
    b, ours = asking.side_by_side(other, "/", house, asking.pages(*paths), max(scenes.runs, 1))
    house.close()
    other.close()
    statements = max(scenes.statements(asker, path) for path in paths[:3])
    scenes.add_timed(f"{key}{role}", f"{words}{label}", ours, statements)
    ratio = f"ratio.{key}"
    if ratio in LIMITS:
        scenes.add(f"{ratio}{role}", f"{words}, in B{label}", ours.p50 / b.p50, unit="B")
    if role:
        return b.took
    scenes.add(f"statements.{key}", f"statements of it: {words}", statements, unit="")
    scenes.add(f"html.{key}", f"HTML of it: {words}", ours.size / 1000, unit="KB")
    return b.took
