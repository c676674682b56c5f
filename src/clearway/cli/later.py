"""Commands that are imported when they are called, so that each starts with its own rooms alone.

Together they would import the kernel, pyarrow and a dozen rooms before the first word is looked
at. Until a command is called, its name and one line about it are all that the program knows.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import typer
from typer.core import TyperGroup

Rooms = Mapping[str, Mapping[str, str]]
"""By module: the names of the commands that its ``add_to`` adds, each with its line of help."""


def add_to(app: typer.Typer, rooms: Rooms) -> None:
    """Add the names of commands to an application whose class is ``opening`` the same rooms."""
    for commands in rooms.values():
        for name, told in commands.items():
            app.add_typer(typer.Typer(callback=_nothing, help=told), name=name)


def _nothing() -> None:
    """Stand where a command will."""


def opening(rooms: Rooms) -> type[TyperGroup]:
    """Return the class of a group that imports the module of a command which is called."""
    module_of = {name: module for module, names in rooms.items() for name in names}

    class Opening(TyperGroup):
        def resolve_command(self, ctx: Any, args: list[str]) -> Any:
            name, found, rest = super().resolve_command(ctx, args)
            if name is None or name not in module_of:
                return name, found, rest
            app = typer.Typer()
            importlib.import_module(module_of[name]).add_to(app)
            return name, typer.main.get_group(app).commands[name], rest

    return Opening
