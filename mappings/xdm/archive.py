"""The zip of an IHE XDM medium, read without trusting a word it says of itself.

Nothing is written anywhere and no name is ever a path: a file is reached only by the
name that METADATA.XML gives it. Sizes are counted while bytes come out, never taken
from the directory of the zip. Sources: PKWARE APPNOTE 6.3; IHE ITI TF-2 3.32 (layout).
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from unicodedata import normalize

from mappings.mapped import refuse
from mappings.xdm import refusals

ENTRIES_AT_MOST = 1_000
BYTES_AT_MOST = 50_000_000
"""Of all that comes out of one zip: what the other routes take as one body."""
RATIO_AT_MOST = 100
RATIO_FROM = 1_000_000
"""An entry below this size may be as compressible as it likes."""
NAME_AT_MOST = 255

_CHUNK = 1 << 20
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_KNOWN_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_LOCAL_HEADER = 30
_KINDS = frozenset({0, stat.S_IFREG, stat.S_IFDIR})
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OverflowError,
    RuntimeError,  # also NotImplementedError: a method or flag that zipfile lacks
    ValueError,  # also UnicodeDecodeError: a name that is not what its flag says
    IndexError,
)
"""All that zipfile raises on bytes that are no good zip."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the zip: its name, and its place for refusals (never the name)."""

    name: str
    place: str
    info: zipfile.ZipInfo


@dataclass(slots=True)
class Archive:
    """The files of a zip by name in capitals; what has come out of it so far."""

    members: Mapping[str, Member]
    _zip: zipfile.ZipFile
    _left: int = BYTES_AT_MOST

    def read(self, member: Member) -> bytes:
        """Return the bytes of a file.

        Raises :class:`~mappings.mapped.Refused`: 413 past a limit, 400 for what cannot
        be unpacked or is not as long as the directory says.
        """
        body = bytearray()
        try:
            with self._zip.open(member.info) as file:
                while chunk := file.read(_CHUNK):
                    body += chunk
                    self._count(len(chunk), len(body), member)
        except _BROKEN:
            raise refusals.broken(member.place) from None
        if len(body) != member.info.file_size:
            raise refusals.broken(member.place)
        return bytes(body)

    def _count(self, came: int, size: int, member: Member) -> None:
        self._left -= came
        if self._left < 0:
            raise refusals.too_much("zip")
        if size > RATIO_FROM and size > RATIO_AT_MOST * member.info.compress_size:
            raise refusals.too_much(member.place)


def archive(data: bytes) -> Archive:
    """Open a zip; its directory is checked whole, no file is unpacked.

    Raises :class:`~mappings.mapped.Refused`: 400 for what is no zip, or one that two
    readers could read differently (overlaps, odd names, one name twice); 413 for too
    many entries or too much; 422 for encrypted entries, links and other methods.
    """
    if data.count(_DIRECTORY_ENTRY) > ENTRIES_AT_MOST:
        raise refusals.too_much("zip")
    try:
        opened = zipfile.ZipFile(BytesIO(data))
    except _BROKEN:
        raise refusals.broken("zip") from None
    found = list(_members(opened))
    _refuse_overlaps([one.info for one in found], len(data))
    members: dict[str, Member] = {}
    for one in found:
        if members.setdefault(folded(one.name), one) is not one:
            raise refuse(
                400,
                "duplicate",
                one.place,
                "two entries of the zip have the same name",
                "deux entrées du zip portent le même nom",
            )
    if sum(one.info.file_size for one in found) > BYTES_AT_MOST:
        raise refusals.too_much("zip")
    files = {key: one for key, one in members.items() if not one.name.endswith("/")}
    return Archive(files, opened)


def folded(name: str) -> str:
    """Return a name as a medium compares it: ISO 9660 and FAT know no case."""
    return normalize("NFC", name.rstrip("/")).upper()


def _members(opened: zipfile.ZipFile) -> Iterator[Member]:
    for number, info in enumerate(opened.infolist(), start=1):
        place = f"zip/entry[{number}]"
        # As written in the directory: `filename` ends at a NUL.
        name = info.orig_filename
        if not _plain(name):
            raise refuse(
                400,
                "value",
                place,
                "the name of this entry leads out of the zip or is no plain name",
                "le nom de cette entrée mène hors du zip ou n'est pas un nom simple",
            )
        _refuse_kind(info, place)
        yield Member(name, place, info)


def _plain(name: str) -> bool:
    steps = name.removesuffix("/").split("/")
    return (
        len(name) <= NAME_AT_MOST
        and name.isprintable()
        and not set(name) & set('\\:*?"<>|')
        and not set(steps) & {"", ".", ".."}
    )


def _refuse_kind(info: zipfile.ZipInfo, place: str) -> None:
    """Refuse what is no plain file: encrypted, a link, a device, another method."""
    mode = info.external_attr >> 16
    if info.flag_bits & _ENCRYPTED:
        raise refuse(
            422,
            "not-supported",
            place,
            "this entry is encrypted: it could not be read, so it is not kept",
            "cette entrée est chiffrée : elle ne pourrait être lue, elle n'est pas gardée",
        )
    if stat.S_IFMT(mode) not in _KINDS or info.compress_type not in _KNOWN_METHODS:
        raise refuse(
            422,
            "not-supported",
            place,
            "this entry is no plain file, stored or deflated",
            "cette entrée n'est pas un simple fichier, stocké ou compressé par deflate",
        )
    size = info.file_size
    if size > RATIO_FROM and size > RATIO_AT_MOST * info.compress_size:
        raise refusals.too_much(place)
    if info.orig_filename.endswith("/") and size:
        raise refusals.broken(place)


def _refuse_overlaps(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse entries that share bytes: small zips that unpack to oceans are made so."""
    end = 0
    for info in sorted(entries, key=lambda one: one.header_offset):
        if info.header_offset < end:
            raise refusals.broken("zip")
        end = info.header_offset + _LOCAL_HEADER + info.compress_size
    if end > size:
        raise refusals.broken("zip")
