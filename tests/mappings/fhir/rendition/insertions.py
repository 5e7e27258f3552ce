"""Facts put into a document at random, with the places that hide them.

Each insertion returns the document with the fact and the hidden places. What it writes
holds :data:`SECRET`, so that a test can look for it.
"""

import copy
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from hypothesis import strategies as st

from mappings.fhir.content import contents
from mappings.pdf import unread
from mappings.submission import JsonObject
from tests.mappings.fhir.rendition.documents import CIM10, concept, narrative

T = TypeVar("T")

SECRET = "Zyxomatose"
"""An invented disease: no real document speaks of it."""


class Draw(Protocol):
    """Draws a value of a strategy, as ``data.draw`` does."""

    def __call__(self, strategy: st.SearchStrategy[T]) -> T:
        """Return one value."""


def pick(draw: Draw, items: Sequence[T]) -> T:
    """Draw one item by its number: large values are slow to draw."""
    return items[draw(st.integers(0, len(items) - 1))]


Inserted = tuple[JsonObject, set[str]]


def _code() -> JsonObject:
    return concept(CIM10, "ZYX.9", SECRET, f"{SECRET} chronique")


def told(document: JsonObject) -> set[str]:
    """Return the places of a document that tell the secret, as labelling finds them."""
    return {
        place
        for one in contents(document, unread)
        if SECRET in one.text
        for place in _sentences(one.place, one.text)
    }


def _sentences(place: str, text: str) -> Iterator[str]:
    """Yield the sentences put into a block, else the place itself."""
    found = [match.span() for match in re.finditer(f"{SECRET} stable\\.", text)]
    if not found:
        yield place
    for start, end in found:
        yield f"{place}#char={start},{end}"


def insertions(draw: Draw, document: JsonObject) -> Inserted:
    """Draw one to three facts and put them into a copy of ``document``."""
    found, hidden = copy.deepcopy(document), set[str]()
    for _ in range(draw(st.integers(1, 3))):
        insert = pick(draw, KINDS)
        insert(draw, found)
    hidden |= told(found) | {_statement(found, place) for place in told(found)}
    return found, hidden


def _statement(document: JsonObject, place: str) -> str:
    """Return the path of the inserted statement around a place: detection gives both."""
    whole = re.match(r"(/entry/\d+)/resource/(?:code|vaccineCode)/", place)
    if whole and _invented(document["entry"][int(place.split("/")[2])]):
        return f"{whole[1]}/resource"
    inner = re.match(r"(.*/(?:component|contained|extension|note|section)/\d+)/", place)
    if inner and "section" in inner[1] and not place.startswith(f"{inner[1]}/title"):
        return place
    return inner[1] if inner else place


def _invented(entry: JsonObject) -> bool:
    return bool(entry["resource"].get("code") == _code())


def _resources(document: JsonObject, *kinds: str) -> list[JsonObject]:
    found = [entry["resource"] for entry in document["entry"]]
    return [one for one in found if not kinds or one["resourceType"] in kinds]


def _all_sections(owner: JsonObject) -> Iterator[JsonObject]:
    for section in owner.get("section", []):
        yield section
        yield from _all_sections(section)


def _put(draw: Draw, items: list[JsonObject], one: JsonObject, first: int = 0) -> None:
    items.insert(draw(st.integers(first, len(items))), one)


def _entry(draw: Draw, document: JsonObject) -> None:
    """Put in a Condition or an Observation, referred to from all over the document."""
    name = f"urn:uuid:zyx-{len(document['entry'])}"
    kind = pick(draw, ["Condition", "Observation", "Procedure"])
    resource: JsonObject = {"resourceType": kind, "status": "final", "code": _code()}
    link = {"reference": name, "display": SECRET}
    homes = [(one, "entry") for one in _all_sections(document["entry"][0]["resource"])]
    homes += [(one, "result") for one in _resources(document, "DiagnosticReport")]
    homes += [
        (one, "reasonReference") for one in _resources(document, "MedicationRequest")
    ]
    homes = [home for home in homes if home[0].get(home[1])]
    for _ in range(draw(st.integers(0, 3)) if homes else 0):
        owner, element = pick(draw, homes)
        _put(draw, owner[element], link)
    resource |= {"identifier": [{"system": "urn:x:counted", "value": name[-1:]}]}
    _put(draw, document["entry"], {"fullUrl": name, "resource": resource}, first=1)


