"""``/openapi.json`` is true: schemathesis asks as it is written, and is answered as it is.

No 5xx, no status, header, media type or body that is not described; what is against the
description is refused. Drawn with a seed; Hypothesis also draws the constants of whatever
modules are loaded, so a run of other files may ask otherwise.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks
from werkzeug.test import Client

from gateway.app import create_app
from tests.gateway.world import Software, seeded

Case = Any
"""A request that schemathesis drew, with its operation."""

PERSON = "tristan"
AGAINST = schemathesis.GenerationMode.NEGATIVE
AS_WRITTEN = schemathesis.GenerationMode.POSITIVE
NOBODY = ""
WAYS = {
    "as it is written": (AS_WRITTEN, ("gp", PERSON, NOBODY), 2),
    "against what is written": (AGAINST, ("gp",), 1),
}
"""How requests are drawn, who sends each, and how many there are of each operation."""
NOT_ASKED = {
    checks.positive_data_acceptance,  # what fits the description may still be refused
    checks.ignored_auth,  # tests/noninterference/test_routes_are_decided.py
}
TAKEN = {checks.negative_data_rejection}
"""Not asked of headers: one that says nothing to us, or an id of a request that is none,
is ignored (HTTP), so a request that is right but for these is taken."""
ZIPS = ("application/zip", "application/x-zip-compressed")
MOST = 0.9
"""The part of all operations that is asked at least: some take nothing to be against."""
OURS = ("/fhir", "/cda")
"""Where requests against the description are sent: OAuth's own forms are loose."""
LAST = ("$erase", "$close", "$oppose")
"""Operations after which a record gives nothing: asked when all else has been."""


@schemathesis.serializer(*ZIPS)
def zipped(_: object, value: object) -> bytes:
    """Send what was drawn for a zip as the bytes it is."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


def understood(operation: Any) -> Any:  # noqa: ANN401 - of schemathesis
    """Return an operation; raises for one that schemathesis does not understand."""
    return operation.ok()


def _against_by_headers_alone(case: Case) -> bool:
    """Whether what is against the description stands in the headers and nowhere else."""
    components = case.meta.components.items()
    wrong = {where for where, each in components if each.mode.is_negative}
    return wrong == {ParameterLocation.HEADER}


@dataclass
class Asking:
    """Asks every operation, and keeps what was not answered as it is described."""

    software: Software
    mode: schemathesis.GenerationMode
    readers: tuple[str, ...]
    times: int
    found: list[str] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Read the description, and learn which ids there are."""
        app = create_app(self.software.services)
        held = Client(app).get("/openapi.json").get_json()
        del held[
            "security"
        ]  # tokens are ours to put: each request goes with and without
        self.schema = schemathesis.openapi.from_dict(held)
        self.schema.app = app
        self.headers = {each: self._headers(each) for each in self.readers}
        identifier = self.software.world.patients[PERSON].identifier
        self.person = f"{identifier.system}|{identifier.value}"
        self.ids = dict(self._ids())

    def _headers(self, name: str) -> dict[str, str]:
        """Return the headers that speak for somebody, or for nobody."""
        if name == NOBODY:
            return {}
        at = self.software.services.clock.now()
        reader = self.software.world.readers[name]
        return {"Authorization": f"Bearer {self.software.issuer.token(reader, at)}"}

    def _ids(self) -> Iterator[tuple[str, str]]:
        """Yield an id of each type that the person's record gives."""
        found = self.software.ask(PERSON, f"/fhir/Patient?identifier={self.person}")
        record = found.get_json(force=True)["entry"][0]["resource"]["id"]
        everything = self.software.ask(PERSON, f"/fhir/Patient/{record}/$everything")
        for each in everything.get_json(force=True)["entry"]:
            resource = each["resource"]
            yield resource["resourceType"], resource["id"]
            if resource["resourceType"] == "DocumentReference":
                yield "Binary", resource["id"]

    def all(self) -> None:
        """Ask every operation."""
        operations: list[Any] = list(map(understood, self.schema.get_all_operations()))
        operations.sort(key=lambda each: each.path.endswith(LAST))
        if self.mode is AGAINST:
            operations = [each for each in operations if each.path.startswith(OURS)]
        for each in operations:
            self.one(each)

    def one(self, operation: Any) -> None:  # noqa: ANN401 - of schemathesis
        """Ask one operation as often as is wanted."""
        strategy = operation.as_strategy(generation_mode=self.mode)

        @seed(1)
        @settings(
            max_examples=self.times,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=strategy)
        def ask(case: Case) -> None:
            if self.mode is AS_WRITTEN and len(self.answered) % 9:
                self.about_somebody(case)
            for reader in self.readers:
                self.send(case, self.headers[reader])

        with suppress(Unsatisfiable):  # nothing is against what takes nothing
            ask()

    def about_somebody(self, case: Case) -> None:
        """Let a request be about what is there, so that more than refusals are seen."""
        kind = case.operation.path.split("/")[2:3]
        if "resource_id" in case.path_parameters and kind and kind[0] in self.ids:
            case.path_parameters["resource_id"] = self.ids[kind[0]]
        if "version_id" in case.path_parameters:
            case.path_parameters["version_id"] = "1"
        named = {each.name for each in case.operation.query}
        if "patient.identifier" in named:
            case.query.clear()
            case.query["patient.identifier"] = self.person
        if "status" in named and kind == ["Consent"]:
            case.query["status"] = "active"

    def send(self, case: Case, headers: dict[str, str]) -> None:
        """Send a request and compare its answer with the description."""
        answer = case.call(headers=headers)
        self.answered.append(answer.status_code)
        self.asked.add(case.operation.label)
        left_out = NOT_ASKED | (TAKEN if _against_by_headers_alone(case) else set())
        try:
            case.validate_response(
                answer, headers=headers, excluded_checks=list(left_out)
            )
        except* schemathesis.core.failures.Failure as failed:
            said = {type(each).__name__ for each in failed.exceptions}
            sent = case.as_curl_command()
            self.found.append(f"{case.operation.label}: {', '.join(said)}: {sent}")


@pytest.mark.parametrize("way", WAYS)
def test_every_answer_is_described(
    way: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Of every operation, for a professional, a person and who has no token."""
    software = Software(seeded(tmp_path_factory.mktemp("described")))
    asking = Asking(software, *WAYS[way])
    asking.all()
    assert asking.found == []
    assert len(asking.asked) >= MOST * sum(
        1 for _ in asking.schema.get_all_operations()
    )
