"""A second evaluator of rules.yaml: a slow loop, written from its text and the README.

It reads rules.yaml itself, makes no clearance, and asks of every rule whether it speaks of
this reader and this item. Only the matrix is asked for its columns: they are compared
with their source cell by cell elsewhere.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

import yaml

from labels.codes import Confidentiality
from labels.consent import Directive
from labels.item import Item
from labels.policy import editions
from labels.policy.question import Question

Json = dict[str, Any]
NEARNESS = {
    "person": 4, "organization": 3, "treating_doctor": 3, "profession": 2, "care_team": 2,
    "carers": 2, "representatives": 2, "professionals": 1, "everyone": 0,
}  # fmt: skip
STANDS = {
    "representatives": {"REPRESENTATIVE", "GUARDIAN", "INTRODUCED"}, "carers": {"CARER"},
    "care_team": {"CARE_TEAM"}, "treating_doctor": {"TREATING_DOCTOR"},
}  # fmt: skip
PRIVATE = {"SELF", "REPRESENTATIVE", "GUARDIAN", "CARER"}
NAMED = {"person", "organization"}
FLAGS = ("minor", "under_15", "masks_open", "deceased")
TEXT = files("labels.policy").joinpath("rules.yaml").read_text(encoding="utf-8")
RULES: list[Json] = yaml.CSafeLoader(TEXT).get_single_data()["rules"]
EVER = datetime.fromisoformat("0001-01-01T00:00:00+00:00")


def evaluate(question: Question, item: Item) -> tuple[bool, frozenset[str]]:
    """Return whether the item may be seen, and the rules that settle it."""
    about = [rule for rule in RULES if _about(rule.get("who", {}), question)]
    denials = [rule for rule in about if rule["effect"] == "deny"]
    permits = [rule for rule in about if rule["effect"] == "permit"]
    if deny := {r["id"] for r in denials if _denied(r, question, item)}:
        return False, frozenset(deny)
    ceiling = _ceiling(permits)
    admit = {r["id"] for r in permits if _permitted(r, question, item, ceiling)}
    return bool(admit), frozenset(admit)


def _about(who: Json, question: Question) -> bool:
    facts: Json = {w: getattr(question, w) for w in FLAGS}
    facts["professional"] = _professional(question)
    one_of = {
        "purposes": question.purpose,
        "presets": question.preset,
        "capacities": question.capacity,
    }
    if any(who[word] != facts[word] for word in who.keys() & facts.keys()):
        return False
    if any(one_of[word] not in who[word] for word in who.keys() & one_of.keys()):
        return False
    if question.relations & set(who.get("without", ())):
        return False
    return "relations" not in who or bool(question.relations & set(who["relations"]))


def _professional(question: Question) -> bool:
    private = question.relations & PRIVATE
    return "SELF" not in private and (question.profession != "" or not private)


def _urgent(question: Question) -> bool:
    return "EMERGENCY" in question.relations and question.purpose in {"ETREAT", "BTG"}


def _permitted(rule: Json, question: Question, item: Item, ceiling: int) -> bool:
    what = rule.get("what", {})
    highest = Confidentiality[what.get("confidentiality", "V")]
    unread = "OPAQUE" in item.marks and highest < Confidentiality.R
    if item.confidentiality > highest or unread:
        return False
    if "types" in what and item.type not in _column(question):
        return False
    if "shown_to" in what:
        shown = list(_spoken("show", what["shown_to"], question))
        return any(_opens(one, shown, question, item, ceiling) for one in shown)
    return "own" not in what or _own(what["own"], question, item)


def _opens(
    one: Directive, shown: list[Directive], question: Question, item: Item, ceiling: int
) -> bool:
    if item.id in one.items or _placed(item, one.places):
        return True
    high = one.level is not None and item.confidentiality > one.level
    if high or not _narrow(one, item):
        return False
    if one.everything or not one.categories or "OPAQUE" in item.marks:
        return one.everything
    who = "minor" if question.minor else "adult"
    opened = {c for c in item.categories if getattr(c.facts, who) <= ceiling}
    opened = opened.union(*(s.categories for s in shown if _bound(s) == _bound(one)))
    return item.categories <= opened


def _ceiling(permits: Iterable[Json]) -> int:
    """Return the highest level of the standing permits that speak of a kind of items."""
    whats = [rule.get("what", {}) for rule in permits]
    kinds = [what for what in whats if not {"shown_to", "own"} & what.keys()]
    names = [what.get("confidentiality", "V") for what in kinds]
    return max((Confidentiality[name] for name in names), default=-1)


def _denied(rule: Json, question: Question, item: Item) -> bool:
    what = rule.get("what", {})
    if what.get("yields") and _urgent(question) and question.masks_open:
        return False
    if "except_own" in what and _own(what["except_own"], question, item):
        return False
    by_name = _spoken("show", NAMED, question) if what.get("except_shown") else ()
    if any(item.id in said.items and not said.said_by for said in by_name):
        return False
    if what.get("masked"):
        masks = _spoken("mask", NEARNESS, question)
        return any(_masked(mask, question, item) for mask in masks)
    if "one_month" in what and not _waits(item.announced, question.at):
        return False
    return _described(what, item)


def _waits(since: datetime, at: datetime) -> bool:
    """Whether the day of the next month that bears the same number has not begun."""
    if since.year == at.max.year:
        return True
    near = [since.date() + timedelta(days=days) for days in range(28, 33)]
    later = [d for d in near if d.month != since.month]
    same = (d for d in later if since.day == d.day or (d + timedelta(days=1)).day == 1)
    return at.date() < min(same)


def _described(what: Json, item: Item) -> bool:
    """Whether the item is one that a denial describes; describing none means all."""
    if "marks" in what:
        return any(mark in item.marks for mark in what["marks"])
    if "categories" not in what:
        return True
    told, unread = set(item.categories), "OPAQUE" in item.marks
    if what.get("anywhere"):
        told, unread = told | item.told, unread or item.unread
    return unread or any(category in told for category in what["categories"])


def _masked(mask: Directive, question: Question, item: Item) -> bool:
    """Whether one mask closes the item, beside the permissions that beat it."""
    if mask.yields and _urgent(question):
        return False
    said = _spoken("show", NEARNESS, question)
    heard = [s for s in said if mask.said_by or not s.said_by]
    near = [s for s in heard if _near(s) >= _near(mask)]
    later = [s for s in near if (s.start or EVER) > (mask.start or EVER)]
    beating = [s for s in near if _near(s) > _near(mask)] + later
    named = item.id in mask.items and not any(item.id in s.items for s in beating)
    shut = [p for p in mask.places if not any(p in s.places for s in beating)]
    if named or _placed(item, shut):
        return True
    low = mask.level is not None and item.confidentiality < mask.level
    if low or any(item.id in s.items or _placed(item, s.places) for s in near):
        return False
    return _narrow(mask, item) and _of_kind(mask, beating, item)


def _of_kind(mask: Directive, beating: list[Directive], item: Item) -> bool:
    """Whether the item is of a kind that the mask still names."""
    bound = {(frozenset(), None, None, None), _bound(mask)}
    plain = [s for s in beating if _bound(s) in bound]
    if mask.everything and not any(s.everything for s in plain):
        return True
    left = {c for c in mask.categories if not any(c in s.categories for s in plain)}
    return bool(left) and (bool(left & item.categories) or "OPAQUE" in item.marks)


def _near(directive: Directive) -> int:
    return NEARNESS[directive.audience.kind]


def _bound(d: Directive) -> tuple[object, ...]:
    return (d.authors, d.dated.start, d.dated.end, d.level)


def _narrow(directive: Directive, item: Item) -> bool:
    """Whether the item is among the dates and the authors that the directive names."""
    first, last = directive.dated.start, directive.dated.end
    if (first and item.dated < first) or (last and item.dated >= last):
        return False
    by = directive.authors
    return not by or item.author in by or item.organization in by


def _placed(item: Item, places: Iterable[tuple[str, str]]) -> bool:
    for item_id, path in places:
        below = item.place == path or item.place[len(path) :][:1] in {"/", "#"}
        if item.id == item_id and item.place and item.place.startswith(path) and below:
            return True
    return False


def _own(whose: str, question: Question, item: Item) -> bool:
    mine = {question.reader}
    if whose == "person_or_structure":
        mine.add(question.organization)
    return bool({item.author, item.organization} & (mine - {""}))


def _spoken(effect: str, kinds: Iterable[str], asked: Question) -> Iterator[Directive]:
    for said in asked.directives:
        meant = not said.purposes or asked.purpose in said.purposes
        fits = said.effect == effect and said.audience.kind in kinds
        if meant and fits and "SELF" not in asked.relations and _hears(said, asked):
            yield said


def _hears(directive: Directive, question: Question) -> bool:
    kind, value = directive.audience.kind, directive.audience.value
    if kind == "profession":
        table = editions.load().at(question.at)
        return question.profession in {value, *table.columns_of(value)}
    if kind in NAMED:
        return value == (question.reader if kind == "person" else question.organization)
    if kind in STANDS:
        return bool(question.relations & STANDS[kind])
    return kind == "everyone" or _professional(question)


def _column(question: Question) -> set[str]:
    """Return the types that the profession may read on that day, sets included."""
    types = editions.load().at(question.at).types_for(question.profession)
    return {*types, "submissionset"} if types else set()
