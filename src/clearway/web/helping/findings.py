"""A page for every finding code: what it means, why it is asked, how to mend it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clearway.kernel.texts import catalogue
from clearway.web.language import language_for


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """Show where help is to be found."""
    return render(request, "web/helping/help.html")


@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """Show every code that a finding may have."""
    texts = catalogue(language_for(request))
    codes = [(key, text) for key, text in sorted(texts.items()) if key.startswith("CLW")]
    return render(request, "web/helping/findings.html", {"codes": codes})


@require_safe
def finding(request: HttpRequest, code: str) -> HttpResponse:
    """Show one code."""
    text = catalogue(language_for(request)).get(code)
    if text is None or not code.startswith("CLW"):
        raise Http404
    return render(request, "web/helping/finding.html", {"code": code, "text": text})
