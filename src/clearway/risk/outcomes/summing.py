"""A round that sums what inspections showed of each profile's hits, so that a page need not.

The sums are made anew with each round, up to the newest outcome. Who reads adds what was shown
since (``queries.worth_by_profile``): a look tells in the ledger and on the profile's page as soon
as it is closed. A border with few inspections has no sums.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max

from clearway.audit import clock
from clearway.risk.outcomes import queries
from clearway.risk.outcomes.models import Outcome, ProfileWorth, WorthUntil

LEAST: Final = 5_000
"""Outcomes below which the record is read each time."""
AGAIN: Final = timedelta(hours=1)


class _Looked:
    """When this process went round."""

    at: datetime = datetime.min.replace(tzinfo=UTC)


def forget() -> None:
    """Go round with the next call, however soon it comes."""
    _Looked.at = datetime.min.replace(tzinfo=UTC)


def go_round() -> None:
    """Make the sums, where there is more than can be read each time."""
    now = clock.now()
    if now - _Looked.at < AGAIN:
        return
    _Looked.at = now
    newest = Outcome.objects.aggregate(newest=Max("id"))["newest"] or 0
    if newest <= LEAST:
        return
    drawn = queries.drawn_until(newest)
    rows = [
        ProfileWorth(
            on_trial=False, profile=queries.RANDOM, version=0, inspected=drawn.inspected,
            found=drawn.found, at_stake=drawn.at_stake,
        )
    ]  # fmt: skip
    for on_trial in (False, True):
        told = queries.by_profile(newest, on_trial=on_trial)
        rows += [
            ProfileWorth(
                on_trial=on_trial, profile=profile, version=version, inspected=count,
                found=told[profile, version, True],
            )
            for (profile, version, hit), count in told.items()
            if not hit
        ]  # fmt: skip
    with transaction.atomic():
        for table in (WorthUntil, ProfileWorth):
            table.objects.all().delete()
        ProfileWorth.objects.bulk_create(rows, batch_size=500)
        WorthUntil.objects.create(outcome=newest, at=now)
