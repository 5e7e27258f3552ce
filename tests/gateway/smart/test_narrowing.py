"""Scopes narrow what a token reaches, for every route, and never tell what is hidden.

AUT-07 (a token for one record on another) and AUT-08 (every route, without its scope).
"""

import json
import logging
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from joserfc import jwt

from gateway.demo.issuer import ALGORITHM, AUDIENCE, NAME, claims_of
from gateway.fhir import answers, scoping
from gateway.fhir.app import create_app
from gateway.fhir.route import Route
from gateway.fhir.routes import ROUTES
from gateway.identity.principal import Principal
from gateway.lifecycle import exporting
from gateway.patient import asking, words
from gateway.smart import bearer
from labels.policy.question import Relation
from mappings.mapped import Refused
from tests.gateway.smart.applications import Applications, person
from tests.gateway.world import Software

Json = dict[str, Any]

NEVER = "0" * 64
READERS = (("solene", "solene"), ("gp", "solene"), ("dentist", "solene"))
KINDS = ("DocumentReference", "List", "Observation", "Condition")
FILTERS = {
    "DocumentReference": (
        "type=11502-2",
        "status=current",
        "status=superseded",
        "date=lt2000",
        "security-label=N",
        "author.family=a,b,c,d,e,f,g,l,m",
        "status=current&type=http://loinc.org|11502-2,http://loinc.org|34133-9",
    ),
    "List": ("status=current", "code=submissionset", "source.family=m"),
    "Observation": ("status=final", "category=laboratory", "_security=N"),
    "Condition": ("clinical-status=active", "code=Z72.0,B24,F41.1", "code=x"),
}
DOCUMENT = "fhir-document"
WITHOUT = ("user/Basic.cruds", "user/*.", "patients/*.rs user/Basic.rs")


def token(software: Software, reader: str, scope: str) -> str:
    """Return a token of the demo's issuer with a scope."""
    now = int(software.services.clock.now().timestamp())
    claims = claims_of(software.world.readers[reader]) | {
        "iss": NAME,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + 3600,
        "jti": uuid4().hex,
        "scope": scope,
    }
    header = {"alg": ALGORITHM, "kid": software.issuer.key.kid}
    return jwt.encode(header, claims, software.issuer.key)


def found(
    apps: Applications, held: str, kind: str, patient: str, more: str = ""
) -> dict[str, Json]:
    """Return what a token finds of a type, by id; nothing when it may not search."""
    identifier = patient.replace("|", quote("|"))
    path = f"/fhir/{kind}?_count=200&patient.identifier={identifier}{more}"
    answer = apps.ask(held, path)
    if answer.status_code == 403:
        return {}
    assert answer.status_code == 200, answer.get_data()
    bundle = answer.get_json(force=True)
    seen = {e["resource"]["id"]: e["resource"] for e in bundle.get("entry", [])}
    assert bundle["total"] == len(seen)
    return seen


def identifier(software: Software, patient: str) -> str:
    """Return the identifier of a patient of the world, as a token."""
    known = software.world.patients[patient].identifier
    return f"{known.system}|{known.value}"


@pytest.mark.parametrize(
    ("kind", "filter_"), [(k, each) for k in KINDS for each in FILTERS[k]]
)
def test_a_filter_in_a_scope_is_that_filter_in_a_search(
    apps: Applications, software: Software, kind: str, filter_: str
) -> None:
    """The same resources, whether the token or the request has the parameters."""
    for reader, patient in READERS[1:]:
        whose = identifier(software, patient)
        free = token(software, reader, "")
        narrow = token(software, reader, f"user/{kind}.rs?{filter_}")
        by_search = found(apps, free, kind, whose, f"&{filter_}")
        assert found(apps, narrow, kind, whose) == by_search
        for each in list(found(apps, free, kind, whose))[:4]:
            status = apps.ask(narrow, f"/fhir/{kind}/{each}").status_code
            assert status == (200 if each in by_search else 404)


