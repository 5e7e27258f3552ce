"""Who deposits or decides, and for whom: checked before anything is kept.

INS reference framework (RNIV): a record is found by a qualified identifier only, never
guessed from traits; traits serve to notice a contradiction.
"""

import unicodedata
from contextlib import AbstractContextManager

from sqlalchemy import Connection

from gateway.identity.principal import Principal
from gateway.inquiry import Find, Inquiry, by_identifier, inquire
from gateway.repository import records
from gateway.repository.records import Record
from gateway.services import Services
from gateway.settings import Settings
from mappings import ins
from mappings.mapped import Refused, refuse
from mappings.submission import Document, Identifier, Submission, Traits


def check_author(principal: Principal, submission: Submission) -> None:
    """Let a professional deposit what he, or his structure, wrote.

    Raises ``Refused`` (403) otherwise: nobody deposits in another's name.
    """
    for document in submission.documents:
        if principal.patient or not _wrote(principal, document):
            raise refuse(
                403,
                "forbidden",
                "DocumentReference.author",
                "You are neither an author of this document nor of an author's "
                "organisation.",
                "Vous n'êtes ni auteur de ce document ni de la structure d'un auteur.",
            )


def _wrote(principal: Principal, document: Document) -> bool:
    """Return whether the principal wrote it, or answers for what nobody signed.

    A document in which no author and no organisation has an identifier is in nobody's
    name: a structure may hand it in, in its own.
    """
    if not document.authors and not document.organizations:
        custodians = document.custodians or {principal.organization}
        return bool(principal.organization) and principal.organization in custodians
    return principal.subject in document.authors or (
        principal.organization in document.organizations
    )


def only_the_patient() -> Refused:
    """Return the refusal (403) of a decision that is the patient's alone."""
    return refuse(
        403,
        "forbidden",
        "DocumentReference.securityLabel",
        "Only the patient decides this.",
        "Seul le patient en décide.",
    )


def own_record(
    services: Services,
    principal: Principal,
    request_id: str = "",
    *,
    hold: bool = False,
) -> AbstractContextManager[Inquiry]:
    """Open an inquiry of a person into his own record, that of nobody without one.

    ``hold`` to change it (see :func:`gateway.inquiry.inquire`).

    Raises ``Refused`` (403) for anybody but a person who asks for himself.
    """
    if not principal.patient:
        raise only_the_patient()
    find = by_identifier(services, principal.patient[0])
    return inquire(services, principal, find, request_id, hold=hold)


def record_for(
    services: Services,
    principal: Principal,
    find: Find | None,
    request_id: str = "",
    *,
    hold: bool = False,
) -> AbstractContextManager[Inquiry]:
    """Open an inquiry of a person into the record found, or without ``find`` his own.

    ``hold`` to change it (see :func:`gateway.inquiry.inquire`). The record may be
    another's: who asks must still be found to act for that person
    (``asking.represents``). Raises ``Refused`` (403) for anybody but a person.
    """
    if find is None:
        return own_record(services, principal, request_id, hold=hold)
    if not principal.patient:
        raise only_the_patient()
    return inquire(services, principal, find, request_id, hold=hold)


def check_identifiers(traits: Traits, settings: Settings) -> None:
    """Make sure that an identifier of a known domain is there, and that INS are right.

    Raises ``Refused`` (422) naming the place of the patient's identity.
    """
    for identifier in traits.identifiers:
        if identifier.system in ins.SYSTEMS and not ins.valid(
            identifier.system, identifier.value
        ):
            raise refuse(
                422,
                "value",
                identifiers_place(traits),
                "The INS has not the form or the key of an INS: 15 characters, of which "
                "the last two are the key.",
                "L'INS n'a pas la forme ou la clé d'un INS : 15 caractères, dont les deux "
                "derniers sont la clé.",
            )
    if not known_identifiers(traits, settings):
        raise refuse(
            422,
            "required",
            identifiers_place(traits),
            "No patient identifier of a domain that this gateway knows.",
            "Aucun identifiant de patient d'un domaine connu de cette passerelle.",
        )


def identifiers_place(traits: Traits) -> str:
    """Return the place that errors about the patient's identifiers name."""
    return traits.identifiers_place or f"{traits.place or 'Patient'}.identifier"


def known_identifiers(traits: Traits, settings: Settings) -> list[Identifier]:
    """Return the identifiers whose domain is configured."""
    return [each for each in traits.identifiers if each.system in settings.domains]


def record_of(connection: Connection, services: Services, traits: Traits) -> Record:
    """Return the open record of the person the traits speak of, else that of nobody."""
    return records.by_identifiers(
        connection, services.store.keys, *known_identifiers(traits, services.settings)
    )


def check_identity(found: Record, traits: Traits) -> None:
    """Make sure that the record takes deposits for the person the traits speak of.

    Raises ``Refused`` (422), one and the same for a person without a record, a closed
    record and traits that contradict it: who has a record, and what their name and
    birth date are, is not to be found out by trying.
    """
    if found.known and not contradiction(found.identity, traits):
        return
    raise refuse(
        422,
        "not-found",
        identifiers_place(traits),
        "No record can take deposits for this identity: no record is open for this "
        "identifier, or the birth date or the family name contradicts it.",
        "Aucun dossier ne peut recevoir de dépôt pour cette identité : pas de dossier "
        "ouvert pour cet identifiant, ou date de naissance ou nom qui le contredit.",
    )


def contradiction(held: Traits, given: Traits) -> bool:
    """Return whether the traits cannot be those of the person of the record.

    Another birth date, or a family name that is neither the birth name nor the name in
    use. A first name or a sex marker may change in a life: no contradiction.
    """
    dates = held.birth_date, given.birth_date
    known = min(len(each) for each in dates)
    if dates[0][:known] != dates[1][:known]:
        return True
    names = {folded(held.family), folded(held.used_family)} - {""}
    others = {folded(given.family), folded(given.used_family)} - {""}
    return bool(names and others and not names & others)


def folded(name: str) -> str:
    """Return a name as identity compares it: letters A to Z only (RNIV, annex)."""
    plain = unicodedata.normalize("NFKD", name).upper()
    return "".join(letter for letter in plain if "A" <= letter <= "Z")
