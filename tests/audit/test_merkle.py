"""The tree of RFC 6962: known roots and proofs, and properties of both."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearway.audit import merkle

# The leaves and roots of the Certificate Transparency reference test, known since 2012.
DATA = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [merkle.leaf_hash(data) for data in DATA]


def by_definition(leaves):
    """RFC 6962, 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + by_definition(leaves[:k]) + by_definition(leaves[k:])).digest()


def some_leaves(count):
    return [merkle.leaf_hash(bytes([n % 251, n // 251])) for n in range(count)]


@pytest.mark.parametrize("size", range(9))
def test_known_roots(size):
    assert merkle.root(0, size, merkle.nodes_of(LEAVES)).hex() == ROOTS[size]


# Index, size, path: from the same reference test.
PATHS = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
]


@pytest.mark.parametrize(("index", "size", "path"), PATHS)
def test_known_inclusion_proofs(index, size, path):
    proof = merkle.inclusion_proof(index, size, merkle.nodes_of(LEAVES))
    assert [part.hex() for part in proof] == path
    assert merkle.included(LEAVES[index], index, size, proof, bytes.fromhex(ROOTS[size]))


PROOFS = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]


@pytest.mark.parametrize(("old", "new", "path"), PROOFS)
def test_known_consistency_proofs(old, new, path):
    proof = merkle.consistency_proof(old, new, merkle.nodes_of(LEAVES))
    assert [part.hex() for part in proof] == path
    assert merkle.continues(old, bytes.fromhex(ROOTS[old]), new, bytes.fromhex(ROOTS[new]), proof)


sizes = st.integers(1, 300)


@given(size=sizes, data=st.data())
def test_every_leaf_is_proved_and_no_other(size, data):
    leaves = some_leaves(size)
    nodes = merkle.nodes_of(leaves)
    index = data.draw(st.integers(0, size - 1))
    root = merkle.root(0, size, nodes)
    proof = merkle.inclusion_proof(index, size, nodes)
    assert root == by_definition(leaves)
    assert merkle.included(leaves[index], index, size, proof, root)
    assert not merkle.included(merkle.leaf_hash(b"forged"), index, size, proof, root)
    other = data.draw(st.integers(0, size + 3))
    assert merkle.included(leaves[index], other, size, proof, root) == (other == index)
    assert not merkle.included(leaves[index], index, size, [*proof, root], root)
    if proof:
        assert not merkle.included(leaves[index], index, size, proof[:-1], root)


@given(new=sizes, data=st.data())
def test_growth_is_proved_and_nothing_else(new, data):
    leaves = some_leaves(new)
    nodes = merkle.nodes_of(leaves)
    old = data.draw(st.integers(0, new))
    old_root, new_root = merkle.root(0, old, nodes), merkle.root(0, new, nodes)
    proof = merkle.consistency_proof(old, new, nodes)
    assert old_root == by_definition(leaves[:old])
    assert merkle.continues(old, old_root, new, new_root, proof)
    if 0 < old < new:
        forged = some_leaves(old)
        place = data.draw(st.integers(0, old - 1))
        forged[place] = merkle.leaf_hash(b"forged")
        forged_root = by_definition(forged)
        assert not merkle.continues(old, forged_root, new, new_root, proof)
        lied = merkle.consistency_proof(old, new, merkle.nodes_of([*forged, *leaves[old:]]))
        assert not merkle.continues(old, forged_root, new, new_root, lied)
        assert not merkle.continues(old, old_root, new, new_root, proof[:-1])
        assert not merkle.continues(old, old_root, new, new_root, [*proof, new_root])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 4), (4, 4)])
def test_no_proof_of_what_is_not_there(index, size):
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion_proof(index, size, merkle.nodes_of(LEAVES))
    assert not merkle.included(LEAVES[0], index, size, [], LEAVES[0])


@pytest.mark.parametrize(("old", "new"), [(5, 4), (-1, 4)])
def test_a_tree_does_not_shrink(old, new):
    with pytest.raises(ValueError, match="does not continue"):
        merkle.consistency_proof(old, new, merkle.nodes_of(LEAVES))
    assert not merkle.continues(old, LEAVES[0], new, LEAVES[1], [LEAVES[2]])
