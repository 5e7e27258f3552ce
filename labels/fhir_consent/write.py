"""From directives to a Consent: the first is the root, what more there is are exceptions.

Reading what is written here gives directives that decide the same.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from labels.codes import Purpose
from labels.consent import AudienceKind, Directive, Effect, Period
from labels.fhir_consent import periods, terms
from labels.fhir_consent.element import Json
from labels.fhir_consent.provision import EFFECTS, LEVEL, PLACE
from labels.fhir_consent.read import SCOPE
from labels.policy.question import URGENT

POLICY = "urn:paravent:policy"
"""The rules of this house with the preset of the record: what a Consent does not speak of
is as they say."""

TYPES = {effect: name for name, effect in EFFECTS.items()}
CATEGORY = {"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}

Named = Callable[[str], str]
"""How an item is referred to: from its id to a FHIR reference."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a Consent says beside its provision: who decides, when, where it was said."""

    patient: Json
    said: datetime
    source: str
    house: str = "Paravent"


def write(directives: Sequence[Directive], header: Header, named: Named) -> Json:
    """Return the active Consent of directives that were said together.

    Raises ``ValueError`` when none of them names anything.
    """
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": SCOPE[0], "code": SCOPE[1]}]},
        "category": [CATEGORY],
        "patient": header.patient,
        "dateTime": header.said.isoformat(timespec="seconds"),
        "performer": [header.patient],
        "organization": [{"display": header.house}],
        "sourceAttachment": {"title": header.source},
        "policy": [{"uri": POLICY}],
        "provision": provision(directives, named),
    }


def provision(directives: Sequence[Directive], named: Named) -> Json:
    """Return the provision that says what all the directives say; raises ``ValueError``."""
    parts = [part for each in directives for part in _parts(each)]
    root, *more = parts
    written = _provision(root, named)
    nested = [_nested(each, root, named) for each in more]
    masks = [each for each in directives if each.effect is Effect.MASK]
    if masks and all(each.yields for each in masks):
        nested.append({"type": "permit", "purpose": terms.purposes(URGENT)})
    return written | ({"provision": nested} if nested else {})


def _parts(directive: Directive) -> Iterator[Directive]:
    """Yield what a directive says of single things, of subjects and of all, each apart."""
    nothing = replace(
        directive,
        items=frozenset(),
        places=frozenset(),
        episodes=frozenset(),
        categories=frozenset(),
        everything=False,
    )
    if directive.items or directive.places or directive.episodes:
        yield replace(
            nothing,
            items=directive.items,
            places=directive.places,
            episodes=directive.episodes,
            authors=frozenset(),
            dated=Period(),
            level=None,
        )
    if directive.categories:
        yield replace(nothing, categories=directive.categories)
    if directive.everything:
        yield replace(nothing, everything=True)


def _provision(part: Directive, named: Named) -> Json:
    written: Json = {"type": TYPES[part.effect]}
    if part.level is not None and part.categories:
        written["extension"] = [{"url": LEVEL, "valueCode": part.level.name}]
    if during := periods.written(Period(part.start, part.end)):
        written["period"] = during
    if part.audience.kind is not AudienceKind.EVERYONE:
        written["actor"] = [terms.actor(part.audience)]
    if part.purposes:
        written["purpose"] = terms.purposes(part.purposes)
    if labels := _labels(part):
        written["securityLabel"] = labels
    if dated := periods.written(part.dated):
        written["dataPeriod"] = dated
    if data := list(_data(part, named)):
        written["data"] = data
    return written


def _nested(part: Directive, root: Directive, named: Named) -> Json:
    """Write an exception: in full where silence would mean what the root says."""
    written = _provision(part, named)
    if part.audience.kind is AudienceKind.EVERYONE:
        written["actor"] = [terms.actor(part.audience)]
    if root.purposes and not part.purposes:
        written["purpose"] = terms.purposes(frozenset(Purpose))
    return written


def _labels(part: Directive) -> list[Json]:
    if part.categories:
        return [
            terms.category_coding(each, part.effect) for each in sorted(part.categories)
        ]
    return [] if part.level is None else [terms.level_coding(part.level)]


def _data(part: Directive, named: Named) -> Iterator[Json]:
    for item in sorted(part.items):
        yield {"meaning": "instance", "reference": {"reference": named(item)}}
    for item, place in sorted(part.places):
        extension = [{"url": PLACE, "valueString": place}]
        reference = {"reference": named(item)}
        yield {"extension": extension, "meaning": "instance", "reference": reference}
    for meaning, values in (("related", part.episodes), ("authoredby", part.authors)):
        for value in sorted(values):
            yield {"meaning": meaning, "reference": terms.logical("", value)}
