"""A zip that lies, hides, climbs out or swells is refused before anything is kept."""

import struct
import zipfile
from contextlib import nullcontext
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.mapped import Refused
from mappings.xdm import archive as archives
from mappings.xdm.archive import archive
from mappings.xdm.submission import read
from tests.mappings.xdm.media import (
    FOLDER,
    METADATA,
    Lot,
    Sheet,
    lot,
    medium,
    metadata,
    second,
    zipped,
)
from tests.mappings.xdm.reading import no_pdf, refused

GOOD = medium(Lot())
SHEET = Sheet()


def with_entries(*more: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """Return the zip of a good lot with further entries."""
    files: list[tuple[str | zipfile.ZipInfo, bytes]] = [
        (METADATA, metadata(Lot())),
        (f"{FOLDER}/{SHEET.uri}", SHEET.body),
    ]
    return zipped([*files, *more])


def special(mode: int) -> zipfile.ZipInfo:
    """Return an entry of a special kind."""
    info = zipfile.ZipInfo(f"{FOLDER}/OTHER.TXT")
    info.external_attr = mode << 16
    return info


def patched(data: bytes, offset: int, form: str, value: int) -> bytes:
    """Return a zip in which a number of each entry of the directory is another one."""
    changed, at = bytearray(data), data.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into(form, changed, at + offset, value)
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


def outcome(data: bytes) -> int | tuple[bytes, ...]:
    """Return the status of a refusal, or the bodies of the documents."""
    try:
        found = read(data, no_pdf)
    except Refused as refusal:
        return refusal.status
    return tuple(each.body for each in found.value.documents)


def test_a_good_zip_is_opened() -> None:
    """Every file is found under its name, whatever the case."""
    opened = archive(GOOD)
    assert opened.read(opened.members[METADATA]) == metadata(Lot())
    assert len(opened.members) == 4


@pytest.mark.parametrize(
    "name",
    [
        "../DOC.TXT",
        "IHE_XDM/../../DOC.TXT",
        "/etc/DOC.TXT",
        "C:/DOC.TXT",
        "IHE_XDM\\DOC.TXT",
        "IHE_XDM//DOC.TXT",
        "IHE_XDM/./DOC.TXT",
        "IHE_XDM/DOC\n.TXT",
        "IHE_XDM/\u202eDOC.TXT",
        "A" * 256,
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    """Names that climb, start at the root, or hide what they are are a 400 by number."""
    status, issue = refused(with_entries((name, b"x")))
    assert (status, issue.code, issue.expression) == (400, "value", "zip/entry[3]")


def test_a_name_that_ends_at_a_nul_is_refused() -> None:
    """What Python would cut short is judged as it is written."""
    data = with_entries(("README0EXE", b"x")).replace(b"README0EXE", b"README\0EXE")
    assert refused(data)[0] == 400


@pytest.mark.parametrize("name", [METADATA, METADATA.lower(), f"{FOLDER}/doc00001.txt"])
def test_one_name_twice_is_refused(name: str) -> None:
    """Two readers could take two different files: the case of letters tells none apart."""
    twice = pytest.warns(UserWarning, match="Duplicate")
    with twice if name == METADATA else nullcontext():
        data = with_entries((name, b"x"))
    status, issue = refused(data)
    assert (status, issue.code, issue.expression) == (400, "duplicate", "zip/entry[3]")


@pytest.mark.parametrize("mode", [0o120777, 0o010644, 0o060644, 0o140755])
def test_a_link_or_a_device_is_refused(mode: int) -> None:
    """Only plain files come in: no link, pipe, device or socket."""
    status, issue = refused(with_entries((special(mode), b"/etc/passwd")))
    assert (status, issue.code) == (422, "not-supported")


@pytest.mark.parametrize("flag", [0x1, 0x41, 0x2001])
def test_an_encrypted_entry_is_refused(flag: int) -> None:
    """What cannot be read cannot be labelled, and is not kept."""
    status, issue = refused(patched(GOOD, 8, "<H", flag))
    assert (status, issue.code) == (422, "not-supported")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_method_is_refused(method: int) -> None:
    """Stored and deflated are what the standard knows."""
    assert refused(medium(Lot(), method=method))[0] == 422


def test_stored_entries_are_taken() -> None:
    """A zip without compression is a zip."""
    assert read(medium(Lot(), method=zipfile.ZIP_STORED), no_pdf).value.documents


def test_a_bomb_is_refused_by_what_it_says() -> None:
    """An entry that unpacks to a hundred times its size and more is a 413."""
    status, issue = refused(with_entries((f"{FOLDER}/B.TXT", bytes(5_000_000))))
    assert (status, issue.code) == (413, "too-costly")


def test_a_bomb_that_lies_is_refused_by_what_comes_out() -> None:
    """Sizes are counted while bytes come out, and must be those of the directory."""
    data = medium(lot(Sheet(body=bytes(3_000_000))))
    small = patched(data, 24, "<L", 10)
    assert refused(small)[0] in {400, 413}


@pytest.mark.parametrize("size", [1, 500_000, 0x7FFFFFFF])
def test_a_size_that_is_none_is_refused(size: int) -> None:
    """The directory says another size than what is there: nobody knows which is right."""
    status, _ = refused(patched(GOOD, 24, "<L", size))
    assert status in {400, 413}


def test_too_many_entries_are_refused() -> None:
    """A thousand entries and no more, counted before the directory is read."""
    crowd = [(f"{FOLDER}/D/{n}.TXT", b"") for n in range(archives.ENTRIES_AT_MOST)]
    assert refused(with_entries(*crowd))[0] == 413


def test_too_much_in_all_is_refused() -> None:
    """Files that are each small enough have a limit together."""
    count = archives.BYTES_AT_MOST // archives.RATIO_FROM
    swarm = [
        (f"{FOLDER}/{n}.TXT", bytes(archives.RATIO_FROM)) for n in range(count + 1)
    ]
    status, issue = refused(with_entries(*swarm))
    assert (status, issue.expression) == (413, "zip")


def test_what_comes_out_has_a_limit_too() -> None:
    """Entries that say they are empty are counted by what they hold."""
    opened = archive(GOOD)
    member = opened.members[METADATA]
    for _ in range(archives.BYTES_AT_MOST // member.info.file_size):
        opened.read(member)
    with pytest.raises(Refused) as found:
        opened.read(member)
    assert (found.value.status, found.value.issues[0].expression) == (413, "zip")


def test_overlapping_entries_are_refused() -> None:
    """Two entries of the directory that share one file are how small zips grow large."""
    data = with_entries((f"{FOLDER}/A.TXT", b"same"), (f"{FOLDER}/B.TXT", b"same"))
    first = zipfile.ZipFile(BytesIO(data)).infolist()[2].header_offset
    at = data.rindex(b"PK\x01\x02")
    shared = bytearray(data)
    struct.pack_into("<L", shared, at + 42, first)
    assert refused(bytes(shared))[0] == 400


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"<html/>", GOOD[:200], GOOD[:-30], GOOD[300:]]
)
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    """Truncated or other bytes are a 400."""
    status, issue = refused(data)
    assert (status, issue.code, issue.expression) == (400, "structure", "zip")


def test_a_damaged_file_is_refused() -> None:
    """Bytes that do not have the checksum of the directory are not taken."""
    data = medium(Lot(), method=zipfile.ZIP_STORED)
    assert refused(data.replace(SHEET.body, SHEET.body[::-1]))[0] == 400


def test_a_folder_is_no_file() -> None:
    """Entries for folders are taken, and carry nothing."""
    assert outcome(with_entries(("IHE_XDM/", b""), (f"{FOLDER}/", b""))) == (
        SHEET.body,
    )


def test_no_name_is_repeated() -> None:
    """File names may be names of people: no refusal says one."""
    with pytest.raises(Refused) as found:
        read(with_entries((f"{FOLDER}/ORVANNEAU.TXT", b"x")), no_pdf)
    assert "ORVANNEAU" not in repr(found.value.issues)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)),
        min_size=1,
        max_size=6,
    )
)
def test_any_damage_is_a_refusal_or_nothing(changes: list[tuple[int, int]]) -> None:
    """Whatever bytes change, the zip is read to the same documents or refused in order."""
    data = bytearray(GOOD)
    for at, value in changes:
        data[at] = value
    assert outcome(bytes(data)) in {400, 413, 422, (SHEET.body,)}


def test_the_damage_test_can_see() -> None:
    """The zip that is damaged above holds one document and is taken when whole."""
    assert len(read(GOOD, no_pdf).value.documents) == 1
    assert len(read(medium(lot(SHEET, second())), no_pdf).value.documents) == 2
