"""What a patient and a representative read: what disclosure gives, and nothing else."""

import re

import pytest

from gateway.demo.table import principal_of, seen
from gateway.demo.world.load import load
from tests.gateway.patient.browser import LINK, Browser
from tests.gateway.world import Software

WORLD = load()
RANDOM = "7" * 64


@pytest.mark.parametrize(
    ("account", "reader", "patient"),
    [
        *((key, key, key) for key in WORLD.patients),
        ("corentine-inaya", "corentine", "inaya"),
    ],
)
def test_the_list_is_what_disclosure_gives(
    browser: Browser, account: str, reader: str, patient: str
) -> None:
    """The page lists as many documents as the API finds for the same person."""
    browser.sign_in(account)
    principal = principal_of(WORLD.readers[reader])
    found = seen(browser.services, principal, WORLD.patients[patient])
    assert len(set(LINK.findall(browser.text("/documents")))) == len(found)


def test_the_list_says_in_words_what_a_document_is(browser: Browser) -> None:
    """Date, type, title, author, structure and subject, without a code."""
    page = browser.sign_in("solene").text("/documents")
    for words in (
        "11 mars 2026",
        "Ordonnance",
        "Prescription de produits de santé",
        "Hermine VALCOURTIN, Hôpital du Val d'Ambrelle",
        "transition de genre",
        "Masqué aux chirurgiens-dentistes.",
    ):
        assert words in page


def test_a_document_gives_its_reasons(browser: Browser) -> None:
    """Each subject comes with what was seen, the rule, its source and the place."""
    browser.sign_in("tristan")
    document = Software(browser.services).id_of("hiv-consultation")
    page = browser.text(f"/documents/{document}")
    for words in ("VIH", "Vu dans le document", "Règle", "hiv/", "Source", "Endroit"):
        assert words in page


def test_a_document_says_who_sees_it_and_why(browser: Browser) -> None:
    """Every person around the record is there, with the sentence of the rules."""
    browser.sign_in("solene")
    page = browser.text(f"/documents/{browser.listed()['Ordonnance']}")
    assert "Anselme RIVECOURT, médecin traitant" in page
    assert "le médecin traitant déclaré accède à tout" in page
    assert "la personne l'a masqué à ce lecteur (CSP R.1111-49)." in page
    assert "Montré à Bérengère COLOMBARD (« Ordonnance »)" in page


@pytest.mark.parametrize("account", list(WORLD.patients))
def test_no_page_says_a_rule_or_a_bare_code_before_it_is_asked(
    browser: Browser, account: str
) -> None:
    """Ids of rules are in no sentence, and codes only behind *the rule and the place*."""
    browser.sign_in(account)
    for document in browser.listed().values():
        page = browser.text(f"/documents/{document}")
        assert not re.search(r"\[[a-z-]+[],]", page)
        seen = re.findall(r"Vu dans le document : (.*)", page)
        assert not [
            each for each in seen if re.search(r">[A-Z]\d\d|G15_|>\d+-\d", each)
        ]


def test_a_code_is_told_by_its_kind_and_the_words_beside_it(browser: Browser) -> None:
    """The medicine has its name; the code is in the details."""
    browser.sign_in("inaya")
    document = Software(browser.services).id_of("contraception-prescription")
    page = browser.text(f"/documents/{document}")
    for words in (
        'un code de médicament (<q lang="fr">lévonorgestrel</q>)',
        "<dt>Code</dt><dd>G03AA07</dd>",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("account", "document", "title", "said"),
    [
        ("octave", "eye-visit", "Ce que dit ce document", "un document ordinaire"),
        ("octave", "old-scan", "Pourquoi ce document est dit", "n'a pas pu lire"),
        ("tristan", "hiv-lab", "Pourquoi ce document est dit sensible", "VIH"),
        ("solene", "sore-throat-visit", "Ce que dit ce document", "ordinaire"),
    ],
)
def test_reasons_have_the_title_of_their_case(
    browser: Browser, account: str, document: str, title: str, said: str
) -> None:
    """An ordinary document is not introduced as a sensitive one."""
    browser.sign_in(account)
    public_id = Software(browser.services).id_of(document)
    page = browser.text(f"/documents/{public_id}")
    section = page.split('<h2 id="why">')[1].split("</section>")[0]
    assert section.startswith(title)
    assert said in section
    assert "Parle de" not in page


@pytest.mark.parametrize(
    ("account", "document", "said"),
    [
        ("octave", "old-scan", "la machine n'a pas pu le lire"),
        ("inaya", "contraception-visit", "le secret a été demandé"),
        ("solene", "endocrine-letter", "il est plus sensible que ce qui est ouvert"),
        ("solene", "dental-assessment", "n'ouvre pas ce type de document"),
    ],
)
def test_who_does_not_see_is_told_by_what_it_is_beyond_them(
    browser: Browser, account: str, document: str, said: str
) -> None:
    """The type and the sensitivity are two reasons, and are told apart."""
    browser.sign_in(account)
    public_id = Software(browser.services).id_of(document)
    page = browser.text(f"/documents/{public_id}")
    assert said in page
    assert "dépasse" not in page


