"""``clearway conformance wco-dm DIR``: published WCO Data Model messages, held against us."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from clearway.kernel.reference import Reference
from clearway.messages import to_lodgement
from clearway.proving.conformance.assessed import Assessed, amounts, assess_pair
from clearway.proving.conformance.assessment import duty_bases_check, full_assessment_check
from clearway.proving.conformance.evidence import supplied_amounts
from clearway.proving.conformance.folder import Message, notices, read_folder
from clearway.proving.conformance.forms import read_check, round_trip_check, schema_check
from clearway.proving.conformance.law import find_law, find_schemas
from clearway.proving.conformance.notified import roundings, shown_decimals
from clearway.proving.conformance.pairing import Pairing
from clearway.proving.conformance.tax_lines import EXPONENT, Ours, tax_lines_check
from clearway.proving.conformance.verdicts import ConformanceReport
from clearway.proving.conformance.whole_folder import FolderEvidence, vat_taxes

CHECKS = ("read", "schema", "round_trip", "tax_lines", "duty_bases", "full_assessment")


def run(directory: Path, pack: Path | None = None) -> ConformanceReport:
    """Hold every message below a folder against the schemas beside it and against our kernel.

    Args:
        directory: a folder of messages in any depth; schemas are looked for in ``../schemas``,
            then further up, then in the open data.
        pack: the law to price by; without it one is made from the open UK tariff, if found.

    Returns:
        The checks of ``CHECKS``, in that order.

    Raises:
        InputUnusable: there is no such folder, or no message in it.
        PackRefused: the pack has errors.
    """
    messages = read_folder(directory)
    law = find_law(directory, pack, _commodities(messages))
    found = list(notices(messages))
    exponent = law.reference.exponent if law.reference is not None else EXPONENT
    rules, notes = roundings(found, law.reference, exponent, made=law.made)
    law = law.rounded(rules) if law.made else law
    reference = law.reference
    pairing = Pairing(messages)
    pairs = [assess_pair(pairing.pair(notice), law) for notice in found]
    ours = {assessed.pair.notice.name: _ours(assessed, reference) for assessed in pairs}
    vat = vat_taxes(pairs, reference)
    evidence = FolderEvidence(rules, notes, vat, shown_decimals(found))
    return ConformanceReport(
        str(directory),
        [
            read_check(messages),
            schema_check(messages, find_schemas(directory)),
            round_trip_check(messages),
            tax_lines_check(found, reference, ours, evidence),
            duty_bases_check(pairs, reference, vat),
            full_assessment_check(pairs, reference, law.told),
        ],
    )


def _commodities(messages: list[Message]) -> Iterator[str]:
    """Yield the commodity codes that the declarations name."""
    for message in messages:
        if message.declaration is not None:
            lodgement, _ = to_lodgement(message.declaration)
            yield from (item.commodity for item in lodgement.items)


def _ours(assessed: Assessed, reference: Reference | None) -> Ours:
    supplied = supplied_amounts(assessed.pair.declaration)
    if reference is None:
        return Ours(reason=assessed.reason, supplied=supplied)
    charges = amounts(assessed, reference.exponent)
    values = {
        item: Decimal(worth).scaleb(-reference.exponent)
        for item, worth in assessed.values.items()
        if worth is not None
    }
    return Ours(
        {} if assessed.reason else charges,
        charges,
        values,
        assessed.reason,
        supplied,
        assessed.former,
    )
