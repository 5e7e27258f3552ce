"""Signing in at a real OpenID provider, and finding one's record (WEB-02, AUT-06, AUT-12)."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests

from gateway import linking
from gateway.clock import FixedClock
from gateway.edge import Rates
from gateway.oidc.provider import Provider
from gateway.patient.app import create_app
from gateway.repository import records
from gateway.services import Services
from tests.gateway.patient.browser import Browser
from tests.gateway.patient.test_markup import check
from tests.gateway.smart.applications import Applications
from tests.gateway.world import seeded
from tests.oidc.conftest import Configure
from tests.oidc.provider import Running

ENTRY = "entree"


class Person(Browser):
    """A browser before the pages of a deployment with real sign-in, and a provider."""

    def __init__(self, services: Services, *providers: Provider) -> None:
        """Stand before the pages, signed out."""
        settings = replace(services.settings, demo=False, sign_in=providers)
        self.real = replace(services, settings=settings)
        super().__init__(self.real, create_app(self.real))

    def sent(self, key: str) -> str:
        """Choose a provider; the address the browser is sent to."""
        answer = self.get(f"/entree/chez/{key}")
        assert answer.status_code == 303
        return answer.location

    def enter(self, op: Running, person: str, key: str = "france-connect") -> str:
        """Sign in as a person of the provider; the page that follows."""
        came_back = op.walk(self.sent(key), person)
        answer = self.get(f"/entree/retour?{urlencode(came_back)}")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)

    def code(self, patient: str) -> str:
        """Return a new code for the record of a person of the demo."""
        store = self.real.store
        named = self.world.patients[patient].identifier
        with store.unit() as connection:
            record = records.by_identifiers(connection, store.keys, named)
            return linking.make(connection, self.real, record).spaced


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    """Give a world that these tests share: nobody links a record in it."""
    return seeded(tmp_path_factory.mktemp("signing-in"))


@pytest.fixture
def own(tmp_path: Path) -> Services:
    """Give a world of its own, to link a record in."""
    return seeded(tmp_path)


def leads_to(page: str, path: str) -> bool:
    """Whether a page sends the browser on to a path."""
    return f'content="0;url={path}"' in page


def test_a_person_links_once_and_then_signs_in(
    own: Services, op: Running, configure: Configure
) -> None:
    """A first sign-in asks for the paper code; the next one opens the record at once."""
    person = Person(own, configure())
    code = person.code("solene")
    assert leads_to(person.enter(op, "fc-solene"), "/rattachement")
    assert person.get("/documents").location == "/"
    for lang in ("en", "fr"):
        person.get(f"/langue?vers={lang}")
        check(person.get("/rattachement").get_data(as_text=True), lang)
    wrong = person.post("/rattachement", code="2222-2222-2222")
    assert wrong.status_code == 422
    check(wrong.get_data(as_text=True), "fr")
    answer = person.post("/rattachement", code=code.lower())
    check(answer.get_data(as_text=True), "fr")
    assert leads_to(answer.get_data(as_text=True), "/documents")
    assert "Solène ORVANNEAU" in person.text("/documents")
    assert len(person.listed()) == 7
    again = Person(own, configure())
    assert leads_to(again.enter(op, "fc-solene"), "/documents")
    assert again.listed() == person.listed()


@pytest.mark.parametrize("client", ["france-connect", "plain", "keyed"])
def test_every_kind_of_client_signs_in(
    own: Services, op: Running, configure: Configure, client: str
) -> None:
    """Signed and sealed user info, plain JSON with RS256, our key and a sealed id_token."""
    person = Person(own, configure(client))
    assert leads_to(person.enter(op, "fc-tristan", client), "/rattachement")
    answer = person.post("/rattachement", code=person.code("tristan"))
    assert leads_to(answer.get_data(as_text=True), "/documents")


def test_a_trusted_provider_names_the_ins(
    services: Services, op: Running, configure: Configure
) -> None:
    """Who vouches for an INS needs no code; of another provider the claim is not read."""
    scopes = ["openid", "identite_pivot", "ins"]
    trusted = configure(vouches_for_ins=True, scopes=scopes)
    person = Person(services, trusted)
    assert leads_to(person.enter(op, "apcv-solene"), "/documents")
    assert len(person.listed()) == 7
    other = Person(services, configure(scopes=scopes))
    assert leads_to(other.enter(op, "apcv-solene"), "/rattachement")


def test_the_request_is_as_the_standards_want_it(
    services: Services, configure: Configure
) -> None:
    """Code flow, PKCE S256, state, nonce, the acr asked for; each anew each time."""
    person = Person(services, configure())
    first, second = (
        dict(parse_qsl(urlsplit(person.sent("france-connect")).query)) for _ in "ab"
    )
    assert first["response_type"] == "code"
    assert first["code_challenge_method"] == "S256"
    assert first["acr_values"] == "eidas2"
    assert first["scope"] == "openid identite_pivot"
    assert (first["prompt"], first["max_age"]) == ("login", "60")
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) == 43
        assert first[name] != second[name]


def test_the_waiting_cookie_is_lax_and_short(
    services: Services, configure: Configure
) -> None:
    """It comes back from another site, is out of reach of scripts, and lasts minutes."""
    person = Person(services, configure())
    held = person.get("/entree/chez/france-connect").headers["Set-Cookie"]
    assert held.startswith(f"{ENTRY}=")
    for part in ("HttpOnly", "SameSite=Lax", "Max-Age=1200", "Path=/"):
        assert part in held


def test_behind_https_what_waits_is_bound_to_the_host(
    services: Services, configure: Configure
) -> None:
    """The prefix keeps another host of the domain from planting a sign-in."""
    settings = replace(services.settings, base_url="https://records.example")
    person = Person(replace(services, settings=settings), configure())
    held = person.get("/entree/chez/france-connect").headers["Set-Cookie"]
    assert held.startswith(f"__Host-{ENTRY}=")
    assert "Secure" in held
    asked = dict(parse_qsl(urlsplit(person.sent("france-connect")).query))
    assert asked["redirect_uri"] == "https://records.example/entree/retour"


def test_an_answer_counts_in_the_browser_that_asked(
    services: Services, op: Running, configure: Configure
) -> None:
    """Another browser, another state, twice, or late: nothing is opened (login CSRF)."""
    person = Person(services, configure())
    came_back = urlencode(op.walk(person.sent("france-connect"), "fc-solene"))
    stranger = Person(services, configure())
    stranger.app, stranger.client = person.app, person.app.test_client()
    assert stranger.get(f"/entree/retour?{came_back}").status_code == 400
    wrong = came_back.replace("state=", "state=x")
    assert person.get(f"/entree/retour?{wrong}").status_code == 400
    # The wrong answer ended the sign-in: the right one comes too late.
    assert person.get(f"/entree/retour?{came_back}").status_code == 400
    assert person.get("/documents").location == "/"


def test_an_answer_that_comes_late_is_refused(
    services: Services, op: Running, configure: Configure
) -> None:
    """After a quarter of an hour the sign-in begins anew."""
    clock = FixedClock(services.clock.now())
    person = Person(replace(services, clock=clock), configure())
    came_back = urlencode(op.walk(person.sent("france-connect"), "fc-solene"))
    clock.instant += timedelta(minutes=16)
    assert person.get(f"/entree/retour?{came_back}").status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://evil.example"},
        {"code": "made-up"},
        {"code": ""},
        {"iss": ""},
    ],
)
def test_an_answer_that_is_not_the_provider_s_is_refused(
    services: Services,
    op: Running,
    configure: Configure,
    change: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Another issuer (mix-up), a made-up code, none: one page; the log names a check."""
    person = Person(services, configure())
    came_back = op.walk(person.sent("france-connect"), "fc-solene") | change
    with caplog.at_level(logging.WARNING):
        answer = person.get(f"/entree/retour?{urlencode(came_back)}")
    assert answer.status_code == 400
    assert "ORVANNEAU" not in caplog.text
    assert "sign-in:" in caplog.text


