"""One secret for each record, kept outside the database: destroying it erases the record.

A record's key is wrapped under the deployment's key and this secret together. Copies of
the database hold the wrapped key and everything sealed under it; without the secret they
open nothing, whoever holds the key file. The folder is not to be copied together with
the database, and its own copies are kept three months at most (see README.md).
"""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

SECRET_LENGTH = 32
SHARD = 2
"""Characters of the id that name a sub-folder, so that no folder holds millions."""


class VaultError(Exception):
    """The folder of secrets can be read by others than its owner."""


@dataclass(frozen=True, slots=True)
class Vault:
    """A folder with one file for each record; an id is 32 hexadecimal characters."""

    folder: Path

    def check(self) -> None:
        """Make the folder if it is not there; raises :class:`VaultError` if others read it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if stat.S_IMODE(self.folder.stat().st_mode) & 0o077:
            raise VaultError(
                f"{self.folder.name}: readable by others; run chmod 700 on it"
            )

    def make(self, patient_id: str) -> bytes:
        """Return a new secret for a record, durable before anything is sealed with it.

        Raises ``FileExistsError`` when the record has one: none is ever replaced.
        """
        path = self._path(patient_id)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        secret = os.urandom(SECRET_LENGTH)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        _sync(path.parent)
        _sync(self.folder)
        return secret

    def find(self, patient_id: str) -> bytes | None:
        """Return the secret of a record, or None: there is none, or it was destroyed."""
        try:
            secret = self._path(patient_id).read_bytes()
        except FileNotFoundError:
            return None
        return secret if len(secret) == SECRET_LENGTH else None

    def destroy(self, patient_id: str) -> bool:
        """Overwrite and remove the secret of a record; False when there is none.

        Durable when it returns: the record cannot be read from any copy of the database.
        """
        path = self._path(patient_id)
        try:
            handle = os.open(path, os.O_WRONLY)
        except FileNotFoundError:
            return False
        with os.fdopen(handle, "wb") as file:
            file.write(bytes(SECRET_LENGTH))
            file.flush()
            os.fsync(file.fileno())
        path.unlink(missing_ok=True)
        _sync(path.parent)
        return True

    def _path(self, patient_id: str) -> Path:
        if not (patient_id.isascii() and patient_id.isalnum()):
            raise ValueError("not the id of a record")
        return self.folder / patient_id[:SHARD] / patient_id


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
