"""A document entered in error, or put away: said after its deposit (PDSm, flux 03).

Who deposited it says that it is in error, and takes that back (DMP, TD3.3c: the author
only). Who deposited it, and the person, put it away and take it out again (TD3.3d). The
document, its label and its masks stay as they are: nobody sees more or less by it.
"""

from dataclasses import dataclass, field
from typing import Any

import jsonpatch
from jsonpointer import JsonPointerException

from gateway import view
from gateway.audit.events import Interaction
from gateway.identity.principal import Principal
from gateway.inquiry import Find, Inquiry, by_id, inquire
from gateway.references import Reference
from gateway.repository import finding, items, search, standing
from gateway.repository.finding import Selection
from gateway.repository.items import DOCUMENT, Stored
from gateway.repository.search import Search
from gateway.services import Services
from gateway.view import IS_ARCHIVED
from labels.policy.clearance import Clearance
from mappings.mapped import Refused, refuse

Json = dict[str, Any]

STATUS, EXTENSION = "status", "extension"
IN_ERROR, CURRENT = "entered-in-error", "current"


@dataclass(frozen=True, slots=True)
class Amendment:
    """What is to be said: named outright, or as a JSON Patch of status and extension."""

    status: str = ""
    archived: bool | None = None
    operations: list[Json] = field(default_factory=list)

    @property
    def of_status(self) -> bool:
        """Whether the status would be another."""
        paths = (o.get("path", "") for o in self.operations if o.get("op") != "test")
        return bool(self.status) or any(_within(each, STATUS) for each in paths)

    @property
    def tests(self) -> bool:
        """Whether it asks how the document stands, which is to read."""
        return any(each.get("op") == "test" for each in self.operations)


def amend(
    services: Services,
    principal: Principal,
    public_id: str,
    wanted: Amendment,
    request_id: str = "",
) -> bool:
    """Say how a document stands; False when it is none that who asks may speak of.

    Unknown, hidden and another's are one answer. Raises ``Refused``: 403 when the person
    would change the status, before anything is looked up; 405 when another extension would
    change; 422 for what cannot be applied, or a status that nobody can give.
    """
    _check(principal, wanted)
    target = Reference.parse(public_id)
    opened = by_id(services, target.patient_id)
    with inquire(services, principal, opened, request_id, hold=True) as asked:
        stored = _theirs(asked, target.item_id, wanted)
        refusal = _amended(asked, stored, wanted) if stored else None
        done = stored is not None and refusal is None
        names = (f"{DOCUMENT}/{public_id}",)
        asked.trace(Interaction.PATCH, granted=done, items=names)
    # Raised after the transaction, which keeps the trace.
    if refusal is not None:
        raise refusal
    return done


def named(
    services: Services, principal: Principal, find: Find, identifier: str
) -> list[str]:
    """Return the public ids of the own documents of an identifier, two at most."""
    wanted = Search(tokens=(("identifier", (identifier,)),), count=2)
    with inquire(services, principal, find) as asked:
        sight = _sight(asked)
        selection = Selection(
            DOCUMENT,
            search.criteria(asked.record, sight, wanted),
            [],
            search.order(wanted),
            wanted.count,
        )
        found = finding.page(*asked.place, sight, selection)
        ids = [view.public_id(asked.record, each.id) for each in found]
        names = tuple(f"{DOCUMENT}/{each}" for each in ids)
        asked.trace(Interaction.SEARCH, granted=True, items=names, query="identifier")
    return ids


def speaks(operation: object) -> bool:
    """Whether an operation of a JSON Patch names status or extension, and nothing else."""
    if not isinstance(operation, dict):
        return False
    paths = [str(v) for n, v in operation.items() if n in ("path", "from")]
    return bool(paths) and all(
        _within(each, STATUS) or _within(each, EXTENSION) for each in paths
    )


def _within(path: str, element: str) -> bool:
    return path == f"/{element}" or path.startswith(f"/{element}/")


