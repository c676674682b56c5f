"""The Merkle tree of RFC 6962: roots, proofs, and how an outsider checks them.

Everything is computed from hashes of leaves. ``nodes(level, index)`` gives the hash of a complete
subtree: the ``2**level`` leaves from ``index * 2**level`` on; level 0 is a leaf's own hash. Where
such hashes come from (a list, tables) is the caller's matter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

Nodes = Callable[[int, int], bytes]
EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf: SHA-256 over the byte 0 and the data (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256 over the byte 1 and both children."""
    return hashlib.sha256(b"\1" + left + right).digest()


def nodes_of(leaves: Sequence[bytes]) -> Nodes:
    """Return the complete subtrees over a list of leaf hashes."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) // 2 * 2, 2)])
    return lambda level, index: levels[level][index]


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over hashes whose number is a power of two."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[i], level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


def root(begin: int, end: int, nodes: Nodes) -> bytes:
    """Return the hash over the leaves from ``begin`` to before ``end`` (RFC 6962's MTH).

    ``begin`` is a multiple of the least power of two that holds the range, as in every subtree.
    """
    if begin == end:
        return EMPTY
    parts = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        parts.append(nodes(level, begin >> level))
        begin += 1 << level
    whole = parts.pop()
    while parts:
        whole = node_hash(parts.pop(), whole)
    return whole


def _split(size: int) -> int:
    """Return the greatest power of two below a size of 2 or more."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """Return the audit path of a leaf in the tree of a size, from the leaf upward (2.1.1).

    Raises:
        ValueError: the tree of that size has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    begin, end, path = 0, size, list[bytes]()
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(root(middle, end, nodes))
            end = middle
        else:
            path.append(root(begin, middle, nodes))
            begin = middle
    return path[::-1]


def consistency_proof(old: int, new: int, nodes: Nodes) -> list[bytes]:
    """Return the proof that the tree of size ``new`` continues that of size ``old`` (2.1.2).

    Raises:
        ValueError: not 0 <= old <= new.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not continue one of {old}")
    if old in {0, new}:
        return []
    begin, end, path, known = 0, new, list[bytes](), True
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append(root(middle, end, nodes))
            end = middle
        else:
            path.append(root(begin, middle, nodes))
            begin, known = middle, False
    if not known:
        path.append(root(begin, end, nodes))
    return path[::-1]


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Tell whether a path proves that a leaf stands at an index (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, whole = index, size - 1, leaf
    for part in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            whole = node_hash(part, whole)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            whole = node_hash(whole, part)
        node, last = node >> 1, last >> 1
    return last == 0 and whole == expected


def continues(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether a path proves that one tree continues another (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY
    if not 0 < old < new or not path:
        return False
    parts = list(path)
    if old & (old - 1) == 0:
        parts.insert(0, old_root)
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = parts[0]
    for part in parts[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(part, first), node_hash(part, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, part)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
