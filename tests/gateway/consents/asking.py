"""A gateway whose clock the test moves, and what its people send."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from gateway.clock import FixedClock
from mappings.submission import Identifier
from tests.gateway.world import Software, seeded

Json = dict[str, Any]

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
UNKNOWN = {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "100000000000063"}
ROLE = "urn:paravent:relation"


class Moving(Software):
    """Software before a gateway whose clock stands still until it is moved."""

    def __init__(self, tmp_path: Path) -> None:
        """Stand before the demo world, a little after it was made."""
        self.clock = FixedClock(datetime.now(UTC) + timedelta(minutes=1))
        super().__init__(replace(seeded(tmp_path), clock=self.clock))

    def later(self, **time: float) -> None:
        """Move the clock; tokens are issued anew."""
        self.clock.instant += timedelta(**time)
        self._tokens.clear()

    def introduce(self, name: str, identifier: Identifier) -> None:
        """Have the issuer vouch for a person of that identifier too."""
        person = replace(self.world.readers["solene"], identifier=identifier)
        self._tokens[name] = self.issuer.token(person, self.clock.now())

    def post(self, reader: str, path: str, body: Json) -> TestResponse:
        """Post a FHIR resource as a persona."""
        return self.ask(
            reader,
            f"/fhir/{path}",
            "POST",
            data=json.dumps(body),
            content_type="application/fhir+json",
        )

    def patient(self, name: str) -> Json:
        """Return the Identifier of a patient of the demo."""
        found = self.world.patients[name].identifier
        return {"system": found.system, "value": found.value}

    def who(self, name: str) -> Json:
        """Return the Identifier of anybody of the demo."""
        system, _, value = self.world.readers[name].id.partition("|")
        return {"system": system, "value": value}

    def structure(self, name: str) -> Json:
        """Return the Identifier of the structure of a professional of the demo."""
        held = self.world.readers[name].structure
        assert held is not None
        return {"system": held.identifier.system, "value": held.identifier.value}

    def new_code(self, patient: str, hours: int | None = None) -> str:
        """Return a code that a patient has just made."""
        given = {} if hours is None else {"hours": ("valueInteger", hours)}
        made = self.post(patient, "Consent/$new-code", parameters(**given))
        return str(parts(made.get_json(force=True))[0]["value"])

    def present(self, reader: str, patient: Json, code: str) -> TestResponse:
        """Present a code as a persona."""
        body = parameters(
            patient=("valueIdentifier", patient), code=("valueString", code)
        )
        return self.post(reader, "Consent/$present-code", body)

    def tied(self, patient: str, kind: str = "CareTeam") -> list[Json]:
        """Return the relations that a patient is shown."""
        held = self.patient(patient)
        token = f"{held['system']}|{held['value']}"
        bundle = self.ask(patient, f"/fhir/{kind}?patient.identifier={token}").get_json(
            force=True
        )
        return [each["resource"] for each in bundle.get("entry", [])]


def parameters(**values: tuple[str, Any]) -> Json:
    """Return Parameters, each value with its type."""
    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": name, kind: value} for name, (kind, value) in values.items()
        ],
    }


def parts(body: Json) -> list[Json]:
    """Return the parts of each parameter of an answer, by name."""
    return [
        {
            part["name"]: next(v for k, v in part.items() if k.startswith("value"))
            for part in each["part"]
        }
        for each in body.get("parameter", [])
        if "part" in each
    ]


def team(
    patient: Json, member: Json, role: str, *, end: str = "", within: Json | None = None
) -> Json:
    """Return a CareTeam of one."""
    participant: Json = {
        "role": [{"coding": [{"system": ROLE, "code": role}]}],
        "member": {"identifier": member, "display": "X"},
    }
    participant |= {"period": {"end": end}} if end else {}
    participant |= {"onBehalfOf": {"identifier": within}} if within else {}
    return {
        "resourceType": "CareTeam",
        "subject": {"identifier": patient},
        "participant": [participant],
    }


def observed(answer: TestResponse) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return all that a client sees of an answer."""
    return answer.status, list(answer.headers.items()), answer.get_data()
