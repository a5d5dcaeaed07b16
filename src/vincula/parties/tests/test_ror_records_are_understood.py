"""One record of ROR, in its two schemas, becomes the same organisation (X3)."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from vincula.kernel.exchange.profile import Row, Skip
from vincula.parties.profiles.ror import RorProfile, kind_of

ROR = RorProfile()
OLD: dict[str, Any] = {
    "id": "https://ror.org/0invent1", "name": "Northern University", "status": "active", "types": ["Funder", "Education"],
    "established": 1850, "links": ["https://north.example"], "aliases": ["The North"], "acronyms": ["NU", "UNord"],
    "labels": [{"label": "Noordelijke Universiteit", "iso639": "nl"}, {"label": "Noorduniversiteit", "iso639": "nl"}],
    "country": {"country_code": "BE"}, "addresses": [{"city": "Gent", "geonames_city": {"geonames_admin1": {"name": "Flanders"}}}],
    "external_ids": {"GRID": {"preferred": "grid.1", "all": "grid.1"}, "ISNI": {"preferred": None, "all": ["0000 0001"]}},
    "relationships": [{"id": "https://ror.org/0invent2", "type": "Parent", "label": "The Ministry"}],
}  # fmt: skip
NEW: dict[str, Any] = {
    "id": "https://ror.org/0invent1", "status": "active", "types": ["funder", "education"], "established": 1850,
    "names": [
        {"value": "Northern University", "types": ["ror_display", "label"], "lang": "en"},
        {"value": "The North", "types": ["alias"], "lang": None},
        {"value": "NU", "types": ["acronym"], "lang": None},
        {"value": "UNord", "types": ["acronym"], "lang": None},
        {"value": "Noordelijke Universiteit", "types": ["label"], "lang": "nl"},
        {"value": "Noorduniversiteit", "types": ["label"], "lang": "nl"},
    ],
    "links": [{"type": "wikipedia", "value": "https://wiki.example"}, {"type": "website", "value": "https://north.example"}],
    "locations": [{"geonames_details": {"country_code": "BE", "country_subdivision_name": "Flanders", "name": "Gent"}}],
    "external_ids": [{"type": "grid", "preferred": "grid.1", "all": ["grid.1"]}, {"type": "isni", "preferred": None, "all": ["0000 0001"]}],
    "domains": [], "relationships": [{"id": "https://ror.org/0invent2", "type": "parent", "label": "The Ministry"}],
}  # fmt: skip


def test_both_schemas_tell_the_same() -> None:
    old, new = ROR.convert(OLD, 1), ROR.convert(NEW, 1)
    assert isinstance(old, Row)
    assert isinstance(new, Row)
    assert old.values == new.values
    assert (old.key, old.relations) == (new.key, new.relations)
    assert old.values == {
        "name": "Northern University", "acronym": "NU", "names": {"nl": "Noordelijke Universiteit"},
        "aliases": ["The North", "UNord", "Noorduniversiteit"], "country": "BE", "region": "Flanders", "city": "Gent",
        "kind": "university", "website": "https://north.example", "established": 1850,
        "references": {"ror": ["https://ror.org/0invent1"], "grid": ["grid.1"], "isni": ["0000 0001"]},
    }  # fmt: skip
    assert [(r.kind, r.target.value, r.target.label) for r in old.relations] == [
        ("parent", "https://ror.org/0invent2", "The Ministry")
    ]


@pytest.mark.parametrize("raw", [OLD, NEW])
@pytest.mark.parametrize(("status", "word"), [("inactive", "Inactive"), ("withdrawn", "Withdrawn")])
def test_what_is_no_more_is_left_out_with_its_reason(raw: dict[str, Any], status: str, word: str) -> None:
    record = copy.deepcopy(raw)
    record["status"] = status
    record["relationships"].append({"id": "https://ror.org/0invent3", "type": "Successor", "label": "The New One"})
    skip = ROR.convert(record, 1)
    assert isinstance(skip, Skip)
    assert skip.reason == f"{word} in ROR; its successor is The New One."
    assert len(skip.relations) == 2  # kept, so that they resolve should it ever come back


@pytest.mark.parametrize(
    ("types", "kind"),
    [
        (["funder", "education"], "university"), (["Healthcare", "Nonprofit"], "hospital"), (["facility"], "research_institute"),
        (["Government", "Funder"], "public_administration"), (["company"], "company"), (["archive"], "other"), ([], "other"),
    ],
)  # fmt: skip
def test_the_most_telling_type_decides_the_kind(types: list[str], kind: str) -> None:
    assert kind_of(types) == kind


@pytest.mark.parametrize("record", [{}, {"id": 5}, {"id": "https://ror.org/0x", "name": ""}])
def test_what_is_no_record_of_ror_is_an_error(record: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="record has no"):
        ROR.convert(record, 1)


def test_files_of_ror_are_recognised_and_others_are_not() -> None:
    assert ROR.recognises("x", [OLD, NEW])
    assert not ROR.recognises("x", [{"id": "https://ror.org/0x"}])
    assert not ROR.recognises("x", [OLD, {"name": "A"}])