def test_who_stops_is_told_so(
    services: Services, op: Running, configure: Configure
) -> None:
    """A no at the provider is no error of ours, and opens nothing."""
    person = Person(services, configure())
    came_back = op.walk(person.sent("france-connect"), "")
    answer = person.get(f"/entree/retour?{urlencode(came_back)}")
    assert "arrêtée" in answer.get_data(as_text=True)
    check(answer.get_data(as_text=True), "fr")
    check(person.get("/").get_data(as_text=True), "fr")


def test_a_weak_sign_in_is_refused(
    services: Services, op: Running, configure: Configure
) -> None:
    """The settings ask for eidas2; who is known by eidas1 only does not get in."""
    person = Person(services, configure())
    came_back = op.walk(person.sent("france-connect"), "fc-weak")
    assert person.get(f"/entree/retour?{urlencode(came_back)}").status_code == 400
    lenient = Person(services, configure(acr="eidas1"))
    assert leads_to(lenient.enter(op, "fc-weak"), "/rattachement")


def test_signatures_that_were_not_agreed_are_refused(
    services: Services, op: Running, configure: Configure
) -> None:
    """The algorithm is that of the settings, whatever the token says of itself."""
    person = Person(services, configure("plain", algorithms=["ES256"]))
    came_back = op.walk(person.sent("plain"), "fc-solene")
    assert person.get(f"/entree/retour?{urlencode(came_back)}").status_code == 400


