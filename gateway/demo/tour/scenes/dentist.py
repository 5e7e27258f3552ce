"""The trans woman and the dentist: what the chair need not know."""

from http import HTTPStatus

from gateway.demo.tour.asking import (
    consent,
    content,
    documents,
    events,
    is_unknown,
    named,
    on_subject,
    search,
    seen,
    to,
)
from gateway.demo.tour.stage import Stage
from gateway.demo.tour.telling import Said, Tale
from labels.codes import Category

TITLE = Said("La femme trans et la dentiste", "The trans woman and the dentist")
ORDINARY = {"sore-throat-visit", "dental-assessment", "blood-count"}
TOLD = ("transition-consultation", "transition-surgery", "endocrine-letter")
FORMER = "AMAURY"
ASKED = 8
"""How often the dentist asked for something in this scene, at least."""


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
        "cétirizine" in text.lower() and not _tells(text),
    )
    tale.then(
        "ni son ancien prénom ni ce qui le dirait n'est dans rien de ce qu'elle a reçu.",
        "neither her former first name nor anything that tells is in what she received.",
        not _tells(str(bundle)),
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
        seen(stage, "gp", "solene") >= ORDINARY | set(TOLD),
    )


def _what_a_mask_changes(tale: Tale, stage: Stage) -> None:
    before = documents(stage, "dentist", "solene")
    tale.when(
        "Solène masque aussi la psychiatrie, présente ou à venir, à cette dentiste.",
        "Solène also masks psychiatry, there or to come, to this dentist.",
    )
    said = consent(
        stage,
        "solene",
        {
            "type": "deny",
            "actor": [to(stage, "dentist")],
            "securityLabel": [on_subject(Category.PSYCHIATRY)],
        },
    )
    after = documents(stage, "dentist", "solene")
    tale.then(
        "rien ne bouge pour la dentiste : ni version, ni date, ni étiquette ne trahit un choix.",
        "nothing moves for the dentist: no version, no date, no label tells of a choice.",
        said.status_code == HTTPStatus.CREATED and before == after,
    )


def _who_looked(tale: Tale, stage: Stage) -> None:
    tale.when("Solène lit son journal.", "Solène reads her log.")
    number = stage.people["dentist"].identifier.value
    acts = [
        each["subtype"][0]["code"]
        for each in events(stage, "solene")
        if each["agent"][0]["who"]["identifier"]["value"] == number
    ]
    tale.then(
        "chaque recherche et chaque lecture de la dentiste y est, refusées comprises.",
        "every search and every read of the dentist stands in it, refused ones too.",
        {"search-type", "read"} <= set(acts) and len(acts) >= ASKED,
    )


def _tells(text: str) -> bool:
    words = (FORMER, "stradiol", "spironolactone", "transition", "vaginoplastie")
    return any(each.lower() in text.lower() for each in words)
