"""One Paravent for all clients, and what each of them told of its journey."""

from collections.abc import Callable, Iterator

import pytest

from tests.clients import by_async_fhirpy, by_fhirclient, by_fhirpy, node
from tests.clients.journey import Luggage, Told
from tests.clients.running import Paravent, listening

JOURNEYS: dict[str, tuple[str, Callable[[Luggage], Told]]] = {
    "fhirpy": ("tristan", by_fhirpy.travelled),
    "fhirpy, asynchronous": ("solene", by_async_fhirpy.travelled),
    "fhirclient": ("octave", by_fhirclient.travelled),
    "fhir-kit-client": ("tristan", lambda g: node.travelled("fhir_kit_client.mjs", g)),
    "@medplum/core": ("inaya", lambda given: node.travelled("medplum.mjs", given)),
}
"""Each client, whose record it works on, and how it goes its way."""


@pytest.fixture(scope="session")
def paravent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paravent]:
    """Serve the demo world on a free port of loopback."""
    with listening(tmp_path_factory.mktemp("clients")) as running:
        yield running


@pytest.fixture(scope="session", params=JOURNEYS)
def told(request: pytest.FixtureRequest, paravent: Paravent) -> Told:
    """Give what a client saw on its whole way, gone once."""
    root = list(JOURNEYS).index(request.param) + 71
    patient, travelled = JOURNEYS[request.param]
    named = {"client": request.param, "root": root}
    return travelled(Luggage.of(paravent, patient, root)) | named
