"""What ``./test`` without a path leaves to ``./test --deep``: what would be told a second time, or by a neighbour.

Whoever names a path is asked every test that is not ``deep``, on both databases. Within a test that asks thousands of
addresses, the walks, only the deep run asks all of them (``some``, ``spread``).
"""

import functools
import os
import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from vincula.kernel.entity.declaration import Entity

# The same whatever the database.
ONCE = (
    "tests/access/", "tests/hostile/", "tests/security/", "src/vincula/kernel/people/",
    "src/vincula/kernel/pages/tests/single/",  # the contract asks forms and pages of every entity on both
    "src/vincula/kernel/papers/", "src/vincula/portfolio/tests/test_papers.py", "src/vincula/parties/tests/test_papers.py",
    "tests/contracts/test_every_paper.py", "src/vincula/portfolio/tests/test_eosc_services_are_imported.py",
    "src/vincula/portfolio/tests/test_bad_input.py", "src/vincula/portfolio/tests/test_a_full_service_is_as_cheap.py",
    "tests/exchange/test_tables_are_imported.py", "tests/exchange/test_the_wizard.py", "src/vincula/kernel/exchange/tests/",
    "tests/exchange/test_rights_hold_for_imports.py", "tests/kernel/test_api.py", "src/vincula/bench/",
    "src/vincula/parties/tests/test_visiting_cards_come_and_go.py", "src/vincula/parties/tests/test_pages.py",
    "src/vincula/kernel/pages/tests/listed/test_addresses_are_checked.py", "tests/duplicates/test_duplicates_are_shown.py",
    "src/vincula/portfolio/tests/test_pages_name_what_may_be_seen.py",
    "src/vincula/portfolio/tests/test_verbs_on_pages.py", "src/vincula/portfolio/tests/test_the_board_tells_the_truth.py",
    "src/vincula/portfolio/tests/test_what_the_board_saw_is_not_for_everybody.py",
    "src/vincula/portfolio/tests/test_only_the_board_waives.py", "src/vincula/portfolio/tests/test_who_is_there_decides.py",
    "src/vincula/portfolio/tests/test_what_is_fixed_stays.py", "src/vincula/portfolio/tests/test_nobody_leaves_by_another_door.py",
    "src/vincula/kernel/pages/tests/listed/test_views_are_kept.py",
    "src/vincula/portfolio/tests/test_programs_do_what_pages_do.py",
    "src/vincula/portfolio/tests/test_gates_cannot_be_cheated.py", "tests/privacy/test_consent_is_a_log.py",
    "src/vincula/parties/tests/test_university_domains_are_added.py",
    "src/vincula/portfolio/tests/test_told_in_the_readers_language.py",
    "tests/privacy/test_an_erased_person_is_gone.py", "src/vincula/parties/tests/test_records_can_be_made.py",
    "tests/exchange/test_exports_come_back.py", "src/vincula/parties/tests/test_queries.py",
    "src/vincula/cockpit/tests/test_demonstration.py",  # every run begins with loading it on SQLite
    "src/vincula/portfolio/tests/test_a_long_agenda_is_folded.py", "src/vincula/kernel/ui/", "tests/kernel/test_api_is_made_when_asked.py",
)  # fmt: skip
ALIKE = (  # of the contract: about rights, words, forms, headers and how many statements there are, not about rows
    "test_signed_out_one_is_asked_to_sign_in", "test_it_is_described_and_declared_rightly",
    "test_a_form_from_elsewhere_is_refused", "test_the_form_shows_every_field_and_keeps_what_was_typed",
    "test_list_and_record_page_keep_their_budgets_whatever_the_rows", "test_what_is_not_in_the_form_cannot_be_set",
    "test_without_a_role_nothing_exists", "test_who_may_only_look_cannot_write",
    "test_bad_input_is_a_problem_never_a_crash",  # refused before a row is asked for
)  # fmt: skip
OF_NO_DATABASE = (  # long, and no row is read: the deep run does not ask them twice either
    "tests/hostile/test_parsers_are_fuzzed.py", "tests/hostile/test_files_harm_nobody.py", "src/vincula/kernel/papers/",
    "tests/contracts/test_every_paper.py", "src/vincula/kernel/ui/",
)  # fmt: skip
OF_ITS_COLUMNS = "test_every_filter_and_every_order_answers"  # of the contract: asked of all where types are strict
# Of the contract: what no neighbour tells; budgets where a column is computed by code of its own.
DESCRIBED = "test_it_is_described_and_declared_rightly"
BUDGETS = "test_list_and_record_page_keep_their_budgets_whatever_the_rows"
ON_POSTGRESQL = (  # asked there alone, where types are strict and locks are of rows
    "src/vincula/parties/tests/test_ror_is_imported.py", "src/vincula/portfolio/tests/test_story_a.py",
    "tests/kernel/test_search_of_few_rights.py",
    "src/vincula/kernel/pages/tests/listed/test_one_finds_only_what_one_may_see.py",
    "src/vincula/kernel/pages/tests/listed/test_many_are_changed_at_once.py",
    "src/vincula/kernel/pages/tests/listed/test_paging_loses_no_record.py",
    "tests/duplicates/test_merges_are_undone_exactly.py", "tests/exchange/test_gates_hold_for_imports.py",
    "tests/exchange/test_imports_are_whole.py",
)  # fmt: skip
HAND_MADE = (  # entities whose pages are made by hand
    "parties.organisation", "parties.person", "parties.team", "parties.function", "parties.subject", "portfolio.service",
    "portfolio.boardmeeting", "portfolio.decision",
)  # fmt: skip


