"""What a client prefers (``Prefer``, RFC 7240; FHIR R4, http.html): return and handling."""

from dataclasses import dataclass
from typing import Self

from flask import Request


@dataclass(frozen=True, slots=True)
class Preferences:
    """``returned`` is empty when nothing was said; ``lenient`` must be asked for.

    A parameter that is not understood is refused unless the client says *lenient*: a
    filter ignored gives more than was asked for.
    """

    returned: str = ""
    lenient: bool = False

    @classmethod
    def of(cls, request: Request) -> Self:
        """Read the headers; what is not known is no preference (RFC 7240, 2)."""
        said: dict[str, str] = {}
        for header in request.headers.getlist("Prefer"):
            for each in header.replace(";", ",").split(","):
                name, _, value = each.strip().partition("=")
                said.setdefault(name.strip().lower(), value.strip().strip('"'))
        return cls(said.get("return", ""), said.get("handling") == "lenient")
