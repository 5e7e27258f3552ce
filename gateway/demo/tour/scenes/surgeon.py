"""Psychiatric history and the surgeon: what an operation needs, and nothing more."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from gateway.demo.tour import newcomers
from gateway.demo.tour.asking import (
    NOBODY,
    about,
    consent,
    content,
    documents,
    is_unknown,
    operate,
    received,
    seen,
    tells,
    to,
)
from gateway.demo.tour.paper import Paper, Section
from gateway.demo.tour.stage import Stage
from gateway.demo.tour.telling import Said, Tale
from gateway.demo.world.people import Reader
from mappings.submission import Identifier

TITLE = Said(
    "Les antécédents psychiatriques et le chirurgien",
    "Psychiatric history and the surgeon",
)
LETTER = Paper(
    "psychiatric-letter",
    "11490-0",
    "Lettre de liaison",
    "20160412153000+0200",
    (
        Section(
            "46239-0", "Motif", ("Sortie après trois semaines d'hospitalisation.",)
        ),
        Section(
            "11535-2",
            "Diagnostic",
            (
                "Épisode dépressif sévère du post-partum, hospitalisation en psychiatrie.",
            ),
        ),
    ),
)
TREATMENT = Paper(
    "treatment",
    "57833-6",
    "Ordonnance",
    "20261109100000+0100",
    (
        Section("29551-9", "Prescription", ("Lithium 400 mg, 2 comprimés le soir.",)),
        Section("29549-3", "Si douleur", ("Paracétamol 1 g, trois fois par jour.",)),
    ),
)
REPORT = Paper(
    "operative-report",
    "34874-8",
    "Compte rendu opératoire",
    "20261123160000+0100",
    (
        Section(
            "29554-3", "Geste", ("Libération du canal carpien droit, sans incident.",)
        ),
        Section(
            "11348-0",
            "Antécédents",
            ("Trouble bipolaire suivi en psychiatrie, lithium poursuivi.",),
        ),
    ),
)
HOURS = 8
WARD = "ward-psychiatrist"


def play(tale: Tale, stage: Stage) -> None:
    """Tell the scene; raises ``ClaimError`` when a promise is not kept."""
    patient = stage.world.patients["corentine"]
    stage.people[WARD] = _of_the_ward(stage)
    newcomers.deposit(stage, WARD, patient, LETTER)
    newcomers.deposit(stage, "gp", patient, TREATMENT)
    tale.given(
        "Corentine a été hospitalisée en psychiatrie il y a dix ans. On va l'opérer de la main.",
        "Corentine was in a psychiatric ward ten years ago. Her hand is to be operated on.",
    )
    _he_is_let_in(tale, stage)
    _what_he_needs(tale, stage)
    _what_he_writes(tale, stage)
    _when_it_is_over(tale, stage)


def _of_the_ward(stage: Stage) -> Reader:
    """Return the psychiatrist of the hospital where she was."""
    number = Identifier(stage.people["psychiatrist"].identifier.system, "899700990171")
    return replace(
        stage.people["psychiatrist"],
        key=WARD,
        identifier=number,
        structure=stage.people["infectiologist"].structure,
        fr="la psychiatre du centre hospitalier",
        en="the hospital psychiatrist",
        family="ORMEVAL",
        given="Judith",
    )


def _he_is_let_in(tale: Tale, stage: Stage) -> None:
    tale.when(
        "Elle donne un code au chirurgien, qui le présente : le dossier s'ouvre huit heures.",
        "She gives the surgeon a code, and he presents it: the record opens for eight hours.",
    )
    made = operate(stage, "corentine", "Consent/$new-code", hours=HOURS).get_json()
    code = _parts(made)["value"]
    of = stage.identifier("corentine")
    opened = operate(stage, "surgeon", "Consent/$present-code", patient=of, code=code)
    found = documents(stage, "surgeon", "corentine")
    tale.then(
        "il voit la consultation ordinaire, et une ordonnance.",
        "he sees the ordinary visit, and a prescription.",
        opened.status_code == HTTPStatus.OK
        and set(found) == {"back-pain-visit", TREATMENT.name},
    )
    text = content(stage, "surgeon", found[TREATMENT.name])
    tale.then(
        "sur l'ordonnance, le paracétamol ; du lithium, pas une trace, où qu'il cherche.",
        "on the prescription, paracetamol; of lithium, not a trace, wherever he looks.",
        "Paracétamol" in text
        and not tells(received(stage, "surgeon", "corentine"), "lithium", "psychiatr"),
    )
    letter = documents(stage, "corentine", "corentine")[LETTER.name]["id"]
    tale.then(
        "la lettre de psychiatrie n'existe pas pour lui, même par son identifiant.",
        "the psychiatric letter does not exist for him, not even by its id.",
        is_unknown(stage, "surgeon", letter),
    )
    _why(tale, stage, letter)


def _why(tale: Tale, stage: Stage, letter: str) -> None:
    reader = stage.identifier("surgeon")
    path = f"/fhir/DocumentReference/{letter}/$explain"
    path = f"{path}?reader={reader['system']}|{reader['value']}"
    why = stage.ask("corentine", "GET", path).get_data(as_text=True)
    for_him = [
        stage.ask("surgeon", "GET", each)
        for each in (path, path.replace(letter, NOBODY))
    ]
    tale.then(
        "à elle on dit pourquoi, avec l'article de loi ; à lui, rien : il n'y a pas de lettre.",
        "she is told why, with the article of law; he is told nothing: there is no letter.",
        "CSP R.1111-46" in why
        and {each.status_code for each in for_him} == {HTTPStatus.NOT_FOUND}
        and for_him[0].get_data() == for_him[1].get_data(),
    )


def _what_he_needs(tale: Tale, stage: Stage) -> None:
    tale.when(
        "L'anesthésie doit tenir compte du lithium : elle ouvre l'ordonnance au chirurgien.",
        "The anaesthesia has to know of lithium: she opens the prescription to the surgeon.",
    )
    mine = documents(stage, "corentine", "corentine")[TREATMENT.name]["id"]
    actor = [to(stage, "surgeon")]
    given = {"type": "permit", "actor": actor, "data": [about(mine)]}
    said = consent(stage, "corentine", given)
    found = documents(stage, "surgeon", "corentine")
    tale.then(
        "il lit la ligne du lithium ; la lettre, l'histoire, restent à elle.",
        "he reads the line of lithium; the letter, the story, stay hers.",
        said.status_code == HTTPStatus.CREATED
        and "Lithium" in content(stage, "surgeon", found[TREATMENT.name])
        and LETTER.name not in found,
    )


def _what_he_writes(tale: Tale, stage: Stage) -> None:
    patient = stage.world.patients["corentine"]
    stage.later(hours=1)
    tale.when(
        "Il opère, et son compte rendu cite en passant le trouble et le lithium.",
        "He operates, and his report mentions the disorder and the lithium in passing.",
    )
    newcomers.deposit(stage, "surgeon", patient, REPORT)
    code = _parts(operate(stage, "corentine", "Consent/$new-code", hours=1).get_json())
    of = stage.identifier("corentine")
    operate(
        stage, "pharmacist", "Consent/$present-code", patient=of, code=code["value"]
    )
    found = documents(stage, "pharmacist", "corentine")
    text = content(stage, "pharmacist", found[REPORT.name])
    tale.then(
        "personne n'a rien coché : la pharmacienne lit le geste, et la phrase n'y est pas.",
        "nobody ticked anything: the pharmacist reads the operation, without that sentence.",
        "canal carpien" in text
        and not tells(text, "bipolaire", "psychiatr", "lithium"),
    )


def _when_it_is_over(tale: Tale, stage: Stage) -> None:
    stage.later(hours=HOURS)
    tale.when("Les huit heures sont passées.", "The eight hours are over.")
    tale.then(
        "il garde son propre compte rendu, et ce qu'elle lui a ouvert par son nom ; rien d'autre.",
        "he keeps his own report, and what she opened to him by name; nothing else.",
        seen(stage, "surgeon", "corentine") == {REPORT.name, TREATMENT.name},
    )


def _parts(body: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of the first parameter of an answer, by name."""
    return {
        part["name"]: next(v for k, v in part.items() if k.startswith("value"))
        for part in body["parameter"][0]["part"]
    }
