"""The first people of an empty installation, and how each chooses a password."""

from __future__ import annotations

from collections.abc import Sequence

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse

from clearway.accounts.models import Organisation, User
from clearway.accounts.seeding import first_registrars
from clearway.site.serving import make_ready_or_say_why
from clearway.vocabulary.errors import InputUnusable


def make(administration: str, country: str, emails: Sequence[str]) -> list[tuple[str, str]]:
    """Make an administration and its registrars; return each one's address to choose a password.

    Args:
        administration: its name.
        country: two letters.
        emails: of two people or more.

    Raises:
        InputUnusable: the installation has organisations, or what is given cannot be used.
    """
    people = list(dict.fromkeys(email.strip().lower() for email in emails))
    _check(administration, country, people)
    make_ready_or_say_why()
    if Organisation.objects.exists():
        raise InputUnusable(
            "This installation has organisations already.",
            where=str(settings.DATA),
            remedy="One of its registrars makes further people (POST /api/v1/organisations/…).",
        )
    first_registrars(administration, country, people)
    return [(email, _address(User.objects.get(email=email))) for email in people]


def _check(administration: str, country: str, people: Sequence[str]) -> None:
    if len(people) < 2:
        raise InputUnusable("Four eyes need two registrars.", remedy="Give two addresses or more.")
    if not administration.strip():
        raise InputUnusable("The administration has no name.", where="--administration")
    if len(country) != 2 or not country.isascii() or not country.isupper():
        raise InputUnusable("A country is two capital letters.", where="--country")
    for email in people:
        try:
            validate_email(email)
        except ValidationError:
            raise InputUnusable("This is no e-mail address.", where=email) from None


def _address(user: User) -> str:
    """Return where a person chooses a password, once."""
    words = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    scheme = "https" if settings.HTTPS else "http"
    host = settings.ALLOWED_HOSTS[0]
    port = "" if settings.HTTPS else f":{settings.ENVIRONMENT['CLEARWAY_PORT']}"
    where = reverse("account_reset_password_from_key", kwargs=words)
    return f"{scheme}://{host}{port}{where}"
