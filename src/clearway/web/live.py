"""News for open pages: which objects changed, and nothing about them.

A page that is told of a change asks for its own part again, with the rights of him who looks.
"""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

from clearway.audit.actor import Actor
from clearway.events import access, stream
from clearway.events.queries import Told
from clearway.web.visitors import page

_SECONDS: Final = 600.0


def _frame(told: Told, *, actor: bool) -> bytes:
    del actor
    return b'id: %s\ndata: {"subject": "%s"}\n\n' % (
        str(told.place).encode(),
        told.subject.replace("\\", "").replace('"', "").encode(),
    )


@page("streamEvents", access.OPERATIONS, for_scripts=True)
def live(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Stream the subjects of what happens, from now on.

    Where that is refused the page says so and asks again after a while: that the sign-in has ended
    (401), or that it has lost the connection (429: too many streams, 503: the record is away).
    """
    del request
    stream.admit(actor)
    answer = StreamingHttpResponse(
        stream.frames(actor, None, _SECONDS, form=_frame), content_type="text/event-stream"
    )
    answer["X-Accel-Buffering"] = "no"
    return answer
