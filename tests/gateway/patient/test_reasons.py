"""Why a document is said to be about a subject: in words, and each thing once."""

import pytest

from gateway.patient.reasons import reasons, system_of
from gateway.patient.words import load
from labels.codes import Category
from labels.label import Evidence

WORDS = load()["en"]


def seen(rule: str, what: str, place: str = "/a") -> Evidence:
    """Return an evidence of that rule."""
    return Evidence(rule, "a source", place, what)


@pytest.mark.parametrize(
    ("rule", "what", "system"),
    [
        ("hiv/loinc/62469-2", "62469-2", "loinc"),
        ("hiv/term/lymphocytes", "CD4", ""),
        ("violence/term/help", "3919", ""),
        ("contraception/context/companions", "L.1111-5", ""),
        ("gender_identity/signal/estrogen", "estradiol", ""),
        ("gender_identity/signal/estrogen", "G03CA03", "atc"),
        ("gender_identity/signal/gone", "G03CA03", ""),
        ("pregnancy_fertility/inference/PRG-0", "14 SA", ""),
        ("pregnancy_fertility/inference/PRG-0", "Z33", "code"),
    ],
)
def test_what_is_a_code_and_what_is_a_word(rule: str, what: str, system: str) -> None:
    """The rule says it; where it does not, what looks like a code is one."""
    assert system_of(seen(rule, what)) == system


def test_words_come_before_codes_and_each_is_said_once() -> None:
    """The same word in another place or case is one reason; bare codes come last."""
    found = reasons(
        [
            seen("hiv/loinc/1", "1", "/code"),
            seen("hiv/icd10/Z21", "Z21", "/alone"),
            seen("hiv/term/virus", "VIH", "/code"),
            seen("hiv/term/virus", "vih", "/b"),
            seen("sti/term/syphilis", "syphilis"),
            seen("submitted", "R"),
        ],
        Category.HIV,
        {},
        WORDS,
    )
    assert [(each.kind, each.what, each.code) for each in found] == [
        ("", "VIH", ""),
        (WORDS("code.loinc"), "VIH", "1"),
        (WORDS("code.icd10"), "", "Z21"),
    ]


def test_the_display_of_the_reference_goes_before_the_words_beside() -> None:
    """What the document itself calls a code is how it is told."""
    code = seen("contraception/specialty/G15_50", "G15_50")
    word = seen("sexuality/term/sexual_life", "words")
    displays = {"G15_50": "Sage-Femme"}
    told = [
        reasons([code, word], Category.CONTRACEPTION, known, WORDS)[0].what
        for known in (displays, {})
    ]
    assert told == ["Sage-Femme", "words"]
