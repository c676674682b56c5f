"""Tables of intelligence. Writers: the room's modules by subject, each its own tables."""

from __future__ import annotations

from django.db import models

from clearway.audit.fields import InstantField

_OPEN_CASE = ("new", "reviewed")


class Piece(models.Model):
    """An entry of the register of intelligence, as it stands now.

    ``source`` says where it comes from; ``reliability`` grades the source, A (always reliable) to
    E (untested), and ``credibility`` what it says, 1 (known to be true) to 5 (suspected to be
    false). ``subject_kind`` is party, route, commodity, conveyance or address and ``subject`` its
    identifier or name. ``audience`` is analysts or customs. ``reasons`` says why it is kept,
    ``ends`` (a day since 1970-01-01, exclusive) until when. ``state`` is open or closed.
    """

    source = models.CharField(max_length=200)
    reliability = models.CharField(max_length=1)
    credibility = models.CharField(max_length=1)
    subject_kind = models.CharField(max_length=10)
    subject = models.CharField(max_length=350)
    folded = models.CharField(max_length=350)
    text = models.CharField(max_length=4000)
    reasons = models.CharField(max_length=512)
    audience = models.CharField(max_length=8)
    ends = models.IntegerField()
    state = models.CharField(max_length=6, default="open")
    version = models.SmallIntegerField(default=1)
    author = models.CharField(max_length=64)
    recorded_at = InstantField()
    closed_by = models.CharField(max_length=64, blank=True)
    closed_at = InstantField(null=True)
    closed_why = models.CharField(max_length=512, blank=True)


class PieceVersion(models.Model):
    """An entry of the register as recorded or amended: nothing is overwritten. JSON."""

    piece = models.ForeignKey(Piece, on_delete=models.PROTECT, related_name="versions")
    number = models.SmallIntegerField()
    content = models.BinaryField()
    why = models.CharField(max_length=512, blank=True)
    by = models.CharField(max_length=64)
    at = InstantField()

    class Meta:
        """Versions of one entry are numbered from 1."""

        constraints = (models.UniqueConstraint("piece", "number", name="piece_version_once"),)


class PieceLink(models.Model):
    """What an entry of the register is linked to: ``kind`` party, profile, declaration or case."""

    piece = models.ForeignKey(Piece, on_delete=models.PROTECT, related_name="links")
    kind = models.CharField(max_length=11)
    key = models.CharField(max_length=128, db_index=True)
    by = models.CharField(max_length=64)
    at = InstantField()

    class Meta:
        """The same thing is linked once."""

        constraints = (models.UniqueConstraint("piece", "kind", "key", name="piece_link_once"),)


class Watchlist(models.Model):
    """A list of whom or what to look for.

    ``kind`` is targeting (own, of parties), conveyances (own, of means and containers) or
    sanctions (published by others, imported by versions). ``in_force`` is the number of the
    version that counts, 0 for none and for lists of one's own.
    """

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=11)
    publisher = models.CharField(max_length=120, blank=True)
    in_force = models.IntegerField(default=0)
    made_by = models.CharField(max_length=64)
    made_at = InstantField()


