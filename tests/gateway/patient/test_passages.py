"""Passage by passage: one fact is shown once, and masked or denied wherever it stands."""

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit import trail
from gateway.demo.world.load import load
from gateway.inquiry import by_identifier
from gateway.patient.passages import passages
from labels.codes import Category, Confidentiality
from labels.item import within
from labels.label import Evidence, Label
from mappings.content import Code, Content
from tests.gateway.patient.browser import Browser, follow
from tests.gateway.test_renditions import body, reference
from tests.gateway.world import Software, seeded

WORLD = load()
HORMONE = (b"stradiol", b"G03CA03")
OTHER = b"pironolactone"
PLACE = re.compile(r'name="place" value="([^"]+)"')
ROW, ENTRY = "/a/text/tr[1]", "/a/entry[1]"


def label(*seen: str) -> Label:
    """Return a label whose evidence was seen at these places."""
    evidence = tuple(Evidence("hiv/term/virus", "terms", each, "VIH") for each in seen)
    return Label(Confidentiality.V, frozenset({Category.HIV}), evidence=evidence)


def test_a_row_and_the_entry_behind_it_are_one_passage() -> None:
    """They share their evidence; the words are those of the row, and its places are two."""
    labelled = {
        f"{ENTRY}/code/@code": label(f"{ROW}/td[1]"),
        ENTRY: label(f"{ROW}/td[1]"),
        f"{ROW}/td[1]": label(f"{ROW}/td[1]"),
        ROW: label(f"{ROW}/td[1]"),
    }
    said = (
        Content(f"{ROW}/td[1]", text="Infection par le VIH"),
        Content(f"{ROW}/td[2]", text="2009"),
        Content(f"{ENTRY}/code/@code", (Code("s", "Z21", "Infection"),)),
    )
    [found] = passages(labelled, said)
    assert found.places == (ROW, ENTRY)
    assert found.text == "Infection par le VIH · 2009"
    assert found.key == ROW


def test_a_sentence_is_told_alone() -> None:
    """Of a paragraph only the labelled sentence is the passage."""
    place = "/p/text()[1]#char=9,26"
    said = (Content("/p/text()[1]", text="Va bien. Charge virale nulle."),)
    [found] = passages({place: label(place)}, said)
    assert (found.text, found.places) == ("Charge virale nul", (place,))


def test_what_reads_the_same_is_one_and_codes_may_have_no_words() -> None:
    """Two headings of one wording are one passage; a bare code has none."""
    said = (
        Content("/x/@code", (Code("s", "1", "Maladies infectieuses"),)),
        Content("/y/@code", (Code("s", "1", "Maladies infectieuses"),)),
        Content("/z/@code", (Code("s", "2"),)),
    )
    labelled = {each.place: label(each.place) for each in said}
    found = passages(labelled, said)
    assert [each.places for each in found] == [("/x/@code", "/y/@code"), ("/z/@code",)]
    assert [each.text for each in found] == ["Maladies infectieuses", ""]


PATHS = st.lists(st.sampled_from(["/a", "/b", "#c", "/d"]), min_size=1, max_size=4).map(
    "".join
)


@given(st.dictionaries(PATHS, st.lists(PATHS, max_size=2), max_size=8))
def test_every_labelled_place_is_in_one_passage(found: dict[str, list[str]]) -> None:
    """Masking all passages leaves no labelled place, and no two passages share one."""
    labelled = {place: label(*seen) for place, seen in found.items()}
    every = passages(labelled, [])
    for place in labelled:
        held = [
            each for each in every if any(within(place, own) for own in each.places)
        ]
        assert len(held) == 1
    assert len({each.key for each in every}) == len(every)


