"""*Mon cercle*, end to end: who is let in or blocked, software finds let in or blocked."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.gateway.consents.asking import Moving, team
from tests.gateway.patient.browser import Browser, follow

OWN = 1
"""How many of Solène's documents the dentist wrote."""
TIE = re.compile(r'name="tie" value="([0-9a-f]+)"')


class Scene:
    """Solène's pages beside everybody's software, before one clock."""

    def __init__(self, tmp_path: Path) -> None:
        """Sign Solène in."""
        self.software = Moving(tmp_path)
        self.browser = Browser(self.software.services).sign_in("solene")

    def seen(self, reader: str) -> int:
        """Return how many documents of Solène's a reader finds."""
        return len(self.software.identifiers(reader, "solene"))

    def tie_of(self, name: str) -> str:
        """Return the id of the tie that the page shows with a name."""
        page = self.browser.text("/cercle")
        lines = [each for each in page.split("<li>") if name in each and "tie" in each]
        found = TIE.search(lines[0])
        assert found
        return found[1]

    def day(self, later: int) -> str:
        """Return a day as a form sends it."""
        return (self.software.clock.now() + timedelta(days=later)).date().isoformat()


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Give a scene of its own."""
    return Scene(tmp_path)


def test_a_block_stops_reading_and_lifting_it_restores_nothing(scene: Scene) -> None:
    """What it means is said before; undoing it gives back no place in the team."""
    dentist = scene.browser.reader("dentist")
    assert scene.seen("dentist") > OWN
    page = scene.browser.post("/choix", verb="block", person=dentist)
    told = page.get_data(as_text=True)
    assert "ne verra plus" in told
    assert "attend que vous l&#39;ayez relu" in told
    assert scene.seen("dentist") > OWN
    follow(scene.browser, verb="block", person=dentist)
    assert scene.seen("dentist") == OWN
    assert scene.tie_of("Ombeline FAUCHERAY")
    assert scene.browser.post("/choix/annule").location == "/choix/fait"
    assert scene.seen("dentist") == OWN
    follow(scene.browser, verb="tie", role="CARE_TEAM", person=dentist)
    assert scene.seen("dentist") > OWN


def test_a_whole_structure_is_blocked_by_its_number(scene: Scene) -> None:
    """Nine digits are enough; whoever asks for it reads no more, and the page says so."""
    number = scene.software.structure("dentist")["value"][1:]
    fields = {"verb": "block", "number": number, "name": "Arcades"}
    assert "Ombeline FAUCHERAY" in follow(scene.browser, **fields)
    assert scene.seen("dentist") == OWN
    follow(scene.browser, verb="untie", tie=scene.tie_of("Arcades"))
    assert scene.seen("dentist") > OWN


def test_a_member_is_let_in_put_out_and_let_in_again(scene: Scene) -> None:
    """Each step says who gains and who loses, as software finds it then; undo restores."""
    surgeon = scene.browser.reader("surgeon")
    before = scene.seen("surgeon")
    said = follow(scene.browser, verb="tie", role="CARE_TEAM", person=surgeon)
    gained = scene.seen("surgeon") - before
    assert gained > 0
    assert f"Lazare MONTREVAL, médecin, verra {gained} documents de plus" in said
    said = follow(scene.browser, verb="untie", tie=scene.tie_of("Lazare MONTREVAL"))
    assert "ne verra plus" in said
    assert scene.seen("surgeon") == before
    scene.browser.post("/choix/annule")
    assert scene.seen("surgeon") == before + gained


def test_a_permission_by_number_has_an_end(scene: Scene) -> None:
    """Without a last day it is asked for; after it, nothing is read any more."""
    number = scene.browser.reader("psychiatrist").rpartition("|")[2][1:]
    fields = {"verb": "tie", "role": "AUTHORISED", "number": number, "name": "Dr L."}
    answer = scene.browser.post("/choix", **fields)
    assert answer.status_code == 422
    assert "dernier jour" in answer.get_data(as_text=True)
    follow(scene.browser, **fields, until=scene.day(2))
    assert scene.seen("psychiatrist")
    scene.software.later(days=4)
    assert not scene.seen("psychiatrist")


def test_a_new_treating_doctor_succeeds_and_undo_brings_the_old_back(
    scene: Scene,
) -> None:
    """There is one at a time, and the preview says what the former one loses."""
    psychiatrist, before = scene.browser.reader("psychiatrist"), scene.seen("gp")
    said = follow(
        scene.browser, verb="tie", role="TREATING_DOCTOR", person=psychiatrist
    )
    assert "Anselme RIVECOURT" in said
    assert scene.seen("psychiatrist") == before
    assert scene.seen("gp") < before
    scene.browser.post("/choix/annule")
    assert scene.seen("gp") == before
    assert not scene.seen("psychiatrist")


def test_whom_a_structure_attests_is_shown_and_ended_at_once(scene: Scene) -> None:
    """The page says that the structure said it; what waits can be taken in."""
    software, browser = scene.software, scene.browser
    structure = browser.reader("surgeon")
    held = software.structure("surgeon")
    follow(
        browser,
        verb="tie",
        role="AUTHORISED",
        person=structure,
        until=scene.day(30),
    )
    body = team(
        software.patient("solene"),
        software.who("endocrinologist"),
        "CARE_TEAM",
        within=held,
    )
    assert software.post("surgeon", "CareTeam", body).status_code < 300
    page = browser.text("/cercle")
    assert "Déclaré par la structure Hôpital du Val d'Ambrelle, pas par vous." in page
    follow(browser, verb="untie", tie=attested(page))
    assert "pas par vous" not in browser.text("/cercle")
    software.post("surgeon", "CareTeam", body)
    page = browser.text("/cercle")
    assert "Attend votre accord" in page
    follow(browser, verb="admit", tie=attested(page))
    assert "Attend votre accord" not in browser.text("/cercle")


def attested(page: str) -> str:
    """Return the id of the tie that a structure declared."""
    line = next(each for each in page.split("<li>") if "pas par vous" in each)
    found = TIE.search(line)
    assert found
    return found[1]


def test_a_carer_sees_what_is_ticked_until_it_ends(scene: Scene) -> None:
    """A relative, by the social security number, sees one subject and nothing else."""
    number = scene.browser.world.patients["tristan"].identifier.value
    fields = {"verb": "carer", "name": "Tristan", "ins": number}
    assert scene.browser.post("/choix", **fields).status_code == 422
    follow(scene.browser, **fields, **{"opens-gender_identity": "yes"})
    seen = scene.seen("tristan")
    assert seen
    assert "transition de genre" in scene.browser.text("/cercle").split("aidants")[1]
    follow(scene.browser, verb="untie", tie=scene.tie_of("Tristan"))
    assert not scene.seen("tristan")
    scene.browser.post("/choix/annule")
    assert scene.seen("tristan") == seen


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"verb": "untie", "tie": "0" * 32}, 404),
        ({"verb": "admit", "tie": ""}, 404),
        ({"verb": "tie", "role": "REPRESENTATIVE", "person": "x"}, 404),
        ({"verb": "tie", "role": "CARE_TEAM", "person": "x|y"}, 404),
        ({"verb": "tie", "role": "CARE_TEAM"}, 422),
        ({"verb": "tie", "role": "CARE_TEAM", "number": "12"}, 422),
        ({"verb": "tie", "role": "TREATING_DOCTOR", "number": "990099011"}, 422),
        ({"verb": "carer", "name": "x", "ins": "1"}, 422),
    ],
)
def test_a_form_names_only_what_it_may(
    browser: Browser, fields: dict[str, str], status: int
) -> None:
    """Unknown ties and people find nothing; what is missing is asked for."""
    browser.sign_in("solene")
    assert browser.post("/choix", **fields).status_code == status
    assert browser.post("/choix/confirme", **fields).status_code == 404
