"""Which pictures there are, of what, and what each shows."""

from __future__ import annotations

import contextlib
from typing import Final, Literal, NamedTuple

from clearway.proving import api_after_release, api_gate
from clearway.proving.api_objects import Objects
from clearway.proving.shown_border import Visitor
from clearway.site.server_process import ServerProcess

_MRN: Final = r"/declarations/\d\dXP\w{14}"
_WHEAT: Final = "/requirements?direction=IM&commodity=10019910&other_country=US"
DESK: Final = (1280, 800)
PHONE: Final = (390, 780)
TABLET: Final = (820, 1180)


class Picture(NamedTuple):
    """One picture.

    ``page`` names an address of ``addresses``; ``pressed`` is a key that is pressed before;
    ``whole`` shows a page to its end, not only what its window shows.
    """

    name: str
    page: str
    who: str
    told: str
    language: str = "en"
    theme: Literal["light", "dark"] = "light"
    size: tuple[int, int] = DESK
    pressed: str = ""
    whole: bool = False


PICTURES: Final = (
    Picture("border", "/", "",
            "The border as everybody sees it: what flows, and what needs a person."),
    Picture("border-dark-phone", "/", "",
            "The same in the dark, on a phone, in French.", "fr", "dark", PHONE),
    Picture("sign-in", "/accounts/login/", "",
            "Signing in; a demonstration offers its people, and says that it is one."),
    Picture("dashboard", "/dashboard", "trader",
            "A trader's desk: what needs him stands first."),
    Picture("dashboard-arabic", "/dashboard", "trader",
            "The same desk in Arabic, from right to left.", "ar"),
    Picture("dashboard-phone", "/dashboard", "trader",
            "The same desk on a phone, in Vietnamese.", "vi", "light", PHONE),
    Picture("lodging", "item", "trader",
            "Lodging by hand: one goods item, its tariff code, what it will cost beside it."),
    Picture("lodging-errors", "check", "trader",
            "All answers before they are lodged; what is to be mended leads to its field."),
    Picture("lodging-arabic-phone", "parties", "trader",
            "A step of the form on a phone, in Arabic and in the dark.", "ar", "dark", PHONE),
    Picture("consignment", "own", "trader",
            "A declaration as its trader sees it: what happened, what is owed."),
    Picture("file", "file", "trader",
            "A file of declarations: good rows are taken, bad ones come back with reasons.", "zh"),
    Picture("queue", "queue", "officer",
            "An officer's queue by lane, with the reasons beside the decision."),
    Picture("queue-dark", "queue", "officer",
            "The same queue in the dark.", "en", "dark"),
    Picture("queue-arabic", "queue", "officer",
            "The same queue in Arabic.", "ar"),
    Picture("search", "queue", "officer",
            "Search everywhere with Ctrl-K.", "en", "light", DESK, "Control+k"),
    Picture("shortcuts", "queue", "officer",
            "Every shortcut of a page, shown by a question mark.", "fr", "dark", DESK, "Shift+?"),
    Picture("keys-ask", "queue", "officer",
            "N took the next one, D asks for documents: type, and Enter sends.", pressed="d"),
    Picture("keys-control", "queue", "officer",
            "N, then I: the goods are to be looked at, and why.", pressed="i"),
    Picture("keys-hold", "queue", "officer",
            "N, then H: the goods are held, by whom and on what ground.", pressed="h"),
    Picture("keys-accept", "queue", "officer",
            "N, then A: found in order, in two keys.", pressed="a"),
    Picture("declaration", "red", "supervisor",
            "A declaration that was selected for control, and what contributed to that."),
    Picture("explanation", "explanation", "supervisor",
            "Every figure explained: its base, its rate, its legal ground.", "en", "dark"),
    Picture("team", "/team", "supervisor",
            "A supervisor's load per desk."),
    Picture("manifest", "/cargo/", "carrier",
            "A carrier's transport documents, and what is still without a declaration."),
    Picture("conveyance-phone", "conveyance", "carrier",
            "A conveyance on a phone.", "en", "light", PHONE),
    Picture("permits-needed", _WHEAT, "trader",
            "What one needs before lodging, with the legal ground of each."),
    Picture("agency", "/agency/cases/", "agency",
            "An agency's queue: what waits for its word, and until when."),
    Picture("inspection-tablet", "inspection", "officer",
            "One opening for all agencies: checklist, findings, photographs, samples, seals.",
            size=TABLET),
    Picture("hold-arabic", "/holds/new", "officer",
            "Holding goods: on what legal ground, and who may lift it; in Arabic.", "ar"),
    Picture("cashier", "/bank/", "cashier",
            "The cashier reads what the bank tells; what nobody can place waits here."),
    Picture("notice", "notice", "trader",
            "A tax notice: each tax, what was paid, how the rest is paid.", "vi"),
    Picture("token-phone", "token", "trader2",
            "A token: once, for this container, until then.", size=PHONE),
    Picture("gate-phone", "gate", "terminal",
            "The gate's screen on a phone, which works on through a network cut.", "zh", "dark",
            PHONE),
    Picture("port", "/port", "terminal",
            "The port's day: what lies here, why, and whose turn it is."),
    Picture("audit", "audit", "supervisor",
            "An audit after release: why it was selected, its team, its clocks."),
    Picture("log", "/log/", "auditor",
            "The auditor's log: each read stands in it, his own too."),
    Picture("help", "/help/findings/CLW3103", "",
            "Every finding has a page: what, why, how to mend it.", "vi"),
    Picture("tour", "/tour", "",
            "The tour of two minutes, here in Chinese.", "zh", "dark"),
    Picture("components", "/help/components", "",
            "Every part of the pages as built, with its markup.", whole=True),
    Picture("components-dark-arabic", "/help/components", "",
            "Every part in Arabic and in the dark.", "ar", "dark", whole=True),
)  # fmt: skip


