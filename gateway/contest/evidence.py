"""The evidence file of a case: what is known of the access, as JSON and PDF, signed.

JSON is the file; the PDF says the same for people and bears the digest of the JSON. The
signature covers the JSON and the digest of the PDF, so neither can be changed nor
exchanged. For the patient alone, who may hand it to whoever judges (an order, a court,
the CNIL, the officer, who verifies it): so it says of the log what the patient is told.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway import log
from gateway.audit import reading
from gateway.audit.events import Interaction, Json
from gateway.consents.emergencies import LIFE
from gateway.contest import contesting, evidence_pdf
from gateway.contest.contesting import Held
from gateway.emergency import asked as asked_for
from gateway.emergency.asked import Asked
from gateway.emergency.data import REASONS
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_id, inquire
from gateway.notify import notices
from gateway.notify.occasions import REPRESENTATIVES
from gateway.references import Reference
from gateway.repository import signing
from gateway.repository.crypt import DeploymentKeys
from gateway.repository.signing import Signature
from gateway.services import Services

FORMAT = "urn:paravent:evidence:1"
LOOK = "contest-evidence"
"""What the trail calls reading the file."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The two files of one case."""

    json: bytes
    pdf: bytes


def evidence(
    services: Services, principal: Principal, public_id: str, request_id: str = ""
) -> Evidence | None:
    """Return the evidence of a case to its patient; None to anybody else."""
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    with inquire(services, principal, find, request_id) as asked:
        case = contesting.allowed(asked, target.item_id) if asked.by_patient else None
        asked.trace(Interaction.READ, granted=case is not None, reason=LOOK)
        if case is None:
            return None
        held = Held(target.item_id, target.patient_id, case, case.overdue(asked.at))
        return signed(services.store.keys, gathered(asked, held))


def gathered(asked: Inquiry, held: Held) -> Json:
    """Return what is known of the contested access, in the record of the inquiry.

    Of what happened it says what the log tells who asks, and no more: nothing of a
    document that waits for its announcement, no value that others searched for.
    """
    case = held.case
    told = log.events(asked)
    access = _access(asked, told, case.event)
    every = asked_for.of_record(*asked.place)
    emergency = [each for each in every if each.event == case.event]
    return {
        "format": FORMAT,
        "made": asked.at.isoformat(),
        "case": _case(held),
        "access": access,
        "emergency": _emergency(emergency[0]) if emergency else None,
        "followed_by": _sequel(told, access, case.who),
        "told": [
            {
                "occasion": each.occasion,
                "at": each.at.isoformat(),
                "to": [{"who": _named(who), "how": how} for who, how in each.told],
            }
            for each in notices.of_record(*asked.place)
            if f"AuditEvent/{case.event}" in each.about
        ],
    }


def signed(keys: DeploymentKeys, gathered: Json) -> Evidence:
    """Return the two files for what was gathered, signed by the deployment's key."""
    pdf = evidence_pdf.written(gathered, signing.digest(signing.canonical(gathered)))
    covered = {"evidence": gathered, "pdf": {"sha256": signing.digest(pdf)}}
    signature = signing.sign(keys, signing.canonical(covered))
    whole = covered | {
        "signature": {
            "algorithm": signing.ALGORITHM,
            "key": signature.key,
            "value": signature.value,
        }
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True)
    return Evidence(text.encode(), pdf)


def genuine(file: bytes, public: str, pdf: bytes | None = None) -> bool:
    """Return whether a JSON file, and a PDF beside it, are ours and unchanged."""
    try:
        whole: dict[str, Any] = json.loads(file)
        claimed = whole.pop("signature")
        covered = {"evidence": whole["evidence"], "pdf": whole["pdf"]}
        signature = Signature(claimed["key"], claimed["value"])
        same = pdf is None or whole["pdf"]["sha256"] == signing.digest(pdf)
        only = whole.keys() == covered.keys()
        data = signing.canonical(covered)
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return same and only and signing.holds(signature, data, public)


def _case(held: Held) -> Json:
    case = held.case
    return {
        "id": held.public_id,
        "state": case.state.value,
        "overdue": held.overdue,
        "due": case.due.isoformat() if case.due else None,
        "of": case.who,
        "against": case.against,
        "steps": [
            {
                "state": each.state.value,
                "at": each.at.isoformat(),
                "by": each.by,
                "words": each.words,
            }
            for each in case.steps
        ],
    }


def _emergency(asked: Asked) -> Json:
    reason = REASONS[asked.reason]
    return {
        "at": asked.at.isoformat(),
        "until": (asked.at + LIFE).isoformat(),
        "who": asked.who,
        "name": asked.name,
        "organization": asked.organization,
        "profession": asked.profession,
        "purpose": asked.purpose.value,
        "reason": {"code": asked.reason, "fr": reason.fr, "en": reason.en},
        "words": asked.words,
        "opened": asked.opened,
    }


def _named(told: str) -> str:
    """Return who was told; of representatives that they are: their number is theirs."""
    audience = told.partition(" ")[0]
    return audience if audience == REPRESENTATIVES else told


def _access(asked: Inquiry, told: list[Json], event_id: str) -> Json | None:
    """Return the contested event as the log tells it; bare when it tells it no more."""
    found = (each for each in told if each["id"] == event_id)
    return next(found, None) or log.bare(asked, event_id)


def _sequel(told: list[Json], event: Json | None, who: str) -> list[Json]:
    """Return what the same person did in the record within the hour after, as told.

    A further page of a search stands in the event of the search, at the time of that.
    """
    if event is None:
        return []
    begun = datetime.fromisoformat(event["recorded"])
    return [
        each
        for each in told
        if reading.agent(each) == who
        and begun <= datetime.fromisoformat(each["recorded"]) < begun + LIFE
    ]
