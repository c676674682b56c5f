"""The addresses of the platform: each room's doors, mounted once."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from clearway.api.api import ROOT, api

urlpatterns: list[URLPattern | URLResolver] = [
    path(ROOT, api.urls),
]