def addresses(server: ServerProcess) -> dict[str, str]:
    """Do what the pictures show, and return where each page of theirs is.

    Args:
        server: a server of the shown border.

    Raises:
        DefectFound: something could not be done.
    """
    url = server.url
    with contextlib.ExitStack() as stack:
        trader, officer, carrier, supervisor = (
            stack.enter_context(Visitor(url, who))
            for who in ("trader", "officer", "carrier", "supervisor")
        )
        red = supervisor.first_of("/declarations/?lane=RED", _MRN)
        own = trader.first_of("/declarations/?state=released", _MRN)
        step = trader.send(f"{own}/copy", {}, form=own).removesuffix("/check")
        rejected = trader.first_of("/declarations/?state=rejected", r"/declarations/\d+")
        wrong = trader.send(f"{rejected}/copy", {}, form=rejected)
        rows = trader.get("/samples/declarations-with-errors.csv").content
        file = trader.send("/files/", {}, file=("march.csv", rows))
        taken = officer.send("/queue/next", {"lane": "YELLOW"}, form="/queue/")
        conveyance = carrier.first_of("/conveyances/", r"/conveyances/\d+")
        inspection = officer.first_of("/inspections/", r"/inspections/\d+")
        notice = trader.first_of("/payments/", r"/payments/\d+")
    return {
        **_laid(server),
        "inspection": inspection,
        "notice": notice,
        "item": f"{step}/items/1",
        "parties": f"{step}/parties",
        "check": wrong,
        "own": own,
        "file": file,
        "queue": taken,
        "red": red,
        "explanation": f"{red}/explanation",
        "conveyance": conveyance,
    }


def _laid(server: ServerProcess) -> dict[str, str]:
    """Lay a gate, a token and an audit through the API, and return where they are shown."""
    objects = Objects(server)
    try:
        gate, token = api_gate.gate(objects), api_gate.token(objects)
        audit = api_after_release.audit(objects)
    finally:
        objects.close()
    return {
        "gate": f"/gates/{gate}",
        "token": f"/tokens/{token['serial']}",
        "audit": f"/audits/{audit}",
    }
