"""The facts that this room announces. Subject: ``pack:<id>``.

==============  ==============================================================
kind            body
==============  ==============================================================
pack.proposed   name, version, hash, valid_from
pack.published  name, version, hash, valid_from, changes (digest of the report)
pack.withdrawn  name, version, hash, reason
==============  ==============================================================
"""

from __future__ import annotations

from typing import Final

PROPOSED: Final = "pack.proposed"
PUBLISHED: Final = "pack.published"
WITHDRAWN: Final = "pack.withdrawn"
