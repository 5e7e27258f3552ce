"""The life of a record tells nobody whether there was one."""

from pathlib import Path

import pytest

from tests.gateway.world import Software, seeded

PARAMETERS = {"resourceType": "Parameters"}
NAMES = ("$close", "$reopen", "$erase", "$withdraw-opposition", "$oppose")


@pytest.fixture
def software(tmp_path: Path) -> Software:
    """Give a world of its own: these probes change it."""
    return Software(seeded(tmp_path))


@pytest.mark.parametrize("name", NAMES)
def test_a_professional_is_refused_alike(software: Software, name: str) -> None:
    """Nobody but a person acts on a record, and the refusal is about nobody."""
    answers = [
        software.ask(reader, f"/fhir/Patient/{name}", "POST", json=PARAMETERS)
        for reader in ("gp", "psychiatrist", "dpi")
    ]
    assert {each.status_code for each in answers} == {403}
    assert len({each.get_data() for each in answers}) == 1


@pytest.mark.parametrize("name", [*NAMES, "$joint-acts", "$decline-joint-act"])
def test_a_child_and_nobody_are_one_answer(software: Software, name: str) -> None:
    """To a doctor, a stranger, another's parent: whose child it is, is not found out."""
    inaya = software.world.patients["inaya"].identifier
    act: dict[str, object] = {"name": "act", "valueCode": "close"}
    for reader in ("gp", "psychiatrist", "octave"):
        answers = []
        for value in (inaya.value, "100000000000063"):
            patient = {"system": inaya.system, "value": value}
            named: list[dict[str, object]] = [
                {"name": "patient", "valueIdentifier": patient}
            ]
            named += [act] if name == "$decline-joint-act" else []
            body = PARAMETERS | {"parameter": named}
            answer = software.ask(reader, f"/fhir/Patient/{name}", "POST", json=body)
            answers.append((answer.status, list(answer.headers), answer.get_data()))
        assert answers[0] == answers[1]
        assert answers[0][0][:3] in {"403", "404"}


def test_what_cannot_follow_is_not_found(software: Software) -> None:
    """Closed twice, opened while open, withdrawn without opposition: one body."""
    first = [
        software.ask("solene", f"/fhir/Patient/{name}", "POST", json=PARAMETERS)
        for name in ("$reopen", "$withdraw-opposition")
    ]
    software.ask("solene", "/fhir/Patient/$close", "POST", json=PARAMETERS)
    second = [
        software.ask("solene", path, method, **body)
        for path, method, body in (
            ("/fhir/Patient/$close", "POST", {"json": PARAMETERS}),
            ("/fhir/Patient/$export", "GET", {}),
        )
    ]
    never = software.ask("solene", f"/fhir/Binary/{'a' * 64}")
    for each in (*first, *second):
        assert (each.status_code, each.get_data()) == (404, never.get_data())


def test_no_search_by_name(software: Software) -> None:
    """A name, present or former, is no parameter of any search: 400 before any data."""
    for name in ("name", "family", "given", "birthdate", "gender"):
        answers = [
            software.ask("gp", f"/fhir/Patient?{name}={value}")
            for value in ("ORVANNEAU", "AMAURY", "nobody")
        ]
        assert {each.status_code for each in answers} == {400}
        assert len({each.get_data() for each in answers}) == 1
