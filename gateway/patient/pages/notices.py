"""*Mes avis*: what there is to tell, and how one wants to be told.

Also for who represents the person of the record: what disclosure tells them, and nothing
of what is told to the person alone.
"""

from zoneinfo import ZoneInfo

from flask import Response

from gateway import notices
from gateway.inquiry import by_identifier
from gateway.notify.occasions import OCCASIONS, WORDINGS
from gateway.notify.preferences import Preferences, is_address
from gateway.patient.visit import Visit
from gateway.repository.records import PARIS

EMAIL, SILENT, HERE = "email", "silent", "here"
"""An address that is safe, nothing by e-mail whatever was said before, nothing said."""
UNPROCESSABLE = 422


def show(visit: Visit) -> Response:
    """Show the notices for who is signed in, and how they are told."""
    return _page(visit)


def prefer(visit: Visit) -> Response:
    """Keep how who is signed in wants to be told, in place of what was said before."""
    how, address = visit.form.get("how", ""), visit.form.get("address", "").strip()
    language = visit.form.get("language", visit.words.lang)
    if how not in {EMAIL, SILENT} or language not in WORDINGS:
        return _page(visit, "error.how", UNPROCESSABLE)
    if (how == EMAIL or address) and not is_address(address):
        return _page(visit, "error.address", UNPROCESSABLE)
    wanted = Preferences(address, silent=how == SILENT, language=language)
    account, services = visit.signed_in.account, visit.house.services
    find = by_identifier(services, account.record)
    if not notices.prefer(services, account.principal, find, wanted):
        return visit.not_found()
    return visit.go("/avis")


def _page(visit: Visit, error: str = "", status: int = 200) -> Response:
    account, services = visit.signed_in.account, visit.house.services
    find = by_identifier(services, account.record)
    told = notices.inbox(services, account.principal, find)
    preferred = notices.preferred(services, account.principal, find)
    return visit.page(
        "notices",
        status,
        notices=[_told(visit, each) for each in told],
        preferred=preferred,
        wording=WORDINGS[preferred.language if preferred else visit.words.lang],
        error=error,
        given=visit.form if error else {},
        came_for="/avis",
    )


def _told(visit: Visit, shown: notices.Shown) -> tuple[str, str, str]:
    """Return a notice as a sentence, when it was, and where more can be read."""
    notice = shown.notice
    said = OCCASIONS[notice.occasion]
    at = visit.words.moment(notice.at.astimezone(ZoneInfo(PARIS)))
    own = not visit.signed_in.account.of
    where = WHERE.get(notice.occasion, "") if own else ""
    return said.fr if visit.words.lang == "fr" else said.en, at, where


WHERE = {
    "emergency": "/urgence",
    "emergency-opposed": "/urgence",
    "contest-answered": "/contestations",
    "contest-overdue": "/contestations",
    "contest-closed": "/contestations",
    "code-used": "/codes",
    "team-attested": "/cercle",
    "deposit-waiting": "/a-relire",
}
"""The page on which more is said of an occasion, to the person of the record alone."""
