"""The words of the pages: the same in both languages, short and plain."""

import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from gateway.patient import words
from gateway.patient.elision import wants_elision
from gateway.patient.sight import Situation
from gateway.patient.telling import Teller
from labels.codes import Category
from labels.consent import NAMED, Audience, AudienceKind
from labels.detection.systems import system_names
from labels.policy import matrix

WORDS = words.load()
LONGEST = 20
TEMPLATES = Path(words.__file__).parent / "templates"
MADE = (
    *("category.", "month.", "audience.", "relation.", "problem.", "change."),
    *("accessibility.checked.", "accessibility.unchecked.", "decided.", "error."),
    *("document.why.", "professions.", "code.", "touching.", "sight.", "passage."),
    *("circle.", "role.", "preset.", "review.", "intake.", "answer.", "urgent."),
    *("contest.", "codes.", "life.", "settings.", "notices.", "scope.", "looked."),
)
"""The beginnings of keys that the code puts together."""
JARGON = re.compile(
    r"\b(?:niveau|labels?|clearance|confidentialit[ée]y?|FHIR|CDA|DocumentReference|"
    r"token|jeton|INS|RPPS|directives?|policy|metadata|métadonnées?|masterIdentifier|"
    r"disclosure|rendition|provision|statut|securityLabel|audience)\b",
    re.IGNORECASE,
)


def test_both_languages_say_the_same_things() -> None:
    """Each key is in both tables, with the same values to fill in."""
    french, english = WORDS["fr"].table, WORDS["en"].table
    assert list(french) == list(english)
    for key, sentence in french.items():
        assert fields(sentence) == fields(english[key]), key


def fields(sentence: str) -> set[str]:
    """Return the names of the values a sentence takes."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_sentences_are_short_and_plain(lang: str) -> None:
    """At most twenty words each, and none of the words that only we understand."""
    for key, text in WORDS[lang].table.items():
        plain = Formatter().vformat(text, (), _Blank())
        assert not JARGON.search(plain), key
        for sentence in re.split(r"[.?!:]", plain):
            assert len(sentence.split()) <= LONGEST, key


class _Blank(dict[str, str]):
    """Fills every value with one word."""

    def __missing__(self, _: str) -> str:
        return "x"


def test_every_category_has_a_plain_name() -> None:
    """A new category is not released before people can read its name."""
    for each in WORDS.values():
        assert all(each.category(category) for category in Category)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_audience_that_can_be_kept_has_its_words(lang: str) -> None:
    """Software and presets keep more audiences than a form offers; a page tells them all."""
    teller = Teller(WORDS[lang], (), Situation((), (), ()))
    for kind in AudienceKind:
        value = "x|y" if kind in NAMED | {AudienceKind.PROFESSION} else ""
        assert teller.audience(Audience(kind, value))


def test_every_key_of_a_template_is_in_the_tables() -> None:
    """A template never asks for a sentence that is not there."""
    table = WORDS["fr"].table
    for path in TEMPLATES.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        for key in re.findall(r'\bt\("([\w.]+)"[,)]', text):
            assert key in table, path.name
        for key in re.findall(r'\bt\.count\("([\w.]+)"', text):
            assert {f"{key}.one", f"{key}.many"} <= set(table), path.name


def test_no_sentence_is_left_over() -> None:
    """Each sentence is asked for somewhere, by its key or by how keys are made."""
    folder = Path(words.__file__).parent
    code = [*folder.rglob("*.py"), *TEMPLATES.glob("*.html")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in code)
    for key in WORDS["fr"].table:
        known = key.startswith(MADE) or f'"{key}"' in text
        assert known or f'"{key.rpartition(".")[0]}"' in text, key


def test_a_date_is_said_in_words() -> None:
    """No figure stands for a month, and the first of a month has its French form."""
    assert WORDS["fr"].day(date(2026, 5, 1)) == "1er mai 2026"
    assert WORDS["en"].day(date(2026, 5, 1)) == "1 May 2026"


def test_a_profession_is_named_by_column_and_by_code() -> None:
    """A code of TRE_G15 that has several columns is said with all their names."""
    assert WORDS["fr"].profession("chirurgien-dentiste") == "chirurgien-dentiste"
    assert WORDS["en"].profession("40") == "dentist"
    assert "pharmacist" in WORDS["en"].profession("21")
    assert WORDS["fr"].profession("unknown") == "unknown"


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_profession_that_can_be_chosen_has_a_plural(lang: str) -> None:
    """A mask from a profession can be said of each column in force, by code as well."""
    columns = [each.id for each in matrix.load().columns if each.in_force]
    assert all(WORDS[lang].professions(each) for each in columns)
    assert WORDS["fr"].professions("40") == "chirurgiens-dentistes"
    assert WORDS["en"].professions("unknown") == ""


def test_every_code_system_of_the_rules_has_its_kind() -> None:
    """No rule goes by a code of which the pages could not say what kind of code it is."""
    for each in WORDS.values():
        assert {f"code.{system}" for system in system_names()} <= set(each.table)
        assert each.kind_of_code("unheard-of") == each("code.other")


def test_none_is_a_word_where_there_is_one() -> None:
    """No document is said as such, and what has no sentence for none counts zero."""
    assert WORDS["fr"].count("documents.count", 0) == "Aucun document."
    assert WORDS["en"].count("categories.count", 0) == "No document is about it."
    assert WORDS["en"].count("reason.others", 0).startswith("And 0 more")


@pytest.mark.parametrize(
    ("name", "elided"),
    [
        *((name, True) for name in ("Inaya", "Élodie", "Œdipe", "un document", "Yves")),
        *((name, False) for name in ("Tristan", "Hélène", "Henri", "Yannick", "Y", "")),
        *((name, False) for name in ("onze", "Ouassim", "Iannis", "« Ordonnance »")),
        *((name, False) for name in ("8 h 05", "Çelik")),
    ],
)
def test_de_is_elided_where_it_is_sure(name: str, *, elided: bool) -> None:
    """Before a vowel that is heard as one; never before an h, which may be aspirated."""
    assert wants_elision(name) is elided


def test_a_sentence_elides_before_the_value_it_is_given() -> None:
    """French only, and only *de*: the same sentence serves every name."""
    french, english = WORDS["fr"], WORDS["en"]
    assert "dossier d'Inaya." in french("account.for", name="X", of="Inaya")
    assert "dossier de Tristan." in french("account.for", name="X", of="Tristan")
    assert "documents d'Apolline" in french("intake.hold", who="Apolline", what="y")
    assert french("target.by", what="x", name="Anselme") == "x, d'Anselme"
    assert "tirées d'un document" in french("looked.facts", what="un document")
    assert "Inaya" in english("account.for", name="X", of="Inaya")
