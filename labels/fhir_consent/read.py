"""From a Consent to directives. Strict: what is not understood is refused, never ignored.

The root provision is the whole; the provisions in it are its exceptions, one level deep
(IHE PCF). An exception that names nobody or no purpose is for those of the root. A bare
exception for the purposes of an emergency makes the masks of the Consent yield to one.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from labels.consent import Audience, AudienceKind, Directive, Effect, Period
from labels.fhir_consent import exceptions, provision
from labels.fhir_consent.element import Element, Json, absent
from labels.fhir_consent.provision import EVER, Given, Provision
from labels.policy.question import URGENT

SCOPE = ("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy")
STATUSES = frozenset(
    {"draft", "proposed", "active", "rejected", "inactive", "entered-in-error"}
)
ACTIVE = "active"
HEADER = frozenset(
    {
        *("resourceType", "id", "meta", "language", "text", "identifier", "status"),
        *("scope", "category", "patient", "dateTime", "performer", "organization"),
        *("sourceAttachment", "sourceReference", "policy", "provision"),
    }
)
NEEDED = (
    *(
        "status",
        "scope",
        "category",
        "patient",
        "dateTime",
        "performer",
        "organization",
    ),
    *("policy", "provision"),
)
"""What the foundation of PCF asks of every Consent, beside its source."""
SOURCES = frozenset({"sourceAttachment", "sourceReference"})
MOST_DIRECTIVES = 60
AFTER = timedelta(microseconds=1)
"""An exception is said just after what it is an exception to: the later word wins."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a Consent says: its status, whose record it is about, and its directives.

    The directives are those it has while it is active, the root's first.
    """

    status: str
    patient: Json
    directives: tuple[Directive, ...]


def read(resource: Json, given: Given) -> Said:
    """Read a Consent; raises ``ConsentError`` for the first element we cannot keep to.

    Elements that are missing are named all at once.
    """
    element = Element("Consent", resource)
    element.only(HEADER)
    _check_complete(element)
    _check_header(element, given)
    status = element.text("status")
    if status not in STATUSES:
        raise element.refused("status", "Not a status.", "Ce n'est pas un statut.")
    directives = tuple(_directives(element.child("provision"), given))
    return Said(status, element.child("patient").value, directives)


def _check_complete(element: Element) -> None:
    """Refuse a Consent that lacks elements, naming each of them."""
    missing = [name for name in NEEDED if name not in element.value]
    if not SOURCES & element.value.keys():
        missing.append("source")
    provision = element.value.get("provision")
    if isinstance(provision, dict) and provision and "type" not in provision:
        missing.append("provision.type")
    if missing:
        raise absent(tuple(f"{element.path}.{name}" for name in missing))


def _check_header(element: Element, given: Given) -> None:
    scope = [each.coded for each in element.child("scope").codings()]
    if scope != [SCOPE]:
        raise element.refused(
            "scope", "Only patient-privacy.", "Seulement patient-privacy."
        )
    for name in ("category", "performer", "organization"):
        element.each(name, required=True)
    element.text("dateTime")
    sources = element.value.keys() & SOURCES
    if len(sources) != 1:
        raise element.refused(
            "source",
            "One source: an attachment or a reference.",
            "Une source : une pièce jointe ou une référence.",
        )
    element.child(sources.pop())
    _check_policy(element, given)


def _check_policy(element: Element, given: Given) -> None:
    stated = element.each("policy", required=True)
    stated[0].only(frozenset({"uri"}))
    if len(stated) > 1 or stated[0].text("uri") not in given.policies:
        raise stated[0].refused(
            "uri",
            "A Consent is taken under the policy that holds in this record: "
            f"{', '.join(sorted(given.policies))}.",
            "Un Consent est pris sous la politique en vigueur dans ce dossier : "
            f"{', '.join(sorted(given.policies))}.",
        )


def _directives(element: Element, given: Given) -> list[Directive]:
    root = _root(provision.read(element, given))
    start = _from(root.during, given.at)
    whole = root.directives(start)
    excepted, yields = [], False
    for nested in element.each("provision"):
        found = _nested(provision.read(nested, given), root)
        if _is_emergency(found):
            yields = True
            continue
        excepted.append(
            (found, found.directives(_from(found.during, given.at) + AFTER))
        )
    made = [*whole, *(each for _, directives in excepted for each in directives)]
    _check(element, whole, excepted, len(made))
    return _yielding(made, element) if yields else made


def _root(found: Provision) -> Provision:
    return found if found.audiences else replace(found, audiences=(_EVERYONE,))


_EVERYONE = Audience(AudienceKind.EVERYONE)


def _nested(found: Provision, root: Provision) -> Provision:
    """Return an exception with what it takes from the root where it states nothing.

    What is shown in exception to a mask is no more than the mask hid.
    """
    if "provision" in found.element.value:
        raise found.element.refused(
            "provision", "One level of exceptions only.", "Un seul niveau d'exceptions."
        )
    found = replace(
        found,
        audiences=found.audiences or root.audiences,
        purposes=found.purposes or root.purposes,
        during=_inside(found.during, root.during),
    )
    if (found.effect, root.effect) != (Effect.SHOW, Effect.MASK) or found.data.named:
        return found
    data = replace(found.data, authors=found.data.authors or root.data.authors)
    dated = root.dated if found.dated == EVER else found.dated
    return replace(found, data=data, dated=dated)


def _inside(period: Period, whole: Period) -> Period:
    """Return the part of a period that lies in the whole of it."""
    starts = [each for each in (period.start, whole.start) if each is not None]
    ends = [each for each in (period.end, whole.end) if each is not None]
    return Period(max(starts, default=None), min(ends, default=None))


def _from(during: Period, at: datetime) -> datetime:
    """A word holds from when it is said, at the earliest."""
    return at if during.start is None else max(at, during.start)


def _is_emergency(found: Provision) -> bool:
    bare = found.bare and found.effect is Effect.SHOW
    return bare and found.purposes == URGENT


def _check(
    element: Element,
    whole: list[Directive],
    excepted: list[tuple[Provision, list[Directive]]],
    count: int,
) -> None:
    if count > MOST_DIRECTIVES:
        raise element.refused(
            "", "It says too much at once.", "Cela dit trop de choses à la fois."
        )
    for found, directives in excepted:
        pairs = ((root, each) for root in whole for each in directives)
        if not all(exceptions.kept(root, each) for root, each in pairs):
            raise found.element.refused(
                "",
                "Our decisions cannot say this exception: the nearer in whom and what "
                "it names wins. Send it as another Consent.",
                "Nos décisions ne savent pas dire cette exception : la plus précise sur "
                "qui et sur quoi l'emporte. Envoyez-la dans un autre Consent.",
            )


def _yielding(made: list[Directive], element: Element) -> list[Directive]:
    """Return the directives with masks that yield; an exception to nothing is refused."""
    if not any(each.effect is Effect.MASK for each in made):
        raise element.refused(
            "provision",
            "There is no mask for an emergency to go through.",
            "Il n'y a pas de masque qu'une urgence traverserait.",
        )
    return [replace(each, yields=each.effect is Effect.MASK) for each in made]
