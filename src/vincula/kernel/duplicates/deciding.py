"""What people say of a pair: not the same, later, open again; and merging those that are almost certain."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from vincula.kernel import clock
from vincula.kernel.duplicates import finding, keys, merging, scoring
from vincula.kernel.duplicates.models import Merge, Pair
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.records.models import Record

WAYS = ("different", "later", "open")
LATER = timedelta(days=30)


def decide(pair: Pair, what: str, *, who: Any) -> None:
    """Remember a decision; ``what`` is one of ``WAYS``. Whoever calls has asked for sight and rights."""
    later = what == Pair.State.LATER
    pair.state = Pair.State(what)
    pair.decided_by_id, pair.decided_at = getattr(who, "pk", None), clock.now()
    pair.until = clock.today() + LATER if later else None
    pair.save(update_fields=["state", "decided_by", "decided_at", "until"])


def merge_certain(entity: Entity, pair: Pair, survivor: Record, other: Record, *, who: Any) -> Merge:
    """Merge a pair with the proposed values if it is still almost certain. Raises as ``merging.merge`` does."""
    reader = keys.reader_for(entity.model)
    known = finding.read(reader, [survivor.pk, other.pk]) if reader else {}
    if len(known) < 2 or scoring.compare(known[survivor.pk], known[other.pk]).score < scoring.CERTAIN:
        raise ValidationError(_("It is not certain any more; look at it by itself."))
    versions = {survivor.pk: survivor.version, other.pk: other.version}
    return merging.merge(survivor, [other], who=who, versions=versions)
