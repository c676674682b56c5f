"""Country packs: which rule, what a proposed one changes, and the two persons who answer for it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.accounts.queries import called, names_of_person
from clearway.audit import clock
from clearway.audit.actor import Actor, Role
from clearway.clearance.deciding import LONGEST
from clearway.reference import access, queries, service, uploads
from clearway.reference.models import PublishedPack
from clearway.vocabulary.errors import DataRefused, InputUnusable, PackRefused, StateForbids
from clearway.web.language import language_for
from clearway.web.listing import Column, Filter, Listing
from clearway.web.visitors import page, see_other
from clearway.web.words import words
from clearway.web.writing import zone

KINDS: Final = ("line", "measure", "code", "rate")
PAGE: Final = 100


def _rows(actor: Actor, chosen: Mapping[str, Any]) -> QuerySet[PublishedPack]:
    rows = queries.visible_packs(proposals=access.sees_proposals(actor))
    rows = queries.with_standing(rows, clock.now())
    wanted = {name: value for name, value in chosen.items() if name == "standing"}
    return rows.filter(**wanted)


PACKS: Final = Listing(
    name="packs",
    title="menu_packs",
    rows=_rows,
    columns=(
        Column("pack", lambda row: f"{row.name} {row.version}"),
        Column("standing", lambda row: row.standing, "state:standing"),
        Column("valid_from", lambda row: row.valid_from, "instant"),
        Column("proposed_by", lambda row: row.proposed_by, "actor"),
        Column("approved_by", lambda row: row.approved_by, "actor"),
        Column("hash", lambda row: row.hash[:12], "code"),
    ),
    filters=(
        Filter(
            "standing",
            "choice",
            ("in_force", "proposed", "approved", "expired", "withdrawn"),
            "standing",
        ),
    ),
    address=lambda row: reverse("pack", args=[row.pk]),
    live="pack",
)
_FOR_STEWARDS: Final = replace(PACKS, actions=(("propose_pack", "propose_pack"),))
_FOR_ALL: Final = replace(
    PACKS, columns=[column for column in PACKS.columns if column.kind != "actor"]
)
"""The law is everybody's; who made it so within the administration is not."""


@require_safe
@page("listPacks", access.OPERATIONS)
def packs(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the packs."""
    listing = PACKS if access.sees_proposals(actor) else _FOR_ALL
    listing = _FOR_STEWARDS if actor.has(Role.TARIFF) else listing
    return listing.answer(request, actor)


@require_safe
@page("getPack", access.OPERATIONS)
def pack(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Show a pack and what it changes."""
    return _shown(request, actor, access.pack_for(actor, number))


@require_POST
@page("approvePack", access.OPERATIONS)
def approve(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Let a pack rule from its instant; never one's own proposal."""
    found = access.pack_for(actor, number)
    try:
        service.approve(actor, number, request.POST.get("changes_seen", ""))
    except StateForbids as refused:
        return _shown(request, actor, found, refused=refused)
    messages.success(request, words(language_for(request))["pack_approved"])
    return see_other(reverse("packs"))


@require_POST
@page("withdrawPack", access.OPERATIONS)
def withdraw(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Take back a proposal, or an approved pack that does not rule yet."""
    found, told = access.pack_for(actor, number), words(language_for(request))
    reason = request.POST.get("reason", "").strip()[:LONGEST]
    if not reason:
        return _shown(request, actor, found, wrong=told["reason_needed"])
    try:
        service.withdraw(actor, number, reason)
    except StateForbids as refused:
        return _shown(request, actor, found, refused=refused)
    messages.success(request, told["pack_withdrawn"])
    return see_other(reverse("packs"))


def _shown(
    request: HttpRequest,
    actor: Actor,
    found: PublishedPack,
    *,
    wrong: str = "",
    refused: StateForbids | None = None,
) -> HttpResponse:
    report = queries.changes_of(found)
    chosen = request.GET.get("kind", "")
    rows = [one for one in report.changes if chosen not in KINDS or one.kind == chosen]
    begin = _whole(request.GET.get("from", ""))
    steward, standing = actor.has(Role.TARIFF), queries.standing_of(found, clock.now())
    people = {found.proposed_by, found.approved_by} - {""}
    names = called(people if access.sees_proposals(actor) else ())
    context = {
        "pack": found,
        "hash": in_parts(found.hash),
        "standing": standing,
        "proposed_by": names.get(found.proposed_by, ""),
        "approved_by": names.get(found.approved_by, ""),
        "report": report,
        "rows": rows[begin : begin + PAGE],
        "next": begin + PAGE if begin + PAGE < len(rows) else 0,
        "kinds": KINDS,
        "kind": chosen if chosen in KINDS else "",
        "counts": [(*key.split(), count) for key, count in sorted(report.counts.items())],
        "may_withdraw": steward and standing in {"proposed", "approved"},
        "may_approve": steward and standing == "proposed" and not _is_own(actor, found),
        "own": steward and standing == "proposed" and _is_own(actor, found),
        "wrong": wrong,
        "refused": refused,
    }
    status = 422 if wrong else 409 if refused else 200
    return render(request, "web/oversight/pack.html", context, status=status)


def in_parts(digest: str) -> list[str]:
    """Return a digest in pieces between which a narrow page may break the line."""
    return [digest[at : at + 8] for at in range(0, len(digest), 8)]


def _is_own(actor: Actor, found: PublishedPack) -> bool:
    return actor.name in names_of_person(found.proposed_by)


def _whole(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0


@require_http_methods(["GET", "POST"])
@page("proposePack", access.OPERATIONS)
def propose(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Propose a pack by its archive, or show the form for it."""
    told = words(language_for(request))
    wrong: dict[str, str] = {}
    refused = ""
    if request.method == "POST":
        archive, begins = request.FILES.get("archive"), _instant(request.POST)
        if archive is None:
            wrong["archive"] = told["archive_needed"]
        if begins is None:
            wrong["day"] = told["instant_needed"]
        if archive is not None and begins is not None:
            try:
                with tempfile.TemporaryDirectory(prefix="clearway-pack-") as folder:
                    source = uploads.unpack(archive.file, Path(folder))
                    made = service.propose(actor, source, begins)
            except DataRefused as found:
                wrong["archive"] = told["archive_refused"]
                refused = "\n".join(fault for _, fault in found.faults) or found.what
            except (PackRefused, InputUnusable) as found:
                wrong["archive"], refused = told["pack_has_errors"], str(found)
            except StateForbids as found:
                wrong["day"], refused = told["refused_state-forbids"], str(found)
            else:
                messages.success(request, told["pack_proposed"])
                return see_other(reverse("pack", args=[made.pk]))
    context = {"wrong": wrong, "refused": refused, "given": request.POST, "zone": str(zone())}
    status = 422 if wrong else 200
    return render(request, "web/oversight/propose.html", context, status=status)


def _instant(given: Mapping[str, str]) -> datetime | None:
    """Return the instant of a day and a time of day in the offices' zone."""
    try:
        local = datetime.fromisoformat(f"{given.get('day', '')}T{given.get('time', '') or '00:00'}")
    except ValueError:
        return None
    if local.tzinfo is not None or not 1900 <= local.year < 2200:
        return None
    return local.replace(tzinfo=zone()).astimezone(UTC)