WORDS = some.builds(
    "{}/{}.{}{}".format,
    some.sampled_from(("user", "system", "patient")),
    some.sampled_from(("*", *KINDS)),
    some.sampled_from(("r", "s", "rs", "cruds", "read", "write", "dus")),
    some.sampled_from(("", "", *(f"?{f}" for k in KINDS for f in FILTERS[k]), "?x=1")),
)


@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(words=some.lists(WORDS, min_size=1, max_size=4), who=some.sampled_from(READERS))
def test_scopes_only_narrow(
    apps: Applications, software: Software, words: list[str], who: tuple[str, str]
) -> None:
    """What is found with scopes is found without, as it is; whatever the scopes are."""
    reader, patient = who
    whose = identifier(software, patient)
    free, held = (token(software, reader, s) for s in ("", " ".join(words)))
    for kind in KINDS:
        everything = found(apps, free, kind, whose)
        narrowed = found(apps, held, kind, whose)
        assert narrowed.items() <= everything.items()


def addresses(name: str) -> list[tuple[Route, str]]:
    """Return every route with an id in the place of the ids of its path."""
    path = (each.path.replace("<resource_id>", name) for each in ROUTES)
    return [
        (route, at.replace("<version_id>", "1").replace("<other_id>", name))
        for route, at in zip(ROUTES, path, strict=True)
    ]


@pytest.mark.parametrize("scope", WITHOUT)
def test_no_route_is_reached_without_its_scope(
    apps: Applications, software: Software, scope: str
) -> None:
    """403, one body; the same for what is there, what is hidden, and what never was."""
    held = token(software, "dentist", scope)
    known = software.id_of(next(iter(software.world.documents())))
    bodies = set()
    every = 1 if scope == WITHOUT[0] else 20
    for name in (NEVER, known):
        for route, path in addresses(name)[::every]:
            if route.interaction == "$validate":
                continue
            answer = apps.ask(held, path.partition("<")[0], route.method)
            assert answer.status_code == 403, (route.method, path)
            told = answer.headers["WWW-Authenticate"]
            assert 'error="insufficient_scope"' in told
            bodies.add(answer.get_data())
    assert len(bodies) == 1


def test_a_word_that_is_no_smart_scope_narrows_nothing(
    apps: Applications, software: Software
) -> None:
    """The tasks that an issuer names are as before."""
    whose = identifier(software, "solene")
    for scope in ("", "openid", "consent:record", "access:explain launch/patient"):
        held = token(software, "gp", scope)
        assert found(apps, held, "DocumentReference", whose)


def test_a_read_is_no_search_and_no_write(
    apps: Applications, software: Software
) -> None:
    """Each letter is its own act."""
    document = next(iter(software.search("gp", "solene").get_json()["entry"]))
    name = document["resource"]["id"]
    whose = identifier(software, "solene")
    kind = "/fhir/DocumentReference"
    acts = {
        "r": ("GET", f"{kind}/{name}"),
        "s": ("GET", f"{kind}?patient.identifier={whose}"),
        "c": ("POST", kind),
        "u": ("PATCH", f"{kind}/{name}"),
    }
    for letter in acts:
        held = token(software, "gp", f"user/DocumentReference.{letter}")
        refused = {
            other
            for other, (method, path) in acts.items()
            if apps.ask(held, path, method).status_code == 403
        }
        assert refused - {"u", "c"} == acts.keys() - {letter, "u", "c"}
        told = apps.ask(held, acts["c"][1], "POST").headers.get("WWW-Authenticate", "")
        assert ("insufficient_scope" in told) == (letter != "c")


def test_what_looks_first_needs_to_be_able_to_search(
    apps: Applications, software: Software
) -> None:
    """Conditional create and conditional PATCH tell whether something is there."""
    for scope, path, method in (
        ("user/DocumentReference.c", "/fhir/DocumentReference", "POST"),
        ("user/DocumentReference.u", "/fhir/DocumentReference?identifier=a|b", "PATCH"),
    ):
        for more, refused in (("", True), (" user/DocumentReference.s", False)):
            headers = {
                "Authorization": f"Bearer {token(software, 'gp', scope + more)}",
                "If-None-Exist": "identifier=a|b",
            }
            answer = apps.http.open(path, method=method, headers=headers)
            told = answer.headers.get("WWW-Authenticate", "")
            assert ("insufficient_scope" in told) == refused


