"""What people keep for themselves on the pages; nothing of it is lodged. Writer: ``keeping``."""

from __future__ import annotations

from django.db import models

from clearway.accounts.models import Organisation, User
from clearway.audit.fields import InstantField


class SavedView(models.Model):
    """Filters of a list that a person has given a name. ``query`` is the part of an address."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)

    class Meta:
        """A name stands for one view of a page."""

        constraints = (
            models.UniqueConstraint("user", "page", "name", name="saved_view_name_once"),
        )


class Seen(models.Model):
    """Up to which place of the news a person has looked at his notifications."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True)
    position = models.BigIntegerField(default=-1)


class Draft(models.Model):
    """A declaration that is being written: WCO's DRAFT. Every one of the organisation may go on.

    ``answers`` is the JSON of what was typed, as it was typed: a draft may be wrong anywhere.
    ``revision`` grows with each saving, so that two people do not undo each other's words.
    ``amends`` is the MRN of the declaration that it changes, ``lodged`` what became of it.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    made_by = models.CharField(max_length=64)
    made_at = InstantField()
    saved_at = InstantField()
    revision = models.IntegerField(default=1)
    answers = models.BinaryField()
    amends = models.CharField(max_length=18, blank=True)
    lodged = models.CharField(max_length=20, blank=True)
    lrn = models.CharField(max_length=35, blank=True)
    title = models.CharField(max_length=120, blank=True)
