"""Services of the EOSC marketplace: one record a service, with its offers and its providers (issue 4; X3).

The file says what a service is, not where it stands: the phase is asked for. A life-cycle word, where a record has one,
decides for its service, by the words of our phases. Whoever is no administrator brings ideas: no file opens a gate.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from vincula.kernel import clock
from vincula.kernel.exchange import gates
from vincula.kernel.exchange.profile import Choice, Found, Part, Profile, Reference, Row, Skip, Tie, Tied
from vincula.kernel.records.fields import clean_url
from vincula.portfolio import standard
from vincula.portfolio.models import Phase
from vincula.portfolio.profiles import providers

SCHEME = "eosc"
LANGUAGE = "en"  # the marketplace is written in English and does not say so
NOTHING = ("", "none", "null", "not yet specified")
MOST_NAME, MOST_OFFER, MOST_ID, MOST_WORD = 200, 160, 250, 80  # as long as the columns are
WORDS = ("life_cycle_status", "lifeCycleStatus")
# English as the text that they stand in; what a link is for is the file's own name of the field.
LINKS = (
    ("manual_url", "Manual"), ("training_information_url", "Training"), ("helpdesk_url", "Helpdesk"),
    ("terms_of_use_url", "Terms of use"), ("access_policies_url", "Access policy"), ("resource_level_url", "Service levels"),
)  # fmt: skip


class EoscProfile(Profile):
    """Services of the EOSC marketplace."""

    key = "eosc"
    label = gettext_lazy("EOSC marketplace")
    entity = "portfolio.service"
    help = gettext_lazy(
        "Services with their texts, categories, links, offers and providers. A provider is linked when one of the same "
        "name is in the register; it is never guessed. The file does not state what an offer costs: set it afterwards. "
        "Nothing that is here is deleted."
    )
    creates = True
    by_key = True
    whole = SCHEME

    def __init__(self) -> None:
        self._phases: list[Phase] = []
        self._answer: Phase | None = None

    def recognises(self, name: str, sample: Sequence[Mapping[Any, Any]]) -> bool:
        asked = {"key", "name", "providers", "webpage_url"}
        return all(asked <= raw.keys() for raw in sample)

    def choices(self, who: Any) -> Sequence[Choice]:
        phases = _phases()
        offered = phases if gates.may_bring(who) else phases[:1]
        language = (get_language() or "en")[:2]
        usual = next((p for p in offered if p.stage == "operation"), offered[0])
        note = _("The file does not say it. Services in operation stand in the public catalogue from today on.")
        only = _("Only administrators bring services past the gates; yours begin as ideas.")
        return [Choice(
            "phase", _("Phase of new services"), tuple((_called(p, phases), p.names.get(language, p.name)) for p in offered),
            _called(usual, phases), note if len(offered) > 1 else only,
        )]  # fmt: skip

    def chosen(self, answers: Mapping[str, str]) -> EoscProfile:
        made = copy.copy(self)
        made._phases = _phases()
        made._answer = next(
            (p for p in made._phases if _called(p, made._phases) == answers.get("phase")), made._phases[0]
        )
        return made

    def convert(self, raw: Mapping[Any, Any], line: int) -> Row | Skip:
        key, name = _text(raw.get("key")), _text(raw.get("name"))
        if not key or len(key) > MOST_ID:
            raise ValueError(_("The record has no EOSC id."))
        if not name:
            raise ValueError(_("The record has no name."))
        notes: list[str] = []
        values: dict[str, Any] = {
            "name": name[:MOST_NAME], "website": _address(raw.get("webpage_url"), notes),
            "tags": _tags(raw), "keywords": [w for w in _texts(raw.get("domain")) if w != "Other"],
            "references": {SCHEME: list(dict.fromkeys([key, *_texts(raw.get("pid"))]))},
        }  # fmt: skip
        if tagline := _text(raw.get("tagline")):
            values["tagline"] = {LANGUAGE: tagline}
        values = {field: value for field, value in values.items() if value}
        word = next((text for each in WORDS if (text := _text(raw.get(each)))), "")
        return Row(
            values, Reference(SCHEME, key, name[:MOST_NAME]), notes=notes,
            add=frozenset({"tags", "keywords", "references", "tagline"}),
            clues={"providers": _texts(raw.get("providers")), "word": word},
            parts=[*_told(raw, notes), *_offers(raw, notes)],
        )  # fmt: skip

    def look_up(self, rows: Sequence[Row], who: Any) -> None:
        providers.link(rows, who)
        for row in rows:
            if row.clues["word"] and not gates.may_bring(who):
                row.notes.append(_("Only administrators bring services past the gates: “%(word)s” is left out.") % {
                    "word": row.clues["word"][:MOST_WORD]})  # fmt: skip
                row.clues["word"] = ""

    def meet(self, row: Row, record: Any) -> Sequence[str]:
        word = str(row.clues["word"])
        named = self._named(word)
        told = {"word": word[:MOST_WORD], "phase": str(named or self._answer)}
        if record.pk is not None:
            if named is None or named.stage == record.stage:
                return ()
            return [
                _("EOSC calls it “%(word)s”; here it moves through its gates only, so it stays where it is.") % told
            ]
        phase = named or self._answer
        assert phase is not None
        record.phase_model_id, record.phase_id, record.stage = phase.phase_model_id, phase.pk, phase.stage
        record.phase_since = clock.today()
        if phase.stage == "operation":
            record.operation_from = clock.today()
        if word and named is None:
            return [_("No phase stands for the EOSC word “%(word)s”; it begins in “%(phase)s”.") % told]
        return ()

    def _named(self, word: str) -> Phase | None:
        """The phase that stands for a life-cycle word ("Production", "life_cycle_status-production")."""
        plain = word.lower().removeprefix("life_cycle_status-").replace("_", " ").strip()
        return next((p for p in self._phases if plain in p.eosc), None) if plain else None

    def find(self, rows: Mapping[int, Row], visible: Any) -> dict[int, Found]:
        return {}  # the identifiers and the names say it all

    def tie(self, ties: Sequence[Tie], who: Any) -> Tied:
        return Tied()


def _phases() -> list[Phase]:
    """The phases of the model for new services, in their order."""
    model = standard.for_new_services()
    return list(model.phases.filter(trashed_at=None).order_by("position"))


def _called(phase: Phase, among: Sequence[Phase]) -> str:
    """What the answer is called: the stage, with the place where several phases stand for it."""
    alone = sum(p.stage == phase.stage for p in among) == 1
    return phase.stage if alone else f"{phase.stage}-{phase.position}"


def _text(value: Any) -> str:
    """A text of the file; "" for none, which it also writes as a word. ValueError for what is no text."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(_("The record does not have the shape that is expected."))
    text = value.strip()
    return "" if text.lower() in NOTHING else text