def test_a_batch_is_what_its_entries_are(
    apps: Applications, software: Software
) -> None:
    """Reads are judged one by one; a deposit needs to be able to create."""
    held = token(software, "gp", "user/List.rs")
    urls = ("List/x", "Observation/x", f"DocumentReference/{NEVER}")
    entries = [{"request": {"method": "GET", "url": each}} for each in urls]
    batch = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    answer = apps.ask(held, "/fhir", "POST", json=batch)
    statuses = [e["response"]["status"][:3] for e in answer.get_json()["entry"]]
    assert statuses == ["404", "403", "403"]
    deposit = {"resourceType": "Bundle", "type": "transaction", "entry": [{}]}
    assert apps.ask(held, "/fhir", "POST", json=deposit).status_code == 403
    for path in ("/fhir", "/cda", "/xdm"):
        assert apps.ask(held, path, "POST", data=b"<x/>").status_code == 403
        may = token(software, "gp", "user/DocumentReference.c")
        assert apps.ask(may, path, "POST", data=b"<x/>").status_code != 403


def test_what_is_outside_a_filter_is_as_absent(
    apps: Applications, software: Software
) -> None:
    """Byte for byte: not within the filter, hidden, never there."""
    held = token(software, "dentist", "user/DocumentReference.rs?date=lt2000")
    seen = software.search("dentist", "solene").get_json(force=True)["entry"]
    outside = {each["resource"]["id"] for each in seen}
    everything = software.search("solene", "solene", "&_count=200")
    named = {e["resource"]["id"] for e in everything.get_json(force=True)["entry"]}
    assert outside < named
    bodies = {
        (answer.status_code, answer.get_data())
        for each in {*named, NEVER}
        for answer in [apps.ask(held, f"/fhir/DocumentReference/{each}")]
    }
    assert len(bodies) == 1
    assert {status for status, _ in bodies} == {404}


@pytest.mark.parametrize(
    ("lang", "noticed"),
    [("fr", "il y a d'autres documents"), ("en", "other documents")],
)
def test_who_lets_in_is_told_what_a_filter_leaves_to_be_noticed(
    lang: str, noticed: str
) -> None:
    """Beside the filter, and where there is one: links lead out of what it lets read."""
    said = words.load()[lang]
    asked = ("patient/DocumentReference.rs?type=11488-4", "patient/List.rs")
    filtered, whole = asking.lines(said, asked)
    assert noticed in filtered.only
    assert not whole.only


def test_operations_need_all_they_might_do(
    apps: Applications, software: Software
) -> None:
    """What gives many types needs every type, and a filter is not enough."""
    record = software.search("gp", "solene").get_json(force=True)["entry"][0]
    patient = record["resource"]["subject"]["reference"].removeprefix("Patient/")
    path = f"/fhir/Patient/{patient}/$everything"
    for scope, status in (
        ("user/Patient.rs", 403),
        ("user/*.r", 403),
        ("user/*.rs", 200),
        ("user/*.r user/*.s", 200),
        ("user/DocumentReference.rs?status=current", 403),
    ):
        held = token(software, "gp", scope)
        assert apps.ask(held, path).status_code == status, scope
    name = f"/fhir/DocumentReference/{record['resource']['id']}"
    narrow = token(software, "gp", "user/DocumentReference.rs?status=current")
    assert apps.ask(narrow, f"{name}/_history").status_code == 403
    assert apps.ask(narrow, f"{name}/$meta").status_code == 403
    whole = token(software, "gp", "user/DocumentReference.r")
    assert apps.ask(whole, f"{name}/_history").status_code == 200
    assert apps.ask(whole, f"{name}/$meta").status_code == 200


def test_what_only_looks_like_reads_deposits(
    apps: Applications, software: Software
) -> None:
    """A Bundle of type document is a deposit, whatever ``request`` its entries bear."""
    sent = next(each for each in software.world.deposits if each.route == DOCUMENT)
    body = json.loads(sent.body)
    for each in body["entry"]:
        each["request"] = {"method": "GET", "url": "Patient"}
    held = token(software, sent.depositor, "user/Immunization.s")
    more = {"data": json.dumps(body), "content_type": "application/fhir+json"}
    answer = apps.ask(held, "/fhir", "POST", **more)
    assert "insufficient_scope" in answer.headers["WWW-Authenticate"]