class ListVersion(models.Model):
    """A sanctions list as it was published: files, what they change, who let them count.

    ``files`` is a msgpack map of the files' names to their bytes, ``digest`` SHA-256 of it.
    ``state`` is proposed, in_force, superseded or refused. ``added``, ``changed`` and ``removed``
    count entries against the version before; ``told`` lists their numbers (JSON).
    """

    watchlist = models.ForeignKey(Watchlist, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    label = models.CharField(max_length=64)
    published = models.IntegerField()
    files = models.BinaryField()
    digest = models.CharField(max_length=64)
    entries = models.IntegerField()
    added = models.IntegerField()
    changed = models.IntegerField()
    removed = models.IntegerField()
    told = models.BinaryField()
    reason = models.CharField(max_length=512)
    state = models.CharField(max_length=10, default="proposed")
    imported_by = models.CharField(max_length=64)
    imported_at = InstantField()
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = InstantField(null=True)
    decided_why = models.CharField(max_length=512, blank=True)

    class Meta:
        """Versions are numbered; one waits at a time."""

        constraints = (
            models.UniqueConstraint("watchlist", "number", name="list_version_once"),
            models.UniqueConstraint(
                fields=["watchlist"],
                condition=models.Q(state="proposed"),
                name="list_version_waits_once",
            ),
        )


class Entry(models.Model):
    """Somebody or something that is looked for.

    ``number`` is stable in its list: the publisher's own, or counted here. ``kind`` is person,
    organisation, conveyance or container, ``unknown`` where the publisher does not say.
    ``effect`` is stop (fills the flags that profiles look at; needs a second person) or alert
    (tells the targeter). ``starts`` and ``ends`` are days since 1970-01-01, the end exclusive; an
    imported entry has no end of its own (``ends`` is absent) and counts until a version of its
    list lacks it. ``state`` is proposed, in_force, refused or ended. ``digest`` names its content.
    """

    watchlist = models.ForeignKey(Watchlist, on_delete=models.PROTECT, related_name="entries")
    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=350)
    effect = models.CharField(max_length=5)
    reason = models.CharField(max_length=2000)
    remarks = models.TextField(blank=True)
    starts = models.IntegerField()
    ends = models.IntegerField(null=True)
    state = models.CharField(max_length=8)
    digest = models.CharField(max_length=32)
    author = models.CharField(max_length=64)
    proposed_at = InstantField()
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = InstantField(null=True)
    decided_why = models.CharField(max_length=512, blank=True)
    ended_by = models.CharField(max_length=64, blank=True)
    ended_at = InstantField(null=True)
    ended_why = models.CharField(max_length=512, blank=True)

    class Meta:
        """One live entry has a number; what counts is found by its list."""

        constraints = (
            models.UniqueConstraint(
                fields=["watchlist", "number"],
                condition=models.Q(state__in=["proposed", "in_force"]),
                name="watch_entry_live_once",
            ),
        )
        indexes = (
            models.Index(
                fields=["watchlist", "id"],
                condition=models.Q(state="in_force"),
                name="watch_entry_in_force",
            ),
        )


class EntryName(models.Model):
    """A name of an entry: ``kind`` primary, aka, fka or nka; with what it is compared by."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="names")
    kind = models.CharField(max_length=7)
    name = models.CharField(max_length=350)
    folded = models.CharField(max_length=512)
    joined = models.CharField(max_length=512)
    abjad = models.BooleanField(default=False)


class EntryKey(models.Model):
    """A second key of an entry.

    ``kind`` is birth, identity, trader, country, address, means or container; ``value`` is as
    given, ``compared`` as it is compared (``keys.compared``).
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=9)
    value = models.CharField(max_length=350)
    compared = models.CharField(max_length=350, db_index=True)


class Revision(models.Model):
    """One row: how often what is watched has changed. Processes that remember it compare it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)


class Trace(models.Model):
    """Somebody or something that the record names: a party, address, container or conveyance.

    ``kind`` is party, address, container or means; ``key`` names it once (``tracing``): a party by
    its identifier, else by folded name and country. ``folded`` and ``joined`` are what a party's
    name is compared by, ``digest`` names what it is, and ``compared_at`` is the revision of the
    lists against which it was compared last.
    """

    kind = models.CharField(max_length=9)
    key = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=350)
    identifier = models.CharField(max_length=70, blank=True, db_index=True)
    country = models.CharField(max_length=2, blank=True)
    address = models.CharField(max_length=350, blank=True)
    folded = models.CharField(max_length=512, blank=True)
    joined = models.CharField(max_length=512, blank=True)
    abjad = models.BooleanField(default=False)
    digest = models.CharField(max_length=32)
    compared_at = models.BigIntegerField(default=-1, db_default=-1)
    first_at = InstantField()

    class Meta:
        """The names of parties are read in the order in which they came."""

        indexes = (
            models.Index(fields=["id"], condition=models.Q(kind="party"), name="trace_of_party"),
        )


class Appearance(models.Model):
    """A trace in a record: ``about`` declaration or document, ``number`` MRN or document number.

    ``role`` is declarant, importer, exporter, consignor, consignee, seller, buyer, carrier, agent,
    address, container or means.
    """

    trace = models.ForeignKey(Trace, on_delete=models.PROTECT, related_name="appearances")
    about = models.CharField(max_length=11)
    number = models.CharField(max_length=70)
    role = models.CharField(max_length=10)
    at = InstantField()

    class Meta:
        """A trace has a role in a record once; a record's traces are found by its number."""

        constraints = (
            models.UniqueConstraint("number", "about", "role", "trace", name="appearance_once"),
        )


