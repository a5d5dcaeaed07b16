"""For tests of papers: all words of a tree, and what should not be left standing in a finished paper."""

import re
from collections.abc import Iterator

from vincula.kernel.papers.tree import Facts, Heading, Picture, Table, Tree, runs_of

LEFT = re.compile(r"%\(\w*\)|\{\w*\}|\{\{|\bNone\b|\bTBD\b|lorem ipsum|</?[a-z]+[ />]|\[\[", re.I)


def words(tree: Tree) -> Iterator[str]:
    """Every text of a paper, in reading order."""
    yield from (tree.title, tree.subject, tree.standfirst, tree.made, tree.foot, tree.words.contents)
    for block in tree.blocks:
        if isinstance(block, Heading):
            yield block.text
        elif isinstance(block, Table):
            yield from (block.caption, *(column.title for column in block.columns), block.empty)
        elif isinstance(block, Facts):
            yield from (name for name, _runs in block.rows)
        elif isinstance(block, Picture):
            yield from (block.chart.title, block.chart.unit, block.chart.axis, block.chart.summary, *block.chart.labels)
        for run in runs_of(block):
            yield run if isinstance(run, str) else run.text


def leftovers(text: str) -> list[str]:
    """What looks like a placeholder that nobody filled. Ask it of papers about tame records only."""
    return LEFT.findall(text)
