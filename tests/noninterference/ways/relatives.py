"""Ways of who represents the person, or cares: what the person, or another parent, does."""

from typing import TYPE_CHECKING, Any

from labels.codes import Mark
from labels.fhir_consent import terms
from tests.gateway.consenting import about, consent, patient_of, to_person
from tests.noninterference import acts, circle
from tests.noninterference.documents import Paper, world
from tests.noninterference.side_by_side import ask
from tests.noninterference.story import START
from tests.noninterference.ways.consents import consented
from tests.noninterference.ways.sending import (
    again,
    get,
    made,
    masked,
    masking,
    oid,
    send,
    told,
)

if TYPE_CHECKING:
    from tests.noninterference.comparing import Example

Json = dict[str, Any]

DOCTOR, CARER, FATHER = "psychiatrist", "melisande", "octave"
AUTHOR = "ophthalmologist"
REPRESENTATIVES = Mark.INVISIBLE_REPRESENTANTS_LEGAUX
TELLING = ("CareTeam", "RelatedPerson", "Communication", "AuditEvent", "Consent")


def let_in(example: "Example") -> bool:
    """A person ends, or blocks, whom a relative has just let in."""
    patient = example.twin.story.patient
    body = example.chance.choice(
        (circle.team(patient, DOCTOR), circle.carer(patient, CARER))
    )
    kind = body["resourceType"]
    named = made(send(example, f"/fhir/{kind}", body))
    if not named:
        return True
    path, said = f"/fhir/{named}/$end", circle.EMPTY
    if kind == "CareTeam" and example.chance.random() < 0.5:
        path, said = "/fhir/Consent/$block", circle.blocking(DOCTOR)
    acts.does(example, path, "POST", said)
    get(example, f"/fhir/{named}")
    for each in (kind, "Communication"):
        told(example, each)
    send(example, f"/fhir/{kind}", body)
    send(example, f"/fhir/{named}/$end", circle.EMPTY)
    return True


def spoken_for(example: "Example") -> bool:
    """A person ends, or says otherwise, what a relative has just said for the person."""
    known = acts.sayable(example)
    if not known:
        return False
    said = masked(example, example.chance.choice(known))
    named = made(send(example, "/fhir/Consent", said))
    if not named:
        return True
    provision = said["provision"] | {"actor": [to_person("dentist")]}
    after = example.chance.choice(({"status": "inactive"}, {"provision": provision}))
    own = said | {"id": named.partition("/")[2]} | after
    acts.does(example, f"/fhir/{named}", "PUT", own)
    again(example, named, said)
    return True


def suspended(example: "Example") -> bool:
    """The child suspends the other parent, who has just said a Consent and asked to close."""
    named, _ = _fathered(example)
    if not named:
        return False
    patient = {"name": "patient", "valueIdentifier": _ins(example.twin.story.patient)}
    asked = circle.EMPTY | {"parameter": [patient]}
    for gateway in example.bench.pair.both:
        ask(gateway, FATHER, "/fhir/Patient/$close", asked)
    father = {"name": "representative", "valueIdentifier": _ins(FATHER)}
    said = circle.EMPTY | {"parameter": [patient, father]}
    acts.does(example, "/fhir/Patient/$suspend-representation", "POST", said)
    _looks(example, named)
    send(example, "/fhir/Patient/$joint-acts", asked)
    act = {"name": "act", "valueCode": "close"}
    declined = circle.EMPTY | {"parameter": [patient, act]}
    send(example, "/fhir/Patient/$decline-joint-act", declined)
    return True


def said_of_hidden(example: "Example") -> bool:
    """The other parent's Consent comes to name what the child keeps from this one alone."""
    named, said = _fathered(example)
    if not named:
        return False
    paper = Paper(oid(example), "11488-4", "Note", START)
    hidden = acts.hide(example, paper, AUTHOR, REPRESENTATIVES)
    patient, left = example.twin.story.patient, example.bench.pair.left
    kept = ask(left, patient, "/fhir/Consent", _from(example, hidden))
    if not kept.status.startswith("201"):
        return True  # it waits for a review: both parents are kept from it
    acts.unmarked(example, hidden, REPRESENTATIVES)
    body = masking(example, hidden) | {"id": named.partition("/")[2]}
    ask(left, FATHER, f"/fhir/{named}", body, method="PUT")
    _looks(example, named)
    again(example, named, said)
    return True


def _fathered(example: "Example") -> tuple[str, Json]:
    """Have another parent say a Consent on what both see; return it, once an example."""
    known = acts.sayable(example)
    if example.fathered or not known:
        return "", {}
    example.fathered = True
    acts.fathered(example, FATHER)
    said = masked(example, example.chance.choice(known))
    for gateway in example.bench.pair.both:
        answer = ask(gateway, FATHER, "/fhir/Consent", said)
    return made(answer), said


def _looks(example: "Example", named: str) -> None:
    """Look at all that tells of the other parent."""
    for each in TELLING:
        told(example, each)
    for each in ("", "/_history/1", "/_history/2"):
        get(example, f"/fhir/{named}{each}")


def _from(example: "Example", hidden: str) -> Json:
    """Return the child's Consent that keeps a document from the reader alone."""
    system = {"coding": [{"system": terms.PARTICIPATION, "code": terms.RECIPIENT}]}
    actor = [
        {"role": system, "reference": patient_of(example.reader) | {"type": "Patient"}}
    ]
    provision = {"type": "deny", "actor": actor, "data": [about(hidden)]}
    return consent(example.twin.story.patient, provision)


def _ins(patient: str) -> Json:
    identifier = world().patients[patient].identifier
    return {"system": identifier.system, "value": identifier.value}


WAYS = (consented, let_in, spoken_for, suspended, said_of_hidden)
