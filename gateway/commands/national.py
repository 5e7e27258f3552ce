"""The form of the national identifiers that an operator types: who, and which structure.

An identifier that nobody bears (a placeholder of a guide, a digit lost) would be kept and
never match anybody, without a word.
"""

import re
from collections.abc import Mapping

import click

from gateway.identity.claims import PERSON_SYSTEM, STRUCTURE_SYSTEM

FINESS = "[0-9][0-9AB][0-9]{7}"
FORMS: Mapping[str, tuple[re.Pattern[str], str]] = {
    PERSON_SYSTEM: (
        re.compile(f"8[0-9]{{11}}|0[0-9]{{9}}|(3{FINESS}|4[0-9]{{9}}|5[0-9]{{14}})/.+"),
        "8 and the 11 digits of the RPPS number",
    ),
    STRUCTURE_SYSTEM: (
        re.compile(f"1{FINESS}|2[0-9]{{9}}|3[0-9]{{14}}|[04][0-9]{{11,13}}"),
        "1 and the 9 digits of the FINESS number",
    ),
}
"""Of each system the values there can be (PS_IdNat, Struct_IdNat), and the usual one.

Besides RPPS and FINESS: ADELI, and what a structure (FINESS, SIREN, SIRET) calls its own;
for structures SIREN, SIRET and surgeries.
"""


def checked(text: str, option: str) -> str:
    """Return ``system|value`` as it is; an identifier of another system is not judged.

    Raises ``click.BadParameter`` for a national one of no form that there is.
    """
    system, _, value = text.partition("|")
    if system in FORMS:
        form, usual = FORMS[system]
        if not form.fullmatch(value):
            message = f"of {system} a value is needed like {usual}"
            raise click.BadParameter(message, param_hint=option)
    return text
