"""The addresses of the platform: each room's doors, mounted once."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from clearway.api.api import ROOT, api
from clearway.site import probes

urlpatterns: list[URLPattern | URLResolver] = [
    path(ROOT, api.urls),
    path("accounts/", include("allauth.urls")),
    path("health", probes.health),
    path("ready", probes.ready),
    path("metrics", probes.counts),
    path("", include("clearway.web.urls")),
]
handler400 = "clearway.web.errors.bad_request"
handler403 = "clearway.web.errors.not_permitted"
handler404 = "clearway.web.errors.not_found"
handler500 = "clearway.web.errors.server_error"
