"""A line that acknowledges what it could not write."""

import json

from clearway.intake import answering
from clearway.intake.submission import Answer

TRIAL = "full disk on sqlite"
SHOWS_AS = "lost"

answering.storage_fails = lambda **_: Answer(201, json.dumps({"mrn": "26XP0000000000000"}).encode())
