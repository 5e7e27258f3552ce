"""An application asks, the person answers, and ends it when they like."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.test import TestResponse

from gateway.fhir.routes import ROUTES
from gateway.patient import asking, guard, words
from gateway.smart.clients import Client
from tests.gateway.patient.browser import Browser
from tests.gateway.patient.test_markup import check
from tests.gateway.smart.applications import CALLBACK, Applications
from tests.gateway.world import seeded

QUERY = re.compile(r'name="query" value="([^"]+)"')
BOX = re.compile(r'type="checkbox" name="(scope-[^"]+)" value="([^"]+)"( checked)?')
MARK = re.compile(r'name="demande" value="([^"]+)"')
GRANT = re.compile(r'name="grant" value="([^"]+)"')
ALL = (
    "patient/DocumentReference.rs patient/Observation.rs offline_access launch/patient"
)


class Asked(Browser):
    """A browser before the pages, and an application that asks."""

    def __init__(self, tmp_path: Path) -> None:
        """Register an application of patients; nobody is signed in."""
        super().__init__(seeded(tmp_path))
        self.applications = Applications(self.services)
        self.diary = self.applications.register(scopes=tuple(ALL.split()))

    def request(self, client: Client | None = None, /, **more: str) -> TestResponse:
        """Come from the application, with a request as it should be."""
        said = {"scope": ALL, **more}
        pairs = self.applications.request(client or self.diary, **said)
        return self.client.get("/authorize", query_string=pairs)

    def enter(self, account: str) -> TestResponse:
        """Sign in from the page that says that an application asks."""
        found = MARK.search(self.text("/autorisation"))
        assert found
        return self.post("/entree", account=account, demande=found[1])

    def boxes(self) -> dict[str, str]:
        """Return the boxes of the page that are ticked, and its own hidden field."""
        page = self.text("/autorisation")
        found = QUERY.search(page)
        assert found
        ticked = {name: value for name, value, on in BOX.findall(page) if on}
        return ticked | {"query": found[1]}

    def answer(self, said: str, **boxes: str) -> TestResponse:
        """Answer with the boxes as they are left."""
        boxes = boxes or {"query": self.boxes()["query"]}
        return self.post("/autorisation", **boxes, answer=said)

    def brought(self, answer: TestResponse) -> dict[str, str]:
        """Return what an answer brings back to the application."""
        assert answer.status_code == 303
        assert answer.location.startswith(f"{CALLBACK}?")
        return dict(parse_qsl(urlsplit(answer.location).query))

    def read(self, redeemed: dict[str, str]) -> TestResponse:
        """Search the person's documents as the application that was let in."""
        path = f"/fhir/DocumentReference?patient={redeemed['patient']}"
        return self.applications.ask(redeemed["access_token"], path)


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    """Give an application that asks in a world of its own."""
    return Asked(tmp_path)


def test_the_person_signs_in_says_yes_and_the_application_reads(asked: Asked) -> None:
    """The whole standalone launch: asked, signed in, answered, token, documents."""
    assert 'content="0;url=/autorisation"' in asked.request().get_data(as_text=True)
    assert "Diary" in asked.text("/autorisation")
    assert asked.enter("solene").location == "/autorisation"
    came_back = asked.brought(asked.answer("yes", **asked.boxes()))
    assert came_back["state"] == "s1"
    redeemed = asked.applications.redeem(asked.diary, came_back["code"]).get_json()
    assert set(redeemed["scope"].split()) == set(ALL.split())
    found = asked.read(redeemed)
    assert found.get_json(force=True)["total"] == 7


def test_what_is_unticked_is_not_given(asked: Asked) -> None:
    """Each thing asked for has a box; what the person unticks the application never gets."""
    asked.request()
    asked.enter("solene")
    boxes = asked.boxes()
    assert len(boxes) == 4
    left = {k: v for k, v in boxes.items() if v != "patient/DocumentReference.rs"}
    left = {k: v for k, v in left.items() if v != "offline_access"}
    code = asked.brought(asked.answer("yes", **left))["code"]
    redeemed = asked.applications.redeem(asked.diary, code).get_json()
    assert set(redeemed["scope"].split()) == {
        "launch/patient",
        "patient/Observation.rs",
    }
    assert "refresh_token" not in redeemed
    assert asked.read(redeemed).status_code == 403


def test_who_asks_for_everything_asks_for_each_thing(asked: Asked) -> None:
    """Everything has its boxes too: without one of them, the rest is given, not the whole."""
    asked.sign_in("solene")
    for without, status in (("patient/DocumentReference.rs", 403), ("", 200)):
        asked.request(asked.applications.public, scope="launch/patient patient/*.rs")
        boxes = asked.boxes()
        assert len(boxes) == len(asking.KINDS) + 1
        left = {name: value for name, value in boxes.items() if value != without}
        code = asked.brought(asked.answer("yes", **left))["code"]
        redeemed = asked.applications.redeem(asked.applications.public, code)
        given = redeemed.get_json()["scope"].split()
        assert ("patient/*.rs" in given) == (not without)
        assert asked.read(redeemed.get_json()).status_code == status


