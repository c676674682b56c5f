"""The border of the cargo tests, looked at through a browser's eyes."""

import re

import pytest
from django.conf import settings as configured
from django.test import Client
from tests.cargo.conftest import (
    _own_folder,
    _snapshots,
    as_it_stands,
    bill,
    border,
    document,
    stock,
)

from clearway.accounts.models import User

__all__ = ["_own_folder", "_snapshots", "as_it_stands", "bill", "border", "document", "stock"]


class Visitor:
    """Somebody signed in, who follows links and sends forms."""

    def __init__(self, name, language="en"):
        self.client = Client(headers={"host": "localhost", "accept-language": language})
        user = User.objects.get(email=f"{name}@demo.example")
        self.client.force_login(user, backend=configured.AUTHENTICATION_BACKENDS[0])

    def get(self, path, **query):
        return self._read(self.client.get(path, query))

    def post(self, path, body=None, **more):
        return self._read(self.client.post(path, {**(body or {}), **more}))

    @staticmethod
    def _read(answer):
        whole = answer.getvalue() if answer.streaming else answer.content
        answer.told = re.sub(r"\s+", " ", whole.decode("utf-8", "replace"))
        for close in answer._resource_closers:  # the file alone; the connection stays open
            close()
        return answer


@pytest.fixture
def sign_in(border, settings):
    """Return a function that signs one of the demonstration's people in."""
    settings.ALLOWED_HOSTS = ["*"]
    return Visitor
