"""The girl of fifteen and her mother: a secret that no count gives away."""

from datetime import datetime
from zoneinfo import ZoneInfo

from gateway.demo.tour.asking import (
    Code,
    acts,
    content,
    documents,
    exported,
    is_stranger,
    is_unknown,
    named,
    occasions,
    operate,
    received,
    search,
    seen,
    tells,
)
from gateway.demo.tour.letterbox import listening
from gateway.demo.tour.stage import Stage
from gateway.demo.tour.telling import Said, Tale

TITLE = Said("La fille de quinze ans et sa mère", "The girl of fifteen and her mother")
SECRET = {"contraception-visit", "contraception-prescription"}
ORDINARY = {"ankle-visit", "vaccination-note"}
EIGHTEEN = datetime(2029, 9, 14, tzinfo=ZoneInfo("Europe/Paris"))
TELLING = (
    "contracept",
    "estradiol",
    "lévonorgestrel",
    "aubrespy",
    "philippine",
    "fontaine",
)
"""The subject, the medicine, the midwife, and where she works."""
MARK = "INVISIBLE_REPRESENTANTS_LEGAUX"
NIGHT = 17
"""Hours from the morning of a scene to the middle of the night."""
HERS, MOTHERS = "inaya@example.org", "corentine@example.org"


def play(tale: Tale, stage: Stage) -> None:
    """Tell the scene; raises ``ClaimError`` when a promise is not kept."""
    tale.given(
        "Inaya, quinze ans, a vu une sage-femme : contraception, et le secret envers ses parents.",
        "Inaya, fifteen, saw a midwife: contraception, and secrecy from her parents.",
    )
    _her_mother_looks(tale, stage)
    _nothing_leaves(tale, stage)
    _her_mothers_export(tale, stage)
    _her_own_log(tale, stage)
    _the_birthday(tale, stage)


def _her_mother_looks(tale: Tale, stage: Stage) -> None:
    tale.when(
        "Sa mère, qui la représente, ouvre le dossier.",
        "Her mother, who represents her, opens the record.",
    )
    bundle = search(stage, "corentine", "inaya")
    tale.then(
        "elle y trouve deux documents, et le total dit deux.",
        "she finds two documents in it, and the total says two.",
        set(named(stage, bundle)) == ORDINARY,
    )
    tale.then(
        "elle ouvre et cherche tout : pas un mot de contraception, pas un nom de sage-femme.",
        "she opens and searches it all: not a word on contraception, not a midwife's name.",
        not tells(received(stage, "corentine", "inaya"), *TELLING),
    )
    mine = documents(stage, "inaya", "inaya")
    tale.then(
        "demandés par leur identifiant, les deux autres n'ont jamais existé.",
        "asked for by their ids, the other two never existed.",
        all(is_unknown(stage, "corentine", mine[each]["id"]) for each in SECRET),
    )
    tale.then(
        "la sage-femme n'avait rien coché sur l'ordonnance : c'est le sujet qui la protège.",
        "the midwife had ticked nothing on the prescription: its subject protects it.",
        MARK not in str(mine["contraception-prescription"])
        and MARK in str(mine["contraception-visit"])
        and 'confidentialityCode code="N"'
        in content(stage, "inaya", mine["contraception-prescription"]),
    )


def _nothing_leaves(tale: Tale, stage: Stage) -> None:
    for who, address in (("inaya", HERS), ("corentine", MOTHERS)):
        named = stage.identifier("inaya")
        path = "Communication/$settings"
        operate(stage, who, path, patient=named, address=address, language=Code("fr"))
    stage.later(hours=NIGHT)
    tale.when(
        "Une nuit, un médecin d'un autre cabinet lit le dossier d'Inaya en urgence.",
        "One night a doctor from elsewhere reads Inaya's record in an emergency.",
    )
    operate(
        stage,
        "psychiatrist",
        "Consent/$break-glass",
        patient=stage.identifier("inaya"),
        purpose=Code("BTG"),
        reason=Code("unconscious"),
        words="Malaise sur la voie publique.",
    )
    tale.then(
        "il lit ce que l'urgence ouvre.",
        "he reads what the emergency opens.",
        seen(stage, "psychiatrist", "inaya") >= ORDINARY,
    )
    with listening() as (box, server):
        stage.deliver(server)
    tale.then(
        "Inaya en est avertie, sa mère non : le lieu où on l'a soignée peut tout dire.",
        "Inaya is told; her mother is not: where a girl of fifteen is treated may tell everything.",
        occasions(stage, "inaya", "inaya") == ["emergency"]
        and occasions(stage, "corentine", "inaya") == []
        and len(box.to(HERS)) == 1
        and not box.to(MOTHERS),
    )


def _her_mothers_export(tale: Tale, stage: Stage) -> None:
    tale.when(
        "La mère demande l'export de tout ce qui est à elle.",
        "The mother asks for the export of all that is hers.",
    )
    files = exported(stage, "corentine")
    tale.then(
        "il n'y a rien d'Inaya dedans, pas même dans le journal.",
        "there is nothing of Inaya's in it, not even in the log.",
        not any(b"INAYA" in each.upper() for each in files.values()),
    )


def _her_own_log(tale: Tale, stage: Stage) -> None:
    tale.when("Inaya lit son propre dossier.", "Inaya reads her own record.")
    tale.then(
        "elle y a ses quatre documents, et le journal dit quand sa mère a regardé.",
        "she has her four documents, and the log says when her mother looked.",
        seen(stage, "inaya", "inaya") == SECRET | ORDINARY
        and acts(stage, "corentine", "inaya"),
    )


def _the_birthday(tale: Tale, stage: Stage) -> None:
    stage.until(EIGHTEEN)
    stage.later(seconds=-1)
    tale.when(
        "Trois ans passent. Il est 23 h 59 min 59 s, la veille de ses dix-huit ans.",
        "Three years pass. It is one second before midnight, the eve of her eighteenth birthday.",
    )
    tale.then(
        "sa mère voit encore les deux documents.",
        "her mother still sees the two documents.",
        seen(stage, "corentine", "inaya") == ORDINARY,
    )
    stage.later(seconds=1)
    tale.when("Minuit sonne à Paris.", "Midnight strikes in Paris.")
    tale.then(
        "sa mère trouve ce qu'une inconnue trouve. Inaya garde tout.",
        "her mother finds what a stranger finds. Inaya keeps everything.",
        is_stranger(stage, "corentine", "melisande", "inaya")
        and seen(stage, "inaya", "inaya") == SECRET | ORDINARY,
    )
