"""What /metadata says it instantiates asks for interactions and parameters that are there.

The requirements are those of the CapabilityStatements of IHE MHD 4.2 and ANS PDSm 3.1.1,
as facts: type, interactions, definitions of search parameters.
"""

from typing import Any

import pytest

from tests.gateway.world import Software

Json = dict[str, Any]

MHD = "https://profiles.ihe.net/ITI/MHD/"
PDSM = "https://interop.esante.gouv.fr/ig/fhir/pdsm/"
R4 = "http://hl7.org/fhir/SearchParameter/"

CREATOR = f"{PDSM}SearchParameter/PDSm-"
FOUND = ("read", "search-type")
REQUIRED: dict[str, dict[str, tuple[str, ...]]] = {
    f"{MHD}CapabilityStatement/IHE.MHD.DocumentResponder": {
        "List": FOUND,
        "DocumentReference": FOUND,
        "Binary": ("read",),
    },
    f"{MHD}CapabilityStatement/IHE.MHD.DocumentRecipient": {"": ("transaction",)},
    f"{PDSM}CapabilityStatement/PDSm-GestionnaireDePartageDeDocuments": {
        "List": FOUND,
        "DocumentReference": (*FOUND, "patch"),
        "Binary": ("read",),
        "": ("transaction",),
    },
}
"""Interactions by statement and type; the empty type is the system."""
PARAMETERS = {
    "List": (
        *(f"{R4}clinical-{name}" for name in ("date", "identifier", "code")),
        *(f"{R4}List-{name}" for name in ("status", "title", "source")),
        f"{MHD}SearchParameter/List-DesignationType",
        f"{MHD}SearchParameter/List-SourceId",
        *(f"{CREATOR}{name}" for name in ("isArchived", "List-authorOrg")),
    ),
    "DocumentReference": (
        *(f"{R4}clinical-{name}" for name in ("type", "identifier")),
        *(
            f"{R4}DocumentReference-{name}"
            for name in (
                *("setting", "security-label", "status", "format", "category"),
                *("relatesto", "event", "period", "author"),
            )
        ),
        f"{MHD}SearchParameter/DocumentReference-Creation",
        f"{CREATOR}isArchived",
        f"{CREATOR}DocumentReference-period-start",
        f"{CREATOR}DocumentReference-period-end",
    ),
}
"""Definitions that PDSm asks for, by type."""
BY_NAME = {
    "List": ("source.given", "source.family", "patient.identifier"),
    "DocumentReference": ("patient",),
}
"""Parameters that PDSm defines anew (PatientAsSource, PractitionerRoleAsSource,
PatientAsSubject) or names by another definition, as R4 writes them."""


@pytest.fixture(scope="module")
def said(still: Software) -> Json:
    """Give what /metadata says."""
    found: Json = still.client.get("/fhir/metadata").get_json(force=True)
    return found


def interactions(said: Json) -> dict[str, set[str]]:
    """Return the interactions that are said, by type; those of the system without one."""
    rest = said["rest"][0]
    found = {
        each["type"]: {one["code"] for one in each.get("interaction", ())}
        for each in rest["resource"]
    }
    return found | {"": {one["code"] for one in rest["interaction"]}}


def test_every_claim_is_known_and_met(said: Json) -> None:
    """No canonical is claimed that this test has no requirements of."""
    held = interactions(said)
    assert set(said["instantiates"]) == set(REQUIRED)
    for canonical in said["instantiates"]:
        for kind, codes in REQUIRED[canonical].items():
            assert set(codes) <= held[kind], (canonical, kind)


@pytest.mark.parametrize("kind", sorted(PARAMETERS))
def test_the_parameters_of_pdsm_are_there(said: Json, kind: str) -> None:
    """By their definitions, or by the names R4 has for the same question."""
    (resource,) = (e for e in said["rest"][0]["resource"] if e["type"] == kind)
    given = resource["searchParam"]
    assert set(PARAMETERS[kind]) <= {each.get("definition") for each in given}
    assert set(BY_NAME[kind]) <= {each["name"] for each in given}


def test_updates_are_conditional_as_pdsm_asks(said: Json) -> None:
    """Of PATCH: no update by PUT is said, and none is served."""
    (resource,) = (
        e for e in said["rest"][0]["resource"] if e["type"] == "DocumentReference"
    )
    assert resource["conditionalUpdate"] is True
    assert "update" not in interactions(said)["DocumentReference"]


def test_the_log_names_its_profiles(said: Json) -> None:
    """Those of IHE BALP for readings and searches."""
    (resource,) = (e for e in said["rest"][0]["resource"] if e["type"] == "AuditEvent")
    assert [each.rpartition(".")[2] for each in resource["supportedProfile"]] == [
        "PatientQuery",
        "PatientRead",
    ]
