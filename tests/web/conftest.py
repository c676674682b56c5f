"""Signed-in people of the small border, and how to look at pages as each of them."""

from __future__ import annotations

import re

import pytest
from django.conf import settings as platform
from django.test import Client
from tests.clearance.conftest import people, waiting  # noqa: F401 - fixtures
from tests.declarations.conftest import border  # noqa: F401 - fixtures

from clearway.accounts.models import User


@pytest.fixture
def signed(border):  # noqa: F811
    """Return ``signed(who)``, the client of one of the demonstration's people, or of a user."""

    def made(who):
        user = who if isinstance(who, User) else User.objects.get(email=f"{who}@demo.example")
        client = Client(headers={"host": "localhost", "accept-language": "en"})
        client.force_login(user, backend=platform.AUTHENTICATION_BACKENDS[0])
        return client

    return made


def text_of(answer):
    """Return what a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())
