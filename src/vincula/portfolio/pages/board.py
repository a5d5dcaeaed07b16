"""The portfolio board: columns are phases, cards show both tracks, the next gate and what it misses (L1)."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from vincula.kernel import clock
from vincula.kernel.access import door
from vincula.kernel.entity import registry
from vincula.kernel.ui import format as shown
from vincula.portfolio import sentences
from vincula.portfolio.lifecycles import STAGES
from vincula.portfolio.models import BoardItem, Need, PhaseGate, Service, Theme
from vincula.portfolio.pages import gate as gates
from vincula.portfolio.queries import board, demand
from vincula.portfolio.retold import retold

AGENDA = 25  # items of the next meeting before "… more"
ALSO = (
    "board", "condition", "phasemodel", "theme", "offering", "subscription", "order", "pilot", "businesscase",
    "statusreport", "discontinuance", "dependency",
)  # fmt: skip


def tabs(current: str) -> list[dict[str, Any]]:
    """The pages of this room, as tabs."""
    pages = (
        ("board", _("Board"), reverse("portfolio:board")),
        ("services", _("Services"), reverse("entity:list", args=["services"])),
        ("needs", _("Needs"), reverse("entity:list", args=["needs"])),
        ("strategy", _("Strategy"), reverse("portfolio:strategy")),
        ("meetings", _("Board meetings"), reverse("entity:list", args=["board-meetings"])),
        ("decisions", _("Decisions"), reverse("entity:list", args=["decisions"])),
        ("work", _("Deliverables"), f"{reverse('entity:list', args=['deliverables'])}?state=todo&state=doing"),
    )
    return [{"label": label, "url": url, "current": key == current} for key, label, url in pages]


def also(user: Any) -> list[dict[str, str]]:
    """The other lists of this room that the reader may open: what the tabs have no place for."""
    found = (registry.get(f"portfolio.{key}") for key in ALSO)
    return [{"label": capfirst(e.plural), "url": e.path} for e in found if e.may(user, "view")]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The board, with the gate of one service beside it when the address names it (?gate=ID)."""
    door.require(request.user, "view", Service)
    found = board.overview(request.user)
    by_stage, counts, meeting = found.by_stage, found.counts, found.meeting
    names = {stage: sentences.phase_name(phase) for stage, phase in found.names.items()}
    words = Words()
    columns = [
        {"number": number, "stage": stage, "name": names.get(stage, str(label)), "count": counts[stage],
         "cards": [_card(card, words) for card in by_stage.get(stage, ())],
         "more": counts[stage] - len(by_stage.get(stage, ())),
         "more_url": f"{reverse('entity:list', args=['services'])}?{urlencode({'stage': stage})}",
         "slim": stage == "operation"}
        for number, (stage, label) in enumerate(STAGES) if stage != "retired"
    ]  # fmt: skip
    context = {
        "tabs": tabs("board"),
        "columns": columns,
        "live": counts.total() - counts["retired"],
        "retired": counts["retired"],
        "retired_url": f"{reverse('entity:list', args=['services'])}?stage=retired",
        "meeting": meeting,
        "meeting_url": registry.get("portfolio.boardmeeting").url(meeting) if meeting else "",
        "agenda": agenda(found),
        "agenda_more": max(0, len(found.agenda) - AGENDA),
        "standfirst": standfirst(found),
        "new": reverse("entity:new", args=["services"]) if door.may(request.user, "create", Service) else "",
        "gate": _gate(request),
        "back": reverse("portfolio:board"),
        "also": also(request.user),
    }
    return render(request, "portfolio/board.html", context)


