"""What falls due by the calendar: looked for every minute, in every process, done once.

Each job bears being done twice at once: it looks again under the lock of what it changes.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import connection

from clearway.audit import clock
from clearway.audit.actor import system
from clearway.cargo import discharging
from clearway.clearance import exits
from clearway.declarations import chasing
from clearway.inspection import doubting
from clearway.intake import bulk_discarding
from clearway.intake.service import alarm
from clearway.payments import timing
from clearway.permits import rounds as permits
from clearway.reference.in_force import reference_at
from clearway.risk.learning import watching
from clearway.risk.outcomes import summing
from clearway.risk.prices import service as prices
from clearway.risk.profiles import health
from clearway.risk.scoring import planning
from clearway.supervision import days
from clearway.traders import service as traders
from clearway.vocabulary.clock import SimulatedClock
from clearway.vocabulary.errors import StateForbids

EVERY: Final = 60.0
"""Seconds between two rounds, by the machine's own time."""

_log = logging.getLogger("clearway.rounds")
_ME: Final = system("rounds")


def chase() -> None:
    """Tell late supplementary declarations, and let lapse what was never presented."""
    chasing.chase(reference_at(clock.now()))


def expire_goods() -> None:
    """Mark the goods that have lain too long."""
    discharging.expire(_ME, clock.now())


def expire_mandates() -> None:
    """Mark the mandates whose period is over."""
    traders.expire(_ME, clock.now().date())


def ask_about_exits() -> None:
    """Ask about export goods whose exit nobody confirmed in time."""
    exits.enquire(clock.now())


def chase_payments() -> None:
    """Close the months of deferred accounts, remind who must pay, mark what is late or over."""
    timing.go_round(_ME, clock.now())


def discard_bulk_files() -> None:
    """Throw away the bulk files that were finished long enough ago."""
    days = timedelta(days=settings.ENVIRONMENT["CLEARWAY_BULK_DAYS"])
    bulk_discarding.discard(_ME, clock.now() - days)


def close_doubts() -> None:
    """Close the decisions on values against which nobody can appeal any more."""
    doubting.close_those_past_appeal(clock.now())


def settle_permits() -> None:
    """Let permits expire, unanswered cases lapse, and silence approve where the pack says so."""
    permits.go_round()


def plan_inspections() -> None:
    """Set the cuts by which each office spends its inspections today."""
    planning.go_round()


def learn_prices() -> None:
    """See the unit prices of what was accepted, and learn once a day what goods usually cost."""
    prices.go_round()


def look_at_profiles() -> None:
    """Raise an alarm for each stored profile that can no longer be evaluated, once an hour."""
    for one in health.newly_damaged():
        alarm("profile_damaged", f"{one.code} {one.version}: {one.state}, {one.how}")


def watch_models() -> None:
    """Let the model in the shadow judge what is new, and look once a day how models fare."""
    watching.go_round()


def sum_days() -> None:
    """Make the sums by which the ledger of selection and the profiles' worth are read quickly."""
    summing.go_round()
    days.go_round()


ROUND: Final[tuple[Callable[[], None], ...]] = (
    chase,
    expire_goods,
    expire_mandates,
    ask_about_exits,
    chase_payments,
    discard_bulk_files,
    close_doubts,
    settle_permits,
    plan_inspections,
    learn_prices,
    look_at_profiles,
    watch_models,
    sum_days,
)


def go_round() -> None:
    """Do everything that is due; one job that fails does not keep the others from theirs."""
    for job in ROUND:
        try:
            job()
        except StateForbids:
            _log.info("not yet: %s", job.__name__)
        except Exception as error:  # noqa: BLE001 - the next round finds it again
            _log.warning("%s failed: %s", job.__name__, type(error).__name__)
            connection.close()


class Rounds:
    """Goes round while the platform runs.

    A demonstration, whose days take seconds, goes round with each hour of its own time instead.
    """

    name = "rounds"

    def __init__(self) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)

    def start(self) -> None:
        """Begin."""
        known = clock.clock()
        if isinstance(known, SimulatedClock):
            known.each_hour(go_round)
        else:
            self._thread.start()

    def stop(self) -> None:
        """End after the job under way."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(30)

    def _run(self) -> None:
        while not self._over.wait(EVERY):
            go_round()
        connection.close()
