"""Two applications under one roof: one for software (FHIR, CDA, XDM), one for the patient."""

from collections.abc import Callable, Iterable
from typing import Any

from gateway.fhir.app import create_app as create_fhir_app
from gateway.patient.app import create_app as create_patient_app
from gateway.patient.personas import People
from gateway.services import Services

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

SOFTWARE = (
    *("/fhir", "/cda", "/xdm", "/openapi.json"),
    *("/.well-known/oauth-authorization-server", "/token", "/introspect", "/revoke"),
)


def create_app(
    services: Services, only: str = "", people: People | None = None
) -> Wsgi:
    """Return the WSGI application; ``only`` is ``fhir`` or ``patient`` for one of them.

    ``people`` are the personas who may sign in to a demo. Each of the two applications
    has its own cookies, headers and errors: nothing is shared.
    """
    if only == "fhir":
        return create_fhir_app(services)
    if only == "patient":
        return create_patient_app(services, people)
    return _both(create_fhir_app(services), create_patient_app(services, people))


def _both(fhir: Wsgi, patient: Wsgi) -> Wsgi:
    def choose(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        software = any(path == each or path.startswith(f"{each}/") for each in SOFTWARE)
        chosen = fhir if software else patient
        return chosen(environ, start)

    return choose
