"""What we hold about the sensitivity of one place, resource or document, and why."""

from dataclasses import dataclass

from labels.codes import Category, Confidentiality, Mark


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a label is there: the rule, its source, the place, what was seen.

    ``what`` is a code or the words that matched; it is as confidential as the
    document and never leaves in a message or a log.
    """

    rule: str
    source: str
    place: str
    what: str


@dataclass(frozen=True, slots=True)
class Label:
    """Confidentiality, categories and marks, with the evidence for them."""

    confidentiality: Confidentiality = Confidentiality.U
    categories: frozenset[Category] = frozenset()
    marks: frozenset[Mark] = frozenset()
    evidence: tuple[Evidence, ...] = ()


NOTHING = Label()
"""The neutral element of :func:`join`."""


def join(*labels: Label) -> Label:
    """Return the least label that is at least as restrictive as each of ``labels``.

    Associative, commutative but for the order of the evidence, idempotent and
    monotone: no part of any argument is lost or lowered (HL7 HCS, high water mark).
    """
    evidence = tuple(dict.fromkeys(e for label in labels for e in label.evidence))
    return Label(
        max((label.confidentiality for label in labels), default=Confidentiality.U),
        frozenset().union(*(label.categories for label in labels)),
        frozenset().union(*(label.marks for label in labels)),
        evidence,
    )


def high_water_mark(*labels: Label) -> Label:
    """Return the label of a whole from the labels of its parts; at least N."""
    return join(Label(Confidentiality.N), *labels)