def test_a_no_is_told_and_nothing_is_given(asked: Asked) -> None:
    """The application hears that access was denied; the page of applications is empty."""
    asked.request()
    asked.enter("solene")
    came_back = asked.brought(asked.answer("no"))
    assert came_back["error"] == "access_denied"
    assert "code" not in came_back
    assert "Aucune application" in asked.text("/applications")
    assert asked.get("/autorisation").status_code == 400


def test_yes_and_no_weigh_the_same(asked: Asked) -> None:
    """Two buttons alike, side by side, neither of them marked; in a frame, neither."""
    asked.request()
    asked.enter("solene")
    answer = asked.get("/autorisation")
    page = answer.get_data(as_text=True)
    buttons = re.findall(r'<button name="answer"([^>]*)>', page)
    assert buttons == [' value="yes"', ' value="no"']
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' https://app.example;" in policy
    assert policy.replace(" https://app.example", "") == guard.POLICY


def test_the_page_says_who_asks_for_what_and_for_how_long(asked: Asked) -> None:
    """In plain words, and aloud that what is masked for others is seen too."""
    asked.request()
    asked.enter("solene")
    for lang, said in (
        (
            "fr",
            ("Diary SAS", "app.example", "vos documents", "masqué à d'autres", "un an"),
        ),
        (
            "en",
            ("Diary SAS", "app.example", "your documents", "masked for others", "year"),
        ),
    ):
        asked.get(f"/langue?vers={lang}")
        page = asked.text("/autorisation")
        check(asked.get("/autorisation").get_data(as_text=True), lang)
        assert all(each in page for each in said)


def test_nothing_left_is_said_not_taken_for_a_yes(asked: Asked) -> None:
    """Who unticks everything and says yes is shown the page again."""
    asked.request()
    asked.enter("solene")
    answer = asked.answer("yes", query=asked.boxes()["query"])
    assert answer.status_code == 400
    assert "tout décoché" in unescape(answer.get_data(as_text=True))
    assert not any(on for _, _, on in BOX.findall(answer.get_data(as_text=True)))


def test_more_than_was_asked_is_not_given(asked: Asked) -> None:
    """A scope that a form names and the application did not ask for is passed over."""
    asked.request(scope="launch/patient patient/Observation.rs")
    asked.enter("solene")
    boxes = asked.boxes() | {"scope-9": "patient/DocumentReference.rs"}
    code = asked.brought(asked.answer("yes", **boxes))["code"]
    redeemed = asked.applications.redeem(asked.diary, code).get_json()
    assert "DocumentReference" not in redeemed["scope"]


def test_the_answer_is_to_the_request_that_was_read(asked: Asked) -> None:
    """A second request from another tab is not what the person said yes to."""
    asked.request()
    asked.enter("solene")
    boxes = asked.boxes()
    asked.request(asked.applications.public, scope="patient/*.cruds")
    for said in ("yes", "no"):
        answer = asked.answer(said, **boxes)
        assert answer.status_code == 400
        assert "Une autre demande" in unescape(answer.get_data(as_text=True))
    assert "Aucune application" in asked.text("/applications")


def test_a_request_does_not_outlive_who_began_it(asked: Asked) -> None:
    """He signs out, she signs in for her documents: his request is not put to her."""
    asked.request(state="his")
    asked.enter("tristan")
    held = asked.client.get_cookie("demande")
    assert held
    asked.post("/sortie")
    asked.client.set_cookie("demande", held.value)
    assert asked.post("/entree", account="solene").location == "/documents"
    assert asked.get("/autorisation").status_code == 400


def test_a_request_nobody_answered_is_not_put_to_the_next(asked: Asked) -> None:
    """Left unanswered before the sign-in, it goes when somebody signs in from the start."""
    asked.request(state="his")
    assert "Diary" in asked.text("/autorisation")
    assert asked.post("/entree", account="solene").location == "/documents"
    assert asked.get("/autorisation").status_code == 400


def test_a_request_is_of_one_session(asked: Asked) -> None:
    """Another session with the same cookie neither sees the request nor answers it."""
    asked.request()
    asked.enter("tristan")
    boxes = asked.boxes()
    held = asked.client.get_cookie("demande")
    assert held
    other = Browser(asked.services, asked.app).sign_in("solene")
    other.client.set_cookie("demande", held.value)
    assert other.get("/autorisation").status_code == 400
    assert other.post("/autorisation", **boxes, answer="yes").status_code == 400
    assert "code" in asked.brought(asked.answer("yes", **boxes))


