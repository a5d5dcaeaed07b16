"""Rich text becomes parts of a paper; what is no Markdown in it stays text."""

from vincula.kernel.papers import making, prose
from vincula.kernel.papers.tree import Heading, Items, Link, Note, Paragraph, Strong, Table


def test_every_kind_of_block_has_its_part():
    found = prose.blocks(
        "# Aim\n\nSome **bold** and [a page](https://example.org/).\nNext line.\n\n- one\n- two\n\n1. first\n\n> quoted\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode *as it is*\n```\n"
    )
    assert [type(block) for block in found] == [Heading, Paragraph, Items, Items, Note, Table, Paragraph]
    heading, first, _bullets, numbers, _quoted, table, code = found
    assert (heading.text, heading.level) == ("Aim", 2)
    assert Strong("bold") in first.runs
    assert Link("a page", "https://example.org/") in first.runs
    assert "\n" in first.runs
    assert numbers.ordered
    assert ([c.title for c in table.columns], table.rows) == (["a", "b"], ((("1",), ("2",)),))
    assert code.runs == ("code *as it is*",)


def test_raw_html_and_strange_addresses_stay_text():
    (told,) = prose.blocks("<script>alert(1)</script> <b>x</b> [go](javascript:alert(1))")
    assert "<script>alert(1)</script>" in "".join(run for run in told.runs if isinstance(run, str))
    assert not [run for run in told.runs if isinstance(run, Link)]


def test_deep_headings_and_nested_lists_are_kept_within_bounds():
    found = prose.blocks("###### deep\n\n- one\n  - inner\n    - innermost\n")
    assert found[0].level == 3
    assert "innermost" in "".join(found[1].items[0])


def test_no_level_of_headings_is_left_out_whatever_was_typed() -> None:
    typed = (Heading("Said"), *prose.blocks("### Deep\n\n# Plans\n\n## Notes"), Heading("Next"), Heading("Alone", 3))
    assert [b.level for b in making.stepped(typed) if isinstance(b, Heading)] == [1, 2, 2, 3, 1, 2]
