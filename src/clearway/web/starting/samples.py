"""Files to try an upload with, made at request. Only a demonstration's settings name a maker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearway.audit import clock
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import NotThere
from clearway.web.starting.ready_people import demonstration_only
from clearway.web.visitors import refusal

NAMES: Final = (
    "declarations.csv",
    "declarations.ndjson",
    "declaration.xml",
    "declarations-with-errors.csv",
    "declarations-with-errors.ndjson",
    "manifest.edi",
)


@require_safe
@never_cache
@demonstration_only
def sample(request: HttpRequest, name: str) -> HttpResponse:
    """Give out a sample, right for the simulated day."""
    make: Callable[..., Any] = import_string(settings.SAMPLES)
    now = clock.now()
    try:
        made = make(name, reference_at(now), now)
    except NotThere as refused:
        return refusal(request, refused)
    answer = HttpResponse(made.content, content_type=made.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