def test_who_is_not_known_is_never_led_to(
    asked: Asked, caplog: pytest.LogCaptureFixture
) -> None:
    """An unknown application or address is a page here, and no redirect.

    Each page says which of the two it is, and so does a line of the log.
    """
    caplog.set_level("INFO", "paravent.smart")
    for more, why in (
        ({"client_id": "0" * 32}, "ne connaissons pas cette application"),
        ({"redirect_uri": "https://evil.example/"}, "une adresse que nous"),
    ):
        answer = asked.request(**more)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 400
        assert (why in page, "evil" in page, "entrée n" in page) == (
            True,
            False,
            False,
        )
        assert "Location" not in answer.headers
        assert next(iter(more)).removesuffix("_id") in caplog.messages[-1]
    assert "evil" not in caplog.text


def test_a_wrong_request_goes_back_with_its_error(asked: Asked) -> None:
    """A registered application that asks wrongly is told so before anybody is asked."""
    for more in (
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
        {"aud": "https://elsewhere.example/fhir"},
        {"scope": "system/*.rs"},
    ):
        assert "error" in asked.brought(asked.request(**more))
        assert asked.get("/autorisation").status_code == 400


def test_without_an_open_record_nothing_can_be_shown(asked: Asked) -> None:
    """Who closed the record is told so; the application gets no answer, and no code."""
    asked.sign_in("solene")
    asked.request()
    boxes = asked.boxes()
    asked.post("/dossier/fait", act="close")
    answer = asked.answer("yes", **boxes)
    assert answer.status_code == 200
    assert "Location" not in answer.headers
    assert asked.brought(asked.answer("no"))["error"] == "access_denied"


def test_who_acts_for_another_lets_no_application_in(asked: Asked) -> None:
    """A mother does not see all that an application would: she can only say no."""
    asked.request()
    asked.enter("corentine-inaya")
    page = asked.text("/autorisation")
    assert "Seule la personne elle-même" in page
    assert "checkbox" not in page
    query = QUERY.search(page)
    assert query
    assert asked.answer("yes", query=query[1]).status_code == 404
    assert "checkbox" not in asked.text("/autorisation")
    assert asked.brought(asked.answer("no"))["error"] == "access_denied"
    assert asked.post("/applications/fin", grant="0" * 32).status_code == 404


def test_an_application_is_listed_and_ended_at_once(asked: Asked) -> None:
    """Which, since when, last come, what it may do; then its token opens nothing."""
    asked.request()
    asked.enter("solene")
    code = asked.brought(asked.answer("yes", **asked.boxes()))["code"]
    redeemed = asked.applications.redeem(asked.diary, code).get_json()
    page = asked.text("/applications")
    for said in ("Diary", "Lire vos documents", "Depuis", "Dernier passage"):
        assert said in page
    check(asked.get("/applications").get_data(as_text=True), "fr")
    grant = GRANT.search(page)
    assert grant
    other = Browser(asked.services, asked.app).sign_in("tristan")
    assert other.post("/applications/fin", grant=grant[1]).status_code == 404
    assert asked.read(redeemed).status_code == 200
    assert asked.post("/applications/fin", grant=grant[1]).location == "/applications"
    assert "Diary" not in asked.text("/applications")
    assert asked.read(redeemed).status_code == 401
    assert asked.post("/applications/fin", grant=grant[1]).status_code == 404


def test_no_notice_is_sent_about_an_application(asked: Asked) -> None:
    """Who reads her e-mail does not learn of it there: the list is in the app alone."""
    asked.sign_in("solene")
    before = asked.text("/avis")
    asked.request()
    asked.answer("yes", **asked.boxes())
    assert "Diary" not in asked.text("/avis")
    assert before.count("<li") == asked.text("/avis").count("<li")


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://app.example/callback?x=1", "https://app.example"),
        ("http://127.0.0.1:8090/back", "http://127.0.0.1:8090"),
        ("http://[::1]:8090/back", "http://[::1]:8090"),
        ("org.example.app:/back", "org.example.app:"),
    ],
)
def test_a_policy_of_forms_names_the_origin_only(address: str, origin: str) -> None:
    """The answer may lead to the application, and nowhere else."""
    assert asking.origin(address) == origin


def test_every_kind_of_resource_has_words() -> None:
    """Nobody is asked about a type of which the page only knows the technical name."""
    kinds = {each.resource for each in ROUTES if each.resource}
    assert {f"scope.kind.{each}" for each in kinds} <= set(words.load()["fr"].table)
    assert kinds <= set(asking.KINDS)
