"""Tables of risk profiles. One writer: ``risk.profiles.service`` (and ``back_testing``)."""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField
from clearway.risk.profiles.life_cycle import OPEN


class ProfileVersion(models.Model):
    """One version of a profile, from its first draft to its end.

    ``code`` names the profile, as in a pack; ``number`` its version. ``state`` is one of
    ``life_cycle.STATES``. ``text`` is the number of the text that counts (``ProfileText``): it may
    be written anew until a second person has approved it, and what was written stays.
    ``adopted`` tells that the text is the country pack's own, taken over so that it can be retired.
    ``asked_by`` proposed it, or asked to retire it, ``asked_reason`` says why; ``reason`` is why it
    was refused or retired. Days are of the pack's country.
    """

    code = models.CharField(max_length=32, db_index=True)
    number = models.IntegerField()
    state = models.CharField(max_length=8)
    text = models.IntegerField(default=1)
    adopted = models.BooleanField(default=False)
    made_by = models.CharField(max_length=64)
    made_at = InstantField()
    asked_by = models.CharField(max_length=64, blank=True)
    asked_at = InstantField(null=True)
    asked_reason = models.CharField(max_length=512, blank=True)
    approved_by = models.CharField(max_length=64, blank=True)
    approved_at = InstantField(null=True)
    approval = models.CharField(max_length=512, blank=True)
    retired_by = models.CharField(max_length=64, blank=True)
    retired_at = InstantField(null=True)
    reason = models.CharField(max_length=512, blank=True)

    class Meta:
        """A version's number is used once; one version of a profile is being written at a time."""

        constraints = (
            models.UniqueConstraint("code", "number", name="profile_version_once"),
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(state__in=OPEN),
                name="profile_open_once",
            ),
        )


class ProfileText(models.Model):
    """What was written of a version at one time: nothing of it is ever changed.

    ``condition`` is in the language of ``docs/profile-language.md``; ``lane`` the lane it demands,
    absent where it only adds ``weight`` (whole points) to the score; ``trader_text`` the key of the
    disclosure-safe sentence; ``owner`` the office that answers for it; ``reasons`` why it is
    needed. ``valid_to`` is the first day without it, and never absent. ``digest`` is the SHA-256 of
    all that an approver has before him.
    """

    version = models.ForeignKey(ProfileVersion, on_delete=models.PROTECT, related_name="texts")
    number = models.IntegerField()
    name = models.CharField(max_length=160)
    condition = models.TextField()
    lane = models.SmallIntegerField(null=True)
    weight = models.IntegerField()
    channel = models.CharField(max_length=10)
    trader_text = models.CharField(max_length=40, blank=True)
    owner = models.CharField(max_length=80)
    reasons = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField()
    author = models.CharField(max_length=64)
    at = InstantField()
    digest = models.CharField(max_length=64)

    class Meta:
        """Texts of a version are numbered from 1."""

        constraints = (models.UniqueConstraint("version", "number", name="profile_text_once"),)


class BackTest(models.Model):
    """A trial of a text on stored declarations; ``result`` is JSON of ``back_testing.Result``.

    ``since`` and ``until`` are the days of the period, both included. ``passed`` tells whether it
    lets the text through; ``most`` is the share that was allowed then, in hundredths of a per cent.
    """

    text = models.ForeignKey(ProfileText, on_delete=models.PROTECT, related_name="tests")
    since = models.DateField()
    until = models.DateField()
    passed = models.BooleanField()
    most = models.IntegerField()
    result = models.BinaryField()
    by = models.CharField(max_length=64)
    at = InstantField()


class TrialOrder(models.Model):
    """A trial on a long history, from its order to what came of it: a job of its own does it.

    ``state`` is one of ``trials.STATES``. ``seen`` and ``total`` are declarations that it has run
    over, and is to. ``trouble`` says why it failed, ``kept`` what came of it.
    """

    text = models.ForeignKey(ProfileText, on_delete=models.PROTECT, related_name="orders")
    since = models.DateField()
    until = models.DateField()
    state = models.CharField(max_length=7)
    seen = models.IntegerField(default=0)
    total = models.IntegerField()
    trouble = models.CharField(max_length=512, blank=True)
    kept = models.ForeignKey(BackTest, on_delete=models.PROTECT, null=True)
    by = models.CharField(max_length=64)
    at = InstantField()
    ended_at = InstantField(null=True)

    class Meta:
        """A text is on one trial at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=["text"], condition=models.Q(ended_at=None), name="trial_ordered_once"
            ),
        )


class Generation(models.Model):
    """One row with a token that is new after every change of what is in force or on trial.

    Processes that remember the profiles compare it to know when to read them again.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    token = models.CharField(max_length=32)
