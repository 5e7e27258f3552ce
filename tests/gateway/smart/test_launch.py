"""A person lets an application in: the code, its exchange, refreshing, the end (AUT-12)."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from gateway.audit import trail
from gateway.clock import FixedClock
from gateway.identity.principal import Principal
from gateway.repository import records
from gateway.smart import authorising, bearer, clients, grants
from gateway.smart.authorising import Back, Refused
from gateway.smart.clients import RegistrationError
from mappings.mapped import Refused as Forbidden
from tests.gateway.smart.applications import (
    ASKED,
    CALLBACK,
    VERIFIER,
    Applications,
    brought,
    challenge,
    person,
)
from tests.gateway.world import Software

REFUSED = {"error": "invalid_grant"}


@pytest.fixture(scope="module")
def corentine(software: Software) -> Principal:
    """Give a person who has signed in."""
    return person(software, "corentine")


def works(apps: Applications, token: str, patient: str) -> bool:
    """Whether a token reads the Patient of a record."""
    answer = apps.ask(token, f"/fhir/Patient/{patient}")
    assert answer.status_code in (200, 401)
    return answer.status_code == 200


def reasons(apps: Applications, patient: str) -> list[tuple[str, str]]:
    """Return the reason of each event of a record and the application it names."""
    store = apps.services.store
    with store.unit() as connection:
        record = records.by_id(connection, store.keys, patient)
        events = trail.of_record(connection, record)
    return [
        (each.get("outcomeDesc", ""), each["agent"][1]["who"]["display"])
        for each in events
        if len(each["agent"]) > 1
    ]


@pytest.mark.parametrize("kind", ["public", "confidential"])
def test_a_person_lets_an_application_in(
    apps: Applications, corentine: Principal, kind: str
) -> None:
    """The browser brings code, state and issuer; the code becomes a token for the record."""
    client = getattr(apps, kind)
    back = apps.let_in(client, corentine)
    assert set(back) == {"code", "state", "iss"}
    assert (back["state"], back["iss"]) == ("s1", apps.base)
    answer = apps.redeem(client, back["code"])
    found = answer.get_json()
    assert answer.headers["Pragma"] == "no-cache"
    assert found["scope"].split() == list(ASKED)
    assert (found["expires_in"], found["need_patient_banner"]) == (3600, True)
    assert works(apps, found["access_token"], found["patient"])


def test_the_trail_names_person_and_application(
    apps: Applications, corentine: Principal
) -> None:
    """That it was let in, and each of its reads, by the person through the application."""
    found = apps.launched(apps.public, corentine)
    works(apps, found["access_token"], found["patient"])
    last_two = set(reasons(apps, found["patient"])[-2:])
    assert last_two == {(grants.GIVEN, "Diary"), ("", "Diary")}


def test_what_the_person_leaves_is_what_is_given(
    apps: Applications, corentine: Principal
) -> None:
    """Unticked scopes are not given, more than was asked never is; none left is a no."""
    left = ("patient/*.rs", "patient/*.cruds", "system/*.rs")
    back = apps.let_in(apps.public, corentine, left)
    found = apps.redeem(apps.public, back["code"]).get_json()
    assert found["scope"] == "patient/*.rs"
    assert "refresh_token" not in found
    back = apps.let_in(apps.public, corentine, ("offline_access",))
    assert back == {"error": "access_denied", "state": "s1", "iss": apps.base}
    asked = apps.asked(apps.public)
    assert brought(authorising.denied(apps.services, asked)) == back


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": None},
        {"client_id": "0" * 32},
        {"client_id": "../x"},
        {"redirect_uri": None},
        {"redirect_uri": f"{CALLBACK}/"},
        {"redirect_uri": f"{CALLBACK}?x=1"},
        {"redirect_uri": "https://app.example.evil/callback"},
        {"redirect_uri": "https://APP.example/callback"},
    ],
    ids=repr,
)
def test_what_cannot_be_believed_leads_nowhere(
    apps: Applications, change: dict[str, str | None]
) -> None:
    """An unknown application or address is never redirected to."""
    pairs = apps.request(apps.public, **change).items()
    assert isinstance(authorising.requested(apps.services, pairs), Refused)


def test_a_parameter_given_twice_leads_nowhere(apps: Applications) -> None:
    """Nobody can tell which of the two was meant (RFC 6749, 3.1)."""
    pairs = [*apps.request(apps.public).items(), ("state", "s2")]
    assert authorising.requested(apps.services, pairs) == Refused("request")


def test_a_backend_asks_no_person(apps: Applications) -> None:
    """Software of a structure has no address a browser could be sent to."""
    pairs = apps.request(apps.backend).items()
    assert authorising.requested(apps.services, pairs) == Refused("client")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"state": None}, "invalid_request"),
        ({"aud": None}, "invalid_request"),
        ({"aud": "https://other.example/fhir"}, "invalid_request"),
        ({"launch": "123"}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "offline_access"}, "invalid_scope"),
        ({"scope": "user/*.rs system/*.rs"}, "invalid_scope"),
    ],
    ids=repr,
)
def test_what_is_wrong_is_told_to_the_application(
    apps: Applications, change: dict[str, str | None], error: str
) -> None:
    """By the registered address, with state and issuer, and without a code."""
    pairs = apps.request(apps.public, **change).items()
    found = authorising.requested(apps.services, pairs)
    assert isinstance(found, Back)
    assert found.address.startswith(f"{CALLBACK}?")
    back = brought(found.address)
    assert (back["error"], back["iss"]) == (error, apps.base)
    assert back.get("state") == (None if "state" in change else "s1")
    (name,) = change
    assert back["error_description"].startswith(name.removesuffix("_method"))


def test_an_address_keeps_its_own_query(
    apps: Applications, corentine: Principal
) -> None:
    """The answer is added to what was registered."""
    address = "https://app.example/cb?tenant=a"
    client = apps.register(redirect_uris=(address,))
    asked = apps.asked(client, redirect_uri=address)
    to = authorising.granted(apps.services, asked, corentine, asked.scopes)
    assert urlsplit(to).hostname == "app.example"
    assert brought(to)["tenant"] == "a"


def test_only_who_has_a_record_lets_in(apps: Applications, software: Software) -> None:
    """Neither a professional nor a person without a record."""
    asked = apps.asked(apps.public)
    for each in ("gp", "dentist"):
        with pytest.raises(Forbidden):
            authorising.granted(
                apps.services, asked, person(software, each), asked.scopes
            )


@pytest.mark.parametrize(
    "change",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": challenge()},
        {"code_verifier": "v" * 42},
        {"code_verifier": f"{VERIFIER}\n"},
        {"redirect_uri": "https://app.example/other"},
    ],
    ids=repr,
)
def test_a_code_is_bound_to_its_request(
    apps: Applications, corentine: Principal, change: dict[str, str]
) -> None:
    """Another verifier or address is refused, and the code is spent by it."""
    code = apps.let_in(apps.public, corentine)["code"]
    assert apps.redeem(apps.public, code, **change).get_json() == REFUSED
    assert apps.redeem(apps.public, code).get_json() == REFUSED


@pytest.mark.parametrize("name", ["code_verifier", "redirect_uri"])
def test_a_code_without_its_proof_is_no_request(
    apps: Applications, corentine: Principal, name: str
) -> None:
    """PKCE cannot be left out."""
    code = apps.let_in(apps.public, corentine)["code"]
    answer = apps.redeem(apps.public, code, **{name: ""})
    assert answer.get_json() == {"error": "invalid_request"}


def test_a_code_is_bound_to_its_application(
    apps: Applications, corentine: Principal
) -> None:
    """One that comes from another was stolen: it is spent (mix-up)."""
    other = apps.register()
    code = apps.let_in(apps.public, corentine)["code"]
    assert apps.redeem(other, code).get_json() == REFUSED
    assert apps.redeem(apps.public, code).get_json() == REFUSED
    code = apps.let_in(apps.confidential, corentine)["code"]
    answer = apps.redeem(apps.public, code)
    assert answer.get_json() == REFUSED


def test_an_application_with_keys_has_to_show_them(
    apps: Applications, corentine: Principal
) -> None:
    """Its id alone, as a public one sends it, is refused; the code is not spent by it."""
    code = apps.let_in(apps.confidential, corentine)["code"]
    form = {
        "grant_type": "authorization_code",
        "client_id": apps.confidential.id,
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    assert apps.post("/token", form).get_json() == {"error": "invalid_client"}
    assert apps.redeem(apps.confidential, code).status_code == 200


def test_a_code_comes_once(apps: Applications, corentine: Principal) -> None:
    """The second time ends what the first one gave: one of the two had stolen it."""
    code = apps.let_in(apps.public, corentine)["code"]
    found = apps.redeem(apps.public, code).get_json()
    assert works(apps, found["access_token"], found["patient"])
    assert apps.redeem(apps.public, code).get_json() == REFUSED
    assert not works(apps, found["access_token"], found["patient"])
    renewed = apps.refresh(apps.public, found["refresh_token"])
    assert renewed.get_json() == REFUSED
    assert (grants.REPLAYED, "Diary") in reasons(apps, found["patient"])


def test_a_code_lasts_a_minute(
    apps: Applications, corentine: Principal, clock: FixedClock
) -> None:
    """After that it is refused."""
    code = apps.let_in(apps.public, corentine)["code"]
    before = clock.instant
    clock.instant = before + timedelta(seconds=60)
    assert apps.redeem(apps.public, code).get_json() == REFUSED
    clock.instant = before


def test_an_application_is_not_the_person_at_their_sign_in(
    apps: Applications, corentine: Principal
) -> None:
    """Its token has no eIDAS level, and acts are refused, whatever its scopes."""
    assert corentine.acr
    found = apps.launched(apps.public, corentine, "patient/*.cruds")
    asking = bearer.principal(apps.services, found["access_token"])
    assert asking is not None
    assert (asking.acr, asking.subject) == ("", corentine.subject)
    for operation in ("$close", "$oppose", "$erase", "$reopen"):
        answer = apps.ask(found["access_token"], f"/fhir/Patient/{operation}", "POST")
        assert "insufficient_scope" in answer.headers["WWW-Authenticate"]
    assert works(apps, found["access_token"], found["patient"])


def test_a_token_is_no_code_and_no_refresh_token(
    apps: Applications, corentine: Principal
) -> None:
    """Each is good for its own use only; and so is whatever was made up."""
    found = apps.launched(apps.public, corentine)
    access, refresh = found["access_token"], found["refresh_token"]
    for each in (access, refresh, "x", "a" * 80, "é", "a" * 5000):
        assert apps.redeem(apps.public, each).get_json() == REFUSED
    for each in (access, "x", "a" * 80, "é"):
        assert apps.refresh(apps.public, each).get_json() == REFUSED
    assert not works(apps, refresh, found["patient"])
    for each in ("x", "a" * 80, access[:-2] + "xx", "a" * 5000):
        assert not works(apps, each, found["patient"])
    assert works(apps, access, found["patient"])


def test_an_access_token_ends_after_an_hour(
    apps: Applications, corentine: Principal, clock: FixedClock
) -> None:
    """And a refresh token gives another, for a year."""
    found = apps.launched(apps.public, corentine)
    before = clock.instant
    clock.instant = before + timedelta(hours=1)
    assert not works(apps, found["access_token"], found["patient"])
    renewed = apps.refresh(apps.public, found["refresh_token"]).get_json()
    assert works(apps, renewed["access_token"], found["patient"])
    clock.instant = before + timedelta(days=366)
    answer = apps.refresh(apps.public, renewed["refresh_token"])
    assert answer.get_json() == REFUSED
    clock.instant = before


def test_a_refresh_token_comes_once(apps: Applications, corentine: Principal) -> None:
    """The second time ends all that came of it, also what the other one holds."""
    found = apps.launched(apps.public, corentine)
    renewed = apps.refresh(apps.public, found["refresh_token"]).get_json()
    assert renewed["refresh_token"] != found["refresh_token"]
    stolen = apps.refresh(apps.public, found["refresh_token"])
    assert stolen.get_json() == REFUSED
    assert not works(apps, renewed["access_token"], found["patient"])
    again = apps.refresh(apps.public, renewed["refresh_token"])
    assert again.get_json() == REFUSED


def test_a_refresh_token_is_its_application_s(
    apps: Applications, corentine: Principal
) -> None:
    """Another application is refused, and the owner's is as good as before."""
    found = apps.launched(apps.public, corentine)
    other = apps.register()
    answer = apps.refresh(other, found["refresh_token"])
    assert answer.get_json() == REFUSED
    assert apps.refresh(apps.public, found["refresh_token"]).status_code == 200


