"""Who decides for a person finds no hidden place of a document by naming it in a Consent.

Two worlds: in one a document says something more, in a place that who asks may not see.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from gateway.identity.principal import RECORDER
from gateway.recording import UNDER
from gateway.repository import records
from labels.consent import Audience, AudienceKind
from labels.fhir_consent import terms
from tests.gateway.consenting import Json, about, consent, to_person
from tests.noninterference.documents import Paper, places, world
from tests.noninterference.pair import Pair, pair
from tests.noninterference.side_by_side import alike, ask, deposit, later, let_in
from tests.noninterference.story import START
from tests.noninterference.test_hidden_fact_is_absent import FACTS, PARAGRAPH

ADULT, RECORDS, AUTHOR = "solene", "psychiatrist", "gp"
CHILD, MOTHER = "inaya", "corentine"
MADE_UP = "/h:ClinicalDocument/h:made/h:up[1]"
PARENTS = terms.actor(Audience(AudienceKind.REPRESENTATIVES, ""))
ASIDE = (
    PARAGRAPH[0],
    b"<paragraph>Elle en parle.</paragraph>" + PARAGRAPH[0],
)
"""Words that no rule knows: hidden because the child says so."""
REFUSED, TAKEN = "422 UNPROCESSABLE ENTITY", "201 CREATED"


@pytest.fixture(scope="module")
def both() -> Iterator[Pair]:
    """Give two worlds in which two professionals may record for the person."""
    with pair() as made:
        for each in made.both:
            for reader in (RECORDS, AUTHOR):
                let_in(each, reader, ADULT)
        yield made


def paper(oid: str, fact: str = "") -> Paper:
    """Return a visit that says something more, or not."""
    return Paper(oid, "11488-4", "Visite", START - timedelta(days=9), fact=fact)


def sent(both: Pair, patient: str, oid: str, fact: str) -> tuple[str, list[str]]:
    """Deposit the visit, with the fact in the first world; its id, the fact's places."""
    later(both, minutes=1)
    told, never = paper(oid, fact), paper(oid)
    ids = {
        deposit(gateway, patient, AUTHOR, said)
        for gateway, said in zip(both.both, (told, never), strict=True)
    }
    later(both, minutes=1)
    [public_id] = ids
    others = set(places(never, patient, AUTHOR))
    return public_id, [p for p in places(told, patient, AUTHOR) if p not in others]


def saying(patient: str, kind: str, public_id: str, place: str) -> Json:
    """Return a Consent to the pharmacist about one place."""
    actor, data = [to_person("pharmacist")], [about(public_id, place)]
    return consent(patient, {"type": kind, "actor": actor, "data": data})


@pytest.mark.parametrize("fact", ["item", "paragraph", "sentence"])
@pytest.mark.parametrize("kind", ["deny", "permit"])
def test_a_recorder_finds_no_hidden_place(both: Pair, fact: str, kind: str) -> None:
    """Hidden, moved by what is hidden, made up, shown: one refusal, in both worlds."""
    oid = f"2.25.8810{['item', 'paragraph', 'sentence'].index(fact)}{len(kind)}"
    public_id, hidden = sent(both, ADULT, oid, fact)
    alike(both, RECORDS, f"/fhir/Binary/{public_id}")
    shown = places(paper(oid), ADULT, AUTHOR)[-1]
    ranges = [
        f"{p}#char=0,{n}" for p in places(paper(oid), ADULT, AUTHOR) for n in (30, 60)
    ]
    answers = {
        alike(both, RECORDS, "/fhir/Consent", each, RECORDER)
        for each in (
            saying(ADULT, kind, public_id, place)
            for place in (*hidden, MADE_UP, shown, *ranges[-6:])
        )
    }
    assert {each.status for each in answers} == {REFUSED}
    assert len({each.body for each in answers}) == 1


def test_a_parent_finds_no_place_that_the_child_hid(
    both: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hidden by the child from her parents, made up, shown: one sentence."""
    monkeypatch.setitem(FACTS, "aside", ASIDE)
    public_id, hidden = sent(both, CHILD, "2.25.88201", "aside")
    mask = consent(CHILD, {"type": "deny", "actor": [PARENTS]})
    mask["provision"]["data"] = [about(public_id, hidden[0])]
    assert ask(both.left, CHILD, "/fhir/Consent", mask).status == TAKEN
    later(both, minutes=1)
    alike(both, MOTHER, f"/fhir/Binary/{public_id}")
    shown = places(paper("2.25.88201"), CHILD, AUTHOR)[-1]
    answers = {
        alike(both, MOTHER, "/fhir/Consent", saying(CHILD, "deny", public_id, place))
        for place in (*hidden, f"{hidden[0]}#char=0,5", MADE_UP, shown)
    }
    assert {each.status for each in answers} == {REFUSED}
    assert len({each.body for each in answers}) == 1


@pytest.mark.parametrize(("reader", "scope"), [(ADULT, ""), (AUTHOR, RECORDER)])
def test_who_is_given_the_original_names_any_place(
    both: Pair, reader: str, scope: str
) -> None:
    """The person, and a recorder who wrote it: what is there is taken, else refused."""
    oid = f"2.25.8830{len(scope)}"
    public_id, hidden = sent(both, ADULT, oid, "item")
    shown = places(paper(oid), ADULT, AUTHOR)[-1]
    for place, status in (
        (hidden[0], TAKEN),
        (shown, TAKEN),
        (MADE_UP, REFUSED),
    ):
        said = saying(ADULT, "deny", public_id, place)
        assert ask(both.left, reader, "/fhir/Consent", said, scope).status == status


@pytest.mark.parametrize("uri", ["urn:x", *UNDER.values()])
def test_a_recorder_is_not_told_the_preset(both: Pair, uri: str) -> None:
    """What the person chose for the record changes neither answer nor what is taken."""
    later(both, minutes=1)
    for gateway, preset in zip(both.both, UNDER, strict=True):
        store = gateway.services.store
        with store.unit() as connection:
            who = world().patients[ADULT].identifier
            record = records.by_identifiers(connection, store.keys, who)
            records.set_preset(connection, record, preset)
    said = consent(ADULT, {"type": "deny", "actor": [to_person("pharmacist")]})
    said["policy"] = [{"uri": uri}]
    assert alike(both, RECORDS, "/fhir/Consent", said, RECORDER).status == REFUSED
