"""Where content meets the labelling service, and what was submitted is joined."""

from dataclasses import replace
from datetime import date
from typing import Any

from gateway.consents.relations import age_at
from gateway.repository.held_label import HeldLabel
from labels import fhir
from labels.detection.service import Context, Labels, label
from labels.label import NOTHING, Label, join
from mappings.mapped import refuse
from mappings.submission import Document, Submission

SEX = {"male": "M", "female": "F"}


def label_document(document: Document, submission: Submission) -> HeldLabel:
    """Label a document; raises ``Refused`` (422) for a security label not understood."""
    submitted = _submitted(document)
    dated = str(document.reference.get("date", ""))
    computed = label(document.contents, context(submission, dated)).document
    return HeldLabel(submitted=submitted, computed=computed)


def label_set(submission: Submission) -> HeldLabel:
    """Label a submission set by its own words; ``meta.security`` may raise the label.

    Raises ``Refused`` (422) for a security label not understood.
    """
    computed = label(submission.set_contents, context(submission, "")).document
    meta = (submission.submission_set or {}).get("meta", {})
    tags = [{"coding": [tag]} for tag in meta.get("security", [])]
    return HeldLabel(submitted=_read(tags, "List.meta.security"), computed=computed)


def label_places(document: Document, submission: Submission) -> Labels:
    """Return the label of each place of a document, for ``paravent label``."""
    dated = str(document.reference.get("date", ""))
    return label(document.contents, context(submission, dated))


def context(submission: Submission, dated: str) -> Context:
    """Return what labelling may know about the person: sex, and age at the time."""
    traits = submission.patient
    try:
        on = date.fromisoformat(dated[:10])
    except ValueError:
        return Context(sex=SEX.get(traits.gender, ""))
    return Context(sex=SEX.get(traits.gender, ""), age=age_at(traits, on))


def inheriting(new: HeldLabel, replaced: HeldLabel) -> HeldLabel:
    """Return the label of a new version: what the old one carried stays on it."""
    inherited = join(new.inherited, _bare(replaced.effective))
    return replace(new, inherited=inherited)


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