def test_refreshing_gives_no_more_than_was_granted(
    apps: Applications, corentine: Principal
) -> None:
    """More is refused; less is given for once, and the grant is as it was."""
    found = apps.launched(apps.public, corentine)
    token = found["refresh_token"]
    for more in ("patient/*.cruds", "patient/*.rs user/*.rs", "system/*.rs", "x"):
        answer = apps.refresh(apps.public, token, scope=more)
        assert answer.get_json() == {"error": "invalid_scope"}, more
    less = apps.refresh(apps.public, token, scope="patient/List.r").get_json()
    assert less["scope"] == "patient/List.r"
    answer = apps.ask(less["access_token"], f"/fhir/Patient/{found['patient']}")
    assert answer.status_code == 403
    whole = apps.refresh(apps.public, less["refresh_token"]).get_json()
    assert whole["scope"] == found["scope"]


def test_the_person_ends_it_at_once(
    apps: Applications, corentine: Principal, software: Software
) -> None:
    """The page lists it; once ended, neither token nor refresh token is good."""
    found = apps.launched(apps.confidential, corentine)
    held = grants.grants_of(apps.services, corentine)[0]
    assert (held.client_id, held.name) == (apps.confidential.id, "Diary")
    assert (held.scopes, held.offline) == (ASKED, True)
    assert held.until - held.since > timedelta(days=364)
    stranger = person(software, "tristan")
    assert not grants.end_grant(apps.services, stranger, held.id)
    assert not grants.end_grant(apps.services, corentine, "0" * 32)
    assert grants.end_grant(apps.services, corentine, held.id)
    assert not grants.end_grant(apps.services, corentine, held.id)
    assert not works(apps, found["access_token"], found["patient"])
    answer = apps.refresh(apps.confidential, found["refresh_token"])
    assert answer.get_json() == REFUSED
    left = grants.grants_of(apps.services, corentine)
    assert held.id not in {each.id for each in left}
    assert (grants.ENDED, "Diary") in reasons(apps, found["patient"])