class Scene:
    """Solène's prescription on her pages, beside the software of those around her."""

    def __init__(self, tmp_path: Path) -> None:
        """Sign Solène in, and find the passage of the estradiol."""
        services = seeded(tmp_path)
        self.software = Software(services)
        self.browser = Browser(services).sign_in("solene")
        self.document = self.software.id_of("hormone-prescription")
        self.path = f"/documents/{self.document}/passages"
        card = next(each for each in self.cards() if "Estradiol, dispositif" in each)
        found = PLACE.search(card)
        assert found is not None
        self.fields = {"document": self.document, "place": found[1]}

    def cards(self) -> list[str]:
        """Return the passages as the page shows them."""
        return self.browser.text(self.path).split('<section class="card"')[1:]

    def read(self, reader: str) -> bytes:
        """Return the bytes of the prescription as a reader gets it."""
        shown = reference(self.software, reader, "hormone-prescription")
        return body(self.software, reader, shown)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Give a scene of its own."""
    return Scene(tmp_path)


def test_a_passage_is_shown_in_words(scene: Scene) -> None:
    """Each fact stands once, as it reads, with its subject and who reads on without it."""
    cards = scene.cards()
    assert len(cards) == 4
    estradiol = next(each for each in cards if "Estradiol, dispositif" in each)
    assert "100 microgrammes par 24 heures · changer le lundi" in estradiol
    assert "transition de genre" in estradiol
    assert 'un code de médicament (<q lang="fr">estradiol</q>)' in estradiol
    assert "Lisent le document sans ce passage : Ombeline FAUCHERAY." in estradiol
    assert "G03CA03" not in re.sub(r'value="[^"]*"', "", estradiol)


def test_a_passage_is_masked_from_everybody_and_shown_again(scene: Scene) -> None:
    """No word and no code of it is left for the pharmacist; the rest is; undo restores."""
    assert all(word in scene.read("pharmacist") for word in HORMONE)
    fields = scene.fields | {"verb": "mask", "audience": "everyone"}
    before = unescape(scene.browser.post("/choix", **fields).get_data(as_text=True))
    assert "Masquer un passage de « Ordonnance » à tous" in before
    assert "COLOMBARD, pharmacien, verra moins de choses dans 1 document." in before
    assert "Ordonnance (sans ce qui touche à la transition de genre)" in before
    assert all(word in scene.read("pharmacist") for word in HORMONE)
    follow(scene.browser, **fields)
    left = scene.read("pharmacist")
    assert [word for word in HORMONE if word in left] == []
    assert OTHER in left
    assert all(word in scene.read("gp") for word in HORMONE)
    said = "Masqué à tous, sauf vous, le médecin traitant et l'auteur (un passage de"
    card = next(each for each in scene.cards() if "Estradiol, dispositif" in each)
    assert said in card
    assert "Bérengère COLOMBARD" in card.split("sans ce passage :")[1].split("</p>")[0]
    assert said in scene.browser.text(f"/documents/{scene.document}")
    assert scene.browser.post("/choix/annule").location == "/choix/fait"
    assert all(word in scene.read("pharmacist") for word in HORMONE)


@pytest.mark.parametrize("audience", ["professionals", "person"])
def test_a_passage_is_masked_from_some(scene: Scene, audience: str) -> None:
    """From all professionals, or from the one who is chosen in the list."""
    pharmacist = scene.browser.reader("pharmacist")
    meant = pharmacist if audience == "person" else audience
    follow(scene.browser, **scene.fields, verb="mask", audience=meant)
    assert HORMONE[0] not in scene.read("pharmacist")


def test_a_passage_that_is_not_sensitive_is_shown_to_the_dentist(scene: Scene) -> None:
    """Only that passage comes back, wherever it stands, and the word can be ended there."""
    assert HORMONE[0] not in scene.read("dentist")
    said = follow(scene.browser, **scene.fields, verb="not_sensitive")
    assert "verra plus de choses dans 1 document" in said
    seen = scene.read("dentist")
    assert all(word in seen for word in HORMONE)
    assert OTHER not in seen
    card = next(each for each in scene.cards() if "Estradiol, dispositif" in each)
    assert "Plus rien n'est signalé ici" in card
    page = scene.browser.text(f"/documents/{scene.document}")
    assert "dit quelque chose de certains passages" in page
    words = re.findall(r'name="word" value="([0-9a-f ]+)"', card)
    assert len(words) == 1
    follow(scene.browser, verb="end", **scene.fields, word=words[0])
    assert HORMONE[0] not in scene.read("dentist")


def test_a_word_of_several_places_is_undone_as_one(scene: Scene) -> None:
    """One button takes all of it back, and a second one says it again."""
    follow(scene.browser, **scene.fields, verb="not_sensitive")
    scene.browser.post("/choix/annule")
    assert HORMONE[0] not in scene.read("dentist")
    scene.browser.post("/choix/annule")
    assert all(word in scene.read("dentist") for word in HORMONE)


def test_what_a_passage_goes_by_is_no_longer_pointed_out_anywhere(scene: Scene) -> None:
    """The rules hold for the record, stand on the page of subjects, and can be ended."""
    card = next(each for each in scene.cards() if "Estradiol, dispositif" in each)
    rules = " ".join(re.findall(r'name="rule" value="([^"]+)"', card))
    fields = {"document": scene.document, "rule": rules, "verb": "forget"}
    before = unescape(scene.browser.post("/choix", **fields).get_data(as_text=True))
    assert before.count("Ne plus signaler ceci dans tout le dossier :") == 1
    assert re.search("« estradiol »", before, re.IGNORECASE)
    follow(scene.browser, **fields)
    assert all(word in scene.read("dentist") for word in HORMONE)
    subjects = scene.browser.text("/categories")
    said = "Vous avez dit : ne plus signaler ceci dans mon dossier («"
    assert said in subjects
    assert scene.browser.post("/choix/annule").location == "/choix/fait"
    assert HORMONE[0] not in scene.read("dentist")
    assert said not in scene.browser.text("/categories")


def test_when_nothing_would_be_left_the_whole_is_masked(scene: Scene) -> None:
    """Inaya's prescription holds one medicine: the page before says so, and it is gone."""
    browser = Browser(scene.browser.services).sign_in("inaya")
    document = scene.software.id_of("contraception-prescription")
    page = browser.text(f"/documents/{document}/passages")
    (medicine,) = dict.fromkeys(PLACE.findall(page))
    wanted = scene.software.world.documents()["contraception-prescription"].identifier
    whole = "Tout le document sera donc masqué"
    pharmacist = browser.reader("pharmacist")
    shown = {"verb": "show", "audience": "person", "document": document}
    follow(browser, **shown, person=pharmacist)
    assert wanted in scene.software.identifiers("pharmacist", "inaya")
    fields = {"document": document, "place": medicine, "verb": "mask"}
    answer = browser.post("/choix", **fields, audience=pharmacist)
    assert whole in unescape(answer.text)
    follow(browser, **fields, audience=pharmacist)
    assert wanted not in scene.software.identifiers("pharmacist", "inaya")
    assert wanted in scene.software.identifiers("midwife", "inaya")


