"""Who is ready in a demonstration, and by which keys: known to everybody, and pure data.

Programs that are clients of the platform read this file without setting Django up.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from clearway.accounts import rules
from clearway.accounts.life_cycle import ADMINISTRATION
from clearway.audit.actor import Role

DEMO_PASSWORD: Final = "lodge-once-at-the-border"  # noqa: S105 - the demonstration's, in the manual
DEMO_COUNTRY: Final = "XP"


class Ready(NamedTuple):
    """One organisation of the demonstration with a person and a key of the same name.

    ``name`` (1 to 12 of a-z0-9) names the key (``rules.demo_key``) and the person,
    ``<name>@demo.example``.
    """

    name: str
    organisation: str
    kind: str
    roles: tuple[Role, ...]
    identifier: str = ""
    office: str = ""


_CUSTOMS: Final = "Portolan Customs"
READY: Final = (
    Ready("trader", "Atlas Trading SA", "trader", (Role.TRADER,), "XP1000000001"),
    Ready("trader2", "Cedar Foods Ltd", "trader", (Role.TRADER,), "XP1000000002"),
    Ready("trader3", "Lotus Textiles Cty TNHH", "trader", (Role.TRADER,), "XP1000000003"),
    Ready("broker", "Meridian Customs Brokers", "broker", (Role.BROKER,), "XP2000000001"),
    Ready("broker2", "Vega Customs Brokers", "broker", (Role.BROKER,), "XP2000000002"),
    Ready("carrier", "Armillary Line", "carrier", (Role.CARRIER,), "XP3000000001"),
    Ready("airline", "Windrose Airways", "carrier", (Role.CARRIER,), "XP3000000002"),
    Ready("terminal", "Lodestar Container Terminal", "terminal", (Role.TERMINAL,), "XP4000000001"),
    Ready("platform", "Fast Parcel Express", "platform", (Role.PLATFORM,), "XP7700112233"),
    Ready("officer", _CUSTOMS, ADMINISTRATION, (Role.OFFICER,), office="XP000110"),
    Ready("officer2", _CUSTOMS, ADMINISTRATION, (Role.OFFICER,), office="XP000210"),
    Ready("officer3", _CUSTOMS, ADMINISTRATION, (Role.OFFICER,), office="XP000310"),
    Ready("officer4", _CUSTOMS, ADMINISTRATION, (Role.OFFICER,), office="XP000410"),
    Ready("supervisor", _CUSTOMS, ADMINISTRATION, (Role.SUPERVISOR,)),
    Ready("supervisor2", _CUSTOMS, ADMINISTRATION, (Role.SUPERVISOR,)),
    Ready("cashier", _CUSTOMS, ADMINISTRATION, (Role.CASHIER,)),
    Ready("cashier2", _CUSTOMS, ADMINISTRATION, (Role.CASHIER,)),
    *(
        Ready(name, called, ADMINISTRATION, (Role.AGENCY,), office=code)
        for name, called, code in (
            ("agency", "Plant Health Inspectorate", "PHI"),
            ("agency2", "Veterinary and Food Safety Service", "VFS"),
            ("agency3", "Medicines and Health Authority", "MHA"),
            ("agency4", "Environmental Protection Office", "EPO"),
            ("agency5", "Radio and Standards Authority", "RSA"),
            ("agency6", "Security Export and Arms Commission", "SEC"),
            ("agency7", "Chemicals Safety Board", "CHS"),
        )
    ),
    Ready("registrar", _CUSTOMS, ADMINISTRATION, (Role.REGISTRAR,)),
    Ready("registrar2", _CUSTOMS, ADMINISTRATION, (Role.REGISTRAR,)),
    Ready("tariff", _CUSTOMS, ADMINISTRATION, (Role.TARIFF,)),
    Ready("tariff2", _CUSTOMS, ADMINISTRATION, (Role.TARIFF,)),
    Ready("auditor", "Portolan Court of Audit", ADMINISTRATION, (Role.AUDITOR,)),
    Ready("operator", "Portolan Customs Systems", ADMINISTRATION, (Role.OPERATOR,)),
    Ready("analyst", _CUSTOMS, ADMINISTRATION, (Role.ANALYST,)),
    Ready("analyst2", _CUSTOMS, ADMINISTRATION, (Role.ANALYST,)),
)


def demo_secret(name: str) -> str:
    """Return the key of one of ``READY``, as a client sends it."""
    return rules.demo_key(name).secret