def test_what_is_replaced_says_so(browser: Browser) -> None:
    """The result that was corrected has the sentence, in the list and on its page."""
    browser.sign_in("tristan")
    said = "Remplacé par une version plus récente."
    cards = browser.text("/documents").split('<li class="card">')[1:]
    assert [said in each for each in cards if "Virologie" in each] == [False, True]
    assert sum(said in each for each in cards) == 1
    replaced = browser.listed()["Virologie et biochimie"]
    assert said in browser.text(f"/documents/{replaced}")


def test_nobody_is_named_twice(browser: Browser) -> None:
    """Who wrote by his own hand and by the hospital's software is one person."""
    browser.sign_in("octave")
    for document in browser.listed().values():
        page = browser.text(f"/documents/{document}")
        who = page.split('<ul class="sights">')[1].split("</ul>")[0]
        names = re.findall(r"<li><strong>([^<]+)</strong>", who)
        assert len(names) == len(set(names))
        assert sum("HAUTERIVEL" in each for each in names) == 1


def test_a_held_announcement_is_nowhere(browser: Browser) -> None:
    """What waits to be told to Octave is in no page of his, not even as a reader's."""
    browser.sign_in("octave")
    dentist = browser.reader("dentist")
    pages = [
        browser.text("/documents"),
        browser.text("/categories"),
        browser.post("/voir-comme", reader=dentist).get_data(as_text=True),
    ]
    author = WORLD.readers["pathologist"].family
    assert all(author not in page for page in pages)


def test_the_mother_reads_and_cannot_decide(browser: Browser) -> None:
    """She is told that only the person decides, and is offered no form to do it."""
    browser.sign_in("corentine-inaya")
    for path in ("/documents", "/categories", "/voir-comme"):
        page = browser.text(path)
        assert "Elle seule peut masquer" in page
        assert 'action="/choix"' not in page
        assert "contraception" not in page
    document = next(iter(browser.listed().values()))
    page = browser.text(f"/documents/{document}")
    assert "Elle seule peut masquer" in page
    assert "Qui peut le voir" not in page


def test_the_mother_changes_nothing_by_hand_made_forms(browser: Browser) -> None:
    """A form she makes herself finds nothing, and shows her nobody's view."""
    browser.sign_in("corentine-inaya")
    document = next(iter(browser.listed().values()))
    fields = {"verb": "mask", "audience": "professionals", "document": document}
    for path in ("/choix", "/choix/confirme"):
        assert browser.post(path, **fields).status_code == 404
    assert browser.post("/voir-comme", reader="stranger").status_code == 404
    assert browser.post("/choix/annule").location == "/documents"


def test_hidden_unknown_and_foreign_are_one_answer(browser: Browser) -> None:
    """The mother gets the same bytes for what is hidden as for what never was."""
    software = Software(browser.services)
    hidden = software.id_of("contraception-visit")
    foreign = software.id_of("back-pain-visit", "gp")
    browser.sign_in("corentine-inaya")
    answers = [
        browser.get(f"/documents/{each}")
        for each in (hidden, foreign, RANDOM, "not-an-id", hidden[:32] + "0" * 32)
    ]
    assert {each.status_code for each in answers} == {404}
    assert len({each.data for each in answers}) == 1
    assert len({str(each.headers) for each in answers}) == 1
    files = [browser.get(f"/documents/{each}/original") for each in (hidden, RANDOM)]
    assert {each.data for each in files} == {answers[0].data}
    assert {each.status_code for each in files} == {404}


def test_reading_leaves_no_word_of_a_document_in_headers_or_addresses(
    browser: Browser,
) -> None:
    """Titles, names and subjects stay in bodies; addresses hold opaque ids only."""
    browser.sign_in("solene")
    answer = browser.get("/documents")
    head = str(answer.headers).lower()
    for word in ("solène", "orvanneau", "transition", "ordonnance", "gender"):
        assert word not in head
    title = answer.get_data(as_text=True).split("<title>")[1].split("</title>")[0]
    assert title == "Mes documents – Paravent"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_former_first_name_is_in_no_page(browser: Browser, lang: str) -> None:
    """The pages name a person as the person is named now."""
    browser.sign_in("solene")
    browser.get(f"/langue?vers={lang}")
    ids = browser.listed().values()
    paths = ["/", "/documents", "/categories", *(f"/documents/{each}" for each in ids)]
    former = WORLD.patients["solene"].former_given[0].casefold()
    pages = [browser.get(path).get_data(as_text=True).casefold() for path in paths]
    assert all(former not in page for page in pages)


@pytest.mark.parametrize(
    ("account", "document", "kind"),
    [
        ("solene", "sore-throat-visit", "application/octet-stream"),
        ("corentine-inaya", "ankle-visit", "application/octet-stream"),
    ],
)
def test_a_document_is_saved_and_never_opened_here(
    browser: Browser, account: str, document: str, kind: str
) -> None:
    """The bytes as received, under a name that says nothing, with nothing allowed to run."""
    public_id = Software(browser.services).id_of(document)
    answer = browser.sign_in(account).get(f"/documents/{public_id}/original")
    assert b"ClinicalDocument" in answer.data
    assert answer.content_type == kind
    disposition = answer.headers["Content-Disposition"]
    assert disposition == 'attachment; filename="document.xml"'
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["Cache-Control"] == "no-store"