@pytest.mark.parametrize(
    "fields",
    [
        {"verb": "mask", "audience": "everyone", "place": "/nowhere"},
        {"verb": "show", "audience": "professionals"},
        {"verb": "sensitive", "category": "hiv"},
        {"verb": "forget", "rule": "hiv/term/unheard-of"},
        {"verb": "forget"},
        {"verb": "mask", "audience": "everyone", "documents": "0" * 64, "place": ""},
        {"verb": "end", "word": "0" * 32},
    ],
)
def test_a_form_that_names_what_is_not_there_finds_nothing(
    scene: Scene, fields: dict[str, str]
) -> None:
    """Only passages, rules, documents and words of the record can be named."""
    for path in ("/choix", "/choix/confirme"):
        assert scene.browser.post(path, **scene.fields | fields).status_code == 404


def test_a_form_without_an_audience_comes_back(scene: Scene) -> None:
    """The passages are there again, with what is missing said first."""
    answer = scene.browser.post("/choix", **scene.fields, verb="mask", audience="")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'role="alert"' in page
    assert 'name="place"' in page


def test_looking_at_passages_is_a_reading_in_the_trail(scene: Scene) -> None:
    """Whoever opens the passages has read the document, and the log says which one."""

    def read() -> list[str]:
        services = scene.browser.services
        find = by_identifier(services, WORLD.patients["solene"].identifier)
        with services.store.unit() as connection:
            events = trail.of_record(connection, find(connection))
        return [
            each["what"]["reference"]
            for event in events
            if event["subtype"][0]["code"] == "read"
            for each in event["entity"]
            if "what" in each
        ]

    before = len(read())
    scene.cards()
    assert f"Binary/{scene.document}" in read()[before:]


def test_what_cannot_be_shown_in_part_says_so(scene: Scene) -> None:
    """A scanned document has no passages to mask, and leads to masking the whole."""
    browser = Browser(scene.browser.services).sign_in("octave")
    document = scene.software.id_of("old-scan")
    page = browser.text(f"/documents/{document}/passages")
    assert "ne peut pas être montré en partie" in page
    assert 'name="place"' not in page
