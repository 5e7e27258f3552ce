"""The facts a rule may know about a document or a resource, never its content."""

from dataclasses import dataclass
from datetime import UTC, datetime

from labels.codes import Category, Confidentiality, Mark

SUBMISSION_SET = "submissionset"
"""The type of a submission set (MHDlistTypes): seen with its members, by whoever may read
any type at all."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)

Place = tuple[str, str]
"""A place of an item: the item's id, and the path inside it."""


def within(place: str, named: str) -> bool:
    """Tell whether a path is the one named or below it; every path is below no name."""
    return not named or place == named or place.startswith((f"{named}/", f"{named}#"))


@dataclass(frozen=True, slots=True)
class Item:
    """One document, submission set or derived resource, as policy sees it.

    ``type`` is the document type (code of JDV_J07, e.g. ``11488-4``), empty for what
    has none that we know, which no bound on types admits. ``author`` and
    ``organization`` name who deposited it, as ``system|value``. ``place`` names one place
    of the item when that is judged by itself, and is empty for the item. ``dated`` is
    the instant it is ordered by, with a time zone. ``told`` and ``unread`` speak of the
    whole it is part of: every category told there, whether something could not be read.
    ``announced`` is the instant from which it may wait for an announcement: unknown, it
    waits. No field may be missing: a rule can never meet a null.
    """

    id: str
    type: str = ""
    confidentiality: Confidentiality = Confidentiality.N
    categories: frozenset[Category] = frozenset()
    marks: frozenset[Mark] = frozenset()
    author: str = ""
    organization: str = ""
    place: str = ""
    dated: datetime = LONG_AGO
    told: frozenset[Category] = frozenset()
    unread: bool = False
    announced: datetime = NEVER
