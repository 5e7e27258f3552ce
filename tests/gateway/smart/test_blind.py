"""What a scope to change or to make lets do blindly tells nothing of what is there.

Two worlds differ in what became of a document; who may change it or deposit it, and not
read it, is answered alike in both.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gateway.view import IS_ARCHIVED
from labels.fhir import VISIBILITY
from tests.gateway.fhir.test_patching import MASK, adding, fhirpath
from tests.noninterference.draws import drawn_by
from tests.noninterference.pair import Gateway, Seen, pair
from tests.noninterference.side_by_side import deposit, later
from tests.noninterference.twoworlds import EMPTY, Two, paper

Json = dict[str, Any]
Form = tuple[str, str, str, Any]
"""Method, what comes after the address of the document, media type, body."""

PERSON, DEPOSITOR = "octave", "gp"
WHO = {PERSON: "patient", DEPOSITOR: "user"}
KIND, NEVER = "DocumentReference", "0" * 64
PATCH, FHIR, XML = (
    "application/json-patch+json",
    "application/fhir+json",
    "application/xml",
)
WAIT = {"coding": [{"system": VISIBILITY, "code": "INVISIBLE_PATIENT"}]}
ARCHIVED = f"{KIND}.extension.where(url='{IS_ARCHIVED}')"
DAYS = 40
"""More than a document may wait for its announcement."""


def of_json(op: str, path: str, value: Any = None) -> Form:  # noqa: ANN401 - any JSON
    """Return a JSON Patch of one operation."""
    said = {"op": op, "path": path} | ({} if value is None else {"value": value})
    return "PATCH", "", PATCH, [said]


def of_path(kind: str, path: str, **value: Any) -> Form:  # noqa: ANN401 - any JSON
    """Return a FHIRPath Patch of one operation."""
    said: Json = {"type": {"valueCode": kind}, "path": {"valueString": f"{KIND}{path}"}}
    return "PATCH", "", FHIR, fhirpath(said | ({"value": value} if value else {}))


def meta(act: str, concept: Json) -> Form:
    """Return a ``$meta-add`` or ``$meta-delete`` of one label."""
    one = {"name": "meta", "valueMeta": {"security": concept["coding"]}}
    return "POST", f"/$meta-{act}", FHIR, EMPTY | {"parameter": [one]}


IN_ERROR = of_path("replace", ".status", valueCode="entered-in-error")
AWAY = of_path("replace", f"{ARCHIVED[len(KIND) :]}.value", valueBoolean=True)
MASKING = of_json("add", "/securityLabel/-", MASK)
EXTENSION = {"url": IS_ARCHIVED, "valueBoolean": True}
TELLING: dict[str, Form] = {
    "test status": of_json("test", "/status", "superseded"),
    "test label": of_json("test", "/securityLabel/1/coding/0/code", "MASQUE_PS"),
    "test after": ("PATCH", "", PATCH, [*MASKING[3], *of_json("test", "/x", 1)[3]]),
    "replace a label": of_json("replace", "/securityLabel/1", MASK),
    "remove a label": of_json("remove", "/securityLabel/1"),
    "add before a label": of_json("add", "/securityLabel/1", MASK),
    "take back the error": of_json("replace", "/status", "current"),
    "superseded": of_json("replace", "/status", "superseded"),
    "an extension more": of_json("add", "/extension/-", EXTENSION),
    "other extensions": of_json("replace", "/extension", []),
    "replace by path": of_path(
        "replace", ".securityLabel[1]", valueCodeableConcept=MASK
    ),
    "delete by path": of_path("delete", ".securityLabel[1]"),
    "current by path": of_path("replace", ".status", valueCode="current"),
    "wait": of_json("add", "/securityLabel/-", WAIT),
    "wait by path": ("PATCH", "", FHIR, adding(WAIT)),
    "wait by meta": meta("add", WAIT),
}
BLIND: dict[str, Form] = {
    "add a label": MASKING,
    "add by path": ("PATCH", "", FHIR, adding(MASK)),
    "add by meta": meta("add", MASK),
    "delete by meta": meta("delete", MASK),
    "in error": IN_ERROR,
    "put away": AWAY,
    "take out": of_path(
        "replace", f"{ARCHIVED[len(KIND) :]}.value", valueBoolean=False
    ),
    "delete put away": of_path("delete", ARCHIVED[len(KIND) :]),
    "not a label": of_json("add", "/securityLabel/-", {"coding": []}),
    "mixed": ("PATCH", "", PATCH, [*MASKING[3], *of_json("test", "/status", "x")[3]]),
    "another element": of_path("replace", ".title", valueString="x"),
    "nothing": ("PATCH", "", PATCH, []),
}


def send(
    gateway: Gateway, reader: str, path: str, form: Form, scope: str = "", **more: str
) -> Seen:
    """Send a form to an address, as a persona with a scope."""
    method, suffix, media, body = form
    at = gateway.clock.now()
    headers = {
        "Authorization": f"Bearer {gateway.token(reader, at, scope)}",
        "X-Request-Id": "00000000-test",
    } | {name.replace("_", "-"): text for name, text in more.items()}
    data = body if isinstance(body, bytes) else json.dumps(body)
    with drawn_by(f"{reader} {path} {form} {scope} {more} {at}"):
        answer = gateway.client.open(
            path + suffix,
            method=method,
            data=data,
            content_type=media,
            headers=headers,
        )
    return Seen.of(answer)


def done(two: Two, reader: str, form: Form) -> Callable[[str, int], None]:
    """Return what does something to a document in the left world alone."""

    def act(document: str, number: int) -> None:
        del number
        answer = send(two.left, reader, f"/fhir/{KIND}/{document}", form)
        assert answer.status == "200 OK", answer

    return act


def superseding(two: Two) -> Callable[[str, int], None]:
    """Return what replaces a document in the left world alone."""

    def act(document: str, number: int) -> None:
        del document
        deposit(two.left, PERSON, DEPOSITOR, paper(number + 1, follows=number))

    return act


STATES: dict[str, Callable[[Two], Callable[[str, int], None]]] = {
    "superseded": superseding,
    "in error": lambda two: done(two, DEPOSITOR, IN_ERROR),
    "put away": lambda two: done(two, PERSON, AWAY),
    "masked": lambda two: done(two, PERSON, MASKING),
}


@pytest.fixture
def two() -> Iterator[Two]:
    """Give two worlds that hold the same."""
    with pair() as held:
        yield Two(held)


def reads_nothing(scope: str) -> tuple[str, ...]:
    """Return scopes to change at a level, which leave the document unread."""
    one = f"{scope}/{KIND}.u"
    return one, f"{one} {scope}/{KIND}.rs?date=lt2000", f"{one}s {scope}/Binary.r"


@pytest.mark.parametrize("state", STATES)
def test_a_change_tells_nothing_of_what_is_there(two: Two, state: str) -> None:
    """Refused before any data, or answered alike whatever became of the document."""
    number, act = 1, STATES[state](two)
    for reader, level in WHO.items():
        for name, form in (TELLING | BLIND).items():
            number += 2
            document = two.deposited(PERSON, paper(number))
            two.pass_()
            act(document, number)
            two.pass_()
            path, scope = f"/fhir/{KIND}/{document}", f"{level}/{KIND}.u"
            told = [send(each, reader, path, form, scope) for each in two.both]
            assert told[0] == told[1], (name, reader, told)
            refused = b"scopes of this token" in told[0].body
            assert refused == (name in TELLING), (name, reader, told[0])


def test_what_waited_for_its_announcement_is_told_to_no_one_who_only_changes(
    two: Two,
) -> None:
    """A label that may be there already, and is never added anew, is no way to ask for it."""
    two.pass_()
    for each, mark in zip(two.both, ("INVISIBLE_PATIENT", "MASQUE_PS"), strict=True):
        document = deposit(each, PERSON, DEPOSITOR, paper(1), mark)
    later(two.pair, days=DAYS)
    path, scope = f"/fhir/{KIND}/{document}", f"patient/{KIND}.u"
    for name, form in (TELLING | BLIND).items():
        told = [send(each, PERSON, path, form, scope) for each in two.both]
        assert told[0] == told[1], (name, told)


@pytest.mark.parametrize("level", ["patient", "user", "system"])
def test_the_refusal_is_the_same_for_what_never_was(two: Two, level: str) -> None:
    """403, with nothing of what is named; with a scope to read it, it is done."""
    reader = PERSON if level == "patient" else DEPOSITOR
    document = two.deposited(PERSON, paper(1))
    two.pass_()
    forms = {name: (form, "") for name, form in TELLING.items()}
    forms |= {f"{v} {n}": (f, v) for n, f in BLIND.items() for v in ('W/"1"', "*")}
    for name, (form, version) in forms.items():
        more = {"If_Match": version} if version and form[0] == "PATCH" else {}
        if version and not more:
            continue
        for scope in reads_nothing(level):
            told = {
                send(two.left, reader, f"/fhir/{KIND}/{each}", form, scope, **more)
                for each in (document, NEVER)
            }
            [one] = told
            assert one.status == "403 FORBIDDEN", (name, scope)
            assert dict(one.headers)["WWW-Authenticate"].endswith(
                '"insufficient_scope"'
            )
    whole = f"{level}/{KIND}.ru"
    path = f"/fhir/{KIND}/{document}"
    seen = send(two.left, reader, path, AWAY, whole, If_Match='W/"1"')
    assert (seen.status, dict(seen.headers)["ETag"]) == ("200 OK", 'W/"2"')
