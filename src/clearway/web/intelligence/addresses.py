"""The addresses of the pages of intelligence."""

from __future__ import annotations

from typing import Final

from django.urls import path

from clearway.web.intelligence import (
    cases,
    deciding,
    entries,
    links,
    matches,
    register,
    searching,
    versions,
    watchlists,
)

INTELLIGENCE: Final = [
    path("watchlists/", watchlists.listed, name="watchlists"),
    # A code holds no slash, so that none is taken for the form.
    path("watchlists/new/", watchlists.new, name="new_watchlist"),
    path("watchlists/<str:code>", watchlists.entries, name="watchlist"),
    path("watchlists/<str:code>/entries/new", entries.propose, name="propose_watch_entry"),
    path("watchlists/<str:code>/versions/new", versions.bring, name="import_list_version"),
    path("watchlists/<str:code>/versions/<int:number>", versions.version, name="list_version"),
    path("watch-entries/<int:number>", entries.entry, name="watch_entry"),
    path("watch-entries/<int:number>/decide", entries.decide, name="decide_watch_entry"),
    path("watch-entries/<int:number>/end", entries.end, name="end_watch_entry"),
    path("name-search", searching.search, name="name_search"),
    path("links", links.links, name="party_links"),
    path("watch-matches/", matches.matches, name="watch_matches"),
    path("watch-matches/decide", deciding.several, name="decide_watch_matches"),
    path("watch-matches/<int:number>", matches.match, name="watch_match"),
    path("targeting-cases/", cases.listed, name="targeting_cases"),
    path("targeting-cases/<int:number>", cases.one, name="targeting_case"),
    path("intelligence/", register.listed, name="intelligence_register"),
    path("intelligence/new", register.new, name="new_piece"),
    path("intelligence/<int:number>", register.one, name="piece"),
    path("intelligence/<int:number>/amend", register.amend, name="amend_piece"),
    path("intelligence/<int:number>/link", register.link, name="link_piece"),
    path("intelligence/<int:number>/close", register.close, name="close_piece"),
]