class Match(models.Model):
    """A trace that may be an entry: found by name (a candidate) or by an exact key.

    ``score`` is in thousandths, ``agreeing`` and ``differing`` the second keys, joined by blanks.
    ``state`` is open, confirmed or dismissed; ``entry_digest`` and ``trace_digest`` name both
    sides as they were decided on: when either changes, what was dismissed is open again.
    """

    watchlist = models.ForeignKey(Watchlist, on_delete=models.PROTECT)
    entry_number = models.CharField(max_length=20)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="matches")
    trace = models.ForeignKey(Trace, on_delete=models.PROTECT, related_name="matches")
    how = models.CharField(max_length=5)
    score = models.SmallIntegerField()
    agreeing = models.CharField(max_length=60, blank=True)
    differing = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=9, default="open")
    entry_digest = models.CharField(max_length=32)
    trace_digest = models.CharField(max_length=32)
    found_at = InstantField()
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = InstantField(null=True)
    why = models.CharField(max_length=512, blank=True)

    class Meta:
        """A trace stands once against an entry of a list, whatever version of it."""

        constraints = (
            models.UniqueConstraint("trace", "watchlist", "entry_number", name="match_once"),
        )
        indexes = (
            models.Index(fields=["id"], condition=models.Q(state="open"), name="match_open"),
        )


class Case(models.Model):
    """What a targeter looks at before the goods arrive: one record with its alerts.

    ``about`` is declaration or document, ``number`` its MRN or number. ``state`` is new, reviewed,
    targeted or cleared. ``note`` is the target note; ``wish`` inspect, hold or both. The office
    and organisation of who decided are those for which the goods are held.
    """

    about = models.CharField(max_length=11)
    number = models.CharField(max_length=70)
    office = models.CharField(max_length=17, blank=True)
    state = models.CharField(max_length=8, default="new")
    opened_at = InstantField()
    expected_at = InstantField(null=True)
    reviewed_by = models.CharField(max_length=64, blank=True)
    reviewed_at = InstantField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = InstantField(null=True)
    decided_office = models.CharField(max_length=17, blank=True)
    decided_organisation = models.BigIntegerField(default=0)
    note = models.CharField(max_length=2000, blank=True)
    wish = models.CharField(max_length=7, blank=True)

    class Meta:
        """A record has one open case at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=["about", "number"],
                condition=models.Q(state__in=_OPEN_CASE),
                name="targeting_case_open_once",
            ),
        )
        indexes = (models.Index(fields=["number", "about"], name="targeting_case_of_record"),)


class Alert(models.Model):
    """Why a case was opened: a match, in the role in which its trace stands on the record."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="alerts")
    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="alerts")
    role = models.CharField(max_length=10)
    at = InstantField()

    class Meta:
        """A match alerts once in a case for each role."""

        constraints = (models.UniqueConstraint("case", "match", "role", name="alert_once"),)


class Hit(models.Model):
    """An entry behind a flag with which a declaration's version was assessed."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="hits")
    declaration = models.BigIntegerField(db_index=True)
    mrn = models.CharField(max_length=18)
    version = models.SmallIntegerField()
    flag = models.CharField(max_length=32)
    at = InstantField()

    class Meta:
        """An entry stands once behind a flag of a version."""

        constraints = (
            models.UniqueConstraint("declaration", "version", "entry", "flag", name="hit_once"),
        )