def test_new_keys_of_the_provider_are_fetched(
    services: Services, op: Running, configure: Configure
) -> None:
    """A key set that was rotated is read anew; a party that is new has the new keys."""
    person = Person(services, configure())
    assert leads_to(person.enter(op, "fc-tristan"), "/rattachement")
    op.rotate()
    assert leads_to(
        Person(services, configure()).enter(op, "fc-tristan"), "/rattachement"
    )


def test_signing_out_ends_it_at_the_provider_too(
    services: Services, op: Running, configure: Configure
) -> None:
    """The page that follows leads to the provider's logout, with what it asks for."""
    scopes = ["openid", "identite_pivot", "ins"]
    person = Person(services, configure(vouches_for_ins=True, scopes=scopes))
    person.enter(op, "apcv-solene")
    page = person.post("/sortie").get_data(as_text=True)
    address = page.partition('content="0;url=')[2].partition('"')[0]
    asked = dict(parse_qsl(urlsplit(address.replace("&amp;", "&")).query))
    assert asked["post_logout_redirect_uri"] == "http://127.0.0.1:8080/"
    assert asked["id_token_hint"].count(".") == 2
    found = requests.get(address.replace("&amp;", "&"), timeout=30)
    assert found.status_code == 200
    assert person.get("/documents").location == "/"


