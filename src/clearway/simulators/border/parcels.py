"""The e-commerce platform: files of parcels, uploaded in bulk."""

from __future__ import annotations

import time
from datetime import datetime

from clearway.messages import write_ndjson
from clearway.messages.records import Declaration, MetaData
from clearway.messages.values import DateTime
from clearway.simulators.border.border import Border
from clearway.simulators.border.firms import PARCELS
from clearway.simulators.border.platform import Body, Gone

_DONE_WITHIN = 300.0


class Parcels:
    """The express operator who lodges for many buyers at once."""

    def __init__(self, border: Border) -> None:
        self._border = border

    def upload(self, parcels: list[Declaration], at: datetime) -> None:
        """Upload a file and wait until every row has its answer, so that order stays certain."""
        border = self._border
        border.settle(at)
        for parcel in parcels:
            parcel.issue_date_time = DateTime(value=f"{at:%Y%m%d%H%M%S}+00", format="304")
        records = (MetaData(wco_type_name="DEC", declaration=parcel) for parcel in parcels)
        name = f"parcels-{at:%Y%m%d-%H%M}.ndjson"
        reply = border.send(
            PARCELS,
            "POST",
            "/bulk",
            at,
            body=Body(b"".join(write_ndjson(records)), "application/x-ndjson"),
            key=name,
            parameters={"name": name},
        )
        border.unsettle()
        if reply.ok:
            self._wait(int(reply.body["id"]), len(parcels), at)

    def _wait(self, job: int, count: int, at: datetime) -> None:
        border = self._border
        until = time.monotonic() + _DONE_WITHIN
        while time.monotonic() < until:
            reply = border.send(PARCELS, "GET", f"/bulk/{job}", at)
            if not reply.ok or reply.body["state"] in {"finished", "failed"}:
                if reply.ok:
                    border.figures.bulk(reply.body, count)
                return
            time.sleep(0.02)
        raise Gone("a file of parcels is never finished")
