"""What takes the place of a former identity in a text."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mappings.former import Former, Renaming
from mappings.submission import Traits
from tests.spellings import FAMILY, NAME

WHO = Traits((), family=FAMILY, given=("SOLÈNE",), gender="female")
RENAMING = Renaming.of(Former((f"JEAN-{NAME}", NAME, "JEAN"), "male"), WHO)
WORDS = st.sampled_from(
    f"{NAME}|{NAME.upper()}|Jean|{FAMILY}|Orvanneau|Monsieur|M|M.|mr|et|sexe|Sexe :"
    "|masculin|un|homme|de|35 ans|Dr|.|@".split("|")
)
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from((" ", "-", "_", ", ", "")))).map(
    lambda said: "".join(word + joint for word, joint in said)
)


@given(TEXTS)
def test_no_two_replacements_overlap(text: str) -> None:
    """Each changes its own stretch, from the end of the text to its beginning."""
    assert RENAMING
    changes = RENAMING.changes(text)
    for (start, end, _), (_, before, _) in pairwise(changes):
        assert before <= start < end


@given(TEXTS)
def test_a_former_name_is_replaced_or_left_to_be_hidden(text: str) -> None:
    """What is found and in no replacement is reported, and nothing else is."""
    assert RENAMING
    replaced = [(start, end) for start, end, _ in RENAMING.changes(text)]
    for start, end in RENAMING.said(text):
        inside = any(s <= start and end <= e for s, e in replaced)
        assert inside is ((start, end) not in RENAMING.left(text))
