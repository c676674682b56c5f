"""The demonstration's pack as a file that one proposes."""

from __future__ import annotations

import io
import zipfile
from functools import cache

from clearway import packs


@cache
def archive() -> bytes:
    """Return the demonstration's pack as a ZIP file, without its golden cases."""
    whole, root = io.BytesIO(), packs.demo_pack()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root)
            if path.is_file() and not {"__pycache__", "golden"} & set(name.parts):
                file.write(path, name.as_posix())
    return whole.getvalue()