def _gate(request: HttpRequest) -> dict[str, Any] | None:
    asked = request.GET.get("gate", "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise Http404
    rows = Service.objects.visible_to(request.user).select_related("phase", "project_manager")
    service = rows.filter(pk=int(asked)).first()
    if service is None:
        raise Http404
    return gates.panel(request, service)


class Words:
    """What many cards say alike, translated once for the page."""

    def __init__(self) -> None:
        self.board, self.service = reverse("portfolio:board"), registry.get("portfolio.service")
        self.tracks = (("technical", _("Technical")), ("customer", _("Customer")))
        self._gates: dict[int, str] = {}

    def gate(self, gate: PhaseGate | None) -> str:
        if gate is None:
            return ""
        if gate.pk not in self._gates:
            self._gates[gate.pk] = _("to %(phase)s") % {"phase": sentences.phase_name(gate.target)}
        return self._gates[gate.pk]


def _card(card: board.Card, words: Words) -> dict[str, Any]:
    service, tone = card.service, card.tone
    there = [(label, card.tracks[track]) for track, label in words.tracks if track in card.tracks]
    late = "bad" if card.meeting and tone == "bad" else ""
    return {
        "pk": service.pk, "name": service.name, "url": words.service.url(service.pk),
        "tracks": [
            {"label": label, "share": t.share, "told": f"{t.closed}/{t.all}", "tone": "good" if t.closed == t.all else late}
            for label, t in there
        ],
        "gate": words.gate(card.gate), "gate_url": f"{words.board}?gate={service.pk}",
        "when": shown.format_date(card.meeting, "short") if card.meeting else "",
        "tone": tone or "none", "slim_tone": tone, "missing": papers(card),
        "share": shown.percent(card.reach.share) if card.reach and card.reach.share is not None else "—",
    }  # fmt: skip


def papers(card: board.Card) -> str:
    """What its gate misses, or that the board said no."""
    if card.stopped:
        return _("No go, %(number)s") % {"number": card.stopped}
    return missing(card.missing)


def missing(names: list[str]) -> str:
    """ "2 missing: forecast, runbook", "ready" when nothing is."""
    if not names:
        return _("ready")
    told = ngettext("%(n)s missing: %(names)s", "%(n)s missing: %(names)s", len(names))
    return told % {
        "n": len(names),
        "names": ", ".join(name.rstrip(".") for name in names[:2]) + (" …" if len(names) > 2 else ""),
    }


def agenda(found: board.Overview) -> list[dict[str, Any]]:
    """The first items of the next meeting as rows: kind, service, what is asked, papers."""
    cards = found.cards
    order = {key: n for n, key in enumerate(BoardItem.Kind.values)}
    listed = sorted(found.agenda, key=lambda i: (order[i.kind], i.position, i.pk))[:AGENDA]
    service = registry.get("portfolio.service")
    return [
        {"n": n, "kind": item.get_kind_display(), "name": cards[item.service_id].service.name,
         "url": service.url(item.service_id), "asks": _asks(item) or "—", "reason": retold(item.reason),
         "tone": _tone(cards[item.service_id]) if item.gate_id else "none",
         "papers": papers(cards[item.service_id]) if item.gate_id else "—"}
        for n, item in enumerate(listed, 1)
    ]  # fmt: skip


class End(NamedTuple):
    """A phase at an end of a gate, as far as it is called something."""

    name: str
    names: dict[str, str]


def _asks(item: BoardItem) -> str:
    """The gate, as it is called."""
    ends = (End(item.told[f"gate__{end}__name"], item.told[f"gate__{end}__names"]) for end in ("source", "target"))
    return " → ".join(map(sentences.phase_name, ends)) if item.gate_id else ""


def _tone(card: board.Card) -> str:
    """On an agenda with a gate: it is ready, or it is not."""
    return "none" if card.stopped else "bad" if card.missing else "good"


def standfirst(found: board.Overview) -> str:
    """When the board meets, how many services stand at a gate, and which low one is proposed to end."""
    meeting = found.meeting
    said = []
    if meeting is None:
        said.append(_("No board meeting is planned."))
    else:
        days = (meeting.at.date() - clock.today()).days
        said.append(
            _("The board meets today.") if days <= 0
            else ngettext("The board meets tomorrow.", "The board meets in %(n)s days.", days) % {"n": days}
        )  # fmt: skip
    asked = [found.cards[pk] for pk in {item.service_id: None for item in found.agenda}]  # of this meeting, undecided
    ready = [c for c in asked if not c.missing and c.service.stage not in board.RUNNING]  # for a gate
    if asked:
        said.append(
            ngettext("%(n)s service stands on the agenda;", "%(n)s services stand on the agenda;", len(asked)) % {"n": len(asked)}
            + " " + ngettext("%(n)s is ready.", "%(n)s are ready.", len(ready)) % {"n": len(ready)}
        )  # fmt: skip
    if found.low:
        names = ", ".join(card.service.name for card in found.low[:3])
        said.append(_("Under their least penetration: %(names)s.") % {"names": names})
    return " ".join(said)


@require_safe
def strategy(request: HttpRequest) -> HttpResponse:
    """Themes across customers: how many organisations ask, how heavily, and what answers (M9)."""
    door.require(request.user, "view", Theme)
    pairs = demand.themes_across(request.user)
    rows = Need.objects.visible_to(request.user).exclude(state="declined").filter(theme__in=[t.pk for t, _d in pairs])
    seen = Service.objects.visible_to(request.user).values("pk")
    answers: dict[int, dict[int, str]] = {}
    for theme, service, name in (
        rows.filter(service__in=seen).values_list("theme_id", "service_id", "service__name").distinct()
    ):
        answers.setdefault(theme, {})[service] = name
    entity, theme_entity = registry.get("portfolio.service"), registry.get("portfolio.theme")
    most = max((d.organisations for _t, d in pairs), default=0)
    context = {
        "tabs": tabs("strategy"),
        "across": [
            {"name": theme.name, "url": theme_entity.url(theme), "demand": found,
             "share": 100 * found.organisations // most if most else 0,
             "answers": [{"name": name, "url": entity.url(pk)} for pk, name in answers.get(theme.pk, {}).items()]}
            for theme, found in pairs
        ],
        "standfirst": _asked_most(pairs),
        "new": reverse("entity:new", args=["needs"]) if door.may(request.user, "create", Need) else "",
    }  # fmt: skip
    return render(request, "portfolio/strategy.html", context)


def _asked_most(pairs: list[tuple[Theme, demand.Demand]]) -> str:
    first = next((pair for pair in pairs if pair[1].organisations), None)
    if first is None:
        return _("No need is themed yet: give needs a theme, and what customers have in common shows here.")
    return ngettext(
        "Most asked: %(theme)s, by %(n)s organisation.", "Most asked: %(theme)s, by %(n)s organisations.",
        first[1].organisations,
    ) % {"theme": first[0].name, "n": first[1].organisations}  # fmt: skip
