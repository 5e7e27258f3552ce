"""One provision of a Consent, read: to whom, for what, when, and about what.

Across the elements of a provision all must hold, within one any of its values (IHE PCF,
appendix P.4). What our directives cannot say is refused by its FHIRPath.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any

from labels.codes import Category, Confidentiality, Purpose
from labels.consent import Audience, Directive, Effect, Period
from labels.fhir_consent import periods, terms
from labels.fhir_consent.element import Element
from labels.item import Place

PLACE = "urn:paravent:consent-place"
"""Extension of ``data``: the one place of a document that is meant (FHIR has none)."""
LEVEL = "urn:paravent:consent-level"
"""Extension of a provision: the labelled subjects at this level only. A list of labels is
an *or* in PCF, so this *and* has no other form."""

EVER = Period()

KNOWN = frozenset(
    {
        *("type", "period", "actor", "purpose", "securityLabel", "dataPeriod"),
        *("data", "provision", "extension"),
    }
)
EFFECTS = {"permit": Effect.SHOW, "deny": Effect.MASK}


@dataclass(frozen=True, slots=True)
class Given:
    """What reading a Consent depends on beside the Consent.

    ``at`` is the instant it is said, ``zone`` that of its dates. ``item`` returns the id
    of the item a reference names, or None for one the speaker does not have; ``holds``
    tells whether an item has a place. ``policies`` are the URIs of the policies under
    which a Consent is taken.
    """

    at: datetime
    zone: tzinfo
    item: Callable[[str], str | None]
    holds: Callable[[str, str], bool]
    policies: frozenset[str]


@dataclass(frozen=True, slots=True)
class Data:
    """What ``data`` names: items, places in them, what belongs to an episode, authors."""

    items: frozenset[str] = frozenset()
    places: frozenset[Place] = frozenset()
    episodes: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()

    @property
    def named(self) -> dict[str, Any]:
        """What is named one by one, as fields of a directive."""
        fields = {
            "items": self.items,
            "places": self.places,
            "episodes": self.episodes,
        }
        return {name: value for name, value in fields.items() if value}


@dataclass(frozen=True, slots=True)
class Provision:
    """A provision as values; what it does not state is empty."""

    element: Element
    effect: Effect
    audiences: tuple[Audience, ...] = ()
    purposes: frozenset[Purpose] = frozenset()
    during: Period = EVER
    dated: Period = EVER
    data: Data = field(default_factory=Data)
    level: Confidentiality | None = None
    categories: frozenset[Category] = frozenset()
    only_at: Confidentiality | None = None

    @property
    def bare(self) -> bool:
        """Whether it narrows nothing but the purposes."""
        stated = self.element.value.keys() - {"type", "purpose"}
        return not stated

    def directives(self, start: datetime) -> list[Directive]:
        """Return what it says, to each audience and of each subject, from ``start`` on."""
        common = Directive(
            "",
            self.effect,
            self.audiences[0],
            purposes=self.purposes,
            start=start,
            end=self.during.end,
        )
        return [
            replace(common, audience=audience, **subject)
            for audience in self.audiences
            for subject in self._subjects()
        ]

    def _subjects(self) -> Iterable[dict[str, Any]]:
        if self.data.named:
            yield self.data.named
        if self.data.named and not self.data.authors:
            return
        narrow = {"authors": self.data.authors, "dated": self.dated}
        if self.categories:
            yield narrow | {"categories": self.categories, "level": self.only_at}
        if self.level is not None or not self.categories:
            yield narrow | {"everything": True, "level": self.level}


def read(element: Element, given: Given) -> Provision:
    """Read one provision, without the exceptions in it; raises ``ConsentError``."""
    element.only(KNOWN)
    kind = element.text("type")
    if kind not in EFFECTS:
        raise element.refused("type", "permit or deny.", "permit ou deny.")
    effect = EFFECTS[kind]
    found = Provision(
        element,
        effect,
        tuple(_actor(each) for each in element.each("actor")),
        frozenset(terms.purpose(each) for each in element.each("purpose")),
        _period(element, "period", given),
        _period(element, "dataPeriod", given),
        _data(element, given),
        only_at=_only_at(element),
    )
    found = _labelled(found)
    _check_combined(found)
    return found


def _actor(element: Element) -> Audience:
    element.only(frozenset({"role", "reference"}))
    if not terms.is_recipient(element.child("role")):
        raise element.refused(
            "role",
            "The role of an actor is IRCP, information recipient.",
            "Le rôle d'un acteur est IRCP, destinataire de l'information.",
        )
    return terms.audience(element.child("reference"))


def _period(element: Element, name: str, given: Given) -> Period:
    found = element.optional(name)
    return EVER if found is None else periods.read(found, given.zone)


def _data(element: Element, given: Given) -> Data:
    found: dict[str, set[Any]] = {
        name: set() for name in ("items", "places", "episodes", "authors")
    }
    for each in element.each("data"):
        name, value = _datum(each, given)
        found[name].add(value)
    return Data(**{name: frozenset(values) for name, values in found.items()})


def _datum(element: Element, given: Given) -> tuple[str, Any]:
    element.only(frozenset({"meaning", "reference", "extension"}))
    meaning, reference = element.text("meaning"), element.child("reference")
    if meaning == "authoredby":
        return "authors", terms.identified(reference)
    if meaning == "related":
        return "episodes", terms.identified(reference)
    if meaning != "instance":
        raise element.refused(
            "meaning",
            "instance, related or authoredby; not dependents.",
            "instance, related ou authoredby ; pas dependents.",
        )
    item = given.item(reference.text("reference"))
    if item is None:
        raise reference.refused(
            "reference", "There is no such document.", "Il n'y a pas ce document."
        )
    place = _extension(element, PLACE, "valueString")
    if place and not given.holds(item, place):
        raise element.refused(
            "extension",
            "The document has no such place.",
            "Le document n'a pas cet endroit.",
        )
    return ("places", (item, place)) if place else ("items", item)


def _only_at(element: Element) -> Confidentiality | None:
    code = _extension(element, LEVEL, "valueCode")
    if code and code not in Confidentiality.__members__:
        raise element.refused("extension", "Not a level.", "Ce n'est pas un niveau.")
    return Confidentiality[code] if code else None


def _extension(element: Element, url: str, value: str) -> str:
    """Return the value of the only extension that may stand here, empty without one."""
    found = element.each("extension")
    for each in found:
        each.only(frozenset({"url", value}))
        if each.text("url") != url or len(found) > 1:
            raise each.refused(
                "url",
                "This extension is not understood here.",
                "Cette extension n'est pas comprise ici.",
            )
    return found[0].text(value) if found else ""


def _labelled(found: Provision) -> Provision:
    """Return the provision with its labels: a mask from the lowest, a sight to the highest."""
    levels: set[Confidentiality] = set()
    subjects: set[Category] = set()
    for coding in found.element.each("securityLabel"):
        level = terms.level(coding)
        if level is None:
            subjects |= terms.categories(coding, found.effect)
        else:
            levels.add(level)
    outer = max if found.effect is Effect.SHOW else min
    level = outer(levels) if levels else None
    return replace(found, level=level, categories=frozenset(subjects))


def _check_combined(found: Provision) -> None:
    narrowed = found.level is not None or found.categories or found.dated != EVER
    if found.data.named and narrowed:
        raise found.element.refused(
            "data",
            "What is named one by one is not narrowed by a label or a period as well.",
            "Ce qui est nommé un à un n'est pas en plus restreint par un label ou une "
            "période.",
        )
    if found.only_at is not None and not found.categories:
        raise found.element.refused(
            "extension",
            "A level goes with subjects.",
            "Un niveau va avec des sujets.",
        )
