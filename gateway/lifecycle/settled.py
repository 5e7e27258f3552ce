"""What two records say of their one person, made one; put back where nothing was said since.

The stricter of the two holds: the preset, a death, what a vital emergency may do. First
names that the absorbed record had and the kept one has not are former there. An emergency
access that runs ends: it was given before anybody knew of the other record.
"""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gateway.consents import emergencies, emergency_consents, relations
from gateway.consents.emergency_consents import CHOICES
from gateway.lifecycle import audience
from gateway.repository import entries
from gateway.repository.entries import CONSENT, EMERGENCY, EMERGENCY_CHOICES
from gateway.repository.records import Record
from labels.emergency import EmergencyChoices
from mappings import former
from mappings.submission import Traits

Json = dict[str, Any]


def joined(kept: Record, absorbed: Record) -> Record:
    """Return the kept record with what the absorbed one says more strictly."""
    names = _former(kept.identity, absorbed.identity)
    return replace(
        kept,
        preset=audience.preset(kept.preset, absorbed.preset),
        died=kept.died or absorbed.died,
        identity=replace(kept.identity, former_given=names),
    )


def remembered(before: Record, after: Record) -> Json:
    """Return what a merge changed in the record itself, for :func:`put_back`."""
    names = set(after.identity.former_given) - set(before.identity.former_given)
    return {
        "preset": before.preset,
        "died": before.died,
        "set": {"preset": after.preset, "died": after.died},
        "former_given": sorted(names),
    }


def put_back(now: Record, held: Json) -> Record:
    """Return the record as it was before a merge, less what was decided or noted since."""
    made = held.get("set", {})
    preset, died = (
        held[name] if made.get(name) == getattr(now, name) else getattr(now, name)
        for name in ("preset", "died")
    )
    added = set(held.get("former_given", ()))
    names = tuple(each for each in now.identity.former_given if each not in added)
    identity = replace(now.identity, former_given=names)
    return replace(now, preset=preset, died=died, identity=identity)


def emergency(
    connection: Connection, kept: Record, absorbed: Record, at: datetime
) -> Json:
    """Let a vital emergency do what both records let it do, said as a choice is.

    Returns what :func:`emergency_put_back` needs; nothing when nothing changed.
    """
    ours, theirs = (emergencies.choices(connection, e) for e in (kept, absorbed))
    samu, others = ours.samu and theirs.samu, ours.others and theirs.others
    masked = ours.masked and theirs.masked and (samu or others)
    both = EmergencyChoices(samu=samu, others=others, masked=masked)
    if both == ours:
        return {}
    chosen = bool(entries.of_record(connection, EMERGENCY_CHOICES, kept.keys))
    before = _said(connection, kept)
    emergencies.choose(connection, kept, both)
    emergency_consents.say(connection, kept, (ours, both), at)
    rows = _said(connection, kept)
    return {
        "before": asdict(ours) if chosen else None,
        "said": sorted(rows),
        "added": sorted(rows - before),
    }


def emergency_put_back(connection: Connection, kept: Record, held: Json) -> None:
    """Put the choices of before back, unless one was said since."""
    if not held or _said(connection, kept) != set(held["said"]):
        return
    if held["before"] is None:
        choices = emergencies.CHOSEN
        entries.remove(connection, EMERGENCY_CHOICES, kept.keys, choices)
    else:
        before = EmergencyChoices(**held["before"])
        emergencies.choose(connection, kept, before)
    for row_id in held["added"]:
        entries.remove(connection, CONSENT, kept.keys, row_id)


def end_emergencies(connection: Connection, record: Record) -> None:
    """End every emergency access of a record, for good: who needs one asks anew."""
    for row_id, _ in entries.of_record(connection, EMERGENCY, record.keys):
        entries.remove(connection, EMERGENCY, record.keys, row_id)


def shorten(
    connection: Connection, kept: Record, absorbed: Record, at: datetime
) -> list[list[str]]:
    """End what both records relate when the earlier ends; returns (id, before, after)."""
    others = relations.of_record(connection, absorbed)
    changed = []
    for row_id, held in relations.kept(connection, kept):
        ends = audience.ends(held, others, at)
        if ends != held:
            relations.change(connection, kept, row_id, ends)
            changed.append([row_id, held.until, ends.until])
    return changed


def lengthen(connection: Connection, kept: Record, shortened: list[list[str]]) -> None:
    """Let relations end when they did, unless they were given another end since."""
    known = dict(relations.kept(connection, kept))
    for row_id, before, after in shortened:
        if row_id in known and known[row_id].until == after:
            held = replace(known[row_id], until=before)
            relations.change(connection, kept, row_id, held)


def _said(connection: Connection, record: Record) -> set[str]:
    """Return the entries of the Consents about emergencies."""
    ids = {emergency_consents.consent_id(record, each) for each in CHOICES}
    found = entries.of_record(connection, CONSENT, record.keys)
    return {row_id for row_id, held in found if held["consent"] in ids}


def _former(now: Traits, then: Traits) -> tuple[str, ...]:
    """Return the former first names of the person, with those of the other record.

    Names that come after a first one that is the same are no former ones.
    """
    born = [each for each in (*now.given, now.used_given) if each]
    first = [each for each in then.given[:1] if not _any(each, born)]
    told = (*(then.given if first else ()), then.used_given, *former.known_to(then))
    strange = [each for each in told if each and born and not _any(each, born)]
    return tuple(dict.fromkeys((*now.former_given, *strange)))


def _any(name: str, names: list[str]) -> bool:
    return any(former.same(name, each) for each in names)
