"""The syntax tree of a condition, with NOT pushed down to the leaves.

Each leaf answers one question with TRUE or not TRUE; absence (NULL) is never TRUE, in a leaf or
in its negation. A tree of AND and OR over such leaves is TRUE exactly where three-valued logic
says TRUE, and that is all a profile needs: it hits only on TRUE.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec


class Always(msgspec.Struct, frozen=True, tag=True):
    """TRUE for every row, or for none."""

    value: bool


class TextIn(msgspec.Struct, frozen=True, tag=True):
    """The text is one of the words (sorted), or present and none of them."""

    column: str
    words: tuple[str, ...]
    negated: bool = False


class TextLike(msgspec.Struct, frozen=True, tag=True):
    """The text matches the pattern (``%`` any run, ``_`` one character), or does not."""

    column: str
    pattern: str
    negated: bool = False


class TextOrder(msgspec.Struct, frozen=True, tag=True):
    """The text stands before or after the word by code point (``<``, ``<=``, ``>``, ``>=``)."""

    column: str
    operator: str
    word: str


class TextPair(msgspec.Struct, frozen=True, tag=True):
    """Two text columns of one row compare."""

    left: str
    operator: str
    right: str


class NumberRange(msgspec.Struct, frozen=True, tag=True):
    """The scaled whole number lies between the bounds, both inclusive; None = unbounded."""

    column: str
    low: int | None
    high: int | None


class NumberIn(msgspec.Struct, frozen=True, tag=True):
    """The scaled whole number is one of the values (sorted), or present and none of them."""

    column: str
    values: tuple[int, ...]
    negated: bool = False


class Flag(msgspec.Struct, frozen=True, tag=True):
    """The boolean is present and as wanted."""

    column: str
    want: bool


class Absent(msgspec.Struct, frozen=True, tag=True):
    """The column holds nothing (or, negated, something)."""

    column: str
    negated: bool = False


class NonZero(msgspec.Struct, frozen=True, tag=True):
    """A whole-number expression (its place) differs from zero (or, negated, is zero)."""

    place: int
    columns: tuple[str, ...]
    negated: bool = False


class Sign(msgspec.Struct, frozen=True, tag=True):
    """The sign of ``numerator / denominator`` compares with zero.

    Both are places in the set's arithmetic. All ``columns`` are present and all ``divisors``
    differ from zero, or the leaf is not TRUE.
    """

    numerator: int
    operator: str
    denominator: int
    columns: tuple[str, ...]
    divisors: tuple[int, ...]


class And(msgspec.Struct, frozen=True, tag=True):
    """TRUE where every part is."""

    parts: tuple[Tree, ...]


class Or(msgspec.Struct, frozen=True, tag=True):
    """TRUE where any part is."""

    parts: tuple[Tree, ...]


Leaf = (
    Always
    | TextIn
    | TextLike
    | TextOrder
    | TextPair
    | NumberRange
    | NumberIn
    | Flag
    | Absent
    | NonZero
    | Sign
)
Tree = Leaf | And | Or

TRUE, FALSE = Always(value=True), Always(value=False)


def _narrowed(first: NumberRange | None, second: NumberRange) -> NumberRange:
    if first is None:
        return second
    lows = [low for low in (first.low, second.low) if low is not None]
    highs = [high for high in (first.high, second.high) if high is not None]
    return NumberRange(first.column, max(lows, default=None), min(highs, default=None))


def conjunction(parts: list[Tree]) -> Tree:
    """Join with AND: flat, each part once, constants folded, ranges of one column joined."""
    flat: dict[Tree, None] = {}
    ranges: dict[str, NumberRange] = {}
    for part in parts:
        for piece in part.parts if isinstance(part, And) else (part,):
            if piece == FALSE:
                return FALSE
            if isinstance(piece, NumberRange):
                ranges[piece.column] = _narrowed(ranges.get(piece.column), piece)
            elif piece != TRUE:
                flat[piece] = None
    for joined in ranges.values():
        if joined.low is not None and joined.high is not None and joined.low > joined.high:
            return FALSE
        flat[joined] = None
    if not flat:
        return TRUE
    return next(iter(flat)) if len(flat) == 1 else And(tuple(flat))


def disjunction(parts: list[Tree]) -> Tree:
    """Join with OR: flat, each part once, constants folded, equal words of one column joined."""
    flat: dict[Tree, None] = {}
    words: dict[str, set[str]] = {}
    for part in parts:
        for piece in part.parts if isinstance(part, Or) else (part,):
            if piece == TRUE:
                return TRUE
            if isinstance(piece, TextIn) and not piece.negated:
                words.setdefault(piece.column, set()).update(piece.words)
            elif piece != FALSE:
                flat[piece] = None
    for column, joined in words.items():
        flat[TextIn(column, tuple(sorted(joined)))] = None
    if not flat:
        return FALSE
    return next(iter(flat)) if len(flat) == 1 else Or(tuple(flat))


def leaves(tree: Tree) -> Iterator[Leaf]:
    """Yield every leaf of the tree."""
    waiting: list[Tree] = [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, And | Or):
            waiting.extend(part.parts)
        else:
            yield part


def columns_of(leaf: Leaf) -> tuple[str, ...]:
    """Return the columns that a leaf looks at."""
    if isinstance(leaf, Always):
        return ()
    if isinstance(leaf, TextPair):
        return (leaf.left, leaf.right)
    if isinstance(leaf, Sign | NonZero):
        return leaf.columns
    return (leaf.column,)
