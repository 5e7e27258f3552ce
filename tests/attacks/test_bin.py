"""BIN: zips, base64 and PDFs that lie (zips, deeper: tests/mappings/xdm/test_archive.py)."""

import io
import stat
import tempfile
import zipfile
from base64 import b64encode
from pathlib import Path

import pytest

from tests.attacks.deposits import kept, level, reference, seen, send
from tests.gateway.world import Software
from tests.mappings.xdm.media import FOLDER, METADATA, Lot, Sheet, medium, metadata

ZIP = "application/zip"
Entry = tuple[str | zipfile.ZipInfo, bytes]


def zipped(*more: Entry, lot: bytes = b"") -> bytes:
    """Return a good medium with more in it."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(METADATA, lot or metadata(Lot()))
        archive.writestr(f"{FOLDER}/{Sheet().uri}", Sheet().body)
        for name, data in more:
            archive.writestr(name, data)
    return into.getvalue()


def _nested(depth: int) -> bytes:
    held = zipped()
    for _ in range(depth):
        held = zipped(("INNER.ZIP", held))
    return held


def _flagged(data: bytes, offset: int, value: bytes) -> bytes:
    at = data.index(b"PK\x01\x02")
    return data[: at + offset] + value + data[at + offset + len(value) :]


BOMBS = {
    "swells": zipped((f"{FOLDER}/A.TXT", bytes(60_000_000))),
    "many": zipped(*((f"{FOLDER}/A{n}.TXT", b"") for n in range(1200))),
    "encrypted": _flagged(zipped(), 8, b"\x01\x00"),
    "lies": _flagged(zipped(), 24, b"\xff\xff\xff\x7f"),
    "cut": zipped()[:-40],
}


@pytest.mark.parametrize("name", BOMBS)
def test_bin_01_a_zip_that_swells_or_lies_is_refused(busy: Software, name: str) -> None:
    """400 or 413 by what comes out, nothing kept, nothing left in the temporary folder."""
    folder = Path(tempfile.gettempdir())
    before, stored = {each.name for each in folder.iterdir()}, kept(busy)
    answer = send(busy, BOMBS[name], "/xdm", content_type=ZIP)
    assert answer.status_code in (400, 413, 422)
    assert kept(busy) == stored
    left = {each for each in folder.iterdir() if each.name not in before}
    assert not [each for each in left if each.suffix.lower() in (".txt", ".zip")]


def test_bin_01_a_zip_in_a_zip_is_never_opened(busy: Software) -> None:
    """Five levels deep: what is inside is a file that no index names, so it is ignored."""
    answer = send(busy, _nested(5), "/xdm", content_type=ZIP)
    assert answer.status_code in (200, 400, 422)


def _linked() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(f"{FOLDER}/L.TXT")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


NAMES: tuple[str | zipfile.ZipInfo, ...] = (
    *("../../evil", "/abs", "C:\\x", "CON\x00.TXT", f"{FOLDER}/\u202etxt.exe"),
    *(f"{FOLDER}/{'a' * 300}", METADATA.lower(), _linked()),
)


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_bin_02_no_name_of_a_zip_is_a_path(busy: Software, number: int) -> None:
    """Refused, or never used: nothing is written under a name that a client gave."""
    root = busy.services.settings.data
    before = {str(each.relative_to(root)) for each in root.rglob("*")}
    answer = send(busy, zipped((NAMES[number], b"evil")), "/xdm", content_type=ZIP)
    assert answer.status_code in (200, 400, 422)
    after = {str(each.relative_to(root)) for each in root.rglob("*")} - before
    assert not [each for each in after if "evil" in each or "abs" in each]
    assert not Path("/abs").exists()


def test_bin_02_names_that_lead_elsewhere_are_refused(busy: Software) -> None:
    """Up, absolute, a drive, a link, one name in two cases."""
    for name in (*NAMES[:3], NAMES[6], NAMES[7]):
        sent = zipped((name, b"evil"))
        assert send(busy, sent, "/xdm", content_type=ZIP).status_code in (400, 422)


SPOILT = {
    "junk": lambda data: data[:40] + "!!" + data[40:],
    "url alphabet": lambda data: "-_" + data[2:],
    "no padding": lambda data: data.rstrip("=")[:-1],
    "padding inside": lambda data: data[:8] + "==" + data[8:],
}


@pytest.mark.parametrize("name", SPOILT)
def test_bin_03_base64_is_read_strictly(busy: Software, name: str) -> None:
    """What Python would drop in silence is refused, and so is a size that is not true."""
    before = kept(busy)
    sent = reference("2.25.8503")
    attachment = sent["content"][0]["attachment"]
    attachment["data"] = SPOILT[name](attachment["data"])
    assert send(busy, sent).status_code in (400, 422)
    smaller = reference("2.25.8503")
    smaller["content"][0]["attachment"]["size"] = 3
    assert send(busy, smaller).status_code in (400, 422)
    assert kept(busy) == before


PDFS = {
    "nothing": b"%PDF-1.7\n",
    "script": (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"
        b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    ),
    "polyglot": b"%PDF-1.4\n<html><script>alert(1)</script>\n" + zipped(),
    "pages": (
        b"%PDF-1.4\n1 0 obj<</Type/Pages/Count 100000/Kids[1 0 R]>>endobj\n"
        b"trailer<</Root 1 0 R>>"
    ),
}


@pytest.mark.parametrize("name", PDFS)
def test_bin_04_a_pdf_is_read_apart_or_not_at_all(busy: Software, name: str) -> None:
    """Kept as it is and restricted when it cannot be read; given back as a file to save."""
    oid = f"2.25.8504{len(PDFS[name])}"
    sent = reference(oid)
    attachment = sent["content"][0]["attachment"]
    attachment |= {
        "contentType": "application/pdf",
        "data": b64encode(PDFS[name]).decode(),
        "size": len(PDFS[name]),
    }
    attachment.pop("hash", None)
    answer = send(busy, sent)
    assert answer.status_code in (201, 400, 422)
    if answer.status_code == 201:
        assert level(busy, oid) in ("R", "V", "N")
        assert not seen(busy, "dentist", oid)
        path = f"/fhir/Binary/{seen(busy, 'gp', oid)['id']}"
        given = busy.ask("gp", path, headers={"Accept": "application/pdf"})
        assert given.get_data() == PDFS[name]
        assert given.headers["Content-Disposition"].startswith("attachment")
        assert given.headers["X-Content-Type-Options"] == "nosniff"


def test_bin_01_a_good_medium_is_taken(busy: Software) -> None:
    """The control: what the others are spoilt from is no refusal."""
    assert send(busy, medium(Lot()), "/xdm", content_type=ZIP).status_code == 200
