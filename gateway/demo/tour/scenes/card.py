"""An old man on paper: a card of codes, each of which opens his record once."""

from http import HTTPStatus
from typing import Any

from werkzeug.test import TestResponse

from gateway.demo.tour.asking import Code, acts, occasions, operate, seen, tells
from gateway.demo.tour.stage import Stage
from gateway.demo.tour.telling import Said, Tale

TITLE = Said(
    "Un vieil homme sur papier et sa carte de codes",
    "An old man on paper, and his card of codes",
)
OUTSIDE, COLLEAGUE = "endocrinologist", "surgeon"
TEN, HOURS = 10, 4
OPENED = {"eye-visit", "heart-letter"}


def play(tale: Tale, stage: Stage) -> None:
    """Tell the scene; raises ``ClaimError`` when a promise is not kept."""
    tale.given(
        "Octave, 88 ans, n'a pas d'ordinateur. À un guichet d'aide, il entre dans son compte ;"
        " une conseillère tape pour lui, à son nom à lui, et imprime une carte de dix codes.",
        "Octave is 88 and has no computer. At a help desk he signs in to his account; an adviser"
        " types for him, under his name, and prints a card of ten codes.",
    )
    codes = _printed(tale, stage)
    _presented(tale, stage, codes)
    _used_once(tale, stage, codes)
    _closed(tale, stage)
    _lost(tale, stage, codes)


def _printed(tale: Tale, stage: Stage) -> list[str]:
    card = _card(stage)
    page = card["parameter"][-1]["valueString"]
    codes = _codes(card)
    traits = stage.world.patients["octave"].traits
    names = (traits.family, traits.used_family, traits.used_given, *traits.given)
    number = traits.identifiers[0].value
    tale.then(
        "la carte porte dix fois huit caractères et un carré à lire, et ne dit pas à qui elle est.",
        "the card bears ten times eight characters and a square to scan, and not whose it is.",
        len(set(codes)) == TEN
        and all(each in page for each in codes)
        and page.startswith("<svg")
        and not tells(page, number, *filter(None, names)),
    )
    return codes


def _presented(tale: Tale, stage: Stage, codes: list[str]) -> None:
    tale.when(
        "Une endocrinologue, hors de son équipe de soins, cherche son dossier.",
        "An endocrinologist from outside his care team searches his record.",
    )
    tale.then(
        "elle ne trouve rien, et aucune case à cocher n'y changerait quoi que ce soit.",
        "she finds nothing, and no box to tick would change that.",
        seen(stage, OUTSIDE, "octave") == set(),
    )
    wrong = _present(stage, OUTSIDE, "ABCD-EFGH")
    tale.when(
        "Octave lui tend sa carte ; elle tape un code.",
        "He hands her the card; she types a code.",
    )
    given = _present(stage, OUTSIDE, codes[0])
    found = seen(stage, OUTSIDE, "octave")
    tale.then(
        "le dossier s'ouvre à elle pour quatre heures : l'ordinaire, pas le papier illisible.",
        "the record opens to her for four hours: the ordinary, not the unreadable paper.",
        given.status_code == HTTPStatus.OK
        and wrong.status_code == HTTPStatus.NOT_FOUND
        and found >= OPENED
        and "old-scan" not in found,
    )
    tale.then(
        "le code l'ouvre à elle, pas à son hôpital.",
        "the code opens it to her, not to her hospital.",
        seen(stage, COLLEAGUE, "octave") == set(),
    )


def _used_once(tale: Tale, stage: Stage, codes: list[str]) -> None:
    tale.when(
        "Un collègue qui a vu le code par-dessus son épaule le présente à son tour.",
        "A colleague who saw the code over her shoulder presents it in his turn.",
    )
    again, never = (
        _present(stage, COLLEAGUE, each) for each in (codes[0], "ABCD-EFGH")
    )
    tale.then(
        "un code sert une fois : il reçoit la réponse d'un code qui n'a jamais été imprimé.",
        "a code works once: he gets the answer of a code that was never printed.",
        again.status_code == never.status_code == HTTPStatus.NOT_FOUND
        and again.get_data() == never.get_data(),
    )


def _closed(tale: Tale, stage: Stage) -> None:
    stage.later(hours=HOURS, seconds=-1)
    open_still = seen(stage, OUTSIDE, "octave")
    stage.later(seconds=1)
    tale.when(
        "Quatre heures ont passé. Au guichet, on lui lit son journal et ses avis.",
        "Four hours have passed. At the desk his log and his notices are read to him.",
    )
    tale.then(
        "le dossier est refermé. Le journal dit qui a lu, un avis dit qu'un code a servi.",
        "the record is closed. The log says who read, a notice says that a code was used.",
        open_still >= OPENED
        and seen(stage, OUTSIDE, "octave") == set()
        and "code-used" in occasions(stage, "octave", "octave")
        and acts(stage, OUTSIDE, "octave"),
    )


def _lost(tale: Tale, stage: Stage, codes: list[str]) -> None:
    tale.when(
        "Il perd la carte. Au guichet, de son compte, on lui en imprime une autre.",
        "He loses the card. At the desk, from his account, another is printed.",
    )
    renewed = _codes(_card(stage))
    old, new = (_present(stage, OUTSIDE, each[1]) for each in (codes, renewed))
    tale.then(
        "trouvée dans la rue, l'ancienne n'ouvre plus rien ; la nouvelle ouvre.",
        "found in the street, the old one opens nothing any more; the new one does.",
        old.status_code == HTTPStatus.NOT_FOUND and new.status_code == HTTPStatus.OK,
    )


def _card(stage: Stage) -> dict[str, Any]:
    path, lang = "Consent/$new-card", Code(stage.tale.lang)
    made: dict[str, Any] = operate(
        stage, "octave", path, hours=HOURS, language=lang
    ).get_json()
    return made


def _codes(card: dict[str, Any]) -> list[str]:
    parts = [each["part"] for each in card["parameter"] if "part" in each]
    return [p["valueString"] for part in parts for p in part if p["name"] == "value"]


def _present(stage: Stage, who: str, code: str) -> TestResponse:
    of = stage.identifier("octave")
    return operate(stage, who, "Consent/$present-code", patient=of, code=code)
