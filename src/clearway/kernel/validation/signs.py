"""Signs: coarse, cheap conditions without which a group of rules has nothing to say.

Every rule is one function, and most declarations give most rules nothing to say. The first look
(``first_look``) collects the signs that a declaration gives, and only the rules that those wake
are run. A sign may be wrong in one direction only: it may wake rules that then say nothing. A
rule that stands under no sign always runs. That nothing is missed is held by a property test
against the plain run of every rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MISFIT: Final = 1 << 0
COMMODITY: Final = 1 << 1
DATES: Final = 1 << 2
STRANGE: Final = 1 << 3
FORMULA: Final = 1 << 4
LENGTH: Final = 1 << 5
DESCRIPTION: Final = 1 << 6
INCOMPLETE: Final = 1 << 7
CONTAINERS: Final = 1 << 8
MEANS: Final = 1 << 9
PREVIOUS: Final = 1 << 10
PARTIES: Final = 1 << 11
HOLDERS: Final = 1 << 12
NUMBERS_OF_ITS_OWN: Final = 1 << 13
DANGEROUS: Final = 1 << 14
AMOUNTS: Final = 1 << 15
MASSES: Final = 1 << 16
PACKAGE_SUM: Final = 1 << 17
MASS_SUM: Final = 1 << 18
AMOUNT_SUM: Final = 1 << 19
COUNTS: Final = 1 << 20
PROCEDURES: Final = 1 << 21
REQUIREMENTS: Final = 1 << 22
COUNTRIES: Final = 1 << 23
TERM: Final = 1 << 24
PREFERENCE: Final = 1 << 25
UNITS: Final = 1 << 26
DOCUMENTS: Final = 1 << 27
ALIKE: Final = 1 << 28
RATES: Final = 1 << 29

WAKES: Final[Mapping[int, tuple[int, ...]]] = {
    # MISFIT wakes the rules that read nothing but misfits: see Rule.only_misfits.
    COMMODITY: (2130, 2131, 2132, 2133),
    DATES: (3501, 3502, 3503, 3504, 3505, 3506, 3507, 3508, 3509),
    STRANGE: (3301, 3302, 3303, 3304, 3306),
    FORMULA: (3305,),
    LENGTH: (3307,),
    DESCRIPTION: (3310, 3311, 3312),
    INCOMPLETE: (3701, 3702, 3703, 3704, 3705, 3706, 3711, 3712, 3713, 3714),
    CONTAINERS: (3401, 3402, 3403, 3621, 3622, 3623, 3624, 4105, 4106),
    MEANS: (3404, 3405, 3625),
    PREVIOUS: (3406, 3410, 4108),
    PARTIES: (3407, 4141, 4142),
    HOLDERS: (3408, 4121, 4122),
    NUMBERS_OF_ITS_OWN: (3409, 3411),
    DANGEROUS: (3412,),
    AMOUNTS: (3108, 3109, 3110, 3111, 3112, 3113, 3105),
    MASSES: (3108, 3121, 3122, 3123, 3124, 3125, 3126, 3127, 3129, 3130, 3102, 3103, 3104, 3714),
    PACKAGE_SUM: (3103,),
    MASS_SUM: (3104,),
    AMOUNT_SUM: (3105,),
    COUNTS: (3101, 3106, 3107),
    PROCEDURES: (3601, 3602, 3603),
    REQUIREMENTS: (4101, 4102, 4103, 4104),
    COUNTRIES: (3604, 3605, 3606, 3607),
    TERM: (3611, 3612, 3613),
    PREFERENCE: (3631, 3632, 3633),
    UNITS: (3641, 3642),
    DOCUMENTS: (3108, 3109, 3110, 3111, 3128, 3406, 3510, 4107, 4131, 4132),
    ALIKE: (4109,),
    RATES: (4111, 4112),
}

WOKEN_BY: Final[Mapping[int, int]] = {
    number: sum(sign for sign, numbers in WAKES.items() if number in numbers)
    for numbers in WAKES.values()
    for number in numbers
}
"""The signs that wake a rule, by the rule's number."""
