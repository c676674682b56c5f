"""A declaration held against the transport document that it names, for officers and for profiles.

Stock (``stock``) says what may be drawn; here is only said where the two tell different stories.
Several declarations may draw on one document, so that less than all of it is no difference: mass
is held to the whole document only where a declaration takes all its packages. What the pack
tolerates between a report and a declaration (``CargoLaw``) is no difference either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from clearway.audit.bulk import ask, given
from clearway.cargo.rules import document_key
from clearway.kernel.lodgement import Lodgement

TOLD: Final = "cargo_differs"
PARTS: Final = ("packages", "gross_mass", "consignee", "containers", "dangerous_goods")
"""What is compared, in the order in which it is told."""
_MOST_CONTAINERS: Final = 5
Features = dict[str, int | str | bool | None]


class Asked(NamedTuple):
    """A declaration as it is compared.

    ``document`` is the number of its transport document as declared, empty without one;
    ``packages`` and ``gross_mass`` (millionths of a kg) are what it wants to draw, None where it
    does not say.
    """

    document: str
    packages: int | None
    gross_mass: int | None
    lodgement: Lodgement


class Story(msgspec.Struct, frozen=True):
    """What a transport document tells: see ``models.TransportDocument``."""

    consignee: str
    bulk: bool
    perishable: bool
    packages: int
    gross_mass: int
    mass_allowance: int
    dangerous: bool
    containers: frozenset[str] = frozenset()


class Difference(NamedTuple):
    """A part of which two stories are told, with both where they can be written down."""

    part: str
    declared: str
    reported: str


def features_for(cursor: Any, asked: Sequence[Asked]) -> list[Features]:
    """Return whether the cargo report tells otherwise and whether the goods are perishable.

    A declaration whose document nobody has reported yet has neither feature: nothing is known. Nor
    has one whose document is another's, or his lane would tell a stranger that there is one; that
    it is another's is kept for officers alone (``TOLD``).
    Two statements at most, whatever the number of declarations.

    Args:
        cursor: of any connection; nothing is written.
        asked: declarations.
    """
    keys = [document_key(one.document) if one.document else "" for one in asked]
    stories = _stories(cursor, sorted(set(keys) - {""}))
    return [
        {} if (story := stories.get(key)) is None else _features(one, story)
        for one, key in zip(asked, keys, strict=True)
    ]


def differences(asked: Asked, story: Story) -> list[Difference]:
    """Return of what a declaration and its transport document tell different stories."""
    found = []
    whole = not story.bulk and asked.packages == story.packages
    if not story.bulk and asked.packages is not None and asked.packages > story.packages:
        found.append(Difference("packages", str(asked.packages), str(story.packages)))
    mass = asked.gross_mass
    least = 2 * story.gross_mass - story.mass_allowance
    if mass is not None and (mass > story.mass_allowance or (whole and mass < least)):
        found.append(Difference("gross_mass", str(mass), str(story.gross_mass)))
    importer = asked.lodgement.importer
    if story.consignee and importer is not None and importer.id not in {"", story.consignee}:
        found.append(Difference("consignee", "", ""))
    unknown = _containers(asked.lodgement) - story.containers if story.containers else set()
    if unknown:
        found.append(Difference("containers", ",".join(sorted(unknown)[:_MOST_CONTAINERS]), ""))
    if whole and story.dangerous and not any(one.dangerous_goods for one in asked.lodgement.items):
        found.append(Difference("dangerous_goods", "", ""))
    return found


def told(features: Features) -> list[Difference]:
    """Return the differences that a decision knew of, from stored features.

    >>> told({"cargo_differs": "packages=12/10 consignee=/"})
    [Difference(part='packages', declared='12', reported='10'), \
Difference(part='consignee', declared='', reported='')]
    """
    found = []
    for one in str(features.get(TOLD) or "").split():
        part, _, both = one.partition("=")
        declared, _, reported = both.partition("/")
        found.append(Difference(part, declared, reported))
    return found


def _features(asked: Asked, story: Story) -> Features:
    found = differences(asked, story)
    features: Features = {"cargo_mismatch": bool(found), "perishable": story.perishable}
    if any(one.part == "consignee" for one in found):
        # Another's document answers like one that nobody reported, in the lane too.
        features, found = {}, [Difference("consignee", "", "")]
    if found:
        features[TOLD] = " ".join(f"{one.part}={one.declared}/{one.reported}" for one in found)
    return features


def _containers(lodgement: Lodgement) -> set[str]:
    declared = [
        *lodgement.containers,
        *(one for item in lodgement.items for one in item.containers),
    ]
    return {key for one in declared if (key := document_key(one)) and key.isascii()}


_COLUMNS: Final = (
    "d.id, d.key, d.consignee, d.bulk, d.perishable, d.packages, d.gross_mass, d.mass_allowance, "
    "d.dangerous_goods"
)


def _stories(cursor: Any, keys: Sequence[str]) -> dict[str, Story]:
    """Return what live documents tell, by key; a master tells nothing of what its houses hold."""
    if not keys:
        return {}
    table, parameters = given(cursor, [("key", "text")], [(key,) for key in keys])
    rows = ask(
        cursor,
        f"SELECT {_COLUMNS} FROM {table} JOIN cargo_transportdocument d ON d.key = given.key "  # noqa: S608
        "WHERE d.state <> 'cancelled' AND d.houses = 0",
        parameters,
    )
    if not rows:
        return {}
    containers = _listed(cursor, [row[0] for row in rows])
    return {
        key: Story(
            consignee, bool(bulk), bool(perishable), packages, gross_mass, allowance,
            dangerous not in _NO_GOODS, frozenset(containers[number]),
        )
        for number, key, consignee, bulk, perishable, packages, gross_mass, allowance, dangerous
        in rows
    }  # fmt: skip


_NO_GOODS: Final[tuple[Any, ...]] = ("[]", "", None, [])
"""An empty list as SQLite's driver and PostgreSQL's give it."""


def _listed(cursor: Any, documents: Iterable[int]) -> dict[int, set[str]]:
    table, parameters = given(cursor, [("id", "bigint")], [(one,) for one in documents])
    rows = ask(
        cursor,
        "SELECT c.document_id, c.number "  # noqa: S608 - constants
        f"FROM {table} JOIN cargo_container c ON c.document_id = given.id",
        parameters,
    )
    found: dict[int, set[str]] = defaultdict(set)
    for document, number in rows:
        found[document].add(document_key(number))
    return found
