"""The worked cases through the FHIR API: visible is 200, all else is what never existed."""

from dataclasses import replace
from uuid import uuid4

import pytest

from labels.codes import Purpose
from labels.policy.question import Question, Relation
from tests.cases.world import CaseWorld, Seeded, expected
from tests.labels.policy.worked import Case, cases

CASES = cases()

NO_SUCH_TOKEN = "a token speaks for a person or for a professional, never for both"
NO_SUCH_PURPOSE = (
    "persons ask for themselves or for a relative, whatever the token says"
)
ENDED = "the gateway itself ends a representation at 18"
PLACE = "one place of a document is seen in a rendition, not as a resource"
PARTS = "needs a document that a rendition can divide"

BEYOND = {
    "a mother who is a doctor and asks as one": NO_SUCH_TOKEN,
    "a guardian who is a nurse and asks as one": NO_SUCH_TOKEN,
    "the patient's own account used for an insurance": NO_SUCH_PURPOSE,
    "a carer who is the treating doctor": NO_SUCH_PURPOSE,
    "a carer of the care team": NO_SUCH_PURPOSE,
    "a carer of the care team, by the law's preset": NO_SUCH_PURPOSE,
    "a carer of the care team, one subject opened": NO_SUCH_PURPOSE,
    "a carer who was given a code": NO_SUCH_PURPOSE,
    "a carer who was given a code, by the law's preset": NO_SUCH_PURPOSE,
    "a carer with a grant": NO_SUCH_PURPOSE,
    "a carer with a grant, very discreet": NO_SUCH_PURPOSE,
    "a carer with a grant, nothing hidden": NO_SUCH_PURPOSE,
    "a carer with a grant, opened to everyone": NO_SUCH_PURPOSE,
    "the relation outlived the eighteenth birthday": ENDED,
    "one paragraph masked to everyone": PLACE,
    "one paragraph masked, another": PLACE,
    "one paragraph masked, but to my pharmacist": PLACE,
    "the dentist, and a letter of which one sentence is left out": PARTS,
}
"""What the API cannot ask, each with its reason; all of them are asked of ``decide``."""


def _plain(question: Question) -> tuple[object, ...]:
    """Return what a question says, its directives in no order and without ids."""
    said = frozenset(
        (d.effect, d.audience, d.items, d.categories, d.everything, d.start, d.end)
        for d in question.directives
    )
    return (
        *(question.reader, question.organization, question.profession),
        *(question.relations, question.purpose, question.minor, question.under_15),
        *(question.preset, question.masks_open, question.capacity, question.at, said),
    )


def _asked(seeded: Seeded) -> Question:
    """Return the question of a case as the gateway asks it.

    After a death nobody is anything to the person, whose own sign-in is anybody's.
    """
    asked = expected(seeded)
    if not asked.deceased:
        return asked
    own = asked.purpose is Purpose.PATRQT
    purpose = Purpose.FAMRQT if own else asked.purpose
    found = asked.relations & {Relation.BLOCKED}
    return replace(asked, relations=found, purpose=purpose)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> CaseWorld:
    """Give one gateway with a record for each case."""
    return CaseWorld(tmp_path_factory.mktemp("cases") / "data", CASES)


@pytest.fixture(scope="module")
def never(world: CaseWorld) -> tuple[bytes, list[tuple[str, str]]]:
    """Give the one answer to an id that never existed."""
    answer = world.read(next(iter(world.seeded.values())), uuid4().hex)
    assert answer.status_code == 404
    return answer.get_data(), list(answer.headers)


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.ask not in BEYOND], ids=lambda case: case.ask
)
def test_case(
    world: CaseWorld, never: tuple[bytes, list[tuple[str, str]]], case: Case
) -> None:
    """The reader gets the document, or the answer to an id that never existed."""
    seeded = world.seeded[case.ask]
    assert _plain(world.question(seeded)) == _plain(_asked(seeded))
    answer, total = world.read(seeded), world.total(seeded)
    if case.expected.permitted:
        assert (answer.status_code, total) == (200, 1)
    else:
        assert (answer.status_code, total) == (404, 0)
        assert (answer.get_data(), list(answer.headers)) == never


@pytest.mark.parametrize("ask", BEYOND)
def test_what_the_api_cannot_ask(world: CaseWorld, ask: str) -> None:
    """Each such case is about a place or a part, or the gateway asks another question."""
    seeded = world.seeded[ask]
    item = seeded.case.item
    if BEYOND[ask] in {PLACE, PARTS}:
        assert item.place or item.told
    else:
        assert _plain(world.question(seeded)) != _plain(expected(seeded))
