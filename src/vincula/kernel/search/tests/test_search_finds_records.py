"""What people type finds the record they mean, first (X2)."""

import pytest
from django.db import connection

from vincula.kernel import search
from vincula.kernel.search import Document, Hit
from vincula.kernel.search.index import install
from vincula.kernel.search.models import Entry

ORG = "test.organisation"
pytestmark = pytest.mark.django_db


def everything(_entity: str, ids: list[int]) -> list[int]:
    return ids


def find(query: str, limit: int = 20) -> list[Hit]:
    return search.find(query, entities=[ORG, "test.person"], visible=everything, limit=limit)


def ids(query: str) -> list[int]:
    return [hit.object_id for hit in find(query)]


@pytest.fixture(autouse=True)
def register() -> None:
    search.write(
        [
            Document(ORG, 1, "Ghent University", "UGENT", ["Universiteit Gent", "Université de Gand"], "Founded 1817."),
            Document(ORG, 2, "Ghent University Hospital", "UZ Gent", ["Universitair Ziekenhuis Gent"]),
            Document(ORG, 3, "University of Namur", "UNamur", ["Université de Namur"], "Partner of UGent in Gand."),
            Document(ORG, 4, "Москва", "", ["Московский университет"], "Научные библиотеки"),
            Document(ORG, 5, "KU Leuven", "", ["Katholieke Universiteit Leuven", "Louvain"], "Bibliothèques"),
            Document(ORG, 6, "Łódź Straße Institute", "LSI", [], "x" * 300 + " the gyroscope is here " + "y" * 300),
            Document("test.person", 1, "Толстой Лев", "", [], "writer"),
        ]
    )


@pytest.mark.parametrize(
    "query", ["Universiteit Gent", "Université de Gand", "UGent", "ugent", "universite de gand", "GHENT UNIVERSITY"]
)
def test_every_name_of_a_record_finds_it_first(query: str) -> None:
    assert ids(query)[0] == 1


def test_an_exact_acronym_comes_before_an_exact_name_and_that_before_a_beginning() -> None:
    search.write([Document(ORG, 10, "Louvain-la-Neuve"), Document(ORG, 11, "Zeta", "Louvain")])
    assert ids("louvain")[:3] == [11, 5, 10]


def test_a_beginning_comes_before_words_in_the_title_and_those_before_words_in_the_text() -> None:
    search.write(
        [
            Document(ORG, 10, "x", text="gyration"),
            Document(ORG, 11, "The Gyration"),
            Document(ORG, 12, "Gyration House"),
        ]
    )
    assert ids("gyration") == [12, 11, 10]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Научная библиотека", 4),
        ("bibliotheque", 5),
        ("universities of namur", 3),
        ("Moskva", 4),
        ("Moskovskiy universitet", 4),
        ("Tolstoy", 1),
        ("Tolstoj", 1),
        ("Гент", 1),
        ("lodz strasse", 6),
        ("Leuv", 5),
        ("namur univ", 3),
    ],
)
def test_word_forms_accents_scripts_and_beginnings_are_found(query: str, expected: int) -> None:
    assert expected in ids(query)


@pytest.mark.parametrize(
    ("query", "expected"), [("Univrsiteit Gnet", 1), ("Luevain", 5), ("Katholeike", 5), ("nghent", 1)]
)
def test_typos_are_forgiven(query: str, expected: int) -> None:
    assert expected in ids(query)


def test_when_no_record_has_all_words_those_with_some_are_found() -> None:
    assert ids("namur quidditch")[0] == 3
    assert ids("quidditch") == []


def test_the_excerpt_is_the_name_or_the_passage_that_matched() -> None:
    assert find("Université de Gand")[0].excerpt == "Université de Gand"
    passage = find("gyroscope")[0].excerpt
    assert "the gyroscope is here" in passage
    assert len(passage) < 200


def test_only_the_entities_asked_for_answer() -> None:
    assert search.find("Tolstoy", entities=[ORG], visible=everything) == []
    assert search.find("Tolstoy", entities=[], visible=everything) == []