def test_a_code_that_was_never_used_is_no_access(
    apps: Applications, corentine: Principal, clock: FixedClock
) -> None:
    """A grant whose code was not exchanged is gone from the page a minute later."""
    apps.let_in(apps.public, corentine)
    held = grants.grants_of(apps.services, corentine)[0]
    before = clock.instant
    clock.instant = before + timedelta(seconds=61)
    left = grants.grants_of(apps.services, corentine)
    assert held.id not in {each.id for each in left}
    clock.instant = before


def test_an_application_gives_its_token_back(
    apps: Applications, corentine: Principal
) -> None:
    """An access token alone; a refresh token with all that came of it; others untouched."""
    found = apps.launched(apps.public, corentine)
    other = apps.register()
    form = {"token": found["access_token"]}
    assert apps.post("/revoke", apps.proof(other) | form).status_code == 200
    assert works(apps, found["access_token"], found["patient"])
    assert apps.post("/revoke", apps.proof(apps.public) | form).status_code == 200
    assert not works(apps, found["access_token"], found["patient"])
    renewed = apps.refresh(apps.public, found["refresh_token"]).get_json()
    form = {"token": renewed["refresh_token"], "token_type_hint": "access_token"}
    answer = apps.post("/revoke", apps.proof(apps.public) | form)
    assert (answer.status_code, answer.get_data()) == (200, b"{}")
    assert not works(apps, renewed["access_token"], found["patient"])
    for made_up in ("x", "a" * 80):
        form = {"token": made_up}
        again = apps.post("/revoke", apps.proof(apps.public) | form)
        assert (again.status_code, again.get_data()) == (200, b"{}")
    assert apps.post("/revoke", {"token": "x"}).status_code == 401


