"""An emergency with and without opposition, then the contest, up to a signed file."""

import json
from base64 import b64decode
from http import HTTPStatus

from werkzeug.test import TestResponse

from gateway.contest import contesting, evidence
from gateway.contest.case import State
from gateway.contest.contesting import ANSWERS
from gateway.demo.tour.asking import Code, occasions, operate, search, seen
from gateway.demo.tour.stage import Stage
from gateway.demo.tour.telling import Said, Tale
from gateway.repository import signing

TITLE = Said(
    "L'urgence, avec et sans opposition, puis la contestation",
    "An emergency with and without opposition, then a contest",
)
WORDS = "Trouvé inconscient dans la rue."
WHY = "Je n'étais pas dans cet hôpital ce jour-là."
DOCTOR = "psychiatrist"
OFFICER = "urn:paravent:officer|dpo"


def play(tale: Tale, stage: Stage) -> None:
    """Tell the scene; raises ``ClaimError`` when a promise is not kept."""
    tale.given(
        "Octave n'a rien dit des urgences. Tristan s'est opposé au bris de glace.",
        "Octave said nothing about emergencies. Tristan opposed the breaking of the glass.",
    )
    operate(stage, "tristan", "Consent/$emergency-choices", others=False)
    _one_answer(tale, stage)
    _one_hour(tale, stage)
    _told(tale, stage)
    case = _contested(tale, stage)
    _decided(tale, stage, case)
    _proved(tale, stage, case)


def _one_answer(tale: Tale, stage: Stage) -> None:
    tale.when(
        "Un médecin que rien ne lie à eux demande l'accès aux deux dossiers, en écrivant pourquoi.",
        "A doctor whom nothing ties to them asks for both records, and writes why.",
    )
    granted, opposed = _ask(stage, "octave"), _ask(stage, "tristan")
    tale.then(
        "la réponse est la même, à l'octet près : il n'apprend pas qui s'est opposé.",
        "the answer is the same, byte for byte: he does not learn who opposed it.",
        granted.status_code == HTTPStatus.OK
        and granted.get_data() == opposed.get_data(),
    )
    tale.then(
        "du dossier d'Octave il lit ce que la matrice ouvre à un médecin ; de l'autre, rien.",
        "of Octave's record he reads what the matrix opens to a doctor; of Tristan's, nothing.",
        "heart-letter" in seen(stage, DOCTOR, "octave")
        and seen(stage, DOCTOR, "tristan") == set(),
    )


def _one_hour(tale: Tale, stage: Stage) -> None:
    tale.then(
        "l'accès est à lui : un confrère d'un autre service n'a rien.",
        "the access is his: a doctor of another ward has nothing.",
        seen(stage, "surgeon", "octave") == set(),
    )
    stage.later(minutes=60)
    tale.when("L'heure est passée.", "The hour is over.")
    tale.then(
        "le dossier est refermé.",
        "the record is closed again.",
        seen(stage, DOCTOR, "octave") == set(),
    )


def _told(tale: Tale, stage: Stage) -> None:
    tale.when(
        "Octave, Tristan et le médecin traitant lisent leurs avis.",
        "Octave, Tristan and the treating doctor read their notices.",
    )
    tale.then(
        "chacun sait ; à Tristan on dit que son opposition a été respectée.",
        "each knows; Tristan is told that his opposition was kept to.",
        occasions(stage, "octave", "octave") == ["emergency"]
        and occasions(stage, "gp", "octave") == ["emergency"]
        and occasions(stage, "tristan", "tristan") == ["emergency-opposed"],
    )


def _contested(tale: Tale, stage: Stage) -> str:
    tale.when(
        "Octave était chez lui ce jour-là. Il conteste l'accès, avec ses mots.",
        "Octave was at home that day. He contests the access, in his own words.",
    )
    notice = search(stage, "octave", "octave", "Communication")["entry"][0]["resource"]
    body = {
        "resourceType": "Task",
        "focus": notice["about"][0],
        "description": WHY,
    }
    made = stage.ask("octave", "POST", "/fhir/Task", body)
    case = made.get_json()
    tale.then(
        "une affaire s'ouvre, contre la structure, avec un délai de réponse.",
        "a case opens, against the structure, with a day by which to answer.",
        made.status_code == HTTPStatus.CREATED
        and case["owner"]["identifier"] == stage.structure(DOCTOR)
        and case["restriction"]["period"]["end"] > stage.clock.now().isoformat(),
    )
    return str(case["id"])


def _decided(tale: Tale, stage: Stage, case: str) -> None:
    tale.when(
        "La structure répond ; le délégué à la protection des données tranche.",
        "The structure answers; the data protection officer decides.",
    )
    stage.entrust(DOCTOR, scope=ANSWERS)
    words = "Le registre des urgences ne porte pas ce patient."
    operate(stage, DOCTOR, f"Task/{case}/$answer", words=words)
    outcome = (State.UPHELD, OFFICER, "Aucun passage ce jour-là.")
    contesting.decide(stage.services, case, *outcome)
    read = stage.ask("octave", "GET", f"/fhir/Task/{case}").get_json()
    tale.then(
        "Octave lit chaque étape, et la décision en sa faveur.",
        "Octave reads every step, and the decision in his favour.",
        read["businessStatus"]["coding"][0]["code"] == State.UPHELD.value
        and [each["text"] for each in read["note"]][:2] == [WHY, words],
    )


def _proved(tale: Tale, stage: Stage, case: str) -> None:
    tale.when("Il emporte le dossier de preuve.", "He takes the evidence file away.")
    given = stage.ask("octave", "GET", f"/fhir/Task/{case}/$evidence").get_json()
    files = {p["name"]: b64decode(p["resource"]["data"]) for p in given["parameter"]}
    held = json.loads(files["json"])["evidence"]
    tale.then(
        "on y lit qui a demandé, ses mots, ce qui a suivi, et qui en a été averti.",
        "it says who asked, the words, what followed, and who was told.",
        held["emergency"]["words"] == WORDS and held["followed_by"] and held["told"],
    )
    public = signing.public_key(stage.services.store.keys)
    tale.then(
        "la signature tient pour le JSON et le PDF, et tombe pour un seul mot changé.",
        "the signature holds for the JSON and the PDF, and falls for one word changed.",
        evidence.genuine(files["json"], public, files["pdf"])
        and not evidence.genuine(
            files["json"].replace(b"inconscient", b"conscient"), public
        ),
    )


def _ask(stage: Stage, patient: str) -> TestResponse:
    return operate(
        stage,
        DOCTOR,
        "Consent/$break-glass",
        patient=stage.identifier(patient),
        purpose=Code("BTG"),
        reason=Code("unconscious"),
        words=WORDS,
    )
