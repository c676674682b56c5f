"""Every write of the room: what a person keeps for himself on the pages."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from clearway.accounts.models import User
from clearway.vocabulary.errors import DataRefused
from clearway.web.models import SavedView, Seen

MOST_VIEWS = 30
LONGEST_QUERY = 1000


def save_view(user: User, page: str, name: str, query: str) -> SavedView:
    """Keep the filters of a list under a name; a name that is taken gets the new filters.

    Raises:
        DataRefused: there is no name, the filters are too long, or too many views are kept.
    """
    name = " ".join(name.split())[:60]
    if not name:
        raise DataRefused("A view needs a name.", faults=(("/body/name", "empty"),))
    pairs = [(key, value) for key, value in parse_qsl(query) if key not in {"cursor", "format"}]
    query = urlencode(pairs)
    if len(query) > LONGEST_QUERY:
        raise DataRefused(
            "These filters are too long to be kept.",
            faults=(("/body/query", f"more than {LONGEST_QUERY} characters"),),
            remedy="Narrow the list by shorter words.",
        )
    own = SavedView.objects.filter(user=user, page=page[:40])
    if own.exclude(name=name).count() >= MOST_VIEWS:
        raise DataRefused(
            "No more views can be kept for this list.",
            faults=(("/body/name", f"{MOST_VIEWS} are kept"),),
            remedy="Remove one first.",
        )
    view, _ = SavedView.objects.update_or_create(
        user=user, page=page[:40], name=name, defaults={"query": query}
    )
    return view


def forget_view(user: User, number: int) -> str:
    """Remove a view of a person's own, and return the page that it was of; empty for no such."""
    found = SavedView.objects.filter(user=user, pk=number).first()
    if found is None:
        return ""
    found.delete()
    return found.page


def saw_news(user: User, position: int) -> None:
    """Note up to which place of the news a person has looked."""
    Seen.objects.update_or_create(user=user, defaults={"position": position})
