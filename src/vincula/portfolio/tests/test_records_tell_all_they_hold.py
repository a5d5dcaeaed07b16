"""A record page shows what was filled in: only what its title tells already is left out of the lines below."""

from typing import Any

import pytest

from vincula.kernel.entity import reading, registry
from vincula.kernel.testing import cast
from vincula.portfolio.tests import factories as make

pytestmark = pytest.mark.django_db
SAID = "Seven words that no title has told"


@pytest.mark.parametrize(
    ("factory", "field", "value"),
    [
        (make.discontinuance, "reason", SAID), (make.subscription, "waiver", SAID), (make.order, "note", SAID),
        (make.phase_gate, "criteria", [SAID]), (make.service_text, "text", SAID), (make.resource, "note", SAID),
        (make.board_meeting, "place", SAID), (make.value_element, "title", SAID), (make.service, "name", SAID),
    ],
)  # fmt: skip
def test_what_was_filled_in_stands_on_the_page_once(factory: Any, field: str, value: Any) -> None:
    record = factory(**{field: value})
    entity = registry.for_model(type(record))
    assert entity is not None
    page = cast.signed_in(cast.alice()).get(entity.url(record)).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert SAID in main
    assert (reading.titled_by(entity, record) == field) == (SAID in entity.title(record))
