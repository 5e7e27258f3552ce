"""HIV and the pharmacist: what gives a secret away, and how to close it."""

import re
from html import unescape
from http import HTTPStatus
from typing import Any

from werkzeug.test import Client

from gateway.demo.tour.asking import (
    about,
    consent,
    content,
    documents,
    on_subject,
    seen,
    tells,
    to,
)
from gateway.demo.tour.stage import Stage
from gateway.demo.tour.telling import Said, Tale
from labels.codes import Category

TITLE = Said("Le VIH et la pharmacienne", "HIV and the pharmacist")
TELLING = {"hiv-prescription", "hiv-lab", "hiv-lab-corrected", "medical-summary"}
SAID = ("vih", "hiv", "biktarvy", "bictégravir", "cd4", "antirétrovir", "infectio")
HINTS = ("virolog", "virus", "virale", "lymphocyte")
LABS = {"hiv-lab", "hiv-lab-corrected"}
GUESS, CHOICE = "/ce-qui-se-devine", "/choix"
Json = dict[str, Any]

_SECRET = re.compile(r'name="csrf" value="([^"]+)"')
_DOCUMENTS = re.compile(r'name="documents" value="([^"]+)"')


def play(tale: Tale, stage: Stage) -> None:
    """Tell the scene; raises ``ClaimError`` when a promise is not kept."""
    tale.given(
        "Tristan vit avec le VIH. Il masque une lettre à sa pharmacienne, qui chante avec lui.",
        "Tristan lives with HIV. He masks one letter to his pharmacist, who sings in his choir.",
    )
    browser = stage.browser()
    hidden = _what_can_be_guessed(tale, stage, browser)
    _closed(tale, stage, browser, hidden)
    _one_permission(tale, stage)
    _nobody_but_my_doctor(tale, stage)


def _what_can_be_guessed(tale: Tale, stage: Stage, browser: Client) -> str:
    tale.when(
        "La pharmacienne ouvre le dossier : la lettre n'y est pas.",
        "The pharmacist opens the record: the letter is not there.",
    )
    tale.then(
        "mais quatre autres documents disent la même chose.",
        "but four other documents tell the same story.",
        seen(stage, "pharmacist", "tristan") == TELLING,
    )
    tale.when(
        "Tristan demande sur sa page « Ce qui se devine » ce qu'elle peut encore en savoir.",
        "Tristan asks on his page of what can be guessed what she can still know.",
    )
    _send(browser, stage, "/entree", account="tristan")
    page = _send(browser, stage, GUESS, reader=stage.people["pharmacist"].id)
    named = _DOCUMENTS.search(page)
    found = set(named[1].split()) if named else set()
    mine = documents(stage, "tristan", "tristan")
    theirs = {mine[each]["id"] for each in TELLING}
    tale.then(
        "la page nomme le sujet, les quatre documents, et pour chacun pourquoi il le dit.",
        "the page names the subject, the four documents, and for each why it tells.",
        "BIKTARVY" in page and found == theirs,
    )
    return " ".join(sorted(found))


def _closed(tale: Tale, stage: Stage, browser: Client, hidden: str) -> None:
    tale.when(
        "Il clique « masquer ces documents », lit ce qui va changer, et confirme.",
        "He clicks to mask these documents, reads what will change, and confirms.",
    )
    audience = stage.people["pharmacist"].id
    fields = {"verb": "mask", "documents": hidden, "audience": audience}
    _send(browser, stage, CHOICE, **fields)
    _send(browser, stage, f"{CHOICE}/confirme", **fields)
    page = _send(browser, stage, GUESS, reader=audience)
    tale.then(
        "plus rien de ce qu'elle voit ne dit ce qui est caché, et la page le confirme.",
        "nothing that she sees tells what is hidden any more, and the page confirms it.",
        seen(stage, "pharmacist", "tristan") == set() and not _DOCUMENTS.search(page),
    )


