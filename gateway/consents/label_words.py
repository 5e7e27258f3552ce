"""What the patient said is sensitive or is not: kept sealed, ended rather than deleted."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gateway.repository import entries, word_json
from gateway.repository.entries import WORD
from gateway.repository.records import Record
from labels.last_word import Word


@dataclass(frozen=True, slots=True)
class HeldWord:
    """A word with its id and when it was said and taken back, if it was."""

    id: str
    word: Word
    said: datetime | None = None
    ended: datetime | None = None


def say(connection: Connection, record: Record, word: Word, at: datetime) -> str:
    """Keep a word and return its id."""
    held = _written(HeldWord("", word, at))
    return entries.append(connection, WORD, record.keys, held)


def of_record(connection: Connection, record: Record) -> tuple[HeldWord, ...]:
    """Return all words of the record, ended ones too, in the order of ids."""
    rows = entries.of_record(connection, WORD, record.keys)
    return tuple(_read(row_id, held) for row_id, held in rows)


def in_force(connection: Connection, record: Record) -> tuple[HeldWord, ...]:
    """Return the words of the record that were not taken back."""
    held = of_record(connection, record)
    return tuple(each for each in held if each.ended is None)


def end(
    connection: Connection, record: Record, word_id: str, at: datetime
) -> Word | None:
    """Take a word back now and return it; None when there is none in force."""
    for each in in_force(connection, record):
        if each.id == word_id:
            _keep(connection, record, replace(each, ended=at))
            return each.word
    return None


def extend(connection: Connection, record: Record, old: str, new: str) -> None:
    """Make what the patient called sensitive in item ``old`` hold for what replaces it.

    A *not* is not carried on: it speaks of what the patient had before his eyes.
    """
    for each in in_force(connection, record):
        if old in each.word.items and each.word.sensitive:
            wider = replace(each.word, items=each.word.items | {new})
            _keep(connection, record, replace(each, word=wider))


def _keep(connection: Connection, record: Record, changed: HeldWord) -> None:
    entries.replace(connection, WORD, record.keys, changed.id, _written(changed))


def _written(held: HeldWord) -> dict[str, Any]:
    return word_json.written(held.word) | {
        "said": held.said.isoformat() if held.said else "",
        "ended": held.ended.isoformat() if held.ended else "",
    }


def _read(row_id: str, held: dict[str, Any]) -> HeldWord:
    said, ended = _instant(held["said"]), _instant(held["ended"])
    return HeldWord(row_id, word_json.read(held), said, ended)


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
