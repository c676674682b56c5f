"""The room's operations on lists, their entries and their versions."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Path, Query, Router, Status
from ninja import Form as FormField
from ninja.files import UploadedFile

from clearway.accounts.forms import Cursor, Day, Limit, Number, permitted
from clearway.audit.actor import Actor
from clearway.intelligence import access, forms, importing, queries, told, watchlists
from clearway.intelligence.models import Entry
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["intelligence"])
CodeOfList = Annotated[str, Path(max_length=32, description="code of a list", examples=["own"])]


@router.get(
    "/watchlists",
    response=forms.Watchlists,
    operation_id="listWatchlists",
    summary="Watchlists",
)
def list_watchlists(request: HttpRequest) -> Any:
    """Return every list, with how many entries count."""
    permitted(request, "listWatchlists", access.OPERATIONS)
    return {"items": [told.watchlist(row) for row in queries.watchlists()]}


@router.post(
    "/watchlists",
    response={201: forms.WatchlistTold},
    operation_id="makeWatchlist",
    summary="Make a watchlist",
)
def make_watchlist(request: HttpRequest, wanted: forms.WatchlistWanted) -> Any:
    """Make an empty list: of parties, of conveyances, or one to import sanctions into."""
    actor = permitted(request, "makeWatchlist", access.OPERATIONS)
    return Status(201, told.watchlist(watchlists.make(actor, **wanted.model_dump())))


@router.get(
    "/watchlists/{code}/entries",
    response=forms.WatchEntryPage,
    operation_id="listWatchEntries",
    summary="The entries of a watchlist",
)
def list_watch_entries(
    request: HttpRequest,
    code: CodeOfList,
    state: Annotated[forms.StateOfEntry | None, Query(description="of one state")] = None,
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
) -> Any:
    """Return the entries of a list, the latest first."""
    actor = permitted(request, "listWatchEntries", access.OPERATIONS)
    rows = queries.entries(access.watchlist_for(actor, code), state or "")
    page = page_of(rows, "-id", cursor, limit)
    access.note_read(actor, "entries", [row.pk for row in page.items])
    return {"items": [told.entry(row) for row in page.items], "next": page.next}


@router.post(
    "/watchlists/{code}/entries",
    response={201: forms.WatchEntryWhole},
    operation_id="proposeWatchEntry",
    summary="Propose an entry of a watchlist",
)
def propose_watch_entry(
    request: HttpRequest, code: CodeOfList, wanted: forms.WatchEntryWanted
) -> Any:
    """Propose an entry of a list of one's own. One that stops goods waits for a second person."""
    actor = permitted(request, "proposeWatchEntry", access.OPERATIONS)
    return Status(201, _entry(actor, watchlists.propose(actor, code, wanted.wanted())))


@router.get(
    "/watch-entries/{number}",
    response=forms.WatchEntryWhole,
    operation_id="getWatchEntry",
    summary="An entry of a watchlist",
)
def get_watch_entry(request: HttpRequest, number: Number) -> Any:
    """Return an entry with its names and second keys."""
    actor = permitted(request, "getWatchEntry", access.OPERATIONS)
    return _entry(actor, access.entry_for(actor, number))


@router.post(
    "/watch-entries/{number}/decision",
    response=forms.WatchEntryWhole,
    operation_id="decideWatchEntry",
    summary="Approve or refuse an entry",
)
def decide_watch_entry(request: HttpRequest, number: Number, given: forms.SecondDecision) -> Any:
    """Approve or refuse, as a second person, an entry that stops goods."""
    actor = permitted(request, "decideWatchEntry", access.OPERATIONS)
    done = watchlists.decide(actor, number, approve=given.approve, reason=given.reason)
    return _entry(actor, done)


@router.post(
    "/watch-entries/{number}/end",
    response=forms.WatchEntryWhole,
    operation_id="endWatchEntry",
    summary="End an entry",
)
def end_watch_entry(request: HttpRequest, number: Number, given: forms.EntryEnding) -> Any:
    """End an entry of a list of one's own before its day."""
    actor = permitted(request, "endWatchEntry", access.OPERATIONS)
    return _entry(actor, watchlists.end(actor, number, given.reason))


@router.get(
    "/watchlists/{code}/versions",
    response=forms.ListVersions,
    operation_id="listListVersions",
    summary="The versions of an imported list",
)
def list_list_versions(request: HttpRequest, code: CodeOfList) -> Any:
    """Return the versions of a sanctions list with what each changed, the latest first."""
    actor = permitted(request, "listListVersions", access.OPERATIONS)
    rows = queries.versions(access.watchlist_for(actor, code)).order_by("-number")[:200]
    return {"items": [told.version(row) for row in rows]}


@router.post(
    "/watchlists/{code}/versions",
    response={201: forms.ListVersionTold},
    operation_id="importListVersion",
    summary="Import a version of a sanctions list",
)
def import_list_version(
    request: HttpRequest,
    code: CodeOfList,
    sdn: Annotated[UploadedFile, File(description="SDN.CSV of OFAC, as published")],
    label: Annotated[str, FormField(max_length=64, min_length=1, examples=["2026-02-27"])],
    published: Annotated[Day, FormField(examples=["2026-02-27"])],
    reason: Annotated[str, FormField(max_length=512, min_length=1, examples=["Weekly"])],
    alt: Annotated[UploadedFile | None, File(description="ALT.CSV of OFAC")] = None,
) -> Any:
    """Import a version as published. It counts when a second person approves it."""
    actor = permitted(request, "importListVersion", access.OPERATIONS)
    made = importing.propose(
        actor,
        code,
        sdn=sdn.read(),
        alt=alt.read() if alt is not None else b"",
        label=label,
        published=published,
        reason=reason,
    )
    return Status(201, told.version(made))


@router.post(
    "/watchlists/{code}/versions/{version}/decision",
    response=forms.ListVersionTold,
    operation_id="decideListVersion",
    summary="Approve or refuse a version of a sanctions list",
)
def decide_list_version(
    request: HttpRequest, code: CodeOfList, version: Number, given: forms.SecondDecision
) -> Any:
    """Let an imported version count, as a second person, or refuse it."""
    actor = permitted(request, "decideListVersion", access.OPERATIONS)
    done = importing.decide(actor, code, version, approve=given.approve, reason=given.reason)
    return told.version(done)


def _entry(actor: Actor, row: Entry) -> dict[str, Any]:
    access.note_read(actor, "entries", [row.pk])
    return told.whole_entry(row)
