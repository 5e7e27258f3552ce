"""The evidence of a contested access: a signed file that says what its person is told."""

import json
from base64 import b64decode
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
from click.testing import CliRunner

from gateway.cli import main
from gateway.consents import relations
from gateway.consents.relations import HeldRelation
from gateway.contest import evidence, evidence_pdf
from gateway.repository import signing
from labels.policy.question import Relation
from tests.gateway.contest.test_contest import WHY, contest, opened
from tests.gateway.emergency.conftest import scene as scene  # noqa: PLC0414 - a fixture
from tests.gateway.emergency.scene import WORDS, Scene
from tests.gateway.emergency.test_patterns import settings_of

Json = dict[str, Any]


def files(scene: Scene, case_id: str) -> tuple[bytes, bytes]:
    """Return the evidence as the patient gets it."""
    got = scene.software.ask("octave", f"/fhir/Task/{case_id}/$evidence").get_json()
    by_name = {
        each["name"]: b64decode(each["resource"]["data"]) for each in got["parameter"]
    }
    return by_name["json"], by_name["pdf"]


def test_the_evidence_says_what_is_known(scene: Scene) -> None:
    """The access, its reason in words, what followed, who was told, every step."""
    case_id = opened(scene)
    held = json.loads(files(scene, case_id)[0])["evidence"]
    assert held["case"]["steps"][0]["words"] == WHY
    assert held["emergency"]["words"] == WORDS
    assert held["access"]["agent"][0]["who"]["identifier"]["value"] in scene.who(
        "psychiatrist"
    )
    assert [each["occasion"] for each in held["told"]] == ["emergency"]
    assert len(held["followed_by"]) >= 2


def test_the_evidence_is_signed_and_any_change_shows(scene: Scene) -> None:
    """The deployment's key verifies it; a word, a PDF, a key exchanged do not pass."""
    case_id = opened(scene)
    file, pdf = files(scene, case_id)
    public = signing.public_key(scene.services.store.keys)
    assert evidence.genuine(file, public)
    assert evidence.genuine(file, public, pdf)
    assert not evidence.genuine(file.replace(b"unconscious", b"inconscious"), public)
    assert not evidence.genuine(file, public, pdf + b" ")
    assert not evidence.genuine(file, public[:-2] + "AA", pdf)
    other = replace(scene.services.store.keys, sign=b"o" * 32)
    forged = evidence.signed(other, json.loads(file)["evidence"])
    assert not evidence.genuine(forged.json, public)
    added = json.dumps(json.loads(file) | {"note": "all is well"}).encode()
    assert not evidence.genuine(added, public)
    for bad in (b"", b"[]", b"{}", b'{"signature": 1}', b"\xff"):
        assert not evidence.genuine(bad, public)


def test_the_evidence_is_verified_by_a_command(scene: Scene) -> None:
    """`paravent contest verify` says genuine, or fails; it needs the public key alone."""
    file, pdf = files(scene, opened(scene))
    path = settings_of(scene)
    folder = scene.services.settings.data
    (folder / "evidence.json").write_bytes(file)
    (folder / "evidence.pdf").write_bytes(pdf)
    run = CliRunner()
    public = run.invoke(main, ["contest", "key", "--settings", path]).output.strip()
    both = [str(folder / "evidence.json"), str(folder / "evidence.pdf")]
    good = run.invoke(main, ["contest", "verify", *both, "--key", public])
    assert (good.exit_code, good.output) == (0, "genuine\n")
    (folder / "evidence.pdf").write_bytes(pdf[:-1])
    bad = run.invoke(main, ["contest", "verify", *both, "--key", public])
    assert (bad.exit_code, "NOT genuine" in bad.output) == (1, True)


def test_the_pdf_says_the_same_and_is_made_the_same(scene: Scene) -> None:
    """The words of the patient and the digest of the JSON stand in it."""
    file, pdf = files(scene, opened(scene))
    gathered = json.loads(file)["evidence"]
    digest = signing.digest(signing.canonical(gathered))
    assert evidence_pdf.written(gathered, digest) == pdf
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    flat = "".join(text.split())
    for said in (WHY, WORDS, digest):
        assert "".join(said.split()) in flat


def test_a_pdf_takes_any_words() -> None:
    """Markup, other scripts and control characters are text, and break nothing."""
    empty: Json = dict.fromkeys(("access", "emergency", "followed_by", "told"))
    case: Json = {
        "words": "<b>&amp; 漢字 Ω \x00\x1b </para>",
        "list": [None, {"a": []}],
    }
    pdf = evidence_pdf.written(empty | {"made": "", "case": case}, "0" * 64)
    assert pdf.startswith(b"%PDF")


def test_what_has_no_one_form_is_not_signed() -> None:
    """A fraction, or a name that is no text, would be signed in more than one form."""
    for value in (1.5, {1: "a"}, [{"a": {2.0}}]):
        with pytest.raises(ValueError, match="only texts"):
            signing.canonical(value)


def test_an_ordinary_access_has_evidence_too(scene: Scene) -> None:
    """No emergency was asked for: the file says what was done, and that it was not."""
    scene.seen("dentist", "octave")
    (event,) = [
        each["id"]
        for each in scene.events("octave")
        if each["agent"][0]["who"]["identifier"]["value"] in scene.who("dentist")
    ][-1:]
    case_id = contest(scene, f"AuditEvent/{event}").get_json()["id"]
    held = json.loads(files(scene, case_id)[0])["evidence"]
    assert held["emergency"] is None
    assert held["told"] == []
    assert held["access"]["id"] == event


def test_the_evidence_does_not_number_who_represents(scene: Scene) -> None:
    """A guardian was told: the file, which is handed on, does not say by which INS."""
    record, guardian = scene.record("octave"), scene.who("corentine")
    with scene.services.store.unit() as connection:
        held = HeldRelation(Relation.GUARDIAN, guardian)
        relations.declare(connection, record, held)
    case_id = opened(scene)
    scene.deliver()
    scene.deliver()
    file, _ = files(scene, case_id)
    [told] = json.loads(file)["evidence"]["told"]
    assert "representatives" in [each["who"] for each in told["to"]]
    assert guardian.partition("|")[2].encode() not in file
