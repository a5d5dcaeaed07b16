"""Rich text (Markdown) as parts of a paper. Raw HTML in it is text like any other."""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from vincula.kernel.papers.tree import Block, Column, Heading, Items, Link, Note, Paragraph, Run, Runs, Strong, Table

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

DEEPEST, BELOW = 3, 1  # levels of headings; a record's own headings stand below those of the paper


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # a big package, which those who write no paper do not load

    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


def blocks(text: str) -> tuple[Block, ...]:
    """The parts of a text: paragraphs, headings, lists, quotations, tables."""
    from markdown_it.tree import SyntaxTreeNode  # as above

    return tuple(_blocks(SyntaxTreeNode(_parser().parse(text))))


def _blocks(parent: "SyntaxTreeNode") -> Iterator[Block]:
    for node in parent.children:
        if node.type == "heading":
            yield Heading(_plain(node), min(DEEPEST, int(node.tag[1]) + BELOW))
        elif node.type in ("bullet_list", "ordered_list"):
            yield Items(tuple(tuple(_inside(item)) for item in node.children), node.type == "ordered_list")
        elif node.type == "blockquote":
            yield Note(tuple(_inside(node)))
        elif node.type == "table":
            yield _table(node)
        elif node.type in ("fence", "code_block"):
            yield Paragraph((node.content.rstrip("\n"),))
        elif node.type == "paragraph":
            yield Paragraph(tuple(_inside(node)))


def _table(node: "SyntaxTreeNode") -> Table:
    rows = [[tuple(_inside(cell)) for cell in row.children] for part in node.children for row in part.children]
    heads = [_plain(cell) for cell in node.children[0].children[0].children]
    return Table("", tuple(Column(head) for head in heads), tuple(tuple(row) for row in rows[1:]), "")


def _plain(node: "SyntaxTreeNode") -> str:
    return "".join(run if isinstance(run, str) else run.text for run in _inside(node))


def _inside(node: "SyntaxTreeNode") -> Iterator[Run]:
    """Runs of everything below; parts of a list item and of a quotation are parted by a line's end."""
    for n, child in enumerate(node.children):
        if n and child.type in ("paragraph", "bullet_list", "ordered_list", "list_item", "blockquote"):
            yield "\n"
        yield from _runs(child)


def _runs(node: "SyntaxTreeNode") -> Runs:
    if node.type in ("text", "code_inline", "fence", "code_block", "html_inline", "html_block"):
        return (node.content,) if node.content else ()
    if node.type in ("softbreak", "hardbreak"):
        return ("\n",)
    if node.type == "image":
        return (node.content,) if node.content else ()
    below = tuple(_inside(node))
    plain = "".join(run if isinstance(run, str) else run.text for run in below)
    if node.type == "strong":
        return (Strong(plain),)
    if node.type == "link":
        return (Link(plain, str(node.attrs.get("href", ""))),)
    return below
