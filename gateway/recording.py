"""What a Consent says, heard and kept: from its JSON to what holds in this record."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from gateway import placing, speaking
from gateway.consents import (
    asking,
    directives,
    emergencies,
    emergency_consents,
    history,
    registry,
)
from gateway.consents.emergency_consents import CHOICES
from gateway.consents.registry import Version
from gateway.inquiry import Inquiry
from gateway.placing import Opened
from gateway.references import Reference
from gateway.repository.records import Record
from labels import announcement
from labels.codes import Mark
from labels.consent import Directive, Effect, speaks_of
from labels.fhir_consent import emergency
from labels.fhir_consent.element import ConsentError
from labels.fhir_consent.provision import Given
from labels.fhir_consent.read import ACTIVE, Said, read
from labels.fhir_consent.write import POLICY
from mappings.fhir import shape
from mappings.mapped import Issue, Refused, refuse

Json = dict[str, Any]

OURS = frozenset({"id", "meta"})
"""What the registry says of a Consent itself."""
HERE = ZoneInfo("Europe/Paris")
"""The zone of dates that name no time."""
PCF = "https://profiles.ihe.net/ITI/PCF/"
UNDER = {"very_discreet": f"{PCF}Policy-deny", "law": f"{PCF}Policy-basic-normal"}
"""The policies of IHE PCF that are what a preset says."""


def taken(asked: Inquiry, resource: Json, before: Version | None = None) -> Version:
    """Keep what a Consent says, in place of what it said ``before``; return its version.

    Who asks may speak for the person. Raises ``Refused``: 422 naming the element that
    cannot be kept to, 403 for a permission that a recorder takes down for himself.
    """
    if emergency.is_emergency(resource):
        if asking.represents(asked.question):
            raise speaking.not_for_another("Consent.category")
        return _chosen(asked, resource, before)
    if before is not None and emergency.is_emergency(before.resource):
        raise _another("Consent.category")
    said = _heard(asked, resource, before.directives if before else ())
    _check_shape(resource)
    if before is not None:
        history.adopt(*asked.place, before)
        directives.close(*asked.place, before.directives, asked.at)
    active = [each for each in said.directives if said.status == ACTIVE]
    ids = tuple(directives.add(*asked.place, each) for each in active)
    held = {name: value for name, value in resource.items() if name not in OURS}
    kept = Version("", 0, asked.at, held, ids, _recorder(asked))
    if before is None:
        return registry.begin(*asked.place, kept)
    return registry.follow(*asked.place, before, kept)


def _check_shape(resource: Json) -> None:
    """Refuse (422) what is no FHIR in what is kept as it was sent, though never read here."""
    wrong = [e for e in shape.check(resource, "Consent") if e.severity == "error"]
    if wrong:
        raise Refused(422, *wrong)


def _chosen(asked: Inquiry, resource: Json, before: Version | None) -> Version:
    """Keep a choice about emergencies: it is one Consent, whenever it is said."""
    held = emergencies.choices(*asked.place)
    try:
        after = emergency.read(resource, held)
    except ConsentError as error:
        raise _refused(error) from None
    _check_patient(asked.record, resource.get("patient"))
    named = [each for each in CHOICES if each in emergency.named(resource)]
    if len(named) != 1:
        raise _another("Consent.provision.purpose")
    consent = emergency_consents.consent_id(asked.record, named[0])
    if before is not None and before.consent != consent:
        raise _another("Consent.provision.purpose")
    emergencies.choose(*asked.place, after)
    said = emergency_consents.say(
        *asked.place, (held, after), asked.at, named[0], _recorder(asked)
    )
    return said[named[0]]


def _recorder(asked: Inquiry) -> str:
    """Return who takes down what the person says; empty when the person does."""
    return "" if asked.by_patient else asked.principal.depositor


def _another(expression: str) -> Refused:
    return refuse(
        422,
        "business-rule",
        expression,
        "A choice about emergencies is a Consent of its own, one for each purpose.",
        "Un choix sur les urgences est un Consent à part, un pour chaque finalité.",
    )


def _refused(error: ConsentError) -> Refused:
    if error.missing:
        words = error.text, error.texte
        issues = (Issue("error", "required", each, *words) for each in error.missing)
        return Refused(422, *issues)
    return refuse(422, "not-supported", error.expression, error.text, error.texte)


def _heard(asked: Inquiry, resource: Json, replaced: Collection[str]) -> Said:
    named = _Named(asked, {})
    policies = _policies(asked)
    given = Given(asked.at, HERE, named.item, named.holds, policies)
    try:
        said = read(resource, given)
    except ConsentError as error:
        raise _refused(error) from None
    _check_patient(asked.record, said.patient)
    if asking.represents(asked.question):
        spoken = speaking.for_another(asked, said.directives, named.documents)
        return replace(said, directives=spoken)
    kept = directives.of_record(*asked.place)
    others = [*said.directives, *(each for each in kept if each.id not in replaced)]
    decided = tuple(
        _checked(asked, each, named.documents, others) for each in said.directives
    )
    return replace(said, directives=decided)


@dataclass(frozen=True, slots=True)
class _Named:
    """The documents a Consent names, each opened once."""

    asked: Inquiry
    documents: dict[str, Opened]

    def item(self, reference: str) -> str | None:
        """Return the id of the item named, None for one that he or the person may not see."""
        kind, _, public_id = reference.rpartition("/")
        target = Reference.parse(public_id)
        ours = target.patient_id == self.asked.record.patient_id
        if kind != "DocumentReference" or not ours:
            return None
        if target.item_id not in self.documents:
            found = placing.opened(self.asked, target.item_id)
            if found is None or self._waits(found):
                return None
            self.documents[target.item_id] = found
        return target.item_id

    def _waits(self, opened: Opened) -> bool:
        """Whether the person may not know yet of what another names: a Consent would tell."""
        facts, held = opened.stored.facts, announcement.held_from(self.asked.at)
        waiting = Mark.INVISIBLE_PATIENT in facts.marks and facts.announced >= held
        return waiting and not self.asked.by_patient

    def holds(self, item: str, place: str) -> bool:
        """Tell whether a document named before has a place.

        Raises ``Refused`` (422), before looking, for who may name no place of it at all:
        a representative, and who is given a rendition. Hidden, absent and shown places
        are one answer.
        """
        if asking.represents(self.asked.question):
            raise speaking.not_for_another("Consent.provision.data")
        opened = self.documents[item]
        if not opened.in_places:
            raise _not_in_places()
        return opened.holds(place)


def _not_in_places() -> Refused:
    return refuse(
        422,
        "business-rule",
        "Consent.provision.data.extension",
        "A place is named by who is given the original; name the whole document.",
        "Un endroit est nommé par qui reçoit l'original ; nommez le document entier.",
    )


def _policies(asked: Inquiry) -> frozenset[str]:
    """Return the policies taken; to others none that only the person's preset allows."""
    held = UNDER.get(asked.record.preset) if asked.by_patient else None
    return frozenset({POLICY, held} if held else {POLICY})


