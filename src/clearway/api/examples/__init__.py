"""What the demonstration's trader may lodge, and its carrier report, as the document shows it."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any, Final

_FILES: Final = {
    "application/json": "declaration.json",
    "application/xml": "declaration.xml",
    "application/edifact": "cargo.edi",
}


@cache
def example(media_type: str) -> Any:
    """Return the example as the body of a media type: a tree for JSON, otherwise a text.

    JSON and XML are a declaration of one goods item, EDIFACT is a manifest (CUSCAR).
    """
    name = _FILES[media_type]
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    return json.loads(text) if name.endswith(".json") else text
