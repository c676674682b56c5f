"""Every read of the audit log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Max, QuerySet

from clearway.audit import merkle
from clearway.audit.models import Checkpoint, Entry, Leaf, Subtree
from clearway.vocabulary.clock import microseconds
from clearway.vocabulary.errors import DefectFound

STEP = 8
"""Levels between two stored kinds of subtree: a stored one spans 256 of the kind below it."""
SPAN = 1 << STEP


def size() -> int:
    """Return how many leaves have their place in the tree."""
    last: int | None = Entry.objects.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def anything_waits() -> bool:
    """Tell whether a committed leaf has no place in the tree yet."""
    return Entry.objects.filter(position=None).exists()


def waiting() -> int:
    """Return how many committed leaves have no place in the tree yet."""
    return Entry.objects.filter(position=None).count()


def commitments(begin: int, end: int) -> list[bytes]:
    """Return the commitments of the leaves at the positions from ``begin`` to before ``end``."""
    found = (
        Entry.objects.filter(position__gte=begin, position__lt=end)
        .order_by("position")
        .values_list("leaf__commitment", flat=True)
    )
    return [bytes(each) for each in found]


def subtrees(level: int, begin: int, end: int) -> list[bytes]:
    """Return the roots of the stored subtrees of a level (256 ** level leaves each)."""
    found = (
        Subtree.objects.filter(level=level, number__gte=begin, number__lt=end)
        .order_by("number")
        .values_list("root", flat=True)
    )
    return [bytes(each) for each in found]


def nodes() -> merkle.Nodes:
    """Return the complete subtrees of the tree, read from the tables when asked for.

    Raises (when asked):
        DefectFound: the tables lack leaves or subtrees that the tree must have.
    """
    known: dict[tuple[int, int], list[bytes]] = {}

    def node(level: int, index: int) -> bytes:
        kind, rest = divmod(level, STEP)
        begin, count = index << rest, 1 << rest
        tile, first = divmod(begin, SPAN)
        if (kind, tile) not in known:
            low, high = tile * SPAN, (tile + 1) * SPAN
            known[kind, tile] = subtrees(kind, low, high) if kind else commitments(low, high)
        parts = known[kind, tile][first : first + count]
        if len(parts) != count:
            raise DefectFound(f"The audit tree lacks parts of its subtree {level}/{index}.")
        return merkle.fold(parts)

    return node


def leaf_at(leaf_id: int) -> tuple[Leaf, int] | None:
    """Return a leaf and its position; nothing where there is none or it has no place yet."""
    entry = (
        Entry.objects.select_related("leaf").filter(leaf=leaf_id, position__isnull=False).first()
    )
    return None if entry is None or entry.position is None else (entry.leaf, entry.position)


class Narrowing(NamedTuple):
    """What the log is narrowed by; empty is any. ``actors`` are all the names of one."""

    kind: str = ""
    actors: frozenset[str] = frozenset()
    subject: str = ""
    since: datetime | None = None
    before: datetime | None = None


def log(by: Narrowing) -> QuerySet[Leaf]:
    """Return the leaves of the log that pass all of some filters, each with its place."""
    rows = Leaf.objects.select_related("entry").defer("salt", "commitment", "detail")
    if by.kind:
        rows = rows.filter(kind=by.kind)
    if by.actors:
        rows = rows.filter(actor__in=by.actors)
    if by.subject:
        rows = rows.filter(subject=by.subject)
    if by.since is not None:
        rows = rows.filter(at__gte=by.since, id__gte=_leaf_near(by.since, -1))
    if by.before is not None:
        rows = rows.filter(at__lt=by.before, id__lte=_leaf_near(by.before, 1))
    return rows


_SLACK = 10_000
"""Leaves by which the order of numbers may differ from that of instants, and more."""


def _leaf_near(instant: datetime, side: int) -> int:
    """Return a leaf that surely lies before (-1) or after (1) an instant, by the checkpoints."""
    if side < 0:
        found = Checkpoint.objects.filter(at__lt=microseconds(instant)).order_by("-size").first()
    else:
        found = Checkpoint.objects.filter(at__gte=microseconds(instant)).order_by("size").first()
    if found is None or not found.size:
        return 0 if side < 0 else 2**63 - 1
    entry = Entry.objects.filter(position=found.size - 1).first()
    return side * 2**63 if entry is None else entry.leaf_id + side * _SLACK


def newest_checkpoint(*, least: int = 0) -> Checkpoint | None:
    """Return the newest checkpoint whose tree has at least so many leaves."""
    return Checkpoint.objects.filter(size__gte=least).order_by("-size").first()


def checkpoint_of(tree_size: int) -> Checkpoint | None:
    """Return the checkpoint of a size."""
    return Checkpoint.objects.filter(size=tree_size).first()


def all_checkpoints() -> Iterator[Checkpoint]:
    """Yield every checkpoint, the smallest first."""
    return Checkpoint.objects.order_by("size").iterator(chunk_size=1000)


def entries_between(begin: int, end: int) -> list[Any]:
    """Return (position, leaf id) of the entries at a span of positions, in their order."""
    return list(
        Entry.objects.filter(position__gte=begin, position__lt=end)
        .order_by("position")
        .values_list("position", "leaf_id")
    )


def entries_from(begin: int, count: int) -> list[Any]:
    """Return (position, leaf id) of the next entries from a position on, in their order."""
    return list(
        Entry.objects.filter(position__gte=begin)
        .order_by("position")
        .values_list("position", "leaf_id")[:count]
    )


def leaves(numbers: Sequence[int]) -> dict[int, Leaf]:
    """Return leaves by their number; those that do not exist are missing."""
    return Leaf.objects.in_bulk(list(numbers))
