"""``paravent exposure``: the demo's records, under the patient's own clearance."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.audit import trail
from gateway.audit.events import Json
from gateway.cli import main
from gateway.commands.exposure import OPERATOR, written
from gateway.commands.naming import seen_by
from gateway.consents import directives
from gateway.demo.table import principal_of
from gateway.demo.world.load import load
from gateway.exposure import exposures, sight
from gateway.identity.principal import Principal
from gateway.inquiry import by_identifier, inquire
from gateway.patient.record import every
from gateway.repository import records
from gateway.repository.records import Record
from gateway.services import Services
from labels.codes import Category
from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.exposure import Exposure
from labels.told import Strength

WORLD = load()


def person(patient: str) -> Principal:
    """Return the principal of a patient of the demo."""
    return principal_of(WORLD.readers[patient])


def told(
    services: Services, patient: str, reader: str, category: Category
) -> tuple[Exposure, dict[str, str]]:
    """Return what a reader is told about a category, and the titles of what is seen."""
    find = by_identifier(services, WORLD.patients[patient].identifier)
    with inquire(services, person(patient), find) as asked:
        found = sight(
            asked, every(asked), principal_of(WORLD.readers[reader]), services
        )
        shown = {
            each.id: each.content["masterIdentifier"]["value"] for each in found.seen
        }
        return exposures(asked, found, [category], services)[0], shown


def record_of(services: Services, patient: str) -> Record:
    """Return the record of a patient of the demo."""
    with services.store.unit() as connection:
        identifier = WORLD.patients[patient].identifier
        return records.by_identifiers(connection, services.store.keys, identifier)


def documents(*names: str) -> set[str]:
    """Return the master identifiers of documents of the demo."""
    return {WORLD.documents()[name].identifier for name in names}


def test_one_letter_hidden_leaves_four_that_tell(services: Services) -> None:
    """The pharmacist does not see the visit, but the drug and the results say it."""
    found, shown = told(services, "tristan", "pharmacist", Category.HIV)
    certain = {
        shown[each.item]
        for each in found.revealing
        if each.strength is Strength.CERTAIN
    }
    assert certain == documents(
        "hiv-prescription", "hiv-lab", "hiv-lab-corrected", "medical-summary"
    )
    assert {shown[each] for each in found.closure.items} == certain


def test_a_category_masked_leaves_nothing_that_tells(services: Services) -> None:
    """What Solène's dentist sees tells nothing; that an endocrinologist wrote is a hint."""
    found, shown = told(services, "solene", "dentist", Category.GENDER_IDENTITY)
    assert shown
    assert {each.strength for each in found.revealing} <= {Strength.POSSIBLE}
    assert found.closure.items == ()


def test_hiding_the_closure_is_enough(services: Services) -> None:
    """When the patient masks what the closure names, nothing likely is left."""
    found, _ = told(services, "tristan", "pharmacist", Category.HIV)
    mask = Directive(
        id="mask-of-the-closure",
        effect=Effect.MASK,
        audience=Audience(AudienceKind.PROFESSION, "21"),
        items=frozenset(found.closure.items),
        start=services.clock.now(),
    )
    with services.store.unit() as connection:
        record = records.by_identifiers(
            connection, services.store.keys, WORLD.patients["tristan"].identifier
        )
        directives.decide(connection, record, mask)
    after, _ = told(services, "tristan", "pharmacist", Category.HIV)
    assert all(each.strength is Strength.POSSIBLE for each in after.revealing)
    assert after.closure.items == ()


def test_nobody_but_the_patient_is_told(services: Services) -> None:
    """A professional and a representative are refused before anything is read."""
    for key in ("gp", "corentine"):
        find = by_identifier(services, WORLD.patients["inaya"].identifier)
        with inquire(services, person(key), find) as asked:  # noqa: SIM117
            with pytest.raises(PermissionError):
                sight(asked, [], person("corentine"), services)


