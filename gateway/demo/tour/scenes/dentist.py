"""The trans woman and the dentist: what the chair need not know."""

from http import HTTPStatus

from gateway.demo.tour.asking import (
    about,
    acts,
    consent,
    content,
    documents,
    is_unknown,
    named,
    on_subject,
    received,
    search,
    seen,
    tells,
    to,
)
from gateway.demo.tour.stage import Stage
from gateway.demo.tour.telling import Said, Tale
from labels.codes import Category

TITLE = Said("La femme trans et la dentiste", "The trans woman and the dentist")
ORDINARY = {"sore-throat-visit", "dental-assessment", "blood-count"}
TOLD = ("transition-consultation", "transition-surgery", "endocrine-letter")
FORMER = "AMAURY"
WORDS = (FORMER, "stradiol", "spironolactone", "transition", "vaginoplastie")
REFUSED, DONE = "4", "0"
"""Outcomes of an AuditEvent: a minor failure, success."""


def play(tale: Tale, stage: Stage) -> None:
    """Tell the scene; raises ``ClaimError`` when a promise is not kept."""
    tale.given(
        "Solène a changé d'état civil en 2024. Elle masque ce sujet aux dentistes, et à eux seuls.",
        "Solène's civil status was corrected in 2024. She masks that subject to dentists only.",
    )
    _in_the_chair(tale, stage)
    _by_its_id(tale, stage)
    _at_the_pharmacy(tale, stage)
    _what_a_mask_changes(tale, stage)
    _who_looked(tale, stage)


def _in_the_chair(tale: Tale, stage: Stage) -> None:
    tale.when(
        "Sa dentiste cherche ses documents.", "Her dentist searches her documents."
    )
    bundle = search(stage, "dentist", "solene")
    found = named(stage, bundle)
    tale.then(
        "elle en trouve quatre, et le total dit quatre : trois ordinaires, une ordonnance.",
        "she finds four, and the total says four: three ordinary ones, one prescription.",
        set(found) == ORDINARY | {"hormone-prescription"},
    )
    text = content(stage, "dentist", found["hormone-prescription"])
    tale.then(
        "l'ordonnance est un document entier, sans ligne d'hormone : rien n'y semble manquer.",
        "the prescription is a whole document on which no hormone was ever written.",
        "cétirizine" in text.lower() and not tells(text, *WORDS),
    )
    tale.then(
        "ni son ancien prénom ni ce qui le dirait n'est dans rien de ce qu'elle a reçu.",
        "neither her former first name nor anything that tells is in what she received.",
        not tells(received(stage, "dentist", "solene"), *WORDS),
    )


def _by_its_id(tale: Tale, stage: Stage) -> None:
    tale.when(
        "La dentiste demande un document caché par son identifiant, appris ailleurs.",
        "The dentist asks for a hidden document by its id, had she learnt it elsewhere.",
    )
    mine = documents(stage, "solene", "solene")
    tale.then(
        "la réponse est, à l'octet près, celle d'un identifiant qui n'existe pas.",
        "the answer is, byte for byte, that of an id that nothing has.",
        all(is_unknown(stage, "dentist", mine[each]["id"]) for each in TOLD),
    )


def _at_the_pharmacy(tale: Tale, stage: Stage) -> None:
    tale.when(
        "Sa pharmacienne, à qui elle a ouvert cette ordonnance par son nom, la lit.",
        "Her pharmacist, to whom she opened this prescription by name, reads it.",
    )
    found = documents(stage, "pharmacist", "solene")
    tale.then(
        "l'œstradiol à délivrer y est.",
        "the oestradiol to dispense is there.",
        "stradiol"
        in content(stage, "pharmacist", found["hormone-prescription"]).lower(),
    )
    tale.then(
        "les trois documents qui racontent la transition n'y sont pas pour autant.",
        "the three documents that tell of the transition are not there even so.",
        not found.keys() & set(TOLD),
    )
    tale.then(
        "son médecin traitant voit tout : la loi le dit (CSP L.1111-16).",
        "her treating doctor sees everything: the law says so (CSP L.1111-16).",
        seen(stage, "gp", "solene") == ORDINARY | set(TOLD) | {"hormone-prescription"},
    )


def _what_a_mask_changes(tale: Tale, stage: Stage) -> None:
    before = documents(stage, "dentist", "solene")
    tale.when(
        "Solène masque encore sa transition, cette fois à cette dentiste par son nom.",
        "Solène masks her transition once more, to this dentist by name.",
    )
    said = _masked(stage, {"securityLabel": [on_subject(Category.GENDER_IDENTITY)]})
    tale.then(
        "rien ne bouge pour la dentiste : ni version, ni date, ni étiquette ne trahit un choix.",
        "nothing moves for the dentist: no version, no date, no label tells of a choice.",
        said == HTTPStatus.CREATED and before == documents(stage, "dentist", "solene"),
    )
    tale.when(
        "Elle lui masque aussi l'hématologie.", "She masks the blood count to her too."
    )
    mine = documents(stage, "solene", "solene")
    said = _masked(stage, {"data": [about(mine["blood-count"]["id"])]})
    left = {name: each for name, each in before.items() if name != "blood-count"}
    tale.then(
        "il en reste trois, le total dit trois, et pas un caractère n'y a changé.",
        "three are left, the total says three, and not a character of them has changed.",
        said == HTTPStatus.CREATED and left == documents(stage, "dentist", "solene"),
    )


def _masked(stage: Stage, what: dict[str, object]) -> int:
    provision = {"type": "deny", "actor": [to(stage, "dentist")]} | what
    return consent(stage, "solene", provision).status_code


def _who_looked(tale: Tale, stage: Stage) -> None:
    tale.when("Solène lit son journal.", "Solène reads her log.")
    since = stage.clock.now().isoformat()
    today = [
        (each["subtype"][0]["code"], each["outcome"])
        for each in acts(stage, "dentist", "solene")
        if each["recorded"] >= since
    ]
    tale.then(
        "les recherches et les lectures de la dentiste y sont, et ses trois lectures refusées.",
        "the dentist's searches and reads stand in it, and the three that were refused.",
        {("search-type", DONE), ("read", DONE)} <= set(today)
        and today.count(("read", REFUSED)) == len(TOLD),
    )
