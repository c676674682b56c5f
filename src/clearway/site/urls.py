"""The addresses of the platform: each room's doors, mounted once."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from clearway.site import probes

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", probes.health),
    path("ready", probes.ready),
    path("metrics", probes.counts),
    path("accounts/", include("allauth.urls")),
]
