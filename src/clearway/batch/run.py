"""The kernel over files: read, gather into chunks, assess, hand on. Memory stays bounded."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from clearway.batch.claims import claimed_regime
from clearway.batch.history import Supplied
from clearway.batch.places import Place, Unreadable
from clearway.batch.reading import further, read_source
from clearway.batch.sources import Source, find_sources
from clearway.batch.summary import Summary
from clearway.batch.twins import Twins
from clearway.batch.writing import Writer
from clearway.kernel.assess import assess
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference
from clearway.kernel.tables import KERNEL_VERSION, Batch, Decisions
from clearway.vocabulary.errors import InputUnusable

CHUNK_ITEMS = 20_000
"""Goods items that are assessed together: large enough for whole-batch evaluation."""
MOST_TOLD = 1_000
"""Parts of one file that cannot be read and are told one by one; the rest is counted."""

Placed = tuple[Place, Lodgement]
Taker = Callable[[Sequence[Place], Batch, Decisions], None]


class Chunk(msgspec.Struct, frozen=True):
    """Declarations assessed together, each with the place where it was read."""

    places: tuple[Place, ...]
    batch: Batch
    decisions: Decisions


class Run:
    """One run over files and folders.

    Args:
        reference: the country pack.
        observed_on: the day on which the messages arrived, in days since 1970-01-01: declared
            dates after it are findings, and it is the legal date where a declaration has no
            acceptance date of its own. None leaves them unjudged.
        history: the parties' history by LRN, which no message carries (``batch.history``).
        explain: whether values and charges carry their working.
        tell: called with the share done (0 to 1) and a note, for a progress bar.
    """

    def __init__(
        self,
        reference: Reference,
        *,
        observed_on: int | None = None,
        history: Mapping[str, Supplied] | None = None,
        explain: bool = False,
        tell: Callable[[float, str], None] = lambda _share, _note: None,
    ) -> None:
        self.reference = reference
        self.observed_on = observed_on
        self.history = history or {}
        self.explain = explain
        self.tell = tell
        self.summary = Summary(
            currency=reference.currency,
            exponent=reference.exponent,
            kernel_version=KERNEL_VERSION,
            reference_hash=reference.hash,
            reference_name=f"{reference.name} {reference.version}",
        )
        self.twins = Twins()
        self.first_errors: list[Unreadable] = []

    def over_files(self, paths: Sequence[Path], writers: Sequence[Writer]) -> Summary:
        """Assess every declaration of the files and folders, and write the decisions.

        Raises:
            InputUnusable: no declaration at all could be read.
        """
        sources = find_sources(paths)
        self.summary.files = len(sources)
        for chunk in self.chunks(sources, writers):
            for writer in writers:
                writer.write(chunk.places, chunk.decisions)
        if not self.summary.declarations:
            raise self._nothing_readable(sources)
        for writer in writers:
            writer.finish(self.summary)
        return self.summary

    def over_lodgements(
        self, lodgements: Iterable[Placed], writers: Sequence[Writer] = ()
    ) -> Summary:
        """Assess declarations that are at hand already."""
        for group in _grouped(lodgements):
            chunk = self._assess(group)
            for writer in writers:
                writer.write(chunk.places, chunk.decisions)
        for writer in writers:
            writer.finish(self.summary)
        return self.summary

    def chunks(self, sources: Sequence[Source], writers: Sequence[Writer] = ()) -> Iterator[Chunk]:
        """Give the chunks of the sources, assessed and counted, in the order of reading."""
        for group in _grouped(self._readable(sources, writers)):
            yield self._assess(group)

    def _readable(self, sources: Sequence[Source], writers: Sequence[Writer]) -> Iterator[Placed]:
        whole = sum(source.size for source in sources) or 1
        done = 0
        for source in sources:
            broken = 0
            for share, found in read_source(source):
                if isinstance(found, Unreadable):
                    broken += 1
                    self._count(found, writers if broken <= MOST_TOLD else ())
                else:
                    yield found
                self.tell((done + share * source.size) / whole, source.path.name)
            if broken > MOST_TOLD:
                rest = further(str(source.path), broken - MOST_TOLD)
                for writer in writers:
                    writer.note(rest)
            done += source.size

    def _count(self, found: Unreadable, writers: Sequence[Writer]) -> None:
        self.summary.unreadable += 1
        if len(self.first_errors) < 20:
            self.first_errors.append(found)
        for writer in writers:
            writer.note(found)

    def _assess(self, group: Sequence[Placed]) -> Chunk:
        for _, lodgement in group:
            supplied = self.history.get(lodgement.lrn)
            if supplied is not None:
                supplied.complete(lodgement)
            complete(lodgement, self.reference, self.observed_on)
            lodgement.form_findings += self.twins.told(lodgement)
        batch = Batch(tuple(lodgement for _, lodgement in group))
        wall, processor = time.perf_counter(), time.process_time()
        decisions = assess(batch, self.reference, explain=self.explain)
        self.summary.seconds += time.process_time() - processor
        self.summary.elapsed += time.perf_counter() - wall
        for lodgement, decision in zip(batch, decisions, strict=True):
            self.summary.add(lodgement, decision)
        return Chunk(tuple(place for place, _ in group), batch, decisions)

    def _nothing_readable(self, sources: Sequence[Source]) -> InputUnusable:
        if self.first_errors:
            first = self.first_errors[0]
            where = f"{first.file}:{first.line}" if first.line else first.file
            more = self.summary.unreadable - 1
            rest = f" (and {more} more)" if more else ""
            return InputUnusable(
                f"No declaration could be read: {first.reason}{rest}",
                where=f"{where} {first.pointer}".strip(),
                remedy="Mend the file, or give another one: XML, JSON, NDJSON, CSV or Parquet.",
            )
        return InputUnusable(
            "The input holds no declaration.",
            where=", ".join(str(source.path) for source in sources[:3]),
            remedy="Give declarations as XML, JSON, NDJSON, CSV or Parquet.",
        )


def complete(lodgement: Lodgement, reference: Reference, observed_on: int | None) -> None:
    """Add what the declaration itself does not carry: the day of arrival, the regime claimed.

    A declaration without an acceptance date is accepted on the day it arrives; one whose
    acceptance date cannot be read stays without a legal date, and a finding says so.
    """
    if lodgement.observed_on is None:
        lodgement.observed_on = observed_on
    if lodgement.legal_date is None and not lodgement.acceptance_text:
        lodgement.legal_date = lodgement.observed_on
    if not lodgement.low_value_regime:
        lodgement.low_value_regime = claimed_regime(lodgement, reference)


def _grouped(placed: Iterable[Placed]) -> Iterator[list[Placed]]:
    group: list[Placed] = []
    items = 0
    for one in placed:
        group.append(one)
        items += len(one[1].items) + 1
        if items >= CHUNK_ITEMS:
            yield group
            group, items = [], 0
    if group:
        yield group
