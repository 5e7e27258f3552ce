"""The facts a rule may know about a document or a resource, never its content."""

from dataclasses import dataclass

from labels.codes import Category, Confidentiality, Mark

SUBMISSION_SET = "submissionset"
"""The type of a submission set (MHDlistTypes): seen with its members, by whoever may read
any type at all."""


@dataclass(frozen=True, slots=True)
class Item:
    """One document, submission set or derived resource, as policy sees it.

    ``type`` is the document type (code of JDV_J07, e.g. ``11488-4``), empty for what
    has none that we know, which no bound on types admits. ``author`` and
    ``organization`` name who deposited it, as ``system|value``. No field may be missing:
    a rule can never meet a null.
    """

    id: str
    type: str = ""
    confidentiality: Confidentiality = Confidentiality.N
    categories: frozenset[Category] = frozenset()
    marks: frozenset[Mark] = frozenset()
    author: str = ""
    organization: str = ""