def test_a_held_announcement_is_not_told(services: Services) -> None:
    """What the patient may not know yet is in no list, though the reader sees it."""
    find = by_identifier(services, WORLD.patients["octave"].identifier)
    with inquire(services, person("octave"), find) as asked:
        reader = principal_of(WORLD.readers["gp"])
        found = sight(asked, every(asked), reader, services)
        seen = {
            each.content["masterIdentifier"]["value"]
            for each in (*found.seen, *found.hidden)
        }
    held = {d.identifier for d in WORLD.documents().values() if d.patient == "octave"}
    assert len(held - seen) == 1


def test_the_trail_says_who_looked(services: Services) -> None:
    """The content is read in the operator's name, item by item; the reader reads nothing."""
    record = record_of(services, "tristan")
    reader = principal_of(WORLD.readers["pharmacist"])
    before = _events(services, record)
    written(services, record, reader, None, "fr")
    new = _events(services, record)[len(before) :]
    system, _, value = OPERATOR.subject.partition("|")
    agents = {tuple(event["agent"][0]["who"]["identifier"].values()) for event in new}
    assert agents == {(system, value)}
    read = next(e for e in new if e["subtype"][0]["code"] == "operation")
    items = [e for e in read["entity"] if e["role"]["code"] == "3"]
    _, shown = told(services, "tristan", "pharmacist", Category.HIV)
    named = {e["what"]["reference"].removeprefix("DocumentReference/") for e in items}
    assert named == {f"{record.patient_id}{each}" for each in shown}
    assert "biktarvy" not in json.dumps(new).lower()


def test_the_record_of_nobody_is_not_found(services: Services) -> None:
    """An unknown id has nothing to tell."""
    with services.store.unit() as connection:
        nobody = records.by_id(connection, services.store.keys, "0" * 32)
    reader = principal_of(WORLD.readers["gp"])
    assert written(services, nobody, reader, None, "fr") is None


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ("tristan --as pharmacist", 0, "« BIKTARVY » le dit en clair"),
        ("tristan --as pharmacist --lang en", 0, "“BIKTARVY” says it plainly"),
        ("tristan --as pharmacist --category alcohol --lang en", 0, "nothing"),
        ("solene --as gp --lang en", 0, "Nothing is hidden from this reader"),
        ("solene --as gp --category gender_identity", 0, "le plus petit ensemble"),
        ("solene --as nobody", 1, "the readers are"),
        ("0123 --as gp", 1, "there is no such record"),
        ("solene --as gp --category cold", 2, "cold"),
    ],
)
def test_the_command(
    services: Services, arguments: str, status: int, said: str
) -> None:
    """It prints what tells, how strongly and why, then what to hide."""
    data = str(services.settings.data)
    answer = CliRunner().invoke(main, ["exposure", *arguments.split(), "--data", data])
    assert answer.exit_code == status
    assert said in answer.output


def test_a_record_is_found_by_its_id(services: Services, tmp_path: Path) -> None:
    """The id of a record does as well as the key of a demo patient."""
    assert tmp_path in services.settings.data.parents
    patient_id = record_of(services, "tristan").patient_id
    data = str(services.settings.data)
    by_key, by_id = (
        CliRunner().invoke(
            main, ["exposure", name, "--as", "pharmacist", "--data", data]
        )
        for name in ("tristan", patient_id)
    )
    assert by_id.output == by_key.output
    assert by_id.exit_code == 0


def test_only_possibilities_call_for_nothing(services: Services) -> None:
    """A reader who sees only what may tell is said to need no more hiding."""
    record = record_of(services, "octave")
    reader = principal_of(WORLD.readers["gp"])
    said = written(services, record, reader, Category.VIOLENCE, "en")
    assert said is not None
    assert "could not be read" in said
    assert "nothing more to hide" in said


def _events(services: Services, record: Record) -> list[Json]:
    with services.store.unit() as connection:
        return trail.of_record(connection, record)


def test_each_thing_seen_is_named_by_its_own_kind() -> None:
    """A code by the rule that bears it; words and codes of another rule are not renamed."""
    rules = ("hiv/nabm/0388", "gender_identity/specialty/G15_10/SM16", "hiv/term/virus")
    assert seen_by(rules, "G15_10/SM16") == (rules[1], "specialty")
    assert seen_by(rules, "0388") == (rules[0], "nabm")
    assert seen_by(rules, "VIH") == ("", "")
    assert seen_by(rules, "1234") == ("", "")
