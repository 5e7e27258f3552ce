"""An exception that is taken holds, whoever asks about whatever item."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from labels.consent import Directive, Effect
from labels.fhir_consent.exceptions import kept
from labels.fhir_consent.read import AFTER
from labels.item import Item
from labels.policy import editions, rule
from labels.policy.decide import clearance_for, decide
from labels.policy.question import Question
from tests.labels.fhir_consent.pcf import RULES as TEXT
from tests.properties.worlds import DIRECTIVES, ITEMS, QUESTIONS

AT = datetime(2020, 1, 1, tzinfo=UTC)
RULES = rule.read(TEXT, editions.load())


def _one_thing(drawn: Directive, kind: str) -> Directive:
    """Return what a provision can say: single things, or subjects or all with bounds."""
    named = kind in {"items", "places"}
    bounds: dict[str, Any] = {"authors": frozenset(), "level": None} if named else {}
    return replace(
        drawn,
        items=drawn.items if kind == "items" else frozenset(),
        places=drawn.places if kind == "places" else frozenset(),
        categories=drawn.categories if kind == "categories" else frozenset(),
        everything=kind == "everything",
        purposes=frozenset(),
        yields=False,
        **bounds,
    )


KINDS = st.sampled_from(["items", "places", "categories", "everything"])
SAID = st.builds(_one_thing, DIRECTIVES, KINDS)


def _seen(question: Question, item: Item, *said: Directive) -> bool:
    asked = replace(question, directives=said)
    return decide(asked, item, RULES).permitted


@given(SAID, SAID, QUESTIONS, ITEMS, st.sampled_from(["", "/a", "/a/b[2]"]))
def test_an_exception_that_is_kept_wins(
    root: Directive, exception: Directive, question: Question, item: Item, place: str
) -> None:
    """What the exception alone hides stays hidden; what it alone shows stays shown."""
    root = replace(root, start=AT)
    exception = replace(exception, start=AT + AFTER)
    assume(root.effect is not exception.effect and kept(root, exception))
    item = replace(item, place=place)
    together = _seen(question, item, root, exception)
    if exception.effect is Effect.SHOW:
        assert together or not _seen(question, item, exception)
    elif _hidden(question, item, exception):
        assert not together


def _hidden(question: Question, item: Item, mask: Directive) -> bool:
    """Tell whether a mask that stands alone closes the item."""
    alone = clearance_for(replace(question, directives=(mask,)), RULES)
    return any(each.bites(item) for each in alone.denials)
