"""``paravent record relate``, ``end``, ``show``: who is what to the patient of a record.

For an operator who does what a patient asks for on paper; each act stands in the trail.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection

from gateway.audit import trail
from gateway.audit.events import Interaction, Trace, audit_event
from gateway.commands import national
from gateway.commands.starting import plainly, settings_option
from gateway.consents import relations, tying
from gateway.consents.relations import HeldRelation
from gateway.identity.claims import PERSON_SYSTEM, STRUCTURE_SYSTEM
from gateway.identity.principal import Principal
from gateway.repository import records
from gateway.repository.records import Record
from gateway.services import Services, start
from gateway.settings import load
from labels.policy.question import Relation
from mappings import ins
from mappings.submission import Identifier

WHO = f"{PERSON_SYSTEM}|8<RPPS>, {STRUCTURE_SYSTEM}|1<FINESS>, or an INS."
WHY_NOT = {
    Relation.SELF: "who the person is comes from the identifier of the record",
    Relation.EMERGENCY: "an emergency access is asked for by who needs it, with a reason, "
    "and granted to one person for an hour (POST /fhir/Consent/$break-glass)",
    Relation.INTRODUCED: "that somebody was let in by a representative follows from who "
    "declared the relation",
}
"""What cannot be declared, and why."""
DECLARABLE = sorted(set(Relation) - set(WHY_NOT))
OPERATOR = Principal("urn:operator|paravent record", name="paravent record")

identifier_option = click.option(
    "--identifier", required=True, help="The patient's: system|value."
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A record that lies open before an operator, in one transaction."""

    connection: Connection
    record: Record
    at: datetime
    services: Services

    @property
    def place(self) -> tuple[Connection, Record]:
        """The transaction and the record, which every statement is about."""
        return self.connection, self.record

    def trace(self, what: str) -> None:
        """Leave the trace of what the operator did."""
        trace = Trace(
            Interaction.OPERATION,
            OPERATOR,
            granted=True,
            patient_id=self.record.patient_id,
            reason=what,
        )
        trail.append(*self.place, audit_event(trace, self.at), self.at)


@click.command("relate")
@settings_option
@identifier_option
@click.option("--who", required=True, help=WHO)
@click.option("--kind", required=True, help=f"One of {', '.join(DECLARABLE)}.")
@click.option("--name", default="", help="How the patient is shown who this is.")
@click.option("--until", default="", help="An instant, e.g. 2027-01-01T00:00:00+01:00.")
@click.option("--sole", is_flag=True, help="A parent who holds the authority alone.")
def relate(path: Path, identifier: str, who: str, kind: str, **said: Any) -> None:  # noqa: ANN401
    """Declare what somebody is to the patient of a record; prints the relation's id."""
    named, until = _kind(kind), said["until"]
    if said["sole"] and named is not Relation.REPRESENTATIVE:
        raise click.BadParameter("said of a representative", param_hint="--sole")
    with opened(path, identifier) as place:
        try:
            held = HeldRelation(named, _known(who), **said)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
        place.trace("relation-declared")
        relation_id = tying.tie(*place.place, held, place.at)
    click.echo(f"{kind}: {who}{f', until {until}' if until else ''} [{relation_id}]")


@click.command("end")
@settings_option
@identifier_option
@click.argument("relation")
def end(path: Path, identifier: str, relation: str) -> None:
    """End RELATION, an id that ``relate`` or ``show`` printed, at once."""
    with opened(path, identifier) as place:
        place.trace("relation-ended")
        ended = tying.untie(*place.place, relation, place.at)
    if ended is None:
        raise click.ClickException("there is no such relation to end")
    click.echo(f"{ended.kind}: {ended.who}, ended")


@click.command("show")
@settings_option
@identifier_option
def show(path: Path, identifier: str) -> None:
    """List the relations of a record, those that are over too."""
    with opened(path, identifier) as place:
        place.trace("relations")
        kept = relations.kept(*place.place)
        lines = [_line(relation_id, held, place.at) for relation_id, held in kept]
    click.echo("\n".join(sorted(lines)) or "nobody")


def known_identifier(text: str, services: Services) -> Identifier:
    """Return the identifier, of a domain that is configured and with the right key."""
    system, _, value = text.partition("|")
    if system in ins.SYSTEMS - services.settings.domains:
        message = "this is a test INS: set test_identities = true to take such"
        raise click.ClickException(message)
    if system not in services.settings.domains or not value:
        known = ", ".join(sorted(services.settings.domains))
        raise click.ClickException(f"system|value is needed, of a system among {known}")
    if system in ins.SYSTEMS and not ins.valid(system, value):
        raise click.ClickException("the INS has not the form or the key of an INS")
    return Identifier(system, value)


@contextmanager
def opened(path: Path, identifier: str) -> Iterator[Opened]:
    """Open the record of an identifier, for one act; says in a line what is wrong."""
    with plainly():
        services = start(load(path))
    store = services.store
    with store.unit() as connection:
        found = known_identifier(identifier, services)
        named = records.by_identifiers(connection, store.keys, found)
        record = records.hold(connection, store.keys, named)
        if not record.known:
            raise click.ClickException("there is no open record for this identifier")
        yield Opened(connection, record, services.clock.now(), services)


def _line(relation_id: str, held: HeldRelation, at: datetime) -> str:
    state = "proposed" if held.proposed else "in force" if held.holds(at) else "over"
    until = f" until {held.until}" if held.until else ""
    by = f" attested by {held.by}" if held.by else ""
    sole = " alone" if held.sole else ""
    return f"{held.kind} {held.who} {state}{sole}{until}{by} [{relation_id}]"


def _kind(text: str) -> Relation:
    """Return the relation of that name, if it is one that is declared."""
    if text in WHY_NOT:
        raise click.BadParameter(WHY_NOT[Relation(text)], param_hint=f"--kind {text}")
    if text not in DECLARABLE:
        known = ", ".join(DECLARABLE)
        raise click.BadParameter(f"one of {known} is needed", param_hint="--kind")
    return Relation(text)


def _known(who: str) -> str:
    """Return who a relation names, if the system is one that tokens speak of."""
    system, _, value = who.partition("|")
    if system not in {PERSON_SYSTEM, STRUCTURE_SYSTEM, *ins.SYSTEMS} or not value:
        raise click.ClickException(f"--who: {WHO}")
    return national.checked(who, "--who")
