"""Conditions on one coded column as ranges between words, before any dictionary is known.

A sorted dictionary turns every condition on text into ranges of codes, and the ends of those
ranges are places of certain words: a word itself, the first text after it, the first text after
all that begin with a stem. So the ranges of all profiles are worked out once, when the set is
compiled; a batch only looks up where those words stand in its dictionaries.
"""

from __future__ import annotations

from typing import Any

from clearway.kernel.profiles.dictionaries import after, complement
from clearway.kernel.profiles.like import prefix_of
from clearway.kernel.profiles.tree import Absent, Flag, TextIn, TextLike, TextOrder, Tree, leaves

End = tuple[int, Any]
Span = tuple[End, End]
START: End = (-1, "")
ABSENT: End = (1, "")  # the code after all words
PAST: End = (2, "")


def is_infix(part: Tree) -> bool:
    """Tell whether a condition has a pattern that only a look at every word can answer."""
    return any(
        isinstance(leaf, TextLike) and prefix_of(leaf.pattern) is None for leaf in leaves(part)
    )


def text_spans(leaf: TextIn | TextLike | TextOrder | Flag | Absent) -> tuple[Span, ...] | None:
    """Return the half-open ranges, ascending, that a leaf accepts; None for an infix pattern."""
    if isinstance(leaf, Absent):
        return ((START, ABSENT),) if leaf.negated else ((ABSENT, PAST),)
    if isinstance(leaf, Flag):
        return (_only("true" if leaf.want else "false"),)
    if isinstance(leaf, TextOrder):
        cut = _only(leaf.word)[leaf.operator in {"<=", ">"}]
        return ((START, cut),) if leaf.operator in {"<", "<="} else ((cut, ABSENT),)
    if isinstance(leaf, TextIn):
        spans: tuple[Span, ...] = tuple(_only(word) for word in leaf.words)
    else:
        stem = prefix_of(leaf.pattern)
        if stem is None:
            return None
        beyond = after(stem)
        spans = (((0, stem), (0, beyond) if beyond else ABSENT),)
    return complement(spans, START, ABSENT) if leaf.negated else spans


def _only(word: str) -> Span:
    return (0, word), (0, word + "\0")  # nothing stands between a word and itself with a NUL
