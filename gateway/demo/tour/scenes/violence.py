"""Violence: a representative is suspended, and no message gives anything away."""

import re
from email.message import EmailMessage
from http import HTTPStatus

from gateway.demo.tour import newcomers
from gateway.demo.tour.asking import (
    Code,
    is_stranger,
    is_unknown,
    occasions,
    operate,
    seen,
    tells,
)
from gateway.demo.tour.letterbox import Letterbox, listening
from gateway.demo.tour.paper import Paper, Section
from gateway.demo.tour.stage import Stage
from gateway.demo.tour.telling import Said, Tale
from gateway.demo.world.people import Patient
from gateway.notify.smtp import MailServer
from labels.policy.question import Relation

TITLE = Said(
    "Violences : le représentant suspendu, les avis qui ne disent rien",
    "Violence: the suspended representative, and notices that tell nothing",
)
FATHER, SON = "thibault", "eloi"
SHARED, SAFE = "famille.duthoiron@example.org", "m.s.1985@example.net"
OTHERS, FATHERS = "tristan@example.org", "thibault@example.org"
WAITING = "Un message vous attend"
NIGHT, BOTH = 17, 2
FEVER = Paper(
    "fever-visit",
    "11488-4",
    "Consultation de pédiatrie",
    "20261002101500+0200",
    (Section("42349-1", "Motif", ("Fièvre et otite moyenne aiguë droite.",)),),
)
WITNESS = Paper(
    "witness-visit",
    "11488-4",
    "Consultation de suivi",
    "20261120113000+0100",
    (
        Section("42349-1", "Motif", ("Contrôle du tympan, guéri.",)),
        Section(
            "29545-1",
            "Entretien",
            ("L'enfant décrit des violences conjugales de son père envers sa mère.",),
        ),
    ),
)


def play(tale: Tale, stage: Stage) -> None:
    """Tell the scene; raises ``ClaimError`` when a promise is not kept."""
    son = _family(stage)
    tale.given(
        "Le mari de Mélisande est violent. Ils représentent tous deux leur fils Éloi, huit ans.",
        "Mélisande's husband is violent. They both represent their son Éloi, who is eight.",
    )
    _what_the_child_said(tale, stage, son)
    _suspended(tale, stage)
    with listening() as (box, server):
        _he_reads_her_mail(tale, stage, box, server)
        _a_safe_address(tale, stage, box, server)


def _family(stage: Stage) -> Patient:
    """Open the record of the son, whom the world of the demo does not know."""
    father = newcomers.person(FATHER, "1830399999911", "DUTHOIRON", "Thibault")
    son = newcomers.person(SON, "1180699999912", "DUTHOIRON", "Éloi")
    stage.people |= {FATHER: father, SON: son}
    patient = newcomers.child(son, "2018-06-15", "male")
    mother = stage.people["melisande"]
    newcomers.open_record(
        stage,
        patient,
        (Relation.REPRESENTATIVE, father.identifier),
        (Relation.REPRESENTATIVE, mother.identifier),
        (Relation.TREATING_DOCTOR, stage.people["gp"].identifier),
    )
    _prefer(stage, FATHER, SON, FATHERS)
    newcomers.deposit(stage, "gp", patient, FEVER)
    return patient


def _what_the_child_said(tale: Tale, stage: Stage, son: Patient) -> None:
    before = seen(stage, FATHER, SON)
    tale.when(
        "Éloi parle à son médecin, qui l'écrit sans rien cocher.",
        "Éloi speaks to his doctor, who writes it down and ticks nothing.",
    )
    written = newcomers.deposit(stage, "gp", son, WITNESS)
    tale.then(
        "pour le père rien n'a changé : un document, et un total de un.",
        "for the father nothing changed: one document, and a total of one.",
        before == seen(stage, FATHER, SON) == {FEVER.name}
        and is_unknown(stage, FATHER, written),
    )
    tale.then(
        "pour la mère non plus : Paravent ne sait pas lequel est l'auteur, et ce qu'elle ouvre à la"
        " maison, il peut le lire (charte de Paravent). Le médecin garde tout sous les yeux.",
        "nor for the mother: Paravent cannot know which parent did it, and what she opens at home"
        " he may read (Paravent's charter). The doctor has it all before his eyes.",
        seen(stage, "melisande", SON) == {FEVER.name}
        and seen(stage, "gp", SON) == {FEVER.name, WITNESS.name},
    )


