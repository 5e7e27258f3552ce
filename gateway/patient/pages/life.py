"""*Mon dossier*: everything in it to take away, closing, opposition, erasure, and back.

What an act does is told in plain words before it is done; its certificate can be kept as
long as the session lasts. A record that is not open is one answer, whatever it was.
"""

from collections.abc import Mapping

from flask import Response

from gateway.lifecycle import asking, certificate_pdf, exporting
from gateway.lifecycle.act import Act
from gateway.lifecycle.certificate import Issued
from gateway.patient.change import Done
from gateway.patient.visit import Visit
from mappings.mapped import Refused

ACTS: Mapping[str, Act] = {
    "close": Act.CLOSE,
    "oppose": Act.OPPOSE,
    "erase": Act.ERASE,
    "reopen": Act.REOPEN,
    "withdraw": Act.WITHDRAW,
}
"""What a form may ask, by the name it has there."""

OPEN = ("close", "oppose", "erase")
NOT_OPEN = ("reopen", "withdraw", "oppose", "erase")
"""What is offered to whose record is open, and to whose is not."""

UNPROCESSABLE = 422
HERE = "/dossier"


def show(visit: Visit) -> Response:
    """Show what can be done with the record as a whole."""
    if visit.signed_in.account.of:
        return visit.not_yours()
    with visit.record() as record:
        is_open = record.own
    acts = OPEN if is_open else NOT_OPEN
    return visit.page("life", is_open=is_open, acts=acts, came_for=HERE)


def before(visit: Visit) -> Response:
    """Say in plain words what an act does; nothing is done yet."""
    return _before(visit)


def carry_out(visit: Visit) -> Response:
    """Do what was confirmed, and go to the page that says so."""
    name = visit.form.get("act", "")
    if visit.signed_in.account.of or name not in ACTS:
        return visit.not_found()
    if name == "erase" and visit.form.get("sure") != "yes":
        return _before(visit, "error.sure", UNPROCESSABLE)
    services, principal = visit.house.services, visit.signed_in.account.principal
    try:
        done = asking.ask(services, principal, ACTS[name])
        key = f"life.{name}.done" if done is not None else "life.nothing"
    except Refused:
        done, key = None, "life.strong"
    certificate = done if isinstance(done, Issued) else None
    said = {lang: (words(key),) for lang, words in visit.house.words.items()}
    outcome = Done(said, None, came_from=HERE, certificate=certificate)
    visit.house.sessions.remember(visit.session_id, outcome)
    return visit.go("/choix/fait")


def certificate(visit: Visit) -> Response:
    """Hand out the certificate of what was done last, as a PDF to keep."""
    last = visit.signed_in.done
    if last is None or last.certificate is None:
        return visit.not_found()
    answer = Response(certificate_pdf.written(last.certificate))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = 'attachment; filename="attestation.pdf"'
    return answer


def export(visit: Visit) -> Response:
    """Hand out all that is in the record as a zip."""
    account, services = visit.signed_in.account, visit.house.services
    found = None if account.of else exporting.export(services, account.principal)
    if found is None:
        return visit.not_found()
    answer = Response(found, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{exporting.NAME}"'
    return answer


def _before(visit: Visit, error: str = "", status: int = 200) -> Response:
    name = visit.form.get("act", "")
    if visit.signed_in.account.of or name not in ACTS:
        return visit.not_found()
    return visit.page("life_act", status, act=name, error=error, came_for=HERE)
