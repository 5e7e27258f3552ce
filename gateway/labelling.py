"""Where content meets the labelling service, and what was submitted is joined."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from gateway import deadline
from gateway.consents.relations import age_at
from gateway.dividing import Places, divided, given_to_all
from gateway.repository.held_label import HeldLabel
from gateway.repository.items import DOCUMENT
from labels import fhir
from labels.codes import Category, Confidentiality
from labels.detection.former_name import KNOWN, states_former
from labels.detection.service import RULES_VERSION, Context, Labels, label
from labels.label import NOTHING, Evidence, Label, join
from mappings import body, former, residue
from mappings.content import Content
from mappings.fhir import content as resource
from mappings.mapped import refuse
from mappings.pdf import PdfReader, unread
from mappings.submission import Document, Submission, Traits

SEX = {"male": "M", "female": "F"}
NOBODY = Traits(())


@dataclass(frozen=True, slots=True)
class Labelled:
    """The label of an item, and the labels of its places that a rendition can leave out."""

    label: HeldLabel
    places: Places = field(default_factory=dict)


def label_document(
    document: Document, submission: Submission, held: Traits = NOBODY
) -> Labelled:
    """Label a document; raises ``Refused`` (422) for a security label not understood.

    ``held`` is the person of the record: a former first name that it knows is found
    wherever the document repeats it.
    """
    submitted = _submitted(document)
    dated = str(document.reference.get("date", ""))
    known = knowing(context(submission, dated), held)
    described = document.contents[: document.described]
    found = _found(
        _Said(document.body, document.content_type, document.reference),
        described,
        document.contents[document.described :],
        known,
    )
    found = whole_if_ungiven(found, document.body, document.content_type, held)
    return replace(found, label=replace(found.label, submitted=submitted))


def whole_if_ungiven(
    found: Labelled, original: bytes, content_type: str, held: Traits
) -> Labelled:
    """Return what was found, of the whole alone when some reader would get no rendition.

    What tells a former name where nothing can be hidden is about gender identity, and is
    seen whole or not at all: decided here, before anything is counted, never at giving.
    """
    if found.label.fixed is None or given_to_all(
        original, content_type, found.places, held
    ):
        return found
    return Labelled(replace(found.label.knowing(_told("")), fixed=None))


@dataclass(frozen=True, slots=True)
class _Said:
    """A document: its bytes, their type, and the metadata."""

    body: bytes
    content_type: str
    reference: dict[str, Any]


def _found(
    document: _Said,
    described: Iterable[Content],
    said: tuple[Content, ...],
    known: Context,
) -> Labelled:
    """Label metadata and body, and divide the label by what can be left out."""
    about = tuple(described)
    if about:
        about += residue.beside(document.reference)
    whole = _labels((*about, *said), known)
    untold = residue.unread_words(document.body, document.content_type)
    hidden = _labels(untold, replace(known, former=())).document
    computed, plain = join(whole.document, hidden), join(whole.said, hidden)
    inside = whole if not about else _labels(said, known)
    metadata = about or tuple(resource.contents(document.reference, unread))
    parts = divided(
        document.body,
        document.content_type,
        computed,
        dict(_labels(metadata, known).places),
        dict(inside.places),
        lambda left: _labels(left, replace(known, former=())).document,
    )
    told = None if whole.said == whole.document else plain
    held = HeldLabel(computed=computed, said=told, version=RULES_VERSION)
    if parts is None:
        stated = states_former(said, known)
        return Labelled(held.knowing(_told("")) if stated else held)
    computed = join(computed, parts.fixed)
    return Labelled(replace(held, computed=computed, fixed=parts.fixed), parts.places)


def _labels(contents: Iterable[Content], known: Context) -> Labels:
    """Label places while the request has time; :class:`OverdueError` when it is up."""
    return label(deadline.each(contents), known)


def label_set(submission: Submission, held: Traits = NOBODY) -> HeldLabel:
    """Label a submission set by its own words; ``meta.security`` may raise the label.

    Raises ``Refused`` (422) for a security label not understood.
    """
    known = knowing(context(submission, ""), held)
    found = _labels(submission.set_contents, known)
    meta = (submission.submission_set or {}).get("meta", {})
    tags = [{"coding": [tag]} for tag in meta.get("security", [])]
    submitted = _read(tags, "List.meta.security")
    return _of_set(found, submitted)


def _of_set(found: Labels, submitted: Label = NOTHING) -> HeldLabel:
    said = None if found.said == found.document else found.said
    return HeldLabel(submitted, found.document, version=RULES_VERSION, said=said)


def label_places(
    document: Document, submission: Submission, held: Traits = NOBODY
) -> Labels:
    """Return the label of each place of a document, for ``paravent label``."""
    dated = str(document.reference.get("date", ""))
    return label(document.contents, knowing(context(submission, dated), held))


def label_again(
    kind: str, content: dict[str, Any], original: bytes, who: Traits, pdf: PdfReader
) -> Labelled:
    """Return what the rules of today say of an item that is kept, from what is kept of it.

    ``who`` is the person of the record; the age is that on the document's date, and is
    not asked for a submission set, as when they were deposited.
    """
    if kind != DOCUMENT:
        known = knowing(person_at(who, ""), who)
        return Labelled(_of_set(_labels(resource.contents(content, pdf), known)))
    content_type = content["content"][0]["attachment"]["contentType"]
    said = body.contents(original, content_type, pdf)
    known = knowing(person_at(who, str(content.get("date", ""))), who)
    described = resource.contents(content, pdf)
    anew = _found(_Said(original, content_type, content), described, said, known)
    return whole_if_ungiven(anew, original, content_type, who)


def context(submission: Submission, dated: str) -> Context:
    """Return what labelling may know about the person: sex, and age at the time."""
    return person_at(submission.patient, dated)


def person_at(traits: Traits, dated: str) -> Context:
    """Return the sex of a person, and the age on a day written as an ISO date."""
    try:
        on = date.fromisoformat(dated[:10])
    except ValueError:
        return Context(sex=SEX.get(traits.gender, ""))
    return Context(sex=SEX.get(traits.gender, ""), age=age_at(traits, on))


def knowing(known: Context, held: Traits) -> Context:
    """Return what is known of a person with the first names that a record calls former."""
    family = tuple(each for each in (held.family, held.used_family) if each)
    return replace(known, former=former.known_to(held), family=family)


def against(found: Labelled, given: Traits, held: Traits) -> Labelled:
    """Return what was found of a document whose header tells a former identity.

    Another sex marker, or a first name that is not one of the person's: the document is
    about gender identity, and very restricted, whatever else it says (DESIGN 9).
    """
    if not tells_former(given, held):
        return found
    told = _told(given.place)
    fixed = found.label.fixed
    fixed = None if fixed is None else join(fixed, told)
    return replace(found, label=replace(found.label.knowing(told), fixed=fixed))


def _told(place: str) -> Label:
    """Return the label of what tells a former identity."""
    evidence = Evidence(KNOWN, "paravent", place, "")
    about = frozenset({Category.GENDER_IDENTITY})
    return Label(Confidentiality.V, about, evidence=(evidence,))


def tells_former(given: Traits, held: Traits) -> bool:
    """Return whether a header tells a first name or a sex marker the person has not now.

    A longer or shorter form of a first name (Jean, Jean-Pierre) is the same one. A birth
    name that is not in use tells nothing beside the name in use: a header must have it.
    """
    markers = {given.gender, held.gender} & set(SEX)
    told = [each for each in (*given.given[:1], given.used_given) if each]
    born = [each for each in (*held.given, held.used_given) if each]
    now = [each for each in born if each not in former.known_to(held)]
    strange = any(not any(former.same(n, each) for each in born) for n in told)
    old = not any(former.same(name, each) for name in told for each in now)
    return len(markers) > 1 or bool(born and told and (strange or old))


def inheriting(new: HeldLabel, replaced: HeldLabel) -> HeldLabel:
    """Return the label of a new version: what the old one carried stays on it.

    What a rendition of the old one left out, a rendition of the new one leaves out where
    it was found again; what was not found again stays with the whole.
    """
    inherited = join(new.inherited, _bare(replaced.heritage))
    before = (new.submitted_before, replaced.submitted, replaced.submitted_before)
    asked = replace(join(*map(_bare, before)), marks=frozenset())
    changed = replace(new, inherited=inherited, submitted_before=asked)
    if new.fixed is None:
        return changed
    return replace(changed, inherited_fixed=_not_found_again(new, replaced))


def _not_found_again(new: HeldLabel, replaced: HeldLabel) -> Label:
    """Return what stays with the whole of a new version of what the old one carried."""
    old, whole = _bare(replaced.framing), _bare(replaced.heritage)
    found = new.computed
    lost = Label(
        Confidentiality.U,
        whole.categories - found.categories,
        whole.marks - found.marks - old.marks,
    )
    if lost.categories or lost.marks:
        lost = replace(lost, confidentiality=whole.confidentiality)
    return join(new.inherited_fixed or NOTHING, old, lost)


def _bare(found: Label) -> Label:
    return replace(found, evidence=())


def _submitted(document: Document) -> Label:
    security_labels = document.reference.get("securityLabel", [])
    return _read(security_labels, "DocumentReference.securityLabel")


def _read(security_labels: list[dict[str, Any]], place: str) -> Label:
    if not security_labels:
        return NOTHING
    try:
        return fhir.read(security_labels, place)
    except fhir.LabelError as error:
        raise refuse(
            422,
            "code-invalid",
            f"{place}[{error.args[0]}]",
            "A security label that is not of JDV_J08-XdsConfidentialityCode-CISIS.",
            "Un label de sécurité qui n'est pas du JDV_J08-XdsConfidentialityCode-CISIS.",
        ) from None
