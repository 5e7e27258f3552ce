"""What a representative decides for the person: about whole documents, of those he sees.

A category, a period, *everything* would also speak of what is kept from him. He names
documents instead; one that he sees in part he opens to nobody, and is not told so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from gateway import rendering
from gateway.inquiry import Inquiry
from gateway.placing import Opened
from gateway.repository import place_labels
from labels.consent import AudienceKind, Directive, Effect
from mappings.mapped import Refused, refuse


def for_another(
    asked: Inquiry, said: Iterable[Directive], documents: Mapping[str, Opened]
) -> tuple[Directive, ...]:
    """Return the directives of a representative as they are kept.

    ``documents`` are those they name, which he sees at least in part. Raises ``Refused``
    (422) for what speaks of more than documents, and for a mask to representatives.
    """
    found = (_spoken(asked, each, documents) for each in said)
    return tuple(each for each in found if each.items)


def not_for_another(expression: str) -> Refused:
    """Return the refusal (422) of what only the person says of himself."""
    return refuse(
        422,
        "business-rule",
        expression,
        "Who represents a person decides about whole documents, which the Consent names.",
        "Qui représente une personne décide de documents entiers, nommés par le Consent.",
    )


def _spoken(
    asked: Inquiry, said: Directive, documents: Mapping[str, Opened]
) -> Directive:
    wider = said.categories or said.episodes or said.places or said.everything
    if wider or said.narrowed:
        raise not_for_another("Consent.provision.data")
    if said.audience.kind is AudienceKind.REPRESENTATIVES:
        raise not_for_another("Consent.provision.actor")
    kept = said.items
    if said.effect is Effect.SHOW:
        kept = frozenset(each for each in kept if _whole(asked, documents[each]))
    return replace(said, items=kept, said_by=asked.principal.subject)


def _whole(asked: Inquiry, opened: Opened) -> bool:
    """Whether nothing of the document is hidden from who asks."""
    places = place_labels.of_items(*asked.place, [opened.stored.id])
    hidden = rendering.hidden(asked.clearance, opened.stored, places[opened.stored.id])
    return not hidden