def test_a_session_left_open_at_the_provider_opens_nothing(
    services: Services,
    op: Running,
    configure: Configure,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The provider is asked to ask; who takes that out of the address does not get in."""
    at = FixedClock(datetime.now(UTC))
    person = Person(replace(services, clock=at), configure())
    address = person.sent("france-connect")
    for name in ("&prompt=login", "&max_age=60"):
        assert name in address
        address = address.replace(name, "")
    came_back = urlencode(op.walk(address, "fc-solene"))
    assert person.get(f"/entree/retour?{came_back}").status_code == 400
    assert "auth_time missing" in caplog.text
    at.instant += timedelta(minutes=5)
    came_back = urlencode(op.walk(person.sent("france-connect"), "fc-solene"))
    assert person.get(f"/entree/retour?{came_back}").status_code == 400


def test_who_idled_is_led_to_the_provider_s_logout(
    services: Services, op: Running, configure: Configure
) -> None:
    """After a session that ran out, after a restart too: the first page offers it."""
    scopes = ["openid", "identite_pivot", "ins"]
    at = FixedClock(datetime.now(UTC))
    trusted = configure(vouches_for_ins=True, scopes=scopes)
    person = Person(replace(services, clock=at), trusted)
    person.enter(op, "apcv-solene")
    held = person.client.get_cookie("fournisseur")
    assert held
    assert held.value == "france-connect"
    assert "Se déconnecter aussi" not in person.get("/").get_data(as_text=True)
    at.instant += timedelta(minutes=16)
    assert person.get("/documents").location == "/"
    assert "Se déconnecter aussi de FranceConnect" in person.text("/")
    check(person.get("/").get_data(as_text=True), "fr")
    page = person.post("/sortie").get_data(as_text=True)
    assert op.issuer in page
    assert "id_token_hint" in page
    assert person.client.get_cookie("fournisseur") is None
    again = Person(services, trusted)
    again.client.set_cookie("fournisseur", "france-connect")
    page = again.post("/sortie").get_data(as_text=True)
    assert op.issuer in page
    assert "id_token_hint" not in page
    assert again.post("/sortie").location == "/"


def test_an_application_waits_for_the_sign_in_that_follows_from_its_page(
    own: Services, op: Running, configure: Configure
) -> None:
    """Through the provider to the request; a sign-in from the first page leaves it."""
    applications = Applications(own)
    scopes = ["openid", "identite_pivot", "ins"]
    trusted = configure(vouches_for_ins=True, scopes=scopes)
    for begun, goal in ((True, "/autorisation"), (False, "/documents")):
        person = Person(own, trusted)
        pairs = applications.request(applications.public)
        person.client.get("/authorize", query_string=pairs)
        page = person.text("/autorisation" if begun else "/")
        link = page.partition('href="/entree/chez/')[2].partition('"')[0]
        came_back = urlencode(op.walk(person.sent(link), "apcv-solene"))
        answer = person.get(f"/entree/retour?{came_back}")
        assert leads_to(answer.get_data(as_text=True), goal)


def test_one_address_cannot_press_without_end(
    services: Services, configure: Configure
) -> None:
    """A step too many in a minute is a 429 that says when to come back; others go on."""
    edge = replace(services.settings.edge, rates=Rates(entrance=2))
    settings = replace(services.settings, edge=edge)
    at = FixedClock(datetime(2026, 11, 22, 8, 0, 40, tzinfo=UTC))
    few = replace(services, settings=settings, clock=at)
    person = Person(few, configure())
    for _ in range(2):
        assert person.get("/entree/chez/france-connect").status_code == 303
    answer = person.get("/entree/chez/france-connect")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "20")
    check(answer.get_data(as_text=True), "fr")
    assert person.get("/authorize").status_code == 429
    assert person.get("/").status_code == 200
    other = {"REMOTE_ADDR": "192.0.2.7"}
    address = "/entree/chez/france-connect"
    assert person.client.get(address, environ_overrides=other).status_code == 303


def test_a_provider_that_is_away_is_said_to_be(
    services: Services, configure: Configure
) -> None:
    """Nobody answers at the issuer's address: a page that says so, and no delay."""
    person = Person(services, configure(issuer="http://127.0.0.1:9"))
    answer = person.get("/entree/chez/france-connect")
    assert answer.status_code == 503
    assert person.get("/entree/chez/nobody").status_code == 404


def test_metadata_of_another_issuer_are_refused(
    services: Services, op: Running, configure: Configure
) -> None:
    """The metadata must name the issuer of the settings (Discovery 4.3)."""
    found = f"{op.issuer}/.well-known/openid-configuration"
    other = configure(issuer="https://other.example", discovery=found)
    person = Person(services, other)
    assert person.get("/entree/chez/france-connect").status_code == 503
