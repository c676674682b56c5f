"""The pages of errors. Under the API's path the API's own middleware answers instead."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clearway.web.language import language_for
from clearway.web.words import words


def bad_request(request: HttpRequest, exception: object = None) -> HttpResponse:
    """Answer a request that cannot be read."""
    del exception
    return _page(request, 400, "400")


def not_permitted(request: HttpRequest, exception: object = None) -> HttpResponse:
    """Answer a request that the person's roles do not allow."""
    del exception
    return _page(request, 403, "403")


def not_found(request: HttpRequest, exception: object = None) -> HttpResponse:
    """Answer an address that does not exist."""
    del exception
    return _page(request, 404, "404")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a mistake of ours with its number."""
    return _page(request, 500, "500")


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose CSRF token is missing or old."""
    del reason
    return _page(request, 403, "csrf")


def _page(request: HttpRequest, status: int, name: str) -> HttpResponse:
    told = words(language_for(request))
    context = {
        "title": told[f"error_{name}"],
        "remedy": told[f"error_{name}_do"],
        "incident": getattr(request, "request_id", ""),
        "status": status,
    }
    return render(request, "web/error.html", context, status=status)
