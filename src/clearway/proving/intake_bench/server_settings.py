"""The platform's own settings, with what one bench asks for by its own two variables.

``BENCH_INTAKE_PEER=1`` adds the peer's address; ``BENCH_INTAKE_SLOW=1`` makes commits slow.
"""

from __future__ import annotations

import os

from clearway.site.settings import *  # noqa: F403 - all of them, and two exchanged
from clearway.site.settings import DATABASES, ROOT_URLCONF

if os.environ.get("BENCH_INTAKE_PEER") == "1":
    ROOT_URLCONF = "clearway.proving.intake_bench.peer"
if os.environ.get("BENCH_INTAKE_SLOW") == "1":
    _kind = "postgresql" if "postgresql" in str(DATABASES["default"]["ENGINE"]) else "sqlite"
    DATABASES["default"]["ENGINE"] = f"clearway.proving.intake_bench.slow_{_kind}"
