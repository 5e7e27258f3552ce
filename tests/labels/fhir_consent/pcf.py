"""The example Consents of IHE PCF, asked of our engine and compared with what PCF says.

``python -m tests.labels.fhir_consent.pcf`` prints the table of labels/policy/README.md.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from labels.codes import Category, Confidentiality, Purpose
from labels.consent import Directive, in_force
from labels.fhir_consent.element import ConsentError
from labels.fhir_consent.provision import Given
from labels.fhir_consent.read import read
from labels.item import Item
from labels.policy import editions, rule
from labels.policy.decide import decide
from labels.policy.question import Question
from labels.policy.rule import Rules
from tests.shared_material import SHARED

Json = dict[str, Any]

EXAMPLES = SHARED / "samples" / "pcf-examples.json"
ASKED = Path(__file__).with_name("pcf.yaml")
NOON = datetime(2022, 7, 1, 12, tzinfo=UTC)
SAID = datetime(2022, 6, 13, tzinfo=UTC)
POLICIES = frozenset(
    {
        "http://example.org/policies/basePrivacyConsentPolicy.txt",
        "http://example.org/policies/researchPrivacyConsentPolicy.txt",
        "https://profiles.ihe.net/ITI/PCF/Policy-basic-normal",
        "https://profiles.ihe.net/ITI/PCF/Policy-break-glass-only",
    }
)
RULES = """
version: "PCF, Policy-deny: nobody without a Consent"
rules:
  - id: consent-permits
    effect: permit
    who: {professional: true}
    what: {shown_to: [everyone, professionals, profession, person, organization]}
    because: {law: [IHE PCF], fr: le Consent le permet, en: the Consent permits it}
  - id: consent-denies
    effect: deny
    who: {professional: true}
    what: {masked: true}
    because: {law: [IHE PCF], fr: le Consent le refuse, en: the Consent denies it}
"""
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"


@dataclass(frozen=True)
class Probe:
    """One item as PCF sees it and as we do."""

    name: str
    item: Item
    labels: frozenset[tuple[str, str]]
    episode: str


@dataclass(frozen=True)
class Row:
    """One example: how many answers agree, and which do not."""

    example: str
    stated: bool
    refused: str
    answers: int
    differing: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether every answer is the one that PCF states."""
        return not self.refused and not self.differing


@cache
def rules() -> Rules:
    """Return a policy that opens nothing but what a Consent permits."""
    return rule.read(RULES, editions.load())


@cache
def asked() -> Json:
    """Return what is asked about each example."""
    return dict(yaml.safe_load(ASKED.read_text("utf-8")))


@cache
def examples() -> dict[str, Json]:
    """Return the examples by id, as the shared material has them."""
    held = json.loads(EXAMPLES.read_text("utf-8"))
    return {each["id"]: each for each in held["examples"]}


def rows() -> list[Row]:
    """Return what became of every example, in their order."""
    return [_row(name) for name in examples()]


def residual(example: Json) -> list[Json]:
    """Return the residual rules that the token extension of an example states.

    The notes print them with commas too many and a *deny* for a *forbid*.
    """
    for text in example["token_extensions_as_published"]:
        found = re.search(r'"residual"\s*:\s*(\[.*\])\s*}\s*}\s*$', text)
        if found:
            listed = re.sub(r",(\s*[}\]])", r"\1", found[1])
            return list(json.loads(listed))
    return []


def consent(name: str) -> Json:
    """Return an example with its literal references made logical.

    The shared JSON keeps the last of the six ``data`` of intermediate-data; the source
    of the profile and its token have six.
    """
    text = json.dumps(examples()[name]["consent"])
    for literal, logical in asked()["actors"].items():
        identifier = {"system": logical["system"], "value": logical["value"]}
        made = {"type": logical["type"], "identifier": identifier}
        text = text.replace(json.dumps({"reference": literal}), json.dumps(made))
    found: Json = json.loads(text)
    found.pop("meta")
    if name == "ex-consent-intermediate-data":
        found["provision"]["data"] = residual(examples()[name])[1]["data"]
    return found


