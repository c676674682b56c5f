"""The addresses of the pages of intelligence."""

from __future__ import annotations

from typing import Final

from django.urls import path

from clearway.web.intelligence import entries, searching, versions, watchlists

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
]
