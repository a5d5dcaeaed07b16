"""A small portfolio of the bench: the rows are valid, told, found, and the pages of the portfolio show them."""

from contextlib import nullcontext
from itertools import pairwise

import pytest

from vincula.bench import writing
from vincula.bench.figures import Figure, Run
from vincula.bench.making import Maker
from vincula.bench.people import readers
from vincula.bench.portfolio import made, scenes
from vincula.bench.portfolio.living import Sizes
from vincula.kernel import clock
from vincula.kernel.audit import trail
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.entity import registry
from vincula.kernel.records import derived, state
from vincula.kernel.records.fields import FoldedField
from vincula.kernel.records.models import IndexValue
from vincula.kernel.search import records
from vincula.kernel.search.models import Entry
from vincula.kernel.testing import cast
from vincula.portfolio import content, models
from vincula.portfolio.actions import boards

pytestmark = pytest.mark.django_db
SIZES = Sizes(services=16, deliverables=500, organisations=4, subscriptions=3, months=10)


@pytest.fixture
def portfolio(monkeypatch, nothing_begun):
    """Beside twelve organisations. Settling and switching the disk off are for the real thing, outside of a test."""
    monkeypatch.setattr(writing, "settle", lambda: None)
    monkeypatch.setattr(writing, "bare", lambda _tables: nullcontext())
    today = clock.today()
    Maker(12, today).make(lambda _text: None)
    made.make(SIZES, today, lambda _text: None)


def _is_told_and_found(model):
    entity = registry.for_model(model)
    key = entity.key
    told = {e.object_id: e for e in AuditEntry.objects.filter(entity=key, verb="created")}
    kept, entries = {}, {e.object_id: e for e in Entry.objects.filter(entity=key)}
    for pk, *pair in IndexValue.objects.filter(entity=key).values_list("object_id", "field", "value"):
        kept.setdefault(pk, set()).add(tuple(pair))
    for record in entity.select(model._base_manager.filter(pk__in=told)):
        changes = state.creation(state.of(record, with_many=False))
        one = told[record.pk]
        assert (one.changes, one.digest, one.version) == (changes, trail.digest_of(changes), record.version)
        assert kept.get(record.pk, set()) == set(derived.index_values(record))
        for f in model._meta.concrete_fields:
            if isinstance(f, FoldedField):
                assert f.pre_save(record, False) == getattr(record, f.attname)
        if entity.search_fields:
            document = records.document(entity, record)
            assert (entries[record.pk].title, entries[record.pk].text) == (document.title, document.text)


def test_there_is_as_much_as_asked_for_all_of_it_valid_told_and_found_and_its_pages_answer(portfolio):
    counts = [m.objects.count() for m in (models.Service, models.Deliverable, models.Subscription)]
    assert counts == [16, 500, 12]
    assert set(models.Service.objects.values_list("stage", flat=True)) >= {
        "idea",
        "development",
        "operation",
        "retired",
    }
    assert models.BoardMeeting.objects.count() == SIZES.months + 2
    assert models.BoardItem.objects.filter(meeting__state="planned").exists(), "the agenda filled itself"
    for entity in registry.all():
        if entity.key.startswith("portfolio."):
            _is_told_and_found(entity.model)
    for deliverable in models.Deliverable.objects.all():
        assert content.check(deliverable.content_kind, deliverable.content) == []
    for decision in models.Decision.objects.all():
        assert boards.is_genuine(decision)
        assert decision.seen["deliverables"]
    for service in models.Service.objects.all():
        runs = list(service.runs.order_by("since", "pk"))
        assert (runs[-1].phase_id, runs[-1].until) == (service.phase_id, None)
        assert all(a.until == b.since for a, b in pairwise(runs)), "one phase after the other"
    first, second = readers()
    for who in (first, second):
        client = cast.signed_in(who.user)
        for key, _words, paths in scenes.addresses(who):
            for path in paths[:1]:
                assert client.get(path).status_code == 200, (key, path)


def test_a_busy_machine_voids_the_figures_of_the_portfolio_too():
    assert Run(1, "", "", "", [Figure("b", "B", 3.0), Figure("b.portfolio", "B", 5.1)]).void
    assert not Run(1, "", "", "", [Figure("b.portfolio", "B", 5.0)]).void
