"""Which pictures there are, of what, and what each shows."""

from __future__ import annotations

import contextlib
from typing import Final, Literal, NamedTuple

from clearway.proving.shown_border import Visitor

_MRN: Final = r"/declarations/\d\dXP\w{14}"
DESK: Final = (1280, 800)
PHONE: Final = (390, 780)


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


def addresses(url: str) -> dict[str, str]:
    """Do what the pictures show, and return where each page of theirs is.

    Args:
        url: of a server of the shown border.

    Raises:
        DefectFound: something could not be done.
    """
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
        taken = officer.send("/queue/next", {}, form="/queue/")
        conveyance = carrier.first_of("/conveyances/", r"/conveyances/\d+")
    return {
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