def _texts(value: Any) -> list[str]:
    """One text or several, without doubles."""
    every: Iterable[Any] = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(text for each in every if (text := _text(each))))


def _address(value: Any, notes: list[str]) -> str:
    """A web address; one that is none is left out, and that is told."""
    text = _text(value)
    try:
        return clean_url(text) if text else ""
    except ValidationError:
        notes.append(_("“%(address)s” is not a web address; it is left out.") % {"address": text[:100]})
        return ""


def _tags(raw: Mapping[Any, Any]) -> list[str]:
    """Categories, maturity and catalogue."""
    levels = [text.upper().replace("TRL-", "TRL ") for text in _texts(raw.get("trl"))]
    free = ["open access"] if raw.get("open_access") is True else []
    return [*_texts(raw.get("parents")), *levels, *free, *_texts(raw.get("catalogue"))]


def _told(raw: Mapping[Any, Any], notes: list[str]) -> list[Part]:
    """The text for users: the description, then where one reads on and whom one asks."""
    links = [f"- {label}: <{address}>" for name, label in LINKS if (address := _address(raw.get(name), notes))]
    limits = _text(raw.get("restrictions"))
    paragraphs = [_text(raw.get("description")), f"Restrictions: {limits}" if limits else "", "\n".join(links)]
    text = "\n\n".join(each for each in paragraphs if each)
    if not text:
        return []
    values = {"audience": "users", "language": LANGUAGE, "text": text}
    return [Part("portfolio.servicetext", "service", values, ("audience", "language"))]


def _offers(raw: Mapping[Any, Any], notes: list[str]) -> list[Part]:
    found = []
    for offer in raw.get("offers") or ():
        name = _text(offer.get("name"))[:MOST_OFFER]
        if not name:
            notes.append(_("An offer without a name is left out."))
            continue
        values = {"name": name, "description": _text(offer.get("description"))}
        found.append(Part("portfolio.offering", "service", {k: v for k, v in values.items() if v}, ("name",)))
    return found
