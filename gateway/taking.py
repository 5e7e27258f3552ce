"""One depositor before one record: what he has deposited before, and what he asks for."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from gateway.consents import announcements, label_words
from gateway.identity.principal import Principal
from gateway.references import Reference
from gateway.repository import finding, items
from gateway.repository.held_label import HeldLabel
from gateway.repository.records import Record
from gateway.view import public_id
from labels.label import join
from labels.last_word import concerns
from labels.policy.clearance import Clearance, Permit
from mappings.mapped import Issue, Refused, refuse


class CollisionError(Refused):
    """What comes collides with what is there: ``item`` is a reference to that."""

    def __init__(self, item: str, refused: Refused) -> None:
        """Refuse for the same reasons."""
        super().__init__(refused.status, *refused.issues)
        self.item = item


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one document: its public id, whether it is new, what to know."""

    id: str
    created: bool
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Intake:
    """One depositor before one record, in one transaction."""

    connection: Connection
    principal: Principal
    record: Record
    at: datetime
    request_id: str = ""

    @property
    def place(self) -> tuple[Connection, Record]:
        """The transaction and the record, which every statement is about."""
        return self.connection, self.record

    @property
    def own(self) -> Clearance:
        """What the depositor may replace or deposit again: his own, and his structure's.

        Not what he may read: a reader of the care team replaces nobody's document.
        """
        mine = frozenset({self.principal.subject, self.principal.depositor})
        return Clearance((Permit("depositor", own_of=mine),))


def already(intake: Intake, kind: str, unique: str, digest: str) -> Receipt | None:
    """Return the receipt of what this organisation has deposited before.

    Raises ``CollisionError`` (409) when the same identifier comes with another content.
    """
    found = finding.deposited(
        intake.connection, intake.record, intake.principal.depositor, kind, unique
    )
    if found is None:
        return None
    item_id, token = found
    if token != intake.record.keys.token("digest", digest):
        refused = refuse(
            409,
            "duplicate",
            f"{kind}.masterIdentifier",
            "You have deposited another content under this identifier; a new version "
            "needs an identifier of its own and relatesTo replaces.",
            "Vous avez déjà déposé un autre contenu sous cet identifiant ; une nouvelle "
            "version demande son propre identifiant et relatesTo replaces.",
        )
        raise CollisionError(f"{kind}/{public_id(intake.record, item_id)}", refused)
    return Receipt(public_id(intake.record, item_id), created=False)


def deposited_as(intake: Intake, unique: str) -> Receipt | None:
    """Return the receipt of the document this organisation deposited as ``unique``."""
    depositor = intake.principal.depositor
    found = finding.deposited(*intake.place, depositor, items.DOCUMENT, unique)
    if found is None:
        return None
    return Receipt(public_id(intake.record, found[0]), created=False)


def raise_label(intake: Intake, kind: str, known: Receipt, label: HeldLabel) -> None:
    """Join what a repeated deposit asks for: it may raise the label, never lower it."""
    item_id = Reference.parse(known.id).item_id
    found = finding.find(intake.connection, intake.record, intake.own, item_id, kind)
    if found is None:
        return
    asked = announcements.repeated(label.submitted)
    submitted = join(found.label.submitted, asked)
    if submitted != found.label.submitted:
        raised = items.with_label(found, replace(found.label, submitted=submitted))
        items.relabel(intake.connection, intake.record, raised)


def spoken(intake: Intake, label: HeldLabel, item_id: str) -> HeldLabel:
    """Return the label with what the patient said that concerns the new item."""
    said = (each.word for each in label_words.in_force(*intake.place))
    return replace(label, words=frozenset(w for w in said if concerns(w, item_id)))
