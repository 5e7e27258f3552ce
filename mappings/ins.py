"""The national health identity number (INS): its systems, its form, its key.

Sources: INS identity referential and FR Core fr-core-patient-ins (systems); INSEE,
numéro d'inscription au répertoire, for the key and the two letters of Corsica.
"""

import re

from mappings.submission import Identifier

NIR = "urn:oid:1.2.250.1.213.1.4.8"
NIA = "urn:oid:1.2.250.1.213.1.4.9"
NIR_TEST = "urn:oid:1.2.250.1.213.1.4.10"
NIR_DEMO = "urn:oid:1.2.250.1.213.1.4.11"

SYSTEMS = frozenset({NIR, NIA, NIR_TEST, NIR_DEMO})
"""The systems an INS may have. INS-A (``.4.1``) and INS-C (``.4.2``) are obsolete."""

_BODY = re.compile(r"[1-478][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{6}")
_VALUE = re.compile(_BODY.pattern + r"[0-9]{2}")
_BODY_LENGTH = 13
_MODULUS = 97


def key(body13: str) -> str:
    """Return the two digits that complete the thirteen characters of a NIR or a NIA.

    The key is 97 minus the remainder of the number by 97. Corsica's 2A and 2B count
    as 19 and 18. Raises ValueError, without the value, when the form is wrong.
    """
    if not _BODY.fullmatch(body13):
        message = "an INS body is thirteen characters: sex, date, place, order"
        raise ValueError(message)
    number = (
        body13[:5] + body13[5:7].replace("2A", "19").replace("2B", "18") + body13[7:]
    )
    return f"{_MODULUS - int(number) % _MODULUS:02d}"


def valid(system: str, value: str) -> bool:
    """Return whether ``value`` is an INS of ``system``, with the right form and key.

    Total: any two strings get an answer. The system is compared exactly, because the
    same number under another system is not an INS.
    """
    if system not in SYSTEMS or not _VALUE.fullmatch(value):
        return False
    return key(value[:_BODY_LENGTH]) == value[_BODY_LENGTH:]


def identifier(system: str, body13: str) -> Identifier:
    """Return the INS that ``body13`` makes under ``system``, key added.

    Raises ValueError when the system or the form is not that of an INS.
    """
    if system not in SYSTEMS:
        message = "not the system of an INS"
        raise ValueError(message)
    return Identifier(system, body13 + key(body13))