def is_deep() -> bool:
    return bool(os.environ.get("VINCULA_DEEP"))


def tells(entity: "Entity") -> bool:
    """Whether the pages and operations of an entity tell what those of its neighbours do not."""
    return is_deep() or entity.key in HAND_MADE or entity.key in tell_for_the_others()


def some(entities: Iterable["Entity"]) -> list["Entity"]:
    """The entities that tell for the others; in the deep run all."""
    return [entity for entity in entities if tells(entity)]


def spread(path: str, of: int = 10) -> bool:
    """One address of ten, always the same; in the deep run each."""
    return is_deep() or zlib.crc32(path.encode()) % of == 0


def leaves_out(item: pytest.Item, *, on_postgresql: bool) -> bool:
    """Whether the short run passes a test by."""
    if item.get_closest_marker("postgres"):
        return False
    if not on_postgresql and item.nodeid.startswith(ON_POSTGRESQL):
        return True
    if on_postgresql and (not _asks_a_database(item) or item.nodeid.startswith(ONCE) or item.name in ALIKE):
        return True
    entity = getattr(getattr(item, "cls", None), "entity", None)
    if entity is None or entity.key in tell_for_the_others():
        return False
    if on_postgresql:
        return item.name != OF_ITS_COLUMNS
    if item.name == DESCRIBED or (item.name == BUDGETS and any(f.computed for f in entity.columns.values())):
        return False
    return not spread(f"{entity.key} {item.name}", of=6)  # others than of the neighbour


@functools.cache
def tell_for_the_others() -> frozenset[str]:
    """Entities that have every kind of field, a life cycle and a search between them: as few as do, the richest first."""
    from vincula.kernel.entity import registry

    has: dict[str, set[object]] = {}
    for entity in registry.all():
        kinds = {f.kind.name for f in entity.columns.values()}
        has[entity.key] = {*kinds, ("moves", bool(entity.lifecycle)), ("found", bool(entity.search_fields))}
    found, left = set(), set().union(*has.values())
    while left:
        best = max(has, key=lambda key: len(has[key] & left))
        found.add(best)
        left -= has[best]
    return frozenset(found)


def _asks_a_database(item: pytest.Item) -> bool:
    """Tests of folding, reading files or drawing need not be run a second time on another database."""
    names = set(getattr(item, "fixturenames", ()))
    asking = {"db", "transactional_db", "django_db_setup", "client", "live_server"}
    return bool(asking & names) or any(item.get_closest_marker(m) for m in ("django_db", "postgres", "browser"))
