"""A line that likely is a record that is here already is a question, and is created only when somebody says so (X3, X4)."""

from __future__ import annotations

from pathlib import Path

import pytest

from vincula.kernel.exchange import commands
from vincula.kernel.exchange.models import ImportLine
from vincula.kernel.testing import cast
from vincula.parties.models import Organisation
from vincula.parties.tests import factories

pytestmark = pytest.mark.django_db


def test_a_likely_double_is_a_question_with_its_reason_until_it_is_confirmed(tmp_path: Path) -> None:
    there = factories.organisation(
        name="Universiteit Antwerpen", kind="university", country="BE", city="Antwerpen", email_domains=["ua.example"]
    )
    alice = cast.alice()
    path = tmp_path / "a.csv"
    path.write_text(
        "name,country,city,domains,type\nUniversity of Antwerpen,BE,Antwerpen,ua.example,university\n"
        "Zeevaartschool Oostende,BE,Oostende,,school\n"
    )
    report, code = commands.run_import("organisations", path, user=alice)
    assert (code, report["created"], report["skipped"]) == (0, 1, 1)
    question = report["questions"][0]["message"]
    assert f"“Universiteit Antwerpen” (#{there.pk})" in question
    assert "ua.example" in question
    assert ImportLine.objects.get(run=report["run"], outcome="question").object_id == there.pk
    report, code = commands.run_import("organisations", path, user=alice, allow_duplicates=True)
    assert (code, report["created"], len(report["warnings"])) == (0, 1, 1)
    assert Organisation.objects.count() == 3
