"""What the pack says of payments: days, rates, calendar. One read of it for each act."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from clearway.declarations.kinds import days_setting
from clearway.declarations.rules import local_day
from clearway.kernel.reference import Reference
from clearway.payments.rules import shares, working_day
from clearway.reference.in_force import reference_at
from clearway.vocabulary.dates import date_of

_STATEMENT_DAYS: Final = 15


class Terms(NamedTuple):
    """The terms of payment at an instant."""

    reference: Reference
    today: date

    @property
    def currency(self) -> str:
        """The country's currency, in whose minor units duties are charged."""
        return self.reference.currency

    def due(self, key: str, default: int) -> date:
        """Return the day so many days from today that a setting says, moved to a working day."""
        return self.due_after(self.today, key, default)

    def due_after(self, day: date, key: str, default: int) -> date:
        """Return the day so many days after a day, moved to a working day."""
        days = days_setting(self.reference, key, default)
        return working_day(day + timedelta(days=days), self.reference.calendar)

    def statement_due(self, month: date | None = None) -> date:
        """Return when the statement of a month is due: the pack's days after the month's end.

        Args:
            month: a day of it; today where it is left out.
        """
        first = ((month or self.today).replace(day=1) + timedelta(days=32)).replace(day=1)
        last = first - timedelta(days=1)
        return self.due_after(last, "payments.statement_days", _STATEMENT_DAYS)

    def share(self, types: frozenset[str]) -> int:
        """Return how many per cent of a debt a guarantee must hold for a holder.

        Args:
            types: the types of authorisation that he has in force.
        """
        table = shares(self.reference.settings.get("payments.guarantee_shares", ""))
        return min((table[one] for one in types if one in table), default=100)

    @property
    def treasury(self) -> str:
        """The account (IBAN) to which duties are paid; empty where the pack names none."""
        return self.reference.settings.get("payments.treasury_iban", "")


def terms_at(instant: datetime) -> Terms:
    """Return the terms that rule at an instant."""
    reference = reference_at(instant)
    return Terms(reference, date_of(local_day(instant, reference)))