def _suspended(tale: Tale, stage: Stage) -> None:
    tale.when(
        "Le médecin, qui protège l'enfant (CSP R.4127-44), ferme le dossier au père sur-le-champ :"
        " un soupçon suffit (charte de Paravent). L'autorité parentale, c'est la loi ou un juge.",
        "The doctor, who has to protect the child (CSP R.4127-44), shuts the father out of the"
        " record at once: a suspicion is enough (Paravent's charter). Parental authority is for"
        " the law or a judge.",
    )
    done = operate(
        stage,
        "gp",
        "Patient/$suspend-representation",
        patient=stage.identifier(SON),
        representative=stage.identifier(FATHER),
    )
    tale.then(
        "le père trouve ce qu'un inconnu trouve ; rien ne dit qu'il y eut là un dossier ouvert.",
        "the father finds what a stranger finds; nothing says that a record was ever open.",
        done.status_code == HTTPStatus.OK
        and is_stranger(stage, FATHER, "psychiatrist", SON),
    )
    tale.then(
        "la mère, elle, représente toujours Éloi.",
        "the mother represents Éloi as before.",
        seen(stage, "melisande", SON) == {FEVER.name},
    )


def _he_reads_her_mail(
    tale: Tale, stage: Stage, box: Letterbox, server: MailServer
) -> None:
    _prefer(stage, "melisande", "melisande", SHARED)
    _prefer(stage, "tristan", "tristan", OTHERS)
    _prefer(stage, "melisande", SON, SHARED)
    _code(stage, "tristan")
    stage.later(hours=NIGHT)
    _emergency(stage, "melisande")
    read_at_night = seen(stage, "surgeon", "melisande")
    tale.when(
        "Une nuit les urgences lisent le dossier de Mélisande. Son mari lit la boîte commune.",
        "One night the hospital reads Mélisande's record. Her husband reads the shared mailbox.",
    )
    stage.deliver(server)
    read, other = box.to(SHARED), box.to(OTHERS)
    tale.then(
        "il lit : « Un message vous attend. » Les mêmes mots, à la lettre, que pour Tristan,"
        " à qui il est arrivé tout autre chose.",
        "he reads: a message is waiting for you. The same words, to the letter, as Tristan got,"
        " to whom something else happened.",
        read_at_night
        and len(read) == len(other) == 1
        and _words(read[0]) == _words(other[0])
        and all(WAITING in each for each in _words(read[0])),
    )
    tale.then(
        "ni nom, ni date, ni lieu, ni lien dans ces mots ; seul le jour de l'envoi se voit.",
        "no name, date, place or link in these words; only the day of sending shows.",
        not any(_betrays(stage, each) for each in box.messages),
    )


def _a_safe_address(
    tale: Tale, stage: Stage, box: Letterbox, server: MailServer
) -> None:
    tale.when(
        "Elle indique une adresse que lui ne connaît pas. Une autre nuit, une autre urgence.",
        "She gives an address he does not know. Another night, another emergency.",
    )
    _prefer(stage, "melisande", "melisande", SAFE)
    _prefer(stage, "melisande", SON, SAFE)
    stage.later(days=1)
    _emergency(stage, "melisande")
    _emergency(stage, SON)
    stage.deliver(server)
    tale.then(
        "la boîte commune ne reçoit plus rien, le père non plus pour son fils.",
        "the shared mailbox gets nothing any more, nor does the father about his son.",
        len(box.to(SHARED)) == 1 and len(box.to(SAFE)) == BOTH and not box.to(FATHERS),
    )
    tale.then(
        "l'avis en clair l'attend à l'intérieur, quand elle se connecte.",
        "the notice in plain words waits for her inside, when she signs in.",
        occasions(stage, "melisande", "melisande") == ["emergency", "emergency"]
        and occasions(stage, FATHER, SON) == [],
    )


def _prefer(stage: Stage, who: str, patient: str, address: str) -> None:
    of, lang = stage.identifier(patient), Code("fr")
    path = "Communication/$settings"
    operate(stage, who, path, patient=of, address=address, language=lang)


def _emergency(stage: Stage, patient: str) -> None:
    operate(
        stage,
        "surgeon",
        "Consent/$break-glass",
        patient=stage.identifier(patient),
        purpose=Code("BTG"),
        reason=Code("unconscious"),
        words="Amenée par les pompiers.",
    )


def _code(stage: Stage, patient: str) -> None:
    """Let somebody else's record be opened in another way: a code that was given."""
    made = operate(stage, patient, "Consent/$new-code").get_json()
    code = made["parameter"][0]["part"][1]["valueString"]
    of = stage.identifier(patient)
    operate(stage, "surgeon", "Consent/$present-code", patient=of, code=code)


def _betrays(stage: Stage, message: EmailMessage) -> bool:
    """Return whether the words of a message have a figure, a name, a place or a link."""
    words = " ".join(_words(message))
    people = [
        stage.people[each] for each in ("melisande", SON, FATHER, "surgeon", "gp")
    ]
    names = [name for each in people for name in (each.family, each.given)]
    places = [each.structure.name for each in people if each.structure]
    others = ("http", "urgence", "hôpital", "hospital", "paravent")
    return bool(re.search(r"\d", words)) or tells(words, *names, *places, *others)


def _words(message: EmailMessage) -> tuple[str, str]:
    return str(message["Subject"]), str(message.get_content())
