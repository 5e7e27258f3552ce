"""Labels in FHIR JSON: read strictly, written in the codes of JDV_J08."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import fhir
from labels.codes import CATEGORIES, Category, Confidentiality, Mark
from labels.fhir import (
    ACT_CODE,
    CONFIDENTIALITY,
    FRENCH_MARKS,
    SENSITIVITY,
    VISIBILITY,
    LabelError,
)
from labels.label import Label

MARKS = st.frozensets(st.sampled_from(sorted(FRENCH_MARKS)))
LEVELS = st.sampled_from([Confidentiality.N, Confidentiality.R, Confidentiality.V])


def concept(system: object, code: object) -> dict[str, Any]:
    """Return a CodeableConcept of one coding."""
    return {"coding": [{"system": system, "code": code}]}


@given(LEVELS, MARKS)
def test_what_is_written_reads_back(
    level: Confidentiality, marks: frozenset[Mark]
) -> None:
    """The level and the French marks survive a round trip."""
    found = fhir.read(fhir.security_label(Label(level, marks=marks)))
    assert (level, marks) == (found.confidentiality, found.marks)


def test_every_sensitivity_we_write_can_be_read() -> None:
    """Each v3-ActCode of the categories means something when submitted, and R at least."""
    written = {code for facts in CATEGORIES.values() for code in facts.hl7}
    assert written == set(SENSITIVITY)
    for code, categories in SENSITIVITY.items():
        found = fhir.read([concept(ACT_CODE, code)])
        assert (Confidentiality.R, categories) == (
            found.confidentiality,
            found.categories,
        )


@pytest.mark.parametrize(
    "spelling", ["INVISIBLE_REP_LEGAUX", "INVISIBLE_REPRENSANTS_LEGAUX"]
)
def test_other_spellings_of_the_minors_mark_are_understood(spelling: str) -> None:
    """The two spellings met in the field mean the mark."""
    found = fhir.read([concept(VISIBILITY, spelling)])
    assert found.marks == {Mark.INVISIBLE_REPRESENTANTS_LEGAUX}


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "N"},
        {"coding": []},
        {"coding": ["N"]},
        "N",
        concept(CONFIDENTIALITY, "n"),
        concept(CONFIDENTIALITY, "N "),
        concept(CONFIDENTIALITY, None),
        concept("urn:x", "N"),
        concept(None, "N"),
        concept(VISIBILITY, "OPAQUE"),
        concept(VISIBILITY, "masque_ps"),
        concept(ACT_CODE, "XYZ"),
        concept(["a"], {"b": 1}),
    ],
)
def test_a_label_that_is_not_understood_is_never_ignored(wrong: Any) -> None:  # noqa: ANN401
    """Unknown system, case, spaces, text alone: an error that names the position."""
    with pytest.raises(LabelError) as raised:
        fhir.read([concept(CONFIDENTIALITY, "R"), wrong])
    assert raised.value.args == (1,)


def test_meta_security_names_the_level_and_the_sensitivities() -> None:
    """The category becomes its v3-ActCode codes, each once; the marks stay out."""
    label = Label(
        Confidentiality.R, frozenset({Category.HIV, Category.STI}), frozenset(Mark)
    )
    assert fhir.meta_security(label) == [
        {"system": CONFIDENTIALITY, "code": "R"},
        {"system": ACT_CODE, "code": "HIV"},
        {"system": ACT_CODE, "code": "STD"},
    ]