def _check(principal: Principal, wanted: Amendment) -> None:
    if principal.patient and wanted.of_status:
        raise refuse(
            403,
            "forbidden",
            "DocumentReference.status",
            "Only who deposited a document says that it was in error.",
            "Seul qui a déposé un document dit qu'il l'a été par erreur.",
        )


def _theirs(asked: Inquiry, item_id: str, wanted: Amendment) -> Stored | None:
    """Return the document that who asks may speak of; to test it is to read it."""
    if asked.principal.patient and not asked.by_patient:
        return None
    stored = finding.find(*asked.place, _sight(asked), item_id)
    if stored is not None and wanted.tests:
        return finding.find(*asked.place, asked.clearance, item_id)
    return stored


def _amended(asked: Inquiry, stored: Stored, wanted: Amendment) -> Refused | None:
    """Keep how a document stands; return why not, with nothing kept."""
    before = items.as_it_stands(*asked.place, [stored])[0]
    try:
        _keep(asked, before, _given(before, _said(before, wanted)))
    except Refused as refused:
        return refused
    return None


def _sight(asked: Inquiry) -> Clearance:
    """Return what who asks may speak of: the person of what they see, others of their own."""
    return asked.clearance if asked.principal.patient else asked.own


def _said(stored: Stored, wanted: Amendment) -> tuple[str, bool]:
    """Return status and archived after an amendment."""
    status, archived = view.status(stored), view.archived(stored)
    if not wanted.operations:
        asked = wanted.archived
        return wanted.status or status, archived if asked is None else asked
    others: list[Json] = [
        e for e in stored.content.get(EXTENSION, []) if e.get("url") != IS_ARCHIVED
    ]
    shown = view.extensions(stored.content, stored)
    after = _applied({STATUS: status, EXTENSION: shown}, wanted.operations)
    held = after.get(EXTENSION, [])
    if not isinstance(held, list) or not all(isinstance(e, dict) for e in held):
        raise _refused(EXTENSION)
    if [each for each in held if each.get("url") != IS_ARCHIVED] != others:
        raise refuse(
            405,
            "not-supported",
            f"DocumentReference.{EXTENSION}",
            "Of the extensions only isArchived can be changed.",
            "Parmi les extensions, seule isArchived peut changer.",
        )
    ours = [each for each in held if each.get("url") == IS_ARCHIVED]
    values = [each.get("valueBoolean") for each in ours]
    if len(ours) > 1 or any(type(each) is not bool for each in values):
        raise _refused(EXTENSION)
    return str(after.get(STATUS)), bool(values and values[0])


def _given(stored: Stored, said: tuple[str, bool]) -> tuple[str, bool]:
    """Return what is said; raises ``Refused`` (422) for a status that nobody can give."""
    before, wrong = view.status(stored), stored.standing.in_error
    if said[0] not in {before, IN_ERROR, *([CURRENT] if wrong else [])}:
        raise _refused(STATUS)
    return said


def _applied(shown: Json, operations: list[Json]) -> Json:
    try:
        after: Json = jsonpatch.apply_patch(shown, operations)
    except (jsonpatch.JsonPatchException, JsonPointerException, TypeError, KeyError):
        raise _refused(STATUS) from None
    return after


def _keep(asked: Inquiry, stored: Stored, said: tuple[str, bool]) -> None:
    status, archived = said
    after = standing.changed(
        stored.standing,
        asked.at,
        in_error=status == IN_ERROR,
        archived=None if archived == view.archived(stored) else archived,
    )
    if after is not stored.standing:
        standing.keep(*asked.place, stored.id, after)


def _refused(element: str) -> Refused:
    return refuse(
        422,
        "invalid",
        f"DocumentReference.{element}",
        "The patch cannot be applied: status is current or entered-in-error (superseded "
        "comes of a replacement), isArchived a boolean.",
        "La modification échoue : status vaut current ou entered-in-error (superseded "
        "vient d'un remplacement), isArchived un booléen.",
    )
