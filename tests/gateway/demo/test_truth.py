"""Who sees what in the demo, held against the policy alone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from gateway.demo.world import expected
from gateway.demo.world.load import World, load
from labels.consent import Directive, in_force
from labels.item import Item
from labels.policy import decide, matrix, rule
from labels.policy.question import Question, Relation

WORLD: World = load()
TRUTH = expected.load()
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def relations(patient: str, reader: str) -> frozenset[Relation]:
    """Return what a reader is to a patient."""
    held = {kind for kind, who in WORLD.patients[patient].relations if who == reader}
    return frozenset(held | ({Relation.SELF} if patient == reader else set()))


def question(patient: str, reader: str) -> Question:
    """Return the question one reader asks about one record."""
    asker, held = WORLD.readers[reader], WORLD.patients[patient]
    born = date.fromisoformat(held.traits.birth_date)
    directives: tuple[Directive, ...] = in_force(held.directives, AT)
    return Question(
        reader=asker.id,
        organization=asker.organization,
        profession=matrix.column(asker.profession, asker.skill),
        relations=relations(patient, reader),
        minor=AT.date() < born.replace(year=born.year + 18),
        preset=held.preset,
        directives=directives,
    )


def items() -> Iterator[tuple[str, Item]]:
    """Return each document as policy knows it: labelled as the truth says."""
    for deposit in WORLD.deposits:
        depositor = WORLD.readers[deposit.depositor]
        for document in deposit.documents:
            truth = TRUTH[document.name]
            minor = question(document.patient, "gp").minor
            levels = [
                category.facts.minor if minor else category.facts.adult
                for category in truth.categories
            ]
            item = Item(
                id=document.name,
                type=document.type,
                confidentiality=max(levels, default=Item("").confidentiality),
                categories=truth.categories,
                marks=truth.marks,
                author=depositor.id,
                organization=depositor.organization,
            )
            yield document.patient, item


@pytest.mark.parametrize(
    ("patient", "item"), list(items()), ids=lambda each: getattr(each, "id", each)
)
def test_policy_answers_what_is_expected(patient: str, item: Item) -> None:
    """From the expected labels, the rules let see the whole exactly to those who shall."""
    rules = rule.load()
    seen = {
        reader
        for reader in WORLD.readers
        if decide.decide(question(patient, reader), item, rules).permitted
    }
    assert seen == TRUTH[item.id].seen_by
