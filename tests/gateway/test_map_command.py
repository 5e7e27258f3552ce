"""``paravent map`` and ``paravent validate`` as a person types them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main
from tests.mappings.cda.documents import cda, narrative

AT = "2026-11-22T08:00:00Z"


def run(*arguments: str) -> Result:
    """Return what a command did."""
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """Give a file with a CDA document."""
    path = tmp_path / "document.xml"
    path.write_bytes(
        cda(
            context="<authorization><consent><code code='X'/></consent></authorization>"
        )
    )
    return path


def test_map_prints_a_bundle_and_says_what_it_loses(document: Path) -> None:
    """JSON on standard output, remarks as lines of JSON on standard error."""
    done = run("map", str(document), "--at", AT)
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert found["resourceType"] == "Bundle"
    assert found["timestamp"] == AT
    remarks = [json.loads(line) for line in done.stderr.splitlines()]
    assert "/h:ClinicalDocument/h:authorization" in {r["expression"] for r in remarks}


def test_map_says_now_when_nobody_says_when(document: Path) -> None:
    """The instant of the mapping is an instant of FHIR."""
    found = json.loads(run("map", str(document)).stdout)
    assert found["timestamp"].endswith("+00:00")


@pytest.mark.parametrize("said", ["yesterday", "2026-11-22T08:00:00"])
def test_map_wants_an_instant(document: Path, said: str) -> None:
    """A time without zone, or none at all, is said to be wrong in a line."""
    done = run("map", str(document), "--at", said)
    assert done.exit_code == 2
    assert "an instant such as" in done.output


def test_map_refuses_what_is_no_document(tmp_path: Path) -> None:
    """Exit code 2, the reason in a line, nothing on standard output."""
    path = tmp_path / "x.xml"
    path.write_bytes(b"<x/>")
    done = run("map", str(path))
    assert done.exit_code == 2
    assert done.stdout == ""
    assert json.loads(done.stderr)["expression"] == "/"


def test_map_of_fhir_says_what_else_to_do(tmp_path: Path) -> None:
    """A FHIR document is no broken XML: the refusal names the commands for it."""
    path = tmp_path / "x.json"
    path.write_text('\ufeff{"resourceType": "Bundle"}')
    done = run("map", str(path))
    assert done.exit_code == 2
    assert done.stdout == ""
    said = json.loads(done.stderr)
    assert "render --to cda" in said["text"]
    assert "render --to cda" in said["texte"]


def test_map_says_that_it_does_not_label() -> None:
    """Who looks for labels is told where they are."""
    assert "paravent label" in run("map", "--help").stdout


def test_validate_tells_what_a_document_lacks(document: Path, tmp_path: Path) -> None:
    """A good document has remarks and no error; one without patient has an error."""
    done = run("validate", str(document))
    assert done.exit_code == 0
    assert "authorization" in done.stdout
    path = tmp_path / "nobody.xml"
    path.write_bytes(cda(patient=""))
    assert run("validate", str(path)).exit_code == 1


def test_validate_reads_fhir_too(tmp_path: Path) -> None:
    """A resource of the wrong shape is an error at its FHIRPath."""
    path = tmp_path / "x.json"
    path.write_text('{"resourceType": "Patient", "nome": 1}')
    done = run("validate", str(path))
    assert done.exit_code == 1
    assert json.loads(done.stdout.splitlines()[0])["expression"] == "Patient.nome"


def test_validate_refuses_what_cannot_be_read(tmp_path: Path) -> None:
    """Neither XML nor JSON: exit code 2."""
    path = tmp_path / "x.txt"
    path.write_text("hello")
    assert run("validate", str(path)).exit_code == 2


def test_no_remark_repeats_the_document(tmp_path: Path) -> None:
    """Places and kinds only: what an unknown entry says is in no line."""
    path = tmp_path / "x.xml"
    path.write_bytes(
        narrative(
            "secret words", "<entry><regionOfInterest>secret</regionOfInterest></entry>"
        )
    )
    assert "secret" not in run("map", str(path), "--at", AT).stderr
