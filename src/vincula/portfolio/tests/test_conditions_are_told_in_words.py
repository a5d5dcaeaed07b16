"""What a gate checks is read and ticked in words; its keys are what programs and files exchange (issue 4)."""

from typing import Any

import pytest
from django.utils import translation

from vincula.kernel.access.door import SYSTEM
from vincula.kernel.entity import registry
from vincula.kernel.records import actions
from vincula.kernel.testing import cast
from vincula.portfolio import conditions, standard
from vincula.portfolio.actions import phases
from vincula.portfolio.models import PhaseGate

pytestmark = pytest.mark.django_db
PEOPLE, TRACKS = "A project manager and the leads of both tracks are named.", "Both tracks are closed: every mandatory deliverable is done or waived."  # fmt: skip


@pytest.fixture
def gate() -> Any:
    model = phases.copy_model(model=standard.for_new_services(), who=SYSTEM)
    found = PhaseGate.objects.get(source__phase_model=model, source__stage="idea")
    return actions.change(found, who=SYSTEM, conditions=["people_named"])


def test_pages_of_a_gate_tell_conditions_in_words_and_the_form_has_them_to_tick(gate: Any) -> None:
    client, at = cast.signed_in(cast.root()), registry.get("portfolio.phasegate").url(gate)
    form = client.get(f"{at}edit/").content.decode()
    for key, one in conditions.known().items():
        assert f'value="{key}"' in form
        assert str(one.label) in form
    typed = {"source": gate.source_id, "target": gate.target_id, "by_board": "", "conditions": ["people_named", "tracks_closed"],
             "criteria": "", "version": gate.version}  # fmt: skip
    assert client.post(f"{at}edit/", typed).status_code == 302
    assert PhaseGate.objects.get(pk=gate.pk).conditions == ["people_named", "tracks_closed"]
    for page in (at, f"{at}?tab=history", f"{at}quick/", f"/{registry.get('portfolio.phasegate').slug}/"):
        told = client.get(page).content.decode()
        assert [PEOPLE in told, TRACKS in told] == [True, True], page
        assert "people_named" not in told, page
    refused = client.post(f"{at}edit/", {**typed, "version": gate.version + 1, "conditions": ["made_up"]})
    assert refused.status_code == 422
    found = registry.get("portfolio.phasegate").fields["conditions"]
    with translation.override("ru"):
        assert str(conditions.known()["tracks_closed"].label) in found.kind.html(["tracks_closed"], found)


def test_a_file_may_name_a_condition_by_its_key_or_in_words_of_any_language(gate: Any) -> None:
    found = registry.get("portfolio.phasegate").fields["conditions"]
    with translation.override("ru"):
        russian = str(conditions.known()["business_case"].label)
    read = found.kind.from_text(f"people_named; {TRACKS}; {russian}; made_up", found)
    assert read == ["people_named", "tracks_closed", "business_case", "made_up"]
    assert found.kind.from_text(found.kind.to_text(["people_named", "tracks_closed"], found), found) == [
        "people_named",
        "tracks_closed",
    ]