def test_an_application_asks_about_its_own_tokens_only(
    apps: Applications, corentine: Principal
) -> None:
    """Another's, a spent one, one made up: one answer, byte for byte."""
    mine = apps.launched(apps.confidential, corentine)
    others = apps.launched(apps.public, corentine)
    proof = apps.proof(apps.confidential)
    form = proof | {"token": mine["access_token"]}
    found = apps.post("/introspect", form).get_json()
    assert found == {
        "active": True,
        "client_id": apps.confidential.id,
        "exp": int(apps.now.timestamp()) + 3600,
        "iss": apps.base,
        "patient": mine["patient"],
        "scope": mine["scope"],
        "token_type": "Bearer",
    }
    renewed = apps.refresh(apps.confidential, mine["refresh_token"]).get_json()
    spent, made_up = mine["refresh_token"], "a" * 80
    bodies = {
        apps.post(
            "/introspect", apps.proof(apps.confidential) | {"token": token}
        ).get_data()
        for token in (others["access_token"], spent, made_up, "x", "é")
    }
    assert bodies == {b'{"active":false}'}
    form = apps.proof(apps.confidential) | {"token": renewed["refresh_token"]}
    assert apps.post("/introspect", form).get_json()["active"] is True
    held = grants.grants_of(apps.services, corentine)
    for each in held:
        grants.end_grant(apps.services, corentine, each.id)
    form = apps.proof(apps.confidential) | {"token": renewed["access_token"]}
    assert apps.post("/introspect", form).get_json() == {"active": False}
    form = apps.proof(apps.public) | {"token": others["access_token"]}
    assert apps.post("/introspect", form).status_code == 401


@pytest.mark.parametrize(
    "address",
    [
        "http://app.example/cb",
        "https://app.example/cb#x",
        "https://*.example/cb",
        "https://me@app.example/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "https:///cb",
        "/cb",
    ],
)
def test_an_address_that_is_not_safe_is_not_registered(
    apps: Applications, address: str
) -> None:
    """https, loopback, or a scheme of the application's own."""
    with pytest.raises(RegistrationError):
        apps.register(redirect_uris=(address,))


def test_loopback_and_own_schemes_are_registered(apps: Applications) -> None:
    """As native applications need them (RFC 8252)."""
    for address in ("http://127.0.0.1:4711/cb", "fr.example.app:/cb"):
        assert apps.register(redirect_uris=(address,)).redirect_uris == (address,)
    assert clients.find(apps.services, apps.public.id) is not None
