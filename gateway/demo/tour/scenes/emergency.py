"""An emergency with and without opposition, then the contest, up to a signed file."""

import json
from base64 import b64decode
from dataclasses import replace
from http import HTTPStatus

from werkzeug.test import TestResponse

from gateway.contest import contesting, evidence
from gateway.contest.case import State
from gateway.contest.contesting import ANSWERS
from gateway.demo.tour.asking import Code, occasions, operate, search, seen
from gateway.demo.tour.stage import Stage
from gateway.demo.tour.telling import Said, Tale
from gateway.demo.world.people import Reader
from gateway.repository import signing
from mappings.submission import Identifier

TITLE = Said(
    "L'urgence, avec et sans opposition, puis la contestation",
    "An emergency with and without opposition, then a contest",
)
WORDS = "Trouvée inconsciente dans la rue."
WHY = "Je n'étais pas dans ce cabinet ce jour-là."
PATIENT, DOCTOR, COLLEAGUE = "corentine", "psychiatrist", "answering"
OFFICER = "urn:paravent:officer|dpo"


def play(tale: Tale, stage: Stage) -> None:
    """Tell the scene; raises ``ClaimError`` when a promise is not kept."""
    tale.given(
        "Corentine n'a rien dit des urgences. Tristan s'est opposé au bris de glace.",
        "Corentine said nothing about emergencies. Tristan opposed the breaking of the glass.",
    )
    stage.people[COLLEAGUE] = _colleague(stage)
    operate(stage, "tristan", "Consent/$emergency-choices", others=False)
    _one_answer(tale, stage)
    _one_hour(tale, stage)
    _told(tale, stage)
    case = _contested(tale, stage)
    _decided(tale, stage, case)
    _proved(tale, stage, case)


def _colleague(stage: Stage) -> Reader:
    """Return another doctor of the structure, who answers complaints for it."""
    like = stage.people[DOCTOR]
    number = Identifier(like.identifier.system, "899700990189")
    return replace(
        like,
        key=COLLEAGUE,
        identifier=number,
        fr="sa consœur du même cabinet",
        en="his colleague of the same practice",
        family="ABELIN",
        given="Noémie",
    )


def _one_answer(tale: Tale, stage: Stage) -> None:
    tale.when(
        "Un médecin que rien ne lie à eux demande l'accès aux deux dossiers, en écrivant pourquoi.",
        "A doctor whom nothing ties to them asks for both records, and writes why.",
    )
    granted, opposed = _ask(stage, PATIENT), _ask(stage, "tristan")
    tale.then(
        "la réponse est la même, à l'octet près : il n'apprend pas qui s'est opposé.",
        "the answer is the same, byte for byte: he does not learn who opposed it.",
        granted.status_code == HTTPStatus.OK
        and granted.get_data() == opposed.get_data(),
    )
    tale.then(
        "du dossier de Corentine il lit ce que la matrice ouvre à un médecin ; de l'autre, rien.",
        "of Corentine's record he reads what the matrix opens to a doctor; of Tristan's, nothing.",
        "back-pain-visit" in seen(stage, DOCTOR, PATIENT)
        and seen(stage, DOCTOR, "tristan") == set(),
    )


def _one_hour(tale: Tale, stage: Stage) -> None:
    tale.then(
        "l'accès est à lui : sa consœur du même cabinet n'a rien, ni le chirurgien de l'hôpital.",
        "the access is his: his colleague of the same practice has nothing, nor has a surgeon.",
        seen(stage, COLLEAGUE, PATIENT) == seen(stage, "surgeon", PATIENT) == set(),
    )
    stage.later(minutes=60)
    tale.when("L'heure est passée.", "The hour is over.")
    tale.then(
        "le dossier est refermé.",
        "the record is closed again.",
        seen(stage, DOCTOR, PATIENT) == set(),
    )


def _told(tale: Tale, stage: Stage) -> None:
    tale.when(
        "Corentine, Tristan et le médecin traitant lisent leurs avis.",
        "Corentine, Tristan and the treating doctor read their notices.",
    )
    tale.then(
        "chacun sait ; à Tristan on dit que son opposition a été respectée.",
        "each knows; Tristan is told that his opposition was kept to.",
        occasions(stage, PATIENT, PATIENT) == ["emergency"]
        and occasions(stage, "gp", PATIENT) == ["emergency"]
        and occasions(stage, "tristan", "tristan") == ["emergency-opposed"],
    )


def _contested(tale: Tale, stage: Stage) -> str:
    tale.when(
        "Corentine était au travail ce jour-là. Elle conteste l'accès, avec ses mots.",
        "Corentine was at work that day. She contests the access, in her own words.",
    )
    notice = search(stage, PATIENT, PATIENT, "Communication")["entry"][0]["resource"]
    body = {
        "resourceType": "Task",
        "focus": notice["about"][0],
        "description": WHY,
    }
    made = stage.ask(PATIENT, "POST", "/fhir/Task", body)
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
        "Une consœur, chargée des réclamations, répond pour la structure ; le délégué à la"
        " protection des données tranche, par la commande `paravent contest`.",
        "A colleague in charge of complaints answers for the structure; the data protection"
        " officer decides, by the command `paravent contest`.",
    )
    stage.entrust(COLLEAGUE, scope=ANSWERS)
    words = "Le registre du cabinet ne porte pas cette patiente."
    operate(stage, COLLEAGUE, f"Task/{case}/$answer", words=words)
    outcome = (State.UPHELD, OFFICER, "Aucun passage ce jour-là.")
    contesting.decide(stage.services, case, *outcome)
    read = stage.ask(PATIENT, "GET", f"/fhir/Task/{case}").get_json()
    tale.then(
        "Corentine lit chaque étape, et la décision en sa faveur.",
        "Corentine reads every step, and the decision in her favour.",
        read["businessStatus"]["coding"][0]["code"] == State.UPHELD.value
        and [each["text"] for each in read["note"]][:2] == [WHY, words],
    )


def _proved(tale: Tale, stage: Stage, case: str) -> None:
    tale.when("Elle emporte le dossier de preuve.", "She takes the evidence file away.")
    given = stage.ask(PATIENT, "GET", f"/fhir/Task/{case}/$evidence").get_json()
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
            files["json"].replace(b"inconsciente", b"consciente"), public
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