def test_the_whole_record_is_for_no_application(
    apps: Applications, software: Software
) -> None:
    """The zip tells what scopes refuse elsewhere; the person's own sign-in gets it."""
    path = "/fhir/Patient/$export"
    who = person(software, "solene")
    wide = apps.launched(apps.public, who, "patient/*.cruds")["access_token"]
    for held in (
        *(wide, token(software, "solene", "patient/*.cruds")),
        token(software, "solene", "user/*.rs"),
    ):
        answer = apps.ask(held, path)
        assert "insufficient_scope" in answer.headers["WWW-Authenticate"]
    through = bearer.principal(apps.services, wide)
    assert through is not None
    with pytest.raises(Refused):
        exporting.export(apps.services, through)
    assert apps.ask(token(software, "solene", ""), path).status_code == 200


def children(software: Software) -> list[tuple[str, str]]:
    """Return who represents whom in the world."""
    return [
        (who, patient)
        for patient, each in software.world.patients.items()
        for relation, who in each.relations
        if relation is Relation.REPRESENTATIVE and who in software.world.patients
    ]


def test_a_scope_for_one_record_reaches_no_other(
    apps: Applications, software: Software
) -> None:
    """A parent's application for their own record finds nothing of the child's."""
    pairs = children(software)
    assert pairs
    for parent, child in pairs:
        whose = identifier(software, child)
        wide = token(software, parent, "user/*.rs")
        for held in (
            token(software, parent, "patient/*.rs user/*.rs"),
            apps.launched(apps.public, person(software, parent))["access_token"],
        ):
            seen = found(apps, wide, "DocumentReference", whose)
            assert not found(apps, held, "DocumentReference", whose)
            for each in list(seen)[:1]:
                for path in (
                    *("DocumentReference/{}", "Binary/{}", "List/{}"),
                    *("DocumentReference/{}/_history", "DocumentReference/{}/$meta"),
                ):
                    there = apps.ask(held, f"/fhir/{path.format(each)}")
                    absent = apps.ask(held, f"/fhir/{path.format(NEVER)}")
                    assert there.get_data() == absent.get_data(), path
            record = next(iter(seen))[:32]
            for kind in ("CareTeam", "AuditEvent", "Condition", "Communication"):
                answer = apps.ask(held, f"/fhir/{kind}?patient={record}")
                other = apps.ask(held, f"/fhir/{kind}?patient={NEVER[:32]}")
                own = answer.get_json(force=True)
                assert not own.get("entry")
                assert answer.status_code == other.status_code
            for path in (f"Patient/{record}", f"Patient/{record}/$everything"):
                assert apps.ask(held, f"/fhir/{path}").status_code == 404


def test_a_professional_has_no_record_in_context(
    apps: Applications, software: Software
) -> None:
    """``patient/`` in a professional's token reaches nothing."""
    held = token(software, "gp", "patient/*.rs user/*.rs")
    whose = identifier(software, "solene")
    path = f"/fhir/DocumentReference?patient.identifier={whose}"
    assert apps.ask(held, path).status_code == 403


def test_a_search_that_gives_more_is_withheld(
    apps: Applications, caplog: pytest.LogCaptureFixture
) -> None:
    """The second guard: a handler that forgot the filter gives nothing, and says so."""
    route = next(e for e in ROUTES if e.path == "/fhir/List")
    words = frozenset({"user/List.rs?status=current"})
    entry = [{"resource": {"resourceType": "List", "status": "retired"}}]
    with create_app(apps.services).test_request_context("/fhir/List"):
        given = answers.resource({"resourceType": "Bundle", "entry": entry})
        with caplog.at_level(logging.CRITICAL):
            shown = scoping.within(route, Principal("x", scopes=words), given)
        assert shown.status_code == 404
        assert scoping.within(route, Principal("x"), given) is given
    assert len(caplog.records) == 1
    assert json.dumps(entry) not in caplog.text
