"""The patient has the last word on labels; nobody else has, and nobody can tell."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection

from gateway import last_word
from gateway.audit import trail
from gateway.consents import label_words
from gateway.demo.table import principal_of
from gateway.demo.world.load import load
from gateway.references import Reference
from gateway.repository import items, keeping, records
from gateway.repository.items import Stored
from gateway.repository.records import Record
from gateway.services import Services
from labels.codes import Category, Confidentiality
from labels.label import Label
from labels.last_word import Word
from mappings.mapped import Refused
from tests.gateway.world import Software

WORLD = load()
TRISTAN = principal_of(WORLD.readers["tristan"])
HIV = frozenset({Category.HIV})


def item_of(software: Software, document: str) -> str:
    """Return the id, in its record, of a demo document."""
    return Reference.parse(software.id_of(document)).item_id


def about(software: Software, document: str, *, sensitive: bool = False) -> Word:
    """Return what is said of HIV in a demo document."""
    named = frozenset({item_of(software, document)})
    return Word(sensitive=sensitive, categories=HIV, items=named)


def record_of(software: Software, connection: Connection) -> Record:
    """Return Tristan's record."""
    found = WORLD.patients["tristan"].identifier
    return records.by_identifiers(connection, software.services.store.keys, found)


def kept(software: Software, item_id: str, patient_id: str = "") -> Stored:
    """Return an item as it is kept, of Tristan's record unless another is named."""
    store = software.services.store
    with store.unit() as connection:
        record = record_of(software, connection)
        if patient_id:
            record = records.by_id(connection, store.keys, patient_id)
        [found] = keeping.named(connection, record, frozenset({item_id}))
    return found


def held(software: Software, document: str) -> Stored:
    """Return a document of the demo as it is kept."""
    target = Reference.parse(software.id_of(document))
    return kept(software, target.item_id, target.patient_id)


def deposited_again(
    software: Software, document: str, oid: str, *, replaces: bool = False
) -> Stored:
    """Deposit a CDA of Tristan's under another identifier and return it as it is kept."""
    deposit = next(d for d in WORLD.deposits if d.documents[0].name == document)
    old = identifier(document).removeprefix("urn:oid:").encode()
    body = deposit.body.replace(old, oid.encode())
    if replaces:
        parent = b'<relatedDocument typeCode="RPLC"><parentDocument><id root="%b"/>'
        parent += b"</parentDocument></relatedDocument><componentOf>"
        body = body.replace(b"<componentOf>", parent % old, 1)
    answer = software.ask(
        deposit.depositor,
        deposit.path,
        "POST",
        data=body,
        content_type=deposit.content_type,
    )
    assert answer.status_code == 201
    return kept(software, Reference.parse(answer.headers["Location"][-64:]).item_id)


def identifier(document: str) -> str:
    """Return the master identifier of a demo document."""
    return WORLD.documents()[document].identifier


def events(services: Services, patient: str) -> list[dict[str, object]]:
    """Return the trail of a patient's record."""
    with services.store.unit() as connection:
        found = records.by_identifiers(
            connection, services.store.keys, WORLD.patients[patient].identifier
        )
        return trail.of_record(connection, found)


def test_a_not_opens_the_document_to_the_team_and_back_again(
    software: Software,
) -> None:
    """The pharmacist finds Solène's letter while she says it is not sensitive."""
    solene = principal_of(WORLD.readers["solene"])
    wanted = identifier("endocrine-letter")
    before = software.search("pharmacist", "solene").get_data()
    assert wanted not in software.identifiers("pharmacist", "solene")
    word = Word(
        sensitive=False,
        categories=frozenset({Category.GENDER_IDENTITY}),
        items=frozenset({item_of(software, "endocrine-letter")}),
    )
    word_id = last_word.say(software.services, solene, word)
    assert word_id is not None
    assert wanted in software.identifiers("pharmacist", "solene")
    facts = held(software, "endocrine-letter").whole
    assert (facts.confidentiality, facts.categories) == (Confidentiality.N, frozenset())
    assert last_word.take_back(software.services, solene, word_id)
    assert not last_word.take_back(software.services, solene, word_id)
    assert before == software.search("pharmacist", "solene").get_data()


def test_a_yes_closes_an_ordinary_document(software: Software) -> None:
    """What Solène calls sensitive is hidden from her dentist, and shown again after."""
    solene = principal_of(WORLD.readers["solene"])
    wanted = identifier("blood-count")
    word = about(software, "blood-count", sensitive=True)
    assert wanted in software.identifiers("dentist", "solene")
    word_id = last_word.say(software.services, solene, word)
    assert word_id is not None
    assert wanted not in software.identifiers("dentist", "solene")
    assert wanted in software.identifiers("gp", "solene")
    last_word.take_back(software.services, solene, word_id)
    assert wanted in software.identifiers("dentist", "solene")


@pytest.mark.parametrize("sensitive", [True, False])
def test_a_word_changes_nothing_that_others_can_see(
    software: Software, *, sensitive: bool
) -> None:
    """Version, ETag, dates and labels shown to the treating doctor are as before."""
    path = f"/fhir/DocumentReference/{software.id_of('hiv-consultation')}"
    before = software.ask("gp", path)
    last_word.say(
        software.services,
        TRISTAN,
        about(software, "hiv-consultation", sensitive=sensitive),
    )
    after = software.ask("gp", path)
    assert (before.get_data(), before.headers) == (after.get_data(), after.headers)


