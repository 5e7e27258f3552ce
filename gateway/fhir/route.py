"""One route of the FHIR application, as data."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response

Handler = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Route:
    """One interaction: method and path, who answers, its FHIR name and resource.

    The name of an operation begins with ``$``. ``also`` names the other interactions that
    the same address answers.
    """

    method: str
    path: str
    handler: Handler
    interaction: str
    resource: str = ""
    also: tuple[str, ...] = ()
