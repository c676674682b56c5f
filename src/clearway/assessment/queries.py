"""Every read of the room."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

import msgspec
from django.db.models import QuerySet

from clearway.assessment.models import (
    CARGO,
    Assessment,
    Charge,
    Finding,
    Hit,
    KnownSince,
    ProfileSet,
    Question,
)
from clearway.kernel.decisions import Channel, Lane, Selection, Severity
from clearway.kernel.decisions import Finding as KernelFinding
from clearway.kernel.decisions import Hit as KernelHit
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Profile, Reference
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DefectFound


def newest(declaration: int) -> Assessment | None:
    """Return the newest assessment of a declaration, by its row number."""
    return Assessment.objects.filter(declaration=declaration).order_by("-id").first()


def charging(declaration: int) -> Assessment | None:
    """Return the newest assessment that charged anew: one that only selected anew did not."""
    rows = Assessment.objects.filter(declaration=declaration).exclude(occasion=CARGO)
    return rows.order_by("-id").first()


def as_decided(lodgement: Lodgement, assessment: Assessment) -> Lodgement:
    """Return a version's lodgement with what was known when it was decided on."""
    if assessment.occasion != CARGO:
        return lodgement
    kept = KnownSince.objects.get(assessment=assessment)
    return msgspec.structs.replace(lodgement, features=msgspec.msgpack.decode(bytes(kept.features)))


def findings(assessment: int) -> QuerySet[Finding]:
    """Return the findings of an assessment in the order in which they were made."""
    return Finding.objects.filter(assessment_id=assessment).order_by("id")


def rules_found(declaration: int) -> frozenset[str]:
    """Return the numbers of the rules that the newest assessment of a declaration found broken."""
    found = newest(declaration)
    if found is None:
        return frozenset()
    return frozenset(findings(found.pk).values_list("rule", flat=True))


def found(assessment: int, rules: Collection[str]) -> list[KernelFinding]:
    """Return what some rules found, as the kernel tells it."""
    return [
        KernelFinding(
            row.rule,
            Severity(row.severity),
            row.pointer,
            row.item,
            tuple(msgspec.json.decode(bytes(row.parameters), type=dict[str, str]).items()),
        )
        for row in findings(assessment).filter(rule__in=rules)
    ]


def charges(assessment: int) -> QuerySet[Charge]:
    """Return the charges of an assessment, item by item."""
    return Charge.objects.filter(assessment_id=assessment).order_by("id")


def hits(assessment: int) -> list[KernelHit]:
    """Return the hits of an assessment as the kernel gave them, item by item."""
    found = [
        KernelHit(
            int(item),
            row.profile,
            row.version,
            None if row.lane is None else Lane(row.lane),
            row.contribution,
            Channel(row.channel),
        )
        for row in Hit.objects.filter(assessment_id=assessment).order_by("id")
        for item in row.items.split(",")
    ]
    return sorted(found, key=lambda hit: hit.item)


def questions(assessment: int) -> QuerySet[Question]:
    """Return what others have to answer."""
    return Question.objects.filter(assessment_id=assessment).order_by("id")


def selection(assessment: Assessment) -> Selection | None:
    """Return the whole selection of an assessment; None where the declaration was rejected."""
    packed = assessment.selection
    if packed is None:
        return None
    return msgspec.msgpack.decode(bytes(packed), type=Selection)


def reference_of(assessment: Assessment) -> Reference:
    """Return the law by which an assessment was decided: its pack, with its set of profiles.

    Raises:
        DefectFound: the set that it names is not kept.
    """
    return under(reference_at(assessment.at), assessment.profile_set)


@lru_cache(maxsize=16)
def under(reference: Reference, profile_set: str) -> Reference:
    """Return a pack with a kept set of profiles in place of its own; an empty name leaves them.

    Raises:
        DefectFound: the set is not kept.
    """
    if not profile_set:
        return reference
    kept = ProfileSet.objects.filter(hash=profile_set).first()
    if kept is None:
        raise DefectFound(f"The set of profiles {profile_set} is not kept.")
    profiles = msgspec.msgpack.decode(bytes(kept.profiles), type=tuple[Profile, ...])
    return msgspec.structs.replace(reference, profiles=profiles, profile_set=profile_set)
