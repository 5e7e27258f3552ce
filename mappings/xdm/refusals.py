"""Why a medium is not taken, in two languages; no name or value of it is repeated."""

from mappings.mapped import Refused, refuse


def broken(place: str) -> Refused:
    """Refuse (400) what is no zip, or cannot be unpacked to what it says."""
    return refuse(
        400,
        "structure",
        place,
        "this is not a zip that can be read in one way and one way only",
        "ce n'est pas un zip qui se lise d'une façon et d'une seule",
    )


def too_much(place: str) -> Refused:
    """Refuse (413) a zip with too many entries, or that unpacks to too much."""
    return refuse(
        413,
        "too-costly",
        place,
        "the zip holds more than 1000 entries or 50 MB, or an entry unpacks to more "
        "than 100 times its size",
        "le zip contient plus de 1000 entrées ou de 50 Mo, ou une entrée se déploie à "
        "plus de 100 fois sa taille",
    )


def required(place: str) -> Refused:
    """Refuse (422) metadata without an element that no document can be kept without."""
    return refuse(
        422,
        "required",
        place,
        "the documents cannot be kept without this",
        "les documents ne peuvent être conservés sans cela",
    )


def not_supported(place: str) -> Refused:
    """Refuse (422) what would be lost if it were ignored: folders, other media."""
    return refuse(
        422,
        "not-supported",
        place,
        "this is not supported, and nothing that is handed in is dropped in silence",
        "ceci n'est pas pris en charge, et rien de ce qui est remis n'est perdu en silence",
    )