def _check_patient(record: Record, patient: object) -> None:
    """Refuse (422) a Consent about another than the person of the record."""
    held = patient if isinstance(patient, dict) else {}
    reference, identifier = held.get("reference"), held.get("identifier")
    if reference == f"Patient/{record.patient_id}" and identifier is None:
        return
    if reference is None and isinstance(identifier, dict):
        named = [identifier.get("system"), identifier.get("value")]
        if named in [[each.system, each.value] for each in record.identity.identifiers]:
            return
    raise refuse(
        422,
        "value",
        "Consent.patient",
        "Not the person who speaks.",
        "Ce n'est pas la personne qui s'exprime.",
    )


def _checked(
    asked: Inquiry,
    decided: Directive,
    documents: dict[str, Opened],
    others: Iterable[Directive],
) -> Directive:
    """Return a directive as it can be kept; raises ``Refused``."""
    shows = decided.effect is Effect.SHOW
    if shows and not asked.by_patient and _names_asker(asked, decided):
        raise refuse(
            403,
            "forbidden",
            "Consent.provision.actor",
            "Who records a Consent records no permission for himself.",
            "Qui recueille un consentement n'en recueille pas pour lui-même.",
        )
    beside = placing.hidden_beside(asked, decided, documents, others)
    kept = placing.standing(decided, documents, beside)
    if kept is None:
        raise refuse(
            422,
            "not-supported",
            "Consent.provision.data.extension",
            "This document is seen whole or not at all.",
            "Ce document se voit en entier ou pas du tout.",
        )
    return kept


def _names_asker(asked: Inquiry, decided: Directive) -> bool:
    return speaks_of(replace(decided, purposes=frozenset()), asked.question)
