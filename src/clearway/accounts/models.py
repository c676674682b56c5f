"""Tables of people and organisations. One writer: ``accounts.service``."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from clearway.accounts.managers import UserManager
from clearway.audit.fields import InstantField


class Organisation(models.Model):
    """An economic operator or an administration.

    ``identifier`` is the trader identification number (WCO TIN, an..17) that declarations name;
    an administration has none. ``kind`` is the WCO role it applied for; ``state`` follows card
    C10: applied → verified → active → suspended → closed. Only an active one may act.
    """

    identifier = models.CharField(max_length=17, unique=True, null=True, blank=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16)
    country = models.CharField(max_length=2, blank=True)
    state = models.CharField(max_length=12, default="applied")
    registered_at = InstantField()


class User(AbstractUser):
    """A person, known by e-mail address. Sign-in, second factors and passkeys are allauth's."""

    username = None  # type: ignore[assignment]
    email = models.EmailField("e-mail address", unique=True)
    language = models.CharField(max_length=8, default="en")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()  # type: ignore[misc, assignment]


class Membership(models.Model):
    """What a person may do for an organisation: one role, from a day, to a day.

    ``office`` narrows an officer to one customs office; empty is any. ``granted_by`` is another
    person than the holder (four eyes).
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    role = models.CharField(max_length=16)
    office = models.CharField(max_length=17, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    granted_by = models.CharField(max_length=64)


class ApiKey(models.Model):
    """A secret that a system holds. Only its digest is kept; it is shown once, when made.

    The secret reads ``cw_<prefix>_<43 letters>``; ``digest`` is SHA-256 of the whole.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.BinaryField(max_length=32)
    roles = models.CharField(max_length=120)
    made_at = InstantField()
    expires_at = InstantField(null=True, blank=True)
    revoked_at = InstantField(null=True, blank=True)
