"""``paravent render``: a document without what tells some categories."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main
from mappings.cda.document import clinical_document
from mappings.fhir.parse import dump
from tests.mappings.cda.documents import cda, narrative
from tests.mappings.fhir.rendition.documents import concept, document

HIV = "<list><item>Entorse</item><item>Infection par le VIH</item></list>"


def run(path: Path, *options: str) -> Result:
    """Return the outcome of the command."""
    return CliRunner().invoke(main, ["render", str(path), *options])


@pytest.fixture
def cda_file(tmp_path: Path) -> Path:
    """Give a CDA that tells of HIV in one item of two."""
    path = tmp_path / "document.xml"
    path.write_bytes(narrative(HIV))
    return path


@pytest.fixture
def fhir_file(tmp_path: Path) -> Path:
    """Give a FHIR document that tells of HIV in one entry."""
    found = document()
    code = concept("http://hl7.org/fhir/sid/icd-10", "B24", "Maladie à VIH")
    found["entry"][4]["resource"]["code"] = code
    path = tmp_path / "document.json"
    path.write_bytes(dump(found))
    return path


@pytest.mark.parametrize("wanted", ["cda", "fhir", "html"])
def test_any_document_in_any_format(
    cda_file: Path, fhir_file: Path, wanted: str
) -> None:
    """What is hidden is in no format; what is not is in each."""
    for path, word in ((cda_file, "Entorse"), (fhir_file, "Hypertension")):
        found = run(path, "--hide", "hiv,abortion", "--to", wanted)
        assert found.exit_code == 0
        assert "VIH" not in found.stdout
        assert word in found.stdout or wanted == "html"


def test_the_format_of_the_source_is_the_default(
    cda_file: Path, fhir_file: Path
) -> None:
    """CDA comes out as CDA, FHIR as FHIR."""
    assert (
        clinical_document(run(cda_file, "--hide", "hiv").stdout_bytes.strip()).root
        is not None
    )
    assert json.loads(run(fhir_file, "--hide", "hiv").stdout)["type"] == "document"


def test_what_a_change_of_format_loses_is_said(fhir_file: Path) -> None:
    """One JSON object a line, on standard error."""
    lines = run(fhir_file, "--hide", "hiv", "--to", "cda").stderr.splitlines()
    assert {"severity", "code", "expression"} <= json.loads(lines[0]).keys()


def test_nothing_left_is_said(tmp_path: Path) -> None:
    """A sentence, no document, exit code 1."""
    path = tmp_path / "document.xml"
    path.write_bytes(narrative("<paragraph>VIH</paragraph>"))
    found = run(path, "--hide", "hiv")
    assert (found.exit_code, found.stdout) == (1, "")
    assert "Nothing is left" in found.stderr


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    """Exit code 2, with the place and no word of the file."""
    path = tmp_path / "document.xml"
    path.write_bytes(b"<secret>")
    found = run(path, "--hide", "hiv")
    assert found.exit_code == 2
    assert "secret" not in found.output
    path.write_bytes(cda(patient=""))
    assert run(path, "--hide", "hiv").exit_code == 2


NOW = {
    "resourceType": "Patient",
    "identifier": [{"system": "urn:oid:1.2.3", "value": "1"}],
    "name": [
        {"use": "official", "family": "DURAND", "given": ["Sacha"]},
        {"use": "old", "family": "DURAND", "given": ["Amaury"]},
    ],
    "gender": "female",
}


@pytest.fixture
def now(tmp_path: Path) -> Path:
    """Give who the person is now."""
    path = tmp_path / "now.json"
    path.write_text(json.dumps(NOW))
    return path


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """Give a CDA whose text repeats a former first name."""
    path = tmp_path / "told.xml"
    path.write_bytes(narrative("<paragraph>Vu. Amaury va bien. Entorse.</paragraph>"))
    return path


def test_the_identity_now_is_that_of_the_file_given(told: Path, now: Path) -> None:
    """Names and sex in the header, and no former first name in the text."""
    found = run(told, "--hide", "hiv", "--identity", str(now))
    assert found.exit_code == 0
    assert "Amaury" not in found.stdout
    assert "Entorse" in found.stdout
    assert ">Sacha<" in found.stdout
    assert 'administrativeGenderCode code="F"' in found.stdout
    assert "Amaury" in run(told, "--hide", "hiv").stdout


def test_fhir_takes_the_identity_too(fhir_file: Path, now: Path) -> None:
    """The Patient is who the person is now."""
    found = run(fhir_file, "--hide", "hiv", "--identity", str(now))
    names = [
        each["resource"]["name"][0]["given"]
        for each in json.loads(found.stdout)["entry"]
        if each["resource"]["resourceType"] == "Patient"
    ]
    assert names == [["Sacha"]]


def test_without_an_identity_it_says_whose_the_header_is(told: Path, now: Path) -> None:
    """Where gender identity is hidden, on standard error; else nothing."""
    hidden = ("--hide", "gender_identity")
    assert "--identity" in run(told, *hidden).stderr
    assert "--identity" not in run(told, *hidden, "--identity", str(now)).stderr
    assert "--identity" not in run(told, "--hide", "hiv").stderr


def test_an_identity_is_a_patient(told: Path, fhir_file: Path) -> None:
    """Exit code 2 for anything else, with a sentence."""
    found = run(told, "--hide", "hiv", "--identity", str(fhir_file))
    assert found.exit_code == 2
    assert "A FHIR Patient" in found.stderr


@pytest.mark.parametrize(
    ("lang", "line"),
    [("fr", "parle encore de : "), ("en", "still speaks of: ")],
)
def test_it_says_what_the_rest_speaks_of(tmp_path: Path, lang: str, line: str) -> None:
    """One line names the other categories; none when nothing else is told."""
    items = ("Entorse", "Infection par le VIH", "Alcoolisme chronique")
    listed = "".join(f"<item>{each}</item>" for each in items)
    path = tmp_path / "document.xml"
    path.write_bytes(narrative(f"<list>{listed}</list>"))
    found = run(path, "--hide", "hiv", "--lang", lang)
    assert line in found.stderr
    assert "VIH" not in found.stdout
    assert run(path, "--hide", "hiv,alcohol", "--lang", lang).stderr == ""


def test_an_unknown_category_is_refused(cda_file: Path) -> None:
    """With the list of those that are."""
    found = run(cda_file, "--hide", "secret")
    assert found.exit_code == 2
    assert "viral_hepatitis" in found.output
