"""Lists come in pages like any search: never more than was asked for, and nothing lost."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from gateway.clock import FixedClock
from tests.gateway.emergency.scene import Scene
from tests.gateway.subscribing.scene import subscription
from tests.gateway.world import Software, seeded

Json = dict[str, Any]

HOOKS = "http://127.0.0.1:9"
"""A port where nobody listens: what is only asked for is never sent."""
LISTS = {
    "Task": ("octave", ""),
    "Communication": ("octave", "octave"),
    "CareTeam": ("octave", "octave"),
    "RelatedPerson": ("solene", "solene"),
    "Consent": ("solene", "solene"),
    "Subscription": ("dentist", "solene"),
}
"""Who asks for a list, and about whom."""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Give a world in which each list has two entries or more."""
    services = seeded(tmp_path_factory.mktemp("lists"))
    settings = replace(services.settings, webhooks=frozenset({HOOKS}))
    clock = FixedClock(services.clock.now())
    scene = Scene(replace(services, settings=settings, clock=clock), clock)
    for reader in ("psychiatrist", "endocrinologist"):
        scene.break_glass(reader, "octave")
    for notice in listed(scene.software, "Communication", "_count=50")["entry"]:
        about = notice["resource"].get("about", [{}])[0]
        made = scene.post("octave", "/fhir/Task", task(about))
        assert made.status_code == 201, made.get_data(as_text=True)
    for carer in ("corentine", "tristan"):
        made = scene.post("solene", "/fhir/RelatedPerson", relative(scene, carer))
        assert made.status_code == 201, made.get_data(as_text=True)
        wished = subscription(f"{HOOKS}/{carer}")
        made = scene.post("dentist", "/fhir/Subscription", wished)
        assert made.status_code == 201, made.get_data(as_text=True)
    return scene


def task(about: Json) -> Json:
    """Return a contest of an access."""
    return {"resourceType": "Task", "focus": about, "description": "why"}


def relative(scene: Scene, carer: str) -> Json:
    """Return a carer of Solène."""
    return {
        "resourceType": "RelatedPerson",
        "patient": {"identifier": scene.identifier("solene")},
        "identifier": [scene.identifier(carer)],
        "name": [{"text": carer}],
    }


def path_of(software: Software, kind: str) -> str:
    """Return the search of a list, with what it cannot do without."""
    whose = LISTS[kind][1]
    parts = ["status=active"]
    asked = parts if kind == "Consent" else []
    if whose:
        of = software.world.patients[whose].identifier
        asked = [f"patient.identifier={of.system}|{of.value}", *asked]
    return f"/fhir/{kind}?{'&'.join(asked)}"


def search(software: Software, kind: str, more: str = "") -> TestResponse:
    """Ask for a list."""
    return software.ask(LISTS[kind][0], f"{path_of(software, kind)}&{more}")


def listed(software: Software, kind: str, more: str = "") -> Json:
    """Return the Bundle of a list."""
    found = search(software, kind, more)
    assert found.status_code == 200, found.get_data(as_text=True)
    whole: Json = found.get_json(force=True)
    return whole


def ids(bundle: Json) -> list[str]:
    """Return the ids of a page, in order."""
    return [each["resource"]["id"] for each in bundle.get("entry", [])]


def following(bundle: Json) -> str:
    """Return the link of the next page; empty when there is none."""
    links = {each["relation"]: each["url"] for each in bundle["link"]}
    return str(links.get("next", ""))


def pages(software: Software, kind: str, size: int) -> Iterator[Json]:
    """Yield every page of a list."""
    page = listed(software, kind, f"_count={size}")
    yield page
    while link := following(page):
        page = software.ask(LISTS[kind][0], link).get_json(force=True)
        yield page


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("size", [1, 2])
def test_pages_give_the_whole_list_in_order(scene: Scene, kind: str, size: int) -> None:
    """Each has what was asked for at most, and says how many there are in all."""
    whole = listed(scene.software, kind, "_count=50")
    met = list(pages(scene.software, kind, size))
    assert len(met) == -(-whole["total"] // size) > 2 - size
    assert max(len(ids(each)) for each in met) == size
    assert {each["total"] for each in met} == {whole["total"]}
    assert [each for page in met for each in ids(page)] == ids(whole)
    assert following(whole) == ""


@pytest.mark.parametrize("kind", [*LISTS, "Patient"])
def test_who_asks_for_none_gets_none_and_is_told_how_many(
    scene: Scene, kind: str
) -> None:
    """``_count=0`` is a count (R4 search, 3.1.1.5.3), of a Patient too."""
    software = scene.software
    if kind == "Patient":
        of = software.world.patients["octave"].identifier
        path = f"/fhir/Patient?identifier={of.system}|{of.value}&_count=0"
        found = software.ask("octave", path).get_json(force=True)
    else:
        found = listed(software, kind, "_count=0")
    assert found["total"] > 0
    assert ids(found) == []
    assert following(found) == ""


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("size", ["abc", "-1", "%C3%98", "1e3", "123456"])
def test_what_is_no_number_is_refused(scene: Scene, kind: str, size: str) -> None:
    """Also where there is nothing to cut: 400, and which parameter."""
    found = search(scene.software, kind, f"_count={size}")
    assert found.status_code == 400
    assert found.get_json(force=True)["issue"][0]["expression"] == ["_count"]


@pytest.mark.parametrize("kind", LISTS)
def test_a_link_is_for_who_was_given_it(scene: Scene, kind: str) -> None:
    """Somebody else's is one made up."""
    link = following(listed(scene.software, kind, "_count=1"))
    assert scene.software.ask("tristan", link).status_code == 400
    assert scene.software.ask(LISTS[kind][0], link).status_code == 200


def test_the_pages_of_a_list_are_one_line_of_the_log(scene: Scene) -> None:
    """Told one by one they would count what is in it."""
    before = logged(scene.software)
    listed(scene.software, "CareTeam", "_count=1")
    once = logged(scene.software) - before
    assert len(list(pages(scene.software, "CareTeam", 1))) == 3
    assert logged(scene.software) - before - once == once == 1


def logged(software: Software) -> int:
    """Return how many lines Octave's log has, as told to him."""
    of = software.world.patients["octave"].identifier
    query = f"patient.identifier={of.system}|{of.value}&_summary=count"
    found = software.ask("octave", f"/fhir/AuditEvent?{query}")
    return int(found.get_json(force=True)["total"])
