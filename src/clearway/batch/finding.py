"""Finding one declaration's decision: in an earlier output, or by assessing it again."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from clearway.batch.decision_documents import from_document
from clearway.batch.output_folder import MARKER
from clearway.batch.places import Unreadable
from clearway.batch.reading import read_source
from clearway.batch.run import complete
from clearway.batch.sources import find_sources
from clearway.batch.spreadsheets import read_flattened
from clearway.kernel.assess import assess_one
from clearway.kernel.decisions import Decision
from clearway.kernel.reference import Reference
from clearway.kernel.tables import DECISION_SCHEMAS, Decisions
from clearway.vocabulary.errors import InputUnusable


def find_decision(
    identity: str, source: Path, reference: Reference, observed_on: int | None = None
) -> Decision:
    """Return the decision on the declaration whose MRN or LRN is ``identity``.

    Args:
        identity: MRN or LRN; empty: the source's only declaration.
        source: a file or folder of declarations, or the folder that a run has written.
        reference: the pack to assess with, where the source holds declarations.
        observed_on: the day on which the declaration arrived; see ``Lodgement``.

    Raises:
        InputUnusable: there is no such declaration, or several and no identity.
    """
    if not source.exists():
        raise InputUnusable(
            "There is no such file or folder.",
            where=str(source),
            remedy="Check the spelling of the path.",
        )
    if (source / MARKER).is_file():
        return _in_output(identity, source)
    candidates = []
    for file in find_sources([source]):
        for _, found in read_source(file):
            if isinstance(found, Unreadable):
                continue
            _, lodgement = found
            if not identity or identity in {lodgement.id, lodgement.lrn}:
                complete(lodgement, reference, observed_on)
                candidates.append(lodgement)
            if identity and candidates:
                break
    if len(candidates) == 1 or (identity and candidates):
        return assess_one(candidates[0], reference, explain=True)
    raise _not_one(identity, source, len(candidates))


def _in_output(identity: str, folder: Path) -> Decision:
    lines = folder / "decisions.ndjson"
    if lines.is_file():
        wanted = identity.encode()
        found = []
        with lines.open("rb") as file:
            for line in file:
                if wanted in line:
                    document = msgspec.json.decode(line)
                    if not identity or identity in {document["id"], document["lrn"]}:
                        found.append(document)
        if not found or (not identity and len(found) > 1):
            raise _not_one(identity, folder, len(found))
        del found[0]["file"], found[0]["line"]
        return from_document(found[0])
    tables = {name: _read(folder, name) for name in DECISION_SCHEMAS}
    heads = tables["declarations"]
    matches = [
        row["declaration"]
        for row in heads.select(["declaration", "lrn", "id"]).to_pylist()
        if not identity or identity in {row["lrn"], row["id"]}
    ]
    if not matches or (not identity and len(matches) > 1):
        raise _not_one(identity, folder, len(matches))
    summary = msgspec.json.decode((folder / MARKER).read_bytes())
    proof = {name: summary[name] for name in ("kernel_version", "reference_hash")}
    one = {}
    for name, table in tables.items():
        rows = table.filter(pa.compute.equal(table["declaration"], matches[0]))
        keys = pa.array([0] * rows.num_rows, pa.int64())
        rows = rows.set_column(0, DECISION_SCHEMAS[name].field(0), keys)
        one[name] = rows.select(DECISION_SCHEMAS[name].names).replace_schema_metadata(proof)
    decision: Decision = Decisions.from_tables(one)[0]
    return decision


def _read(folder: Path, name: str) -> pa.Table:
    parquet, csv = folder / f"{name}.parquet", folder / f"{name}.csv"
    if parquet.is_file():
        return pq.read_table(parquet)
    if csv.is_file():
        return read_flattened(csv.read_bytes(), DECISION_SCHEMAS[name])
    raise InputUnusable(
        "This output was written for reading by people and holds no details.",
        where=str(folder),
        remedy="Write it with --format json, csv or parquet, or name the declarations' file.",
    )


def _not_one(identity: str, source: Path, count: int) -> InputUnusable:
    if identity:
        what = f"No declaration here has the MRN or LRN {identity}."
    else:
        what = f"{count} declarations are here, and it is not said which one is meant."
    return InputUnusable(
        what, where=str(source), remedy="Give the MRN or LRN, and its file or folder with --from."
    )
