"""What a patient sets changes no byte of the pages of who acts for the patient.

A mother before her daughter's record, in one session and at one instant: before, and
after the daughter did everything her pages offer.
"""

from pathlib import Path

from gateway.patient.routes import ROUTES
from tests.gateway.consents.asking import Moving
from tests.gateway.patient.browser import Browser, follow
from tests.gateway.smart.applications import Applications

OWN = frozenset(
    {
        *("/reglages", "/reglage", "/cercle", "/a-relire", "/urgence", "/codes"),
        *("/avis", "/contestations", "/dossier", "/documents", "/categories"),
        *("/voir-comme", "/ce-qui-se-devine", "/dossier/export", "/applications"),
        *("/dossier/attestation", "/choix/fait", "/qui-a-consulte"),
    }
)
"""Pages about the record as a whole; those of one document have tests of their own."""
ELSEWHERE = frozenset({"/", "/langue", "/accessibilite"})
"""Pages that speak of no record, and the style sheet of the reading page."""


def observed(browser: Browser) -> dict[str, tuple[str, object, bytes]]:
    """Return all that a browser sees of every page."""
    answers = {path: browser.get(path) for path in sorted(OWN)}
    return {
        path: (each.status, list(each.headers.items()), each.get_data())
        for path, each in answers.items()
    }


def settle(inaya: Browser) -> None:
    """Have Inaya use every page of settings, without hiding what her mother sees."""
    dentist, midwife = inaya.reader("dentist"), inaya.reader("midwife")
    follow(inaya, verb="block", person=dentist)
    follow(inaya, verb="tie", role="CARE_TEAM", person=midwife)
    follow(inaya, verb="preset", preset="very_discreet", those="follow")
    rule = {"verb": "intake", "depositor": midwife, "about": "any", "answer": "hold"}
    follow(inaya, **rule)
    follow(inaya, verb="there", depositor=midwife, about="contraception")
    follow(inaya, verb="urgent", samu="no", others="no", masked="no")
    inaya.post("/codes/nouveau")
    inaya.post("/codes/carte")
    inaya.post("/avis/preferences", how="silent")
    let_in(inaya)


def let_in(inaya: Browser) -> None:
    """Have Inaya let an application in, as it asks."""
    applications = Applications(inaya.services)
    query = applications.request(applications.public)
    inaya.client.get("/authorize", query_string=query)
    page = inaya.text("/autorisation")
    hidden = page.partition('name="query" value="')[2].partition('"')[0]
    answer = inaya.post(
        "/autorisation",
        answer="yes",
        query=hidden,
        **{"scope-1": "patient/Observation.rs"},
    )
    assert "code=" in answer.location
    assert "Diary" in inaya.text("/applications")


def test_what_a_daughter_sets_changes_no_byte_of_her_mother_s_pages(
    tmp_path: Path,
) -> None:
    """Circle, presets, rules, masks, codes and choices show nowhere, nor any count."""
    services = Moving(tmp_path).services
    mother = Browser(services).sign_in("corentine-inaya")
    inaya = Browser(services, mother.app).sign_in("inaya")
    before = observed(mother)
    settle(inaya)
    assert observed(mother) == before
    assert "Bloquer" in inaya.text("/cercle")


def test_every_page_of_a_record_is_looked_at() -> None:
    """A new page joins this list, or says by its address that it is about one thing."""
    plain = {r.path for r in ROUTES if r.method == "GET" and "<" not in r.path}
    public = {r.path for r in ROUTES if r.public}
    assert plain - public == OWN
    assert public >= ELSEWHERE


def test_a_session_for_another_can_set_nothing(tmp_path: Path) -> None:
    """Every form of the person's pages is one answer, that of what is not there."""
    services = Moving(tmp_path).services
    mother = Browser(services).sign_in("corentine-inaya")
    absent = mother.get(f"/documents/{'7' * 64}").get_data()
    dentist = mother.reader("dentist")
    for path, fields in (
        ("/choix", {"verb": "block", "person": dentist}),
        ("/choix/confirme", {"verb": "block", "person": dentist}),
        ("/choix", {"verb": "tie"}),
        ("/codes/nouveau", {}),
        ("/codes/carte", {}),
        ("/codes/annule", {}),
        ("/contestations/nouvelle", {"event": "x", "words": "x"}),
        ("/dossier/avant", {"act": "close"}),
        ("/dossier/fait", {"act": "close"}),
        ("/applications/fin", {"grant": "0" * 32}),
    ):
        answer = mother.post(path, **fields)
        assert (answer.status_code, answer.get_data()) == (404, absent), path
