"""Tables of people and organisations. One writer: ``accounts.service``."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac

from clearway.accounts.managers import UserManager
from clearway.audit.fields import InstantField


class Organisation(models.Model):
    """An economic operator or an administration.

    ``identifier`` is the trader identification number (WCO TIN, an..17) that declarations name;
    an administration has none. ``name_key`` is the name as ``vocabulary.names`` compares it.
    ``kind`` is what it does, ``state`` where it stands in the table of ``life_cycle``: only an
    active one may act.
    """

    identifier = models.CharField(max_length=17, unique=True, null=True, blank=True)
    name = models.CharField(max_length=200)
    name_key = models.TextField(db_index=True)
    kind = models.CharField(max_length=16)
    country = models.CharField(max_length=2, blank=True)
    state = models.CharField(max_length=12, default="applied")
    registered_at = InstantField()


class User(AbstractUser):
    """A person, known by e-mail address. Sign-in, second factors and passkeys are allauth's.

    ``session_epoch`` is part of what a session is bound to: raising it ends every session at once.
    ``person`` is the reference by which a registrar knows him whatever his address (a staff number,
    a number of the population register); sign-ins with the same one are one person, empty is none.
    """

    username = None  # type: ignore[assignment]
    email = models.EmailField("e-mail address", unique=True)
    language = models.CharField(max_length=8, default="en")
    session_epoch = models.IntegerField(default=0)
    person = models.CharField(max_length=35, blank=True, default="", db_index=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()  # type: ignore[misc, assignment]

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        bound_to = f"{self.password}:{self.session_epoch}"
        return salted_hmac(
            "clearway.accounts.session", bound_to, secret=secret, algorithm="sha256"
        ).hexdigest()


class Membership(models.Model):
    """What a person may do for an organisation: one role, from a day, until a day (exclusive).

    ``office`` narrows an officer to one customs office; empty is any. ``granted_by`` is another
    person than the holder (four eyes). ``revoked_at`` ends it at that very instant.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    role = models.CharField(max_length=16)
    office = models.CharField(max_length=17, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    granted_by = models.CharField(max_length=64)
    revoked_at = InstantField(null=True, blank=True)
    revoked_by = models.CharField(max_length=64, blank=True)


class ApiKey(models.Model):
    """A secret that a system holds. Only its digest is kept; it is shown once, when made.

    The secret reads ``cw_<prefix>_<43 letters>``; ``digest`` is SHA-256 of the whole. ``roles``
    are joined by blanks. ``maker`` is the person who answers for it: the key never has a role
    that he has lost. A key that an installation made for itself has no maker.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    maker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True)
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.BinaryField(max_length=32)
    roles = models.CharField(max_length=120)
    office = models.CharField(max_length=17, blank=True)
    made_at = InstantField()
    expires_at = InstantField(null=True, blank=True)
    revoked_at = InstantField(null=True, blank=True)


class Generation(models.Model):
    """One row with a token that is new after every change of this room.

    Processes that remember keys compare it to know when to forget them.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    token = models.CharField(max_length=32)
