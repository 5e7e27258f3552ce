"""Where a person is written to, in which language, or not at all.

The address is the one the person says is safe, kept in the record and used for nothing
else. Without one nothing leaves: no address is taken from a document or a token.
"""

import re
from dataclasses import asdict, dataclass

from sqlalchemy import Connection

from gateway.notify.occasions import LANGUAGES
from gateway.repository import entries
from gateway.repository.entries import NOTICE_SETTINGS
from gateway.repository.records import Record

LONGEST_ADDRESS = 254
ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)
ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Preferences:
    """How one reader of a record wants to be told. Silent: no e-mail at all.

    Raises ``ValueError`` for an address that is none, or a language we do not write.
    """

    address: str = ""
    silent: bool = False
    language: str = LANGUAGES[0]

    def __post_init__(self) -> None:
        """Refuse what could never be sent, or could be sent elsewhere than it seems."""
        if self.address and not is_address(self.address):
            raise ValueError("address")
        if self.language not in LANGUAGES:
            raise ValueError("language")


def is_address(text: str) -> bool:
    """Tell whether a text is one plain e-mail address, in ASCII."""
    return len(text) <= LONGEST_ADDRESS and ADDRESS.fullmatch(text) is not None


def of(connection: Connection, record: Record, who: str = "") -> Preferences:
    """Return the preferences of the patient, or of ``who`` about this record."""
    rows = dict(entries.of_record(connection, NOTICE_SETTINGS, record.keys))
    held = rows.get(_id(record, who))
    return Preferences(**held) if held else Preferences()


def prefer(
    connection: Connection, record: Record, wanted: Preferences, who: str = ""
) -> None:
    """Keep the preferences of the patient, or of ``who`` about this record."""
    row_id = _id(record, who)
    entries.put(connection, NOTICE_SETTINGS, record.keys, row_id, asdict(wanted))


def _id(record: Record, who: str) -> str:
    return record.keys.token(NOTICE_SETTINGS, who)[:ID_LENGTH]
