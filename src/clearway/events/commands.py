"""The commands of auditors and witnesses: ``clearway audit verify`` and ``… witness``."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from clearway.vocabulary.errors import InputUnusable

_MOST = 50


def add_to(app: typer.Typer, prepare: Callable[[], None]) -> None:
    """Add the commands to the application; ``prepare`` makes Django ready."""
    group = typer.Typer(help="Prove that the record is what it was.", no_args_is_help=True)

    @group.command("verify")
    def _verify(
        seen: Annotated[
            list[Path] | None,
            typer.Option(help="Note that a witness keeps (its file .seen); may be repeated."),
        ] = None,
        by: Annotated[
            list[str] | None, typer.Option(help="The verifier key of each witness, in that order.")
        ] = None,
    ) -> None:
        """Hold every event against its leaf, the tree and the checkpoints; 1 if any is wrong.

        Without a witness's note, only what was done carelessly is found.

        Examples:
          clearway audit verify

          clearway audit verify --seen port-authority.seen --by 'port-authority+1a2b3c4d+BA…'
        """
        prepare()
        raise typer.Exit(verify(seen or [], by or []))

    @group.command("witness")
    def _witness(
        key: Annotated[Path, typer.Option(help="File of the witness's key; made where missing.")],
        source: Annotated[str, typer.Option("--from", help="Address of the platform.")],
        api_key: Annotated[
            Path, typer.Option(help="File of the API key by which the platform knows the witness.")
        ],
        name: Annotated[
            str, typer.Option(help="Name of the witness in its signatures.")
        ] = "witness",
    ) -> None:
        """Countersign the newest checkpoint, if it continues the last one signed; 1 if it does not.

        Run it every few minutes, on a machine that those who run the platform cannot reach.

        Examples:
          clearway audit witness --key port.key --from https://border.example --api-key port.api
        """
        raise typer.Exit(witness(key, source, api_key, name))

    app.add_typer(group, name="audit")


def verify(seen: list[Path], by: list[str]) -> int:
    """Print what is wrong with the record; 0 where nothing is, else 1."""
    from clearway.audit import notes, queries
    from clearway.cli.screen import console
    from clearway.events import verification

    if len(seen) != len(by):
        raise InputUnusable("Give one --by for each --seen.")
    witnessed = []
    for path, written in zip(seen, by, strict=True):
        note = path.read_text()
        if notes.signed_by(note, notes.parse_verifier(written)) is None:
            raise InputUnusable("The note is not signed by that witness.", where=str(path))
        witnessed.append(notes.read_checkpoint(note))
    count = 0
    for fault in verification.verify(witnessed):
        count += 1
        if count <= _MOST:
            console().print(f"{fault.kind}: {fault.where}: {fault.says}", markup=False)
    if count > _MOST:
        console().print(f"… and {count - _MOST} more")
    end = f"{queries.size()} leaves, {len(witnessed)} witnessed checkpoints, {count} faults"
    console().print(end)
    return 1 if count else 0


def witness(key: Path, source: str, api_key: Path, name: str) -> int:
    """Countersign the platform's newest checkpoint; 0 when that is done, 1 where it must not be."""
    import httpx

    from clearway.audit import notes
    from clearway.audit.witness import NotTheSameLog, Witness
    from clearway.cli.screen import console, side_console

    mine = Witness(key, name)
    headers = {"Authorization": f"Bearer {api_key.read_text().strip()}"}
    try:
        with httpx.Client(base_url=source, headers=headers, timeout=30) as client:
            told = _asked(client.get("/api/v1/audit/checkpoint"))
            mine.trust(notes.parse_verifier(told["key"]))
            last = mine.last()
            path = _proof(client, last.size if last else told["size"], told["size"])
            note = mine.sign(told["note"], path)
            wanted = {"note": note, "key": str(mine.verifier)}
            _asked(client.post("/api/v1/audit/checkpoint/witness", json=wanted))
    except NotTheSameLog as alarm:
        side_console().print(str(alarm), style="bold red", markup=False)
        return 1
    except httpx.HTTPError as error:
        raise InputUnusable(f"The platform does not answer: {error}.", where=source) from None
    root = base64.b64encode(notes.read_checkpoint(note).root).decode()
    console().print(f"countersigned {told['size']} leaves, root {root}")
    console().print(f"key {mine.verifier}")
    return 0


def _proof(client: Any, old: int, new: int) -> list[bytes]:
    """Ask for the proof that the tree of one size continues that of another.

    Raises:
        NotTheSameLog: the platform has none.
    """
    from clearway.audit.witness import NotTheSameLog, decode_path

    if old == new:
        return []
    answer = client.get("/api/v1/audit/consistency", params={"from": old, "to": new})
    if answer.status_code in {404, 422}:  # it knows the tree we signed no longer
        raise NotTheSameLog(f"The platform cannot prove that {new} leaves continue {old}.")
    return decode_path(_asked(answer)["proof"])


def _asked(answer: Any) -> Any:
    """Return what the platform answered.

    Raises:
        InputUnusable: it refused.
    """
    if not answer.is_success:
        raise InputUnusable(
            f"The platform answered {answer.status_code}.", where=str(answer.request.url)
        )
    return answer.json()
