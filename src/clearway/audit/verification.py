"""Is the log what it was? Every row held against the leaves, the tree, the checkpoints, a witness.

Whoever can write to the database and read the signing key can make a log that agrees with itself.
So the log alone finds what was done carelessly; a checkpoint that a witness countersigned and
keeps elsewhere finds the rest, since no other log continues the one that he saw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import msgspec

from clearway.audit import checkpoints, merkle, notes, queries
from clearway.audit.models import Entry, Leaf, Subtree
from clearway.audit.service import commitment
from clearway.vocabulary.clock import microseconds
from clearway.vocabulary.errors import DefectFound

Contents = Callable[[Sequence[int]], Mapping[int, Sequence[Any]]]
_STEP = 2000
_PATIENCE = timedelta(hours=1)
"""How much older than a checkpoint before it a leaf may say it is: the longest transaction."""


class Fault(msgspec.Struct, frozen=True):
    """One thing that is not as it was: what, where, and a sentence."""

    kind: str
    where: str
    says: str


def verify(contents: Contents, witnessed: Sequence[notes.Checkpoint] = ()) -> Iterator[Fault]:
    """Yield everything that is wrong with the log, first of the rows, then of the tree.

    Args:
        contents: the rows that acts announced, by leaf (``events.queries.contents_of``).
        witnessed: checkpoints that witnesses keep outside, their signatures already checked.
    """
    tree: list[bytes] = []
    yield from _rows(contents, tree)
    yield from _stored_subtrees(tree)
    nodes = merkle.nodes_of(tree)
    yield from _signed(tree, nodes)
    for seen in witnessed:
        if seen.size > len(tree):
            says = f"the witness saw {seen.size} leaves; there are {len(tree)}"
            yield Fault("shrunk", f"checkpoint {seen.size}", says)
        elif merkle.root(0, seen.size, nodes) != seen.root:
            yield Fault("rewritten", f"checkpoint {seen.size}", "the witness saw another tree")


def _rows(contents: Contents, tree: list[bytes]) -> Iterator[Fault]:
    """Compare each leaf with what it commits to, and collect the tree as the rows give it."""
    stray = Leaf.objects.filter(entry__isnull=True).values_list("id", flat=True)[:100]
    yield from (
        Fault("unlisted", f"leaf {leaf}", "it has no place and waits for none") for leaf in stray
    )
    floors = [(row.size, row.at) for row in queries.all_checkpoints()]
    begin = 0
    while begin < queries.size():
        entries = queries.entries_from(begin, _STEP)
        leaves = queries.leaves([leaf for _, leaf in entries])
        told = contents([leaf for _, leaf in entries])
        at = begin
        for position, number in entries:
            while at < position:
                tree.append(b"")
                yield Fault("dropped", f"position {at}", "nothing stands there")
                at += 1
            at += 1
            leaf = leaves.get(number)
            tree.append(b"" if leaf is None else bytes(leaf.commitment))
            if leaf is None:
                yield Fault("dropped", f"leaf {number}", f"position {position} has lost its leaf")
                continue
            yield from _leaf(leaf, told.get(number, ()))
            while floors and floors[0][0] <= position:
                floor = floors.pop(0)[1]
                yield from _not_before(floor, leaf)
        begin = at


def _leaf(leaf: Leaf, told: Sequence[Any]) -> Iterator[Fault]:
    where, salt = f"leaf {leaf.pk}", bytes(leaf.salt)
    if len(salt) != 16:
        yield Fault("mute", where, "its salt is gone: nobody can tell what it commits to")
        return
    detail = None if leaf.detail is None else bytes(leaf.detail)
    content = told if leaf.kind == "act" else detail
    sealed = commitment(salt, (leaf.kind, microseconds(leaf.at), leaf.actor, leaf.subject, content))
    if sealed != bytes(leaf.commitment):
        yield Fault("changed", where, f"{leaf.subject}: its rows are not what it commits to")
    elif leaf.kind != "act" and told:
        yield Fault("inserted", where, "it is a note, and yet events name it")


def _not_before(floor: Any, leaf: Leaf) -> Iterator[Fault]:
    if leaf.at < floor - _PATIENCE:
        says = f"it says {leaf.at.isoformat()}, yet comes after a checkpoint of {floor.isoformat()}"
        yield Fault("backdated", f"leaf {leaf.pk}", says)


def _stored_subtrees(tree: Sequence[bytes]) -> Iterator[Fault]:
    """Compare the stored subtrees, from which proofs are made, with the leaves."""
    level, below = 0, list(tree)
    while len(below) >= queries.SPAN:
        level += 1
        whole = len(below) // queries.SPAN
        below = [
            merkle.fold(below[at * queries.SPAN : (at + 1) * queries.SPAN]) for at in range(whole)
        ]
        stored = queries.subtrees(level, 0, whole)
        if stored != below:
            yield Fault("subtree", f"level {level}", "stored subtrees are not those of the leaves")
    if Subtree.objects.filter(level__gt=level).exists():
        yield Fault("subtree", f"level {level + 1}", "a subtree is stored that has no leaves")


def _signed(tree: Sequence[bytes], nodes: merkle.Nodes) -> Iterator[Fault]:
    """Compare each checkpoint of ours with the tree, and its signature with our key."""
    key = checkpoints.signer().verifier
    rows = list(queries.all_checkpoints())
    if tree and not rows:
        yield Fault("unsigned", "checkpoints", "the tree has leaves and no checkpoint")
    for row in rows:
        where = f"checkpoint {row.size}"
        if row.size > len(tree):
            yield Fault(
                "shrunk", where, f"it was signed over more leaves than the {len(tree)} left"
            )
        elif merkle.root(0, row.size, nodes) != bytes(row.root):
            yield Fault("rewritten", where, "the leaves do not give the root that was signed")
        told = notes.Checkpoint(key.name, row.size, bytes(row.root))
        if notes.split(row.note)[0] != told.text or notes.signed_by(row.note, key) is None:
            yield Fault("forged", where, "its note is not signed by the platform's key")
    for one, other in pairwise(rows):
        if other.at < one.at:
            yield Fault("backdated", f"checkpoint {other.size}", "it is older than the one before")


class Proof(msgspec.Struct, frozen=True):
    """What one leaf's own proof comes to.

    Attributes:
        kept: its rows are what it commits to.
        position: its place in the tree; none where it waits for one.
        size: of the newest checkpoint over it; 0 where there is none yet.
        proved: that checkpoint's root follows from the leaf.
    """

    kept: bool
    position: int | None = None
    size: int = 0
    proved: bool = False


def prove(leaf: Leaf, contents: Contents) -> Proof:
    """Prove one leaf: its rows against its commitment, and that against the newest checkpoint."""
    kept = not list(_leaf(leaf, contents([leaf.pk]).get(leaf.pk, ())))
    found, signed = queries.leaf_at(leaf.pk), queries.newest_checkpoint()
    if found is None:
        return Proof(kept)
    position = found[1]
    if signed is None or signed.size <= position:
        return Proof(kept, position)
    path = merkle.inclusion_proof(position, signed.size, queries.nodes())
    commits, root = bytes(leaf.commitment), bytes(signed.root)
    proved = merkle.included(commits, position, signed.size, path, root)
    return Proof(kept, position, signed.size, proved)


def newest_stands() -> bool | None:
    """Tell whether tree and signature of the newest checkpoint agree; None where there is none.

    The tree is worked out from the stored subtrees; ``verify`` goes down to every row.
    """
    signed = queries.newest_checkpoint()
    if signed is None:
        return None
    key = checkpoints.signer().verifier
    told = notes.Checkpoint(key.name, signed.size, bytes(signed.root))
    sound = notes.split(signed.note)[0] == told.text and notes.signed_by(signed.note, key)
    try:
        root = merkle.root(0, signed.size, queries.nodes())
    except DefectFound:
        return False
    return sound is not None and sound is not False and root == bytes(signed.root)


def unplaced() -> int:
    """Return how many committed leaves have no place yet: soon none, where a sequencer runs."""
    return Entry.objects.filter(position=None).count()
