"""``/problems/``: what each refusal of the API means and asks for. A problem's type leads here."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clearway.vocabulary.problem_details import KINDS


@require_safe
def all_problems(request: HttpRequest) -> HttpResponse:
    """Show every kind of problem."""
    return render(request, "web/problems.html", {"kinds": KINDS.values()})


@require_safe
def one_problem(request: HttpRequest, name: str) -> HttpResponse:
    """Show one kind of problem."""
    if name not in KINDS:
        raise Http404
    return render(request, "web/problems.html", {"kinds": [KINDS[name]], "one": KINDS[name]})
