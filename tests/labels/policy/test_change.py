"""What the patient could do to get the other answer, tried out on the rules."""

from dataclasses import replace

import pytest

from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.policy import rule
from labels.policy.change import said, ways
from labels.policy.decide import decide
from tests.labels.policy.worked import Case, cases

RULES = rule.load()
CASES = {case.ask: case for case in cases()}
REVIEW = "accept this deposit after reviewing it"
UNBLOCK = "unblock this reader"
UNMASK_ALL = "no longer mask this document to professionals"
SECRECY = "give up the secrecy of this document"
UNMASK = "take back what masks this to this reader"
NAME = "open this document to this reader by name"
CODE = "give this reader a code, or add them to the care team"
PLAIN = "say that this document is not sensitive"
MASK = "mask this document to this reader"
TAKE_BACK = "take back what you opened to this reader"
END = "end what ties this reader to you"
BLOCK = "block this reader"


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        ("the patient reads an HIV result", ()),
        ("the patient before the consultation that announces", ()),
        ("the mother and the girl's contraception", (PLAIN,)),
        ("the mother and what the minor asked to keep secret", (SECRECY,)),
        ("the mother reads the vaccinations of her child", (MASK, BLOCK)),
        ("a carer, nothing opened", (NAME,)),
        ("a carer, one document opened", (MASK, TAKE_BACK, END, BLOCK)),
        ("the surgeon reads the report he deposited", ()),
        ("the treating doctor reads about hormones", (END, BLOCK)),
        ("the dentist reads an ordinary letter", (MASK, END, BLOCK)),
        ("the dentist and a hormone prescription", (NAME, PLAIN)),
        ("the dentist and a type outside the column", ()),
        ("a profession without a column", ()),
        ("a doctor whom nothing ties to the patient", (NAME, CODE)),
        ("the dentist and a masked document", (UNMASK_ALL, NAME)),
        ("HIV masked to dentists", (UNMASK, NAME, PLAIN)),
        ("a blocked pharmacist", (UNBLOCK,)),
        ("a deposit held for review, and the treating doctor", (REVIEW,)),
        ("a deposit held for review, opened by name", (REVIEW,)),
        ("held and masked, and the dentist", (f"{REVIEW} and {NAME}",)),
        ("the occupational doctor", ()),
        ("an insurer's doctor", ()),
        ("bris de glace by somebody blocked", (UNBLOCK,)),
        ("the relation outlived the eighteenth birthday", ()),
    ],
)
def test_ways(ask: str, told: tuple[str, ...]) -> None:
    """Single steps where one is enough, else the fewest together, else nothing."""
    case = CASES[ask]
    assert told == said(ways(case.question, case.item, RULES), "en")


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.ask)
def test_every_way_leads_to_the_other_answer(case: Case) -> None:
    """What is named was tried: it turns the answer around, and no part of it alone does."""
    now = decide(case.question, case.item, RULES).permitted
    for way in ways(case.question, case.item, RULES):
        for left_out in (None, *way):
            asked, item = case.question, case.item
            for step in way:
                if step is not left_out:
                    asked, item = step.taken(asked, item)
            turned = decide(asked, item, RULES).permitted is not now
            assert turned is (left_out is None)


def test_a_way_can_be_said_in_french() -> None:
    """French is also what another language gets."""
    case = CASES["held and masked, and the dentist"]
    found = ways(case.question, case.item, RULES)
    clause = (
        "accepter ce dépôt après l'avoir relu et ouvrir ce document à ce lecteur "
        "en le nommant"
    )
    assert said(found, "fr") == said(found, "br") == (clause,)


def test_a_reader_who_is_nobody_can_be_asked_about() -> None:
    """A question without a reader has an answer too."""
    case = CASES["a doctor whom nothing ties to the patient"]
    nobody = replace(case.question, reader="", organization="")
    assert said(ways(nobody, case.item, RULES), "en") == (CODE,)


@pytest.mark.parametrize(
    ("ask", "clause", "gone"),
    [
        ("HIV masked to dentists", UNMASK, Effect.MASK),
        ("a carer, one document opened", TAKE_BACK, Effect.SHOW),
    ],
)
def test_only_what_speaks_of_this_reader_is_taken_back(
    ask: str, clause: str, gone: Effect
) -> None:
    """What was decided for others, or the other way round, stays as it is."""
    case = CASES[ask]
    found = dict.fromkeys(way[0] for way in ways(case.question, case.item, RULES))
    (step,) = (each for each in found if each.en == clause)
    everyone = Audience(AudienceKind.EVERYONE)
    someone = Audience(AudienceKind.PERSON, "rpps|somebody else")
    mine = {effect: Directive("mine", effect, everyone) for effect in Effect}
    others = [Directive("other", effect, someone) for effect in Effect]
    asked = replace(case.question, directives=(*mine.values(), *others))
    left, item = step.taken(asked, case.item)
    kept = [each for effect, each in mine.items() if effect is not gone]
    assert left.directives == (*kept, *others)
    assert item == case.item