def _coding(draw: Draw, document: JsonObject) -> None:
    concepts = [
        one["code"]
        for one in _resources(document)
        if isinstance(one.get("code"), dict) and one["code"].get("coding")
    ]
    if concepts:
        _put(draw, pick(draw, concepts)["coding"], _code()["coding"][0])


def _component(draw: Draw, document: JsonObject) -> None:
    owners = [
        one for one in _resources(document, "Observation") if one.get("component")
    ]
    if owners:
        _put(draw, pick(draw, owners)["component"], {"code": _code()})


def _section(draw: Draw, document: JsonObject) -> None:
    composition = document["entry"][0]["resource"]
    homes = [composition, *_all_sections(composition)]
    homes = [home for home in homes if home.get("section")]
    section = {"title": SECRET, "text": narrative("<p>Rien à signaler</p>")}
    if homes:
        _put(draw, pick(draw, homes)["section"], section)


def _contained(draw: Draw, document: JsonObject) -> None:
    owners = [one for one in _resources(document) if one.get("contained")]
    if owners:
        owner = pick(draw, owners)
        inner = {"resourceType": "Condition", "id": f"zyx{len(owner['contained'])}"}
        _put(draw, owner["contained"], inner | {"code": _code()})
        extension = {"url": "urn:x", "valueReference": {"reference": f"#{inner['id']}"}}
        owner.setdefault("extension", []).append(extension)


def _note(draw: Draw, document: JsonObject) -> None:
    owners = [one for one in _resources(document) if one.get("note")]
    if owners:
        _put(draw, pick(draw, owners)["note"], {"text": f"{SECRET} ?"})


def _extension(draw: Draw, document: JsonObject) -> None:
    owner = pick(draw, _resources(document))
    if owner["resourceType"] != "Patient":
        owner.setdefault("extension", []).append(
            {"url": "urn:x", "valueString": SECRET}
        )


_BLOCKS = (
    (r"</li>", f"<li>{SECRET} <i>ancienne</i></li>"),
    (r"</p>", f"<p>{SECRET} depuis 2020.</p>"),
    (r"</ul>", f"<p>{SECRET}</p>"),
    (r"</table>", f"<table><tbody><tr><td>{SECRET}</td></tr></tbody></table>"),
    (r"</td>\s*</tr>", f"<tr><td>{SECRET}</td><td>oui</td></tr>"),
)


def _block(draw: Draw, document: JsonObject) -> None:
    """Put a row, an item, a paragraph or a table after one of the same kind."""
    homes = [
        (section["text"], end.end(), block)
        for section in _all_sections(document["entry"][0]["resource"])
        if "text" in section
        for pattern, block in _BLOCKS
        for end in re.finditer(pattern, section["text"]["div"])
    ]
    homes = [home for home in homes if not _within_span(home)]
    if homes:
        text, at, block = pick(draw, homes)
        space = pick(draw, ["", "\n   "])
        text["div"] = f"{text['div'][:at]}{space}{block}{text['div'][at:]}"


def _within_span(home: tuple[JsonObject, int, str]) -> bool:
    """Tell a place between two rows that one cell spans: no row was forgotten there."""
    before = home[0]["div"][: home[1]].rpartition("<tr")[2]
    return home[2].startswith("<tr") and "rowspan" in before


def _sentence(draw: Draw, document: JsonObject) -> None:
    homes = [
        (section["text"], end.end())
        for section in _all_sections(document["entry"][0]["resource"])
        if "text" in section
        for end in re.finditer(r"\. (?=[A-Z])", section["text"]["div"])
    ]
    if homes:
        text, at = pick(draw, homes)
        text["div"] = f"{text['div'][:at]}{SECRET} stable. {text['div'][at:]}"


KINDS: tuple[Callable[[Draw, JsonObject], None], ...] = (
    *(_entry, _coding, _component, _section, _contained, _note, _extension),
    *(_block, _sentence),
)