def probes() -> Iterator[Probe]:
    """Yield the items that are asked about."""
    for name, held in asked()["items"].items():
        categories = frozenset(map(Category, held.get("categories", ())))
        level = Confidentiality[held.get("level", "N")]
        codes = {(ACT_CODE, asked()["codes"][each]) for each in categories}
        item = Item(
            name,
            confidentiality=level,
            categories=categories,
            author=held.get("author", "urn:example|ex-author"),
            dated=_day(held["dated"]),
        )
        episode = held.get("episode", "urn:example|ex-encounter")
        labels = frozenset(codes | {(CONFIDENTIALITY, level.name)})
        yield Probe(name, item, labels, episode)


def allowed(probe: Probe, rules_stated: list[Json]) -> bool:
    """Apply residual rules as PCF says: a permit overrides a forbid; no forbid allows."""
    permits = [each for each in rules_stated if each["type"] == "permit"]
    forbids = [each for each in rules_stated if each["type"] != "permit"]
    forbidden = any(_meets(probe, each) for each in forbids)
    return not forbidden or any(_meets(probe, each) for each in permits)


def _row(name: str) -> Row:
    stated = asked()["examples"].get(name)
    given = Given(SAID, UTC, _item, lambda _item, _place: False, POLICIES)
    try:
        said = read(consent(name), given).directives
    except ConsentError as error:
        return Row(name, stated is not None, error.expression, 0, ())
    answers = [each for one in stated or () for each in _answers(name, one, said)]
    differing = tuple(text for text, agrees in answers if not agrees)
    return Row(name, stated is not None, "", len(answers), differing)


def _item(reference: str) -> str:
    return reference.removeprefix("http://example.org/fhir/")


def _answers(
    name: str, one: Json, said: tuple[Directive, ...]
) -> Iterator[tuple[str, bool]]:
    whose = name if one["as"] == "itself" else one["as"]
    at = _day(one["at"]).replace(hour=12) if "at" in one else NOON
    for purpose in one["purposes"]:
        for probe in probes():
            question = Question(
                **asked()["readers"][one["reader"]],
                purpose=Purpose(purpose),
                directives=in_force(_named(said), at),
            )
            ours = decide(question, probe.item, rules()).permitted
            theirs = whose != "none" and allowed(probe, residual(examples()[whose]))
            yield f"{one['reader']}, {purpose}, {probe.name}", ours is theirs


def _named(said: tuple[Directive, ...]) -> list[Directive]:
    """Name the items of each episode, as the gateway does when somebody asks."""
    of = {each.name: each.episode for each in probes()}
    return [
        replace(d, items=d.items | {n for n, e in of.items() if e in d.episodes})
        for d in said
    ]


def _meets(probe: Probe, stated: Json) -> bool:
    labels = {
        (each["system"], each["code"]) for each in stated.get("securityLabel", ())
    }
    period = stated.get("dataPeriod")
    data = stated.get("data", ())
    return (
        (not labels or bool(labels & probe.labels))
        and (not period or _within(probe.item.dated, period))
        and (not data or any(_is(probe, each) for each in data))
    )


def _is(probe: Probe, datum: Json) -> bool:
    name = _item(datum["reference"]["reference"])
    system_value = f"urn:example|{name.partition('/')[2]}"
    return {
        "instance": probe.name == name,
        "related": probe.episode == system_value,
        "authoredby": probe.item.author == system_value,
    }[datum["meaning"]]


def _within(at: datetime, period: Json) -> bool:
    day = at.date().isoformat()
    return bool(period["start"] <= day <= period["end"])


def _day(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def table() -> str:
    """Return the table of the README."""
    lines = (
        f"| {each.example} | {each.answers or '-'} | {_outcome(each)} |"
        for each in rows()
    )
    heads = ("| example | answers compared | what came out |", "|-|-|-|")
    return "\n".join((*heads, *lines))


def _outcome(row: Row) -> str:
    if not row.stated:
        refused = f"; refused at `{row.refused}`" if row.refused else "; read"
        return f"PCF states no outcome{refused}"
    if row.refused:
        return f"**differs**: refused at `{row.refused}`"
    if row.differing:
        return f"**differs** in {len(row.differing)}: {'; '.join(row.differing)}"
    return "agrees"


if __name__ == "__main__":
    print(table())  # noqa: T201 - what this module is run for
