"""A document as it was received, to be kept on the device of who may see it."""

from flask import Response

from gateway import disclosure
from gateway.patient.visit import Visit

ENDINGS = {"application/pdf": "pdf", "text/plain": "txt"}
"""The types a device may be told; anything else is saved as XML, and never opened here."""

SANDBOX = "sandbox; default-src 'none'"


def save(visit: Visit, public_id: str) -> Response:
    """Hand over the bytes of a document; what may not be seen is not found.

    Never shown inside a page of ours: what was deposited is not ours to trust (WEB-07).
    The file name says nothing.
    """
    services, principal = visit.house.services, visit.signed_in.account.principal
    found = disclosure.body(services, principal, public_id)
    if found is None:
        return visit.not_found()
    known = found.content_type.partition(";")[0].strip()
    kind = known if known in ENDINGS else "application/octet-stream"
    answer = Response(found.body, content_type=kind)
    name = f"document.{ENDINGS.get(known, 'xml')}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer
