"""Tie records together and walk the ties; both ends pass through the access door."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vincula.kernel.access import door
from vincula.kernel.audit import trail
from vincula.kernel.entity import reading, registry
from vincula.kernel.links.models import Link

_kinds: dict[str, tuple[Any, Any]] = {}


def kind(name: str, forward: Any, backward: Any) -> None:
    """Declare a kind of link with its words: ``kind("caused", _("led to"), _("came from"))``."""
    _kinds[name] = (forward, backward)


kind("related", gettext_lazy("is related to"), gettext_lazy("is related to"))
kind("source", gettext_lazy("led to"), gettext_lazy("came from"))


def kinds() -> dict[str, tuple[Any, Any]]:
    return dict(_kinds)


@dataclass(frozen=True)
class End:
    """The other end of a link as a reader may see it."""

    link: Link
    words: str
    entity: str
    ref: reading.Ref


def tie(source: models.Model, target: models.Model, *, kind: str, who: Any, note: str = "") -> Link:
    """Link two records that ``who`` may see, changing at least one of them. Linking twice changes nothing."""
    if kind not in _kinds:
        raise ValidationError(_("There is no link of the kind “%(kind)s”."), params={"kind": kind})
    if source == target:
        raise ValidationError(_("A record cannot be linked to itself."))
    door.require(who, "view", target)
    door.require(who, "change", source)
    with transaction.atomic():
        link, made = Link.objects.get_or_create(
            kind=kind, source_entity=door.key(type(source)), source_id=source.pk,
            target_entity=door.key(type(target)), target_id=target.pk,
            defaults={"note": note, "owner_id": getattr(who, "pk", None)},
        )  # fmt: skip
        if made:
            _tell(link, "linked", who)
    return link


def untie(link: Link, *, who: Any) -> None:
    """Take a link away."""
    entity = registry.get(link.source_entity)
    door.require(who, "change", entity.model._base_manager.get(pk=link.source_id))
    with transaction.atomic():
        _tell(link, "unlinked", who)
        link.delete()


def _tell(link: Link, verb: str, who: Any) -> None:
    for entity, pk, other, other_pk in (
        (link.source_entity, link.source_id, link.target_entity, link.target_id),
        (link.target_entity, link.target_id, link.source_entity, link.source_id),
    ):
        pair = [other, other_pk]
        changes = {f"link.{link.kind}": [None, pair] if verb == "linked" else [pair, None]}
        trail.write(who=who, verb=verb, entity=entity, object_id=pk, changes=changes)


def ends(record: models.Model, user: Any) -> list[End]:
    """What the record is linked with, in both directions, newest first, as far as ``user`` may see."""
    key, pk = door.key(type(record)), record.pk
    links = list(
        Link.objects.filter(
            models.Q(source_entity=key, source_id=pk) | models.Q(target_entity=key, target_id=pk)
        ).order_by("-id")
    )
    labels, others = reading.Labels(user), []
    for link in links:
        forward = (link.source_entity, link.source_id) == (key, pk)
        entity, other = (link.target_entity, link.target_id) if forward else (link.source_entity, link.source_id)
        if (declared := registry.find(entity)) is not None:
            labels.want(declared.model, [other])
            others.append(
                (link, str(_kinds.get(link.kind, (link.kind, link.kind))[0 if forward else 1]), declared, other)
            )
    found = [(link, words, declared.key, labels.get(declared.model, other)) for link, words, declared, other in others]
    return [End(link, words, entity, ref) for link, words, entity, ref in found if ref is not None]
