"""The hits of a declaration: profiles in force and on trial, and what the model adds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from clearway.kernel.decisions import Channel, Hit
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.profiles import ProfileSet
from clearway.kernel.reference import Reference
from clearway.kernel.selection import MODEL, model_hit


@lru_cache(maxsize=16)
def profile_set(reference: Reference) -> ProfileSet:
    """Return the profiles in force, compiled once for as long as the reference is in use."""
    return ProfileSet.compile(reference.profiles)


@lru_cache(maxsize=16)
def shadow_set(reference: Reference) -> ProfileSet:
    """Return the profiles on trial, compiled once for as long as the reference is in use."""
    return ProfileSet.compile(reference.shadow)


def hits_of(
    profiles: ProfileSet, found: Iterable[Sequence[int]], lodgement: Lodgement
) -> tuple[Hit, ...]:
    """Return the hits of profiles that are live on the declaration's day.

    Args:
        profiles: those that were tried.
        found: for each item, in order, the places in the set of those whose condition it fulfils.
        lodgement: whose items they are.
    """
    day = lodgement.legal_date if lodgement.legal_date is not None else lodgement.observed_on
    return tuple(
        Hit(
            position,
            profile.code,
            profile.version,
            profile.lane,
            profile.weight,
            Channel(profile.channel),
        )
        for position, places in enumerate(found, 1)
        for profile in (profiles.profiles[place] for place in places)
        if day is None or profile.period.covers(day)
    )


def with_model(hits: Sequence[Hit], lodgement: Lodgement) -> tuple[Hit, ...]:
    """Return the hits of profiles, and what the model in force adds beside them."""
    own = tuple(hit for hit in hits if hit.profile != MODEL or hit.channel is not Channel.SCORE)
    added = model_hit(lodgement.features)
    return own if added is None else (*own, added)
