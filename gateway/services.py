"""What a request needs, wired once: settings, store, rules, clock, PDF reader."""

from dataclasses import dataclass, field

from gateway import sandbox
from gateway.clock import Clock, SystemClock
from gateway.identity.keys import Keyring
from gateway.repository import crypt, records
from gateway.repository.crypt import DeploymentKeys
from gateway.repository.store import Store, open_store
from gateway.repository.vault import Vault
from gateway.settings import Settings
from labels.detection.service import label
from labels.policy import rule
from labels.policy.rule import Rules
from mappings.pdf import PdfReader


@dataclass(frozen=True, slots=True)
class Services:
    """The parts every use case is handed; nothing else is shared."""

    settings: Settings
    store: Store
    rules: Rules
    clock: Clock
    pdf: PdfReader
    keyring: Keyring = field(default_factory=Keyring)


def start(settings: Settings, clock: Clock | None = None) -> Services:
    """Open the store, load the rules, check everything that can be checked now.

    Raises ``KeyFileError``, ``VaultError``, ``StoreError`` or the rule loader's error: a
    gateway that cannot keep its promises does not start.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    new_key = not settings.key_file.exists()
    vault = Vault(settings.vault)
    vault.check()
    keys = DeploymentKeys.of(crypt.load_key_file(settings.key_file), vault)
    store = open_store(settings.database_url, keys)
    with store.unit() as connection:
        if not records.opens(connection, keys):
            _give_back(settings, new_key=new_key)
        records.ensure_house(connection, keys)
        erased = records.erased(connection)
    for patient_id in erased:
        vault.destroy(patient_id)  # once more, for a stop in the middle of an erasure
    label(())  # reads every rule of labelling: a wrong one stops the start
    return Services(settings, store, rule.load(), clock or SystemClock(), sandbox.pdf)


def _give_back(settings: Settings, *, new_key: bool) -> None:
    """Refuse a key file that does not open the database, and take back one just made."""
    if new_key:
        settings.key_file.unlink()
    message = f"{settings.key_file.name}: not the key of this database"
    raise crypt.KeyFileError(message)