def test_a_rule_of_the_whole_record_holds_for_what_is_deposited_later(
    software: Software,
) -> None:
    """Every item is labelled anew, and a new deposit meets the word."""
    rules = {e.rule for e in held(software, "hiv-consultation").label.computed.evidence}
    said = {
        rule: last_word.say(
            software.services, TRISTAN, Word(sensitive=False, rule=rule)
        )
        for rule in sorted(rules)
    }
    assert all(said.values())
    assert held(software, "hiv-consultation").whole.categories == frozenset()
    stored = deposited_again(software, "hiv-consultation", "2.25.7777")
    assert {word.rule for word in stored.label.words} == rules
    assert Category.HIV in stored.label.computed.categories
    assert stored.whole.categories == frozenset()


def test_a_yes_holds_for_the_next_version_and_a_not_does_not(
    software: Software,
) -> None:
    """What replaces a document is judged anew, but never less sensitive than was said."""
    violence = frozenset({Category.VIOLENCE})
    named = frozenset({item_of(software, "hiv-consultation")})
    yes = Word(sensitive=True, categories=violence, items=named)
    word_id = last_word.say(software.services, TRISTAN, yes)
    last_word.say(software.services, TRISTAN, about(software, "hiv-consultation"))
    assert held(software, "hiv-consultation").whole.categories == violence
    stored = deposited_again(software, "hiv-consultation", "2.25.8888", replaces=True)
    assert stored.whole.categories == {*HIV, *violence}
    assert stored.label.inherited.categories == frozenset()
    assert word_id is not None
    last_word.take_back(software.services, TRISTAN, word_id)
    assert kept(software, stored.id).whole.categories == HIV


def test_what_was_submitted_stays_whatever_is_said(software: Software) -> None:
    """A depositor's own label is lifted by no word, on the next version neither."""
    document_id = item_of(software, "hiv-consultation")
    stored = kept(software, document_id)
    submitted = Label(Confidentiality.V, HIV)
    label = replace(stored.label, submitted=submitted)
    with software.services.store.unit() as connection:
        items.relabel(
            connection, record_of(software, connection), items.with_label(stored, label)
        )
    last_word.say(software.services, TRISTAN, about(software, "hiv-consultation"))
    found = kept(software, document_id).whole
    assert (found.confidentiality, found.categories) == (Confidentiality.V, HIV)
    new = deposited_again(software, "hiv-consultation", "2.25.9999", replaces=True)
    word = Word(sensitive=False, items=frozenset({new.id}))
    last_word.say(software.services, TRISTAN, word)
    found = kept(software, new.id).whole
    assert (found.confidentiality, found.categories) == (Confidentiality.V, HIV)


@pytest.mark.parametrize("reader", ["gp", "infectiologist", "dentist"])
def test_nobody_but_a_patient_speaks(software: Software, reader: str) -> None:
    """Treating doctor, author, team: the same 403 before anything is looked up."""
    principal = principal_of(WORLD.readers[reader])
    for word in (
        about(software, "hiv-consultation"),
        Word(sensitive=False, rule="hiv/term/x"),
    ):
        with pytest.raises(Refused) as refused:
            last_word.say(software.services, principal, word)
        assert refused.value.status == 403
    with pytest.raises(Refused):
        last_word.take_back(software.services, principal, "0" * 32)


def test_a_patient_speaks_of_the_own_record_only(software: Software) -> None:
    """Another's document, and one that waits for its announcement, are nothing at all."""
    octave = principal_of(WORLD.readers["octave"])
    waiting = next(
        name for name, each in WORLD.documents().items() if each.author == "pathologist"
    )
    for document in ("hiv-consultation", waiting):
        word = about(software, document)
        before = held(software, document)
        assert last_word.say(software.services, octave, word) is None
        assert held(software, document) == before
    unknown = replace(TRISTAN, patient=octave.patient)
    assert (
        last_word.say(software.services, unknown, about(software, "blood-count"))
        is None
    )


def test_each_word_leaves_its_time_and_a_trace(software: Software) -> None:
    """Said, taken back, refused: one event each; the word is ended, never deleted."""
    services = software.services
    before = len(events(services, "tristan"))
    word_id = last_word.say(services, TRISTAN, about(software, "hiv-consultation"))
    assert word_id is not None
    last_word.take_back(services, TRISTAN, word_id)
    last_word.take_back(services, TRISTAN, word_id)
    ours = [
        (each["outcomeDesc"], each["outcome"])
        for each in events(services, "tristan")[before:]
        if each["outcomeDesc"] in (last_word.SAID, last_word.TAKEN_BACK)
    ]
    assert sorted(ours) == sorted(
        [
            (last_word.SAID, "0"),
            (last_word.TAKEN_BACK, "0"),
            (last_word.TAKEN_BACK, "4"),
        ]
    )
    with services.store.unit() as connection:
        record = records.by_identifiers(
            connection, services.store.keys, WORLD.patients["tristan"].identifier
        )
        [word] = label_words.of_record(connection, record)
    assert word.said is not None
    assert word.ended is not None