def test_a_record_written_again_is_found_by_its_new_words_only() -> None:
    search.write([Document(ORG, 3, "Institute of Umbrellas")])
    assert 3 not in ids("Namur")
    assert ids("umbrella") == [3]


def test_a_removed_record_is_never_found() -> None:
    search.remove(ORG, [1, 999])
    assert 1 not in ids("Ghent University")
    assert 1 not in ids("UGENT")


def test_rebuilding_writes_what_there_is_and_drops_the_rest() -> None:
    batches = ([Document(ORG, n, f"Phoenix {n}")] for n in (1, 20))
    assert search.rebuild(batches) == 2
    assert sorted(ids("phoenix")) == [1, 20]
    assert Entry.objects.count() == 2


def test_a_lost_full_text_table_is_made_and_filled_again_after_migrate() -> None:
    table = "search_vector" if connection.vendor == "postgresql" else "search_fts"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {table}")
    install()
    assert ids("gyroscope") == [6]


def test_what_may_not_be_seen_never_leaves_and_the_next_candidates_take_its_place() -> None:
    search.write(Document(ORG, n, f"Canary {n:04}", text="canary") for n in range(100, 1600))
    asked: list[int] = []

    def few(_entity: str, candidates: list[int]) -> set[int]:
        asked.extend(candidates)
        return {n for n in candidates if n >= 1590}

    hits = search.find("canary", entities=[ORG], visible=few, limit=5)
    assert len(hits) == 5
    assert all(hit.object_id >= 1590 for hit in hits)
    assert len(asked) == len(set(asked))
    assert search.find("canary", entities=[ORG], visible=lambda _e, _i: [], limit=5) == []


def test_what_may_not_be_seen_does_not_keep_typos_from_being_forgiven() -> None:
    search.write([Document(ORG, 30, "Xylophone Society"), Document(ORG, 31, "Xylophane Society")])
    hits = search.find("xylophane", entities=[ORG], visible=lambda _e, found: [i for i in found if i == 30])
    assert [hit.object_id for hit in hits] == [30]


@pytest.mark.parametrize(
    "query",
    [
        *(
            "",
            " ",
            "'",
            '"',
            '"a',
            "*",
            "a*",
            "NEAR(a b)",
            "-",
            "-gent",
            "a AND",
            "OR",
            "{title}:x",
            "a:b",
            "\0",
            "x\0y",
        ),
        *("\ud800", "gent \udfff", "x" * 10_000, "a " * 5_000, "\\", "%", "_", "(((", "'; DROP TABLE x; --", "🎓", "½"),
        *("\u0301", "ﷺ", "'a':*", "!gent", "gent & | !", "<->", "\U0010ffff", "\u202e", "ß" * 300),
    ],
)
def test_hostile_queries_never_raise(query: str) -> None:
    find(query)


def table() -> tuple[int, set[str]]:
    """The number of PostgreSQL's full-text table, and its indexes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'search_vector'::regclass::oid")
        number = cursor.fetchone()[0]
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'search_vector'")
        return number, {name for (name,) in cursor.fetchall()}


@pytest.mark.postgres
def test_a_table_of_an_older_program_learns_of_the_records_when_the_program_is_upgraded() -> None:
    _number, indexes = table()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE search_vector DROP COLUMN entity, DROP COLUMN object_id")
        cursor.execute("INSERT INTO search_vector VALUES (-1, '''gyroscope''', '''gyroscope''')")  # of no entry
    install()
    assert ids("gyroscope") == [6]
    search.write([Document(ORG, 7, "Gyroscope House")])
    assert sorted(ids("gyroscope")) == [6, 7]
    renewed = table()
    assert renewed[1] == indexes
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stats WHERE tablename = 'search_vector'")
        assert cursor.fetchone()[0], "which words are common is known at once"
    install()
    assert table() == renewed, "what is in shape stays as it is"
