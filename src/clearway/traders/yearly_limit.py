"""The yearly limit of low-value regimes, which two racing parcels can never pass together.

Amounts are whole numbers in one unit that the caller keeps to, thousandths of the pack's currency
(as the feature ``buyer_value_year`` is read).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from clearway.audit import bulk

_USE = (
    "INSERT INTO traders_yearlyuse (buyer, year, used) VALUES (%s, %s, %s) "
    "ON CONFLICT (buyer, year) DO UPDATE SET used = traders_yearlyuse.used + excluded.used "
    "WHERE traders_yearlyuse.used + excluded.used <= %s"
)
_UNLIMITED = 2**62


def buyer_key(buyer: str) -> bytes:
    """Return what stands for a buyer in the table: declared data have any length."""
    return blake2b(buyer.encode(errors="surrogatepass"), digest_size=16).digest()


def use_yearly_limit(cursor: Any, buyer: str, year: int, amount: int, limit: int | None) -> bool:
    """Count an amount against a buyer's year if it still fits, and tell whether it did.

    The database decides by one conditional statement, so that of two parcels which fit alone but
    not together only one is counted; the other is to be assessed again.

    Args:
        cursor: of the transaction that stores the parcel.
        buyer: his identity (``identities.buyer_of``).
        year: the calendar year of the legal date.
        amount: 0 or more.
        limit: of the regime; None counts in any case (the single item above the limit).

    Raises:
        ValueError: the amount is negative or beyond what a column holds.
    """
    if not 0 <= amount < _UNLIMITED:
        raise ValueError(f"{amount} cannot be counted")
    most = _UNLIMITED if limit is None else limit
    if amount > most:
        return False
    (counted,) = bulk.change(cursor, _USE, [(buyer_key(buyer), year, amount, most)])
    return counted


def give_back(cursor: Any, buyer: str, year: int, amount: int) -> None:
    """Take back what was counted for a parcel that was cancelled or refused afterwards."""
    cursor.execute(
        "UPDATE traders_yearlyuse SET used = CASE WHEN used > %s THEN used - %s ELSE 0 END "
        "WHERE buyer = %s AND year = %s",
        [amount, amount, buyer_key(buyer), year],
    )


def used_many(cursor: Any, buyers: Sequence[str], year: int) -> dict[str, int]:
    """Return what each buyer has used of a year; 0 for one that is not known."""
    keys = {buyer_key(buyer): buyer for buyer in buyers}
    if not keys:
        return {}
    text, parameters = bulk.given(cursor, (("buyer", "bytea"),), [(key,) for key in keys])
    cursor.execute(
        f"SELECT u.buyer, u.used FROM {text} "  # noqa: S608 - constants only
        "JOIN traders_yearlyuse u ON u.buyer = given.buyer AND u.year = %s",
        [*parameters, year],
    )
    used = dict.fromkeys(keys.values(), 0)
    for key, amount in cursor.fetchall():
        used[keys[bytes(key)]] = amount
    return used