def _one_permission(tale: Tale, stage: Stage) -> None:
    tale.when(
        "Il lui faut pourtant ses comprimés : il ouvre l'ordonnance à elle seule, pour trois mois.",
        "He needs his tablets though: he opens the prescription to her alone, for three months.",
    )
    mine = documents(stage, "tristan", "tristan")["hiv-prescription"]["id"]
    stage.later(minutes=5)
    start, end = stage.clock.now(), stage.clock.now().replace(month=2, year=2027)
    given = {
        "type": "permit",
        "period": {"start": start.isoformat(), "end": end.isoformat()},
        "actor": [to(stage, "pharmacist")],
        "data": [about(mine)],
    }
    said = consent(stage, "tristan", given)
    tale.then(
        "elle voit l'ordonnance, et elle seule : ni le bilan, ni la synthèse, ni la lettre.",
        "she sees the prescription and nothing else: not the lab report, summary or letter.",
        said.status_code == HTTPStatus.CREATED
        and seen(stage, "pharmacist", "tristan") == {"hiv-prescription"},
    )
    stage.until(end)
    tale.when("Les trois mois sont passés.", "The three months are over.")
    tale.then(
        "l'ordonnance est refermée, sans que personne ait rien eu à faire.",
        "the prescription is closed again, and nobody had to do a thing.",
        seen(stage, "pharmacist", "tristan") == set(),
    )


def _nobody_but_my_doctor(tale: Tale, stage: Stage) -> None:
    tale.when(
        "Il dit enfin : personne ne voit ce qui parle du VIH, sauf mon médecin.",
        "In the end he says: nobody sees what is about HIV, but my doctor does.",
    )
    subject = [on_subject(Category.HIV)]
    everybody = consent(stage, "tristan", {"type": "deny", "securityLabel": subject})
    actor = [to(stage, "gp")]
    doctor = {"type": "permit", "actor": actor, "securityLabel": subject}
    permitted = consent(stage, "tristan", doctor)
    found = documents(stage, "dentist", "tristan")
    tale.then(
        "ce que la dentiste trouve encore ne dit ni la lettre, ni le VIH, ni un comprimé.",
        "what the dentist still finds does not say the letter, HIV or a tablet.",
        everybody.status_code == permitted.status_code == HTTPStatus.CREATED
        and not any(_tells(stage, each, SAID) for each in found.values()),
    )
    tale.then(
        "il y reste un indice : un bilan qui s'intitule « Virologie », et compte des lymphocytes.",
        "a hint is left: a laboratory report called virology, which counts lymphocytes.",
        {name for name, each in found.items() if _tells(stage, each, HINTS)} == LABS,
    )
    tale.when("Il masque aussi ce bilan.", "He masks that report too.")
    mine = documents(stage, "tristan", "tristan")
    data = [about(mine[each]["id"]) for each in sorted(LABS)]
    masked = consent(stage, "tristan", {"type": "deny", "data": data})
    left = documents(stage, "dentist", "tristan")
    tale.then(
        "alors plus un mot, plus un indice, dans les trois documents que la dentiste trouve.",
        "then not a word and not a hint are in the three documents that the dentist finds.",
        masked.status_code == HTTPStatus.CREATED
        and left.keys() == found.keys() - LABS
        and not any(_tells(stage, each, SAID + HINTS) for each in left.values()),
    )
    tale.then(
        "le médecin les voit tous : le plus précis des deux choix l'emporte.",
        "the doctor sees them all: the more precise of the two choices wins.",
        seen(stage, "gp", "tristan") == TELLING | {"hiv-consultation"},
    )


def _tells(stage: Stage, found: Json, words: tuple[str, ...]) -> bool:
    return tells(str(found) + content(stage, "dentist", found), *words)


def _send(browser: Client, stage: Stage, path: str, **fields: str) -> str:
    """Send a form with the secret of the session; return the page that follows."""
    page = browser.get("/accessibilite").get_data(as_text=True)
    found = _SECRET.search(page)
    answer = browser.post(
        path,
        data=fields | {"csrf": found[1] if found else ""},
        headers={"Origin": stage.services.settings.base_url},
    )
    stage.tale.exchange(f"POST {path} → {answer.status_code}")
    return unescape(answer.get_data(as_text=True))
