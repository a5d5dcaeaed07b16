"""Makes a paper of a record for somebody, and keeps it as a file of the record."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vincula.kernel import clock
from vincula.kernel.charts.declaration import Chart
from vincula.kernel.files import actions as files
from vincula.kernel.files.models import StoredFile
from vincula.kernel.papers.asking import Asked, entity_of
from vincula.kernel.papers.declaration import Paper
from vincula.kernel.papers.tree import Block, Heading, Picture, Tree, Words
from vincula.kernel.papers.writing import NotWritten, write
from vincula.kernel.records.models import Record
from vincula.kernel.ui import format as shown

MADE = "made paper"  # in the audit trail
KEPT_FOR = 60 * 60  # seconds for which a drawn chart is kept
ENOUGH = 4  # headings from which there is a table of contents


@dataclass(frozen=True)
class Made:
    """A paper that was written. ``remarks``: "glyphs" when the fonts lack a character of it."""

    name: str
    content: bytes
    sha256: str
    tree: Tree
    remarks: tuple[str, ...]


def tell(paper: Paper, record: Record, *, user: Any, language: str) -> Tree:
    """The whole paper as a tree, of what ``user`` may see, in ``language`` (one of the paper's; else ValueError)."""
    if language not in paper.languages:
        raise ValueError(f"{paper.key} is not written in {language}.")
    now = clock.now()
    with translation.override(language):
        content = paper.content(Asked(record, user, language, now))
        blocks = stepped(content.blocks)
        today = timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
        at = content.at or today
        day = shown.format_date(at, "long")
        headings = sum(1 for block in blocks if isinstance(block, Heading) and block.level < 3)
        return Tree(
            title=str(paper.title), subject=content.subject or entity_of(record).title(record), language=language, at=at,
            blocks=blocks, words=_words(), standfirst=content.standfirst,
            made=_("Made for %(person)s, from what this person may see.") % {"person": user},
            foot=_("As of %(date)s") % {"date": day}, draft=content.draft,
            contents=headings >= ENOUGH if content.contents is None else content.contents,
        )  # fmt: skip


def stepped(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The same with no level of headings left out: whoever typed "## Notes" does not know what stands above it."""
    found: list[Block] = []
    above = 0
    for block in blocks:
        if isinstance(block, Heading):
            above = min(block.level, above + 1)
            block = replace(block, level=above)
        found.append(block)
    return tuple(found)


def _words() -> Words:
    page = pgettext("page of a paper", "Page %(n)s of %(total)s") % {"n": "{n}", "total": "{total}"}
    return Words(contents=_("Contents"), draft=pgettext("paper", "DRAFT"), page=page)


def make(paper: Paper, record: Record, *, user: Any, language: str, form: str) -> Made:
    """Write the paper as "pdf" or "docx". Raises NotWritten with a sentence. Nothing is kept yet."""
    tree = tell(paper, record, user=user, language=language)
    content, remarks = write(tree, form)
    if len(content) > files.limit():
        raise NotWritten(_("The file is larger than %(limit)s MB.") % {"limit": files.limit() // 1_000_000})
    name = f"{tree.title} – {tree.subject[:80]} – {language}.{form}"
    return Made(name, content, hashlib.sha256(content).hexdigest(), tree, tuple(remarks))


def keep(made: Made, record: Record, *, who: Any, private: bool = True) -> StoredFile:
    """Keep it as a file of the record. ``private``: for whoever made it alone, for it tells what *they* may see.

    The same paper is kept once: made again unchanged it is the file that is there already.
    """
    key = entity_of(record).key
    same = StoredFile.objects.filter(
        entity=key, object_id=record.pk, sha256=made.sha256, private=private, uploaded_by_id=getattr(who, "pk", None)
    )
    with transaction.atomic():
        return same.first() or files.store(
            upload=ContentFile(made.content, name=made.name), who=who, entity=key, object_id=record.pk, private=private,
            verb=MADE,
        )  # fmt: skip


def drawn(chart: Chart) -> str:
    """A chart as SVG, for a page. A chart says all that is drawn, so equal ones are drawn once. Raises NotWritten."""
    kept = f"papers.chart.{hashlib.sha256(repr(chart).encode()).hexdigest()}"
    return str(cache.get_or_set(kept, lambda: _draw(chart), KEPT_FOR))


def _draw(chart: Chart) -> str:
    nothing = Words(contents="", draft="", page="")
    alone = Tree(title="", subject="", language="", at=clock.now(), blocks=(Picture(chart),), words=nothing)
    made, _remarks = write(alone, "svg")
    return str(json.loads(made)[0])
