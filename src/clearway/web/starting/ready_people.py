"""Ready sign-ins: one click comes in as one of the demonstration's people.

They pass the same stages as a password does: whoever has set up a second factor is asked for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, cast

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth import get_user_model, logout
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from clearway.accounts.ready import READY, Ready

OFFERED: Final = tuple(each for each in READY if not each.name[-1].isdigit())
"""One of each kind; the others (``officer2``, …) come in by their address."""
SECOND: Final = tuple(
    each for each in READY
    if each.name in {"supervisor2", "cashier2", "registrar2", "tariff2", "analyst2"}
)  # fmt: skip
"""Who confirms, or hears on appeal, what the one of his kind decided."""
_BY_NAME: Final = {each.name: each for each in READY}

View = Callable[..., HttpResponseBase]


def demonstration_only(view: View) -> View:
    """Let a view be there in a demonstration alone."""

    @wraps(view)
    def answered(request: HttpRequest, **parts: Any) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        return view(request, **parts)

    return answered


@require_POST
@demonstration_only
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Sign in as one of ``READY``, and lead to ``next`` or to the person's desk."""
    ready = _BY_NAME.get(request.POST.get("name", ""))
    if ready is None:
        raise Http404
    wanted = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
        wanted = reverse("desk")
    return come_in_as(request, ready.name, wanted)


def come_in_as(request: HttpRequest, name: str, address: str) -> HttpResponseBase:
    """Change to one of ``READY`` where somebody else is signed in, and lead to an address."""
    user = get_user_model().objects.filter(email=email_of(_BY_NAME[name])).first()
    if user is None:
        raise Http404
    if request.user.is_authenticated:
        logout(request)
    return cast("HttpResponseBase", perform_login(request, user, redirect_url=address))


def email_of(ready: Ready) -> str:
    """Return the address by which one of ``READY`` signs in."""
    return f"{ready.name}@demo.example"


def second_addresses() -> str:
    """Return the addresses of ``SECOND`` as they are told in one line."""
    return ", ".join(email_of(each) for each in SECOND)
