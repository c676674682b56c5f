"""One more of everything that intelligence keeps, for tests of what a page costs."""

from __future__ import annotations

from clearway.intelligence.models import (
    Alert,
    Appearance,
    Case,
    Entry,
    EntryKey,
    EntryName,
    ListVersion,
    Match,
    Piece,
    PieceLink,
    PieceVersion,
    Trace,
    Watchlist,
)

WANTED = (
    b'{"source":"s","reliability":"B","credibility":"2","subject_kind":"party","subject":"s",'
    b'"text":"t","reasons":"r","audience":"customs","ends":"2027-03-01"}'
)
CHANGES = b'{"added":[%s],"changed":[],"removed":[]}'


def add(number, mrn, now):
    """Grow the first list, entry, case and piece of intelligence, and add one more of each."""
    by = f"user:{number}"
    for kind in ("targeting", "sanctions"):
        made = Watchlist.objects.create(
            code=f"{kind}{number}", name=f"List {number}", kind=kind, made_by=by, made_at=now
        )
        first = Watchlist.objects.filter(kind=kind).order_by("pk").first()
        for own in {first.pk: first, made.pk: made}.values():
            _entry(own, number, by, now)
    sanctions = Watchlist.objects.filter(kind="sanctions").order_by("pk").first()
    lines = b",".join(b'{"number":"%d","name":"x","kind":"person"}' % n for n in range(number))
    ListVersion.objects.filter(watchlist=sanctions).update(told=CHANGES % lines, added=number)
    ListVersion.objects.create(
        watchlist=sanctions, number=number, label=f"{number}", published=20514, files=b"",
        digest=f"{number:064d}", entries=1, added=1, changed=0, removed=0, told=CHANGES % b"",
        reason="Weekly", state="superseded", imported_by=by, imported_at=now,
    )  # fmt: skip
    _named(number, mrn, by, now)
    _heard(number, by, now)


def _entry(own, number, by, now):
    row = Entry.objects.create(
        watchlist=own, number=f"{number}-{own.pk}", kind="person", name=f"Nobody {number}",
        effect="alert", reason="Why", starts=20514, ends=20900, state="in_force",
        digest=f"{number:032d}", author=by, proposed_at=now,
    )  # fmt: skip
    first = Entry.objects.filter(watchlist=own).order_by("pk").first()
    for entry in {first.pk: first, row.pk: row}.values():
        EntryName.objects.create(
            entry=entry, kind="aka", name=f"Nemo {number}", folded=f"{number} nemo",
            joined=f"nemo{number}",
        )  # fmt: skip
        EntryKey.objects.create(entry=entry, kind="birth", value="1970", compared="1970")


def _named(number, mrn, by, now):
    """Let the first party, match and case stand beside one more of everything."""
    entry = Entry.objects.order_by("pk").first()
    row = Trace.objects.create(
        kind="party", key=f"id:G{number}", name=f"Nemo {number}", identifier=f"G{number}",
        folded=f"{number} nemo", joined=f"nemo{number}", digest=f"{number:032d}", first_at=now,
    )  # fmt: skip
    first = Trace.objects.get(key="id:G1")
    for trace in {first.pk: first, row.pk: row}.values():
        for about, name in (("declaration", mrn), ("document", f"G{number}")):
            Appearance.objects.create(
                trace=trace, about=about, number=name, role="importer", at=now
            )
    match = Match.objects.create(
        watchlist=entry.watchlist, entry_number=entry.number, entry=entry, trace=row, how="name",
        score=900, entry_digest="", trace_digest="", found_at=now, agreeing="birth",
    )  # fmt: skip
    case = Case.objects.create(about="declaration", number=f"GROW{number}", opened_at=now)
    first_case = Case.objects.order_by("pk").first()
    first_match = Match.objects.order_by("pk").first()
    for one, other in {(first_case.pk, match.pk), (case.pk, first_match.pk)}:
        Alert.objects.create(case_id=one, match_id=other, role="importer", at=now)


def _heard(number, by, now):
    row = Piece.objects.create(
        source="s", reliability="B", credibility="2", subject_kind="party", subject="s",
        folded="s", text="t", reasons="r", audience="customs", ends=20900, author=by,
        recorded_at=now,
    )  # fmt: skip
    first = Piece.objects.order_by("pk").first()
    PieceVersion.objects.create(piece=first, number=number + 1, content=WANTED, by=by, at=now)
    PieceLink.objects.create(piece=first, kind="profile", key=f"P{number}", by=by, at=now)
    assert row.pk
