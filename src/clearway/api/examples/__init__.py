"""A declaration that the demonstration's trader may lodge, as JSON and as XML: one goods item."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def example(media_type: str) -> Any:
    """Return the example as the body of a media type: a tree for JSON, a text for XML."""
    suffix = media_type.rsplit("/", 1)[1]
    text = resources.files(__package__).joinpath(f"declaration.{suffix}").read_text("utf-8")
    return json.loads(text) if suffix == "json" else text
