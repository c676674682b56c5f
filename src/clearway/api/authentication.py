"""Who sends a request: the holder of an API key, or a person signed in at our own pages.

Either puts ``request.actor`` there and takes a token from his bucket. Nothing else in the API ever
looks at headers or cookies to learn who asks.
"""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from clearway.accounts.actors import actor_of_key, actor_of_user
from clearway.api.problems import Forged
from clearway.api.rate_limits import ACTORS, STRANGERS
from clearway.audit.actor import Actor
from clearway.vocabulary.errors import NotSignedIn


class BearerKey(HttpBearer):
    """An API key in the header Authorization."""

    openapi_description = "An API key, made by `POST /api/v1/api-keys` and shown once."

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Return the key's holder, or nobody where there is no Authorization header.

        Raises:
            NotSignedIn: the header is not of the form `Bearer <key>`, or the key is not in force.
        """
        told = request.headers.get(self.header)
        if told is None:
            return None
        scheme, _, secret = told.partition(" ")
        if scheme.lower() != self.openapi_scheme:
            raise refused_stranger(request, NotSignedIn("Authorization is not `Bearer <key>`."))
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """Return the holder of a key.

        Raises:
            NotSignedIn: it is not in force.
            TooMuch: his rate is used up.
        """
        try:
            actor = actor_of_key(token)
        except NotSignedIn as refused:
            raise refused_stranger(request, refused) from None
        return admitted(request, actor)


class SessionCookie(AuthBase):
    """A person signed in at our own pages; what changes something needs the CSRF token too."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = settings.SESSION_COOKIE_NAME
    openapi_description = "The session of a person who signed in; writes need `X-CSRFToken` too."

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Return the signed-in person, or nobody.

        Raises:
            Forged: the CSRF token is not the session's.
            TooMuch: his rate is used up.
        """
        user: Any = getattr(request, "user", None)
        if user is None or not user.is_authenticated:
            return None
        if check_csrf(request) is not None:
            raise Forged("The CSRF token is missing or not this session's.")
        return admitted(request, actor_of_user(user))


def admitted(request: Any, actor: Actor) -> Actor:
    """Let an actor in: count his request, and let all that follows know who he is.

    Raises:
        TooMuch: his rate is used up.
    """
    request.allowance = ACTORS.spend(actor.name)
    request.actor = actor
    return actor


def refused_stranger(request: HttpRequest, refused: NotSignedIn) -> NotSignedIn:
    """Count a failed key against its network address and return the refusal.

    Raises:
        TooMuch: too many failed ones came from there.
    """
    STRANGERS.spend(str(request.META.get("REMOTE_ADDR", "")))
    return refused


DOORS: Final = (BearerKey(), SessionCookie())
