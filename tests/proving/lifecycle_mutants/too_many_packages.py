"""More packages of a lot leave than there are."""

from msgspec import structs

from clearway.clearance import leaving

standing = leaving.standing


def generous(one):
    found = standing(one)
    return structs.replace(found, packages=found.packages and 99)


leaving.standing = generous
