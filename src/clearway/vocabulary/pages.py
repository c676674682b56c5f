"""Lists in pages, by cursor: where the last page ended, not how many rows to skip.

A cursor is the key of the last item, made opaque. It is neither secret nor signed: it says only
where to go on, and what a reader may see is decided anew on every page.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar

from clearway.vocabulary.errors import DataRefused

LARGEST_PAGE: Final = 200
USUAL_PAGE: Final = 50
_LONGEST_CURSOR: Final = 1024
_LARGEST_NUMBER: Final = 2**63 - 1

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some items of a list, and the cursor of those after them; none where the list ends."""

    items: Sequence[T]
    next: str | None = None


def cursor_of(key: int | str) -> str:
    """Return the cursor of a key.

    >>> cursor_of(41)
    'WzQxXQ'
    """
    told = json.dumps([key], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(told).rstrip(b"=").decode()


def key_of(cursor: str) -> int | str:
    """Return the key that a cursor was made of.

    >>> key_of("WzQxXQ")
    41

    Raises:
        DataRefused: it is no cursor.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        (key,) = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        # The canonical form only: two spellings of one cursor would be two addresses of one page.
        sound = _may_be_key(key) and cursor_of(key) == cursor
    except (ValueError, TypeError, RecursionError):
        sound = False
    if not sound or len(cursor) > _LONGEST_CURSOR:
        raise _bad_cursor()
    found: int | str = key
    return found


def page_of(queryset: Any, key: str, cursor: str = "", limit: int = USUAL_PAGE) -> Page[Any]:
    """Return one page of a list.

    Args:
        queryset: Django's, without order or slice.
        key: the unique, never empty field that orders it, ``-`` before it for the last first.
            It may reach over a relation (``-event__id``).
        cursor: of the page before, empty for the first page.
        limit: how many items at most, cut to 1 … ``LARGEST_PAGE``.

    Raises:
        DataRefused: the cursor is none of this list.
    """
    name = key.removeprefix("-")
    limit = min(max(limit, 1), LARGEST_PAGE)
    if cursor:
        after = key_of(cursor)
        try:
            queryset = queryset.filter(**{f"{name}__{'lt' if key[0] == '-' else 'gt'}": after})
        except (ValueError, TypeError):
            raise _bad_cursor() from None
    items = list(queryset.order_by(key)[: limit + 1])
    if len(items) <= limit:
        return Page(items)
    return Page(items[:limit], cursor_of(attrgetter(name.replace("__", "."))(items[limit - 1])))


def _may_be_key(key: object) -> bool:
    if isinstance(key, str):
        return "\0" not in key and key.isprintable()  # which excludes half a surrogate pair
    return isinstance(key, int) and not isinstance(key, bool) and abs(key) <= _LARGEST_NUMBER


def _bad_cursor() -> DataRefused:
    return DataRefused(
        "The cursor is none of this list.",
        faults=(("/query/cursor", "not a cursor that a page of this list gave"),),
        remedy="Take it unchanged from `next` of the page before, or leave it out.",
    )
