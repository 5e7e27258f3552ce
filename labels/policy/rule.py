"""A rule as a value, and the reading of ``rules.yaml``: checked whole, once, at the start.

After the check nothing can err while deciding: a rule holds only sets and flags.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache

from labels.codes import Category, Confidentiality, Mark, Purpose
from labels.consent import AudienceKind
from labels.policy import editions
from labels.policy.editions import Editions
from labels.policy.matrix import Capacity
from labels.policy.question import PRESETS, Question, Relation
from labels.policy.rulefile import Entry, packaged, parse

FILE = "rules.yaml"
OBLIGATIONS = frozenset({"rendition"})
"""``rendition``: the reader gets the document rebuilt, never the original (DESIGN 8)."""


class Own(StrEnum):
    """Whose deposits count as the reader's own."""

    NONE = "none"
    PERSON = "person"
    PERSON_OR_STRUCTURE = "person_or_structure"

    def of(self, question: Question) -> frozenset[str]:
        """Return the identifiers whose deposits are the reader's own; never empty text."""
        owners = {
            Own.NONE: (),
            Own.PERSON: (question.reader,),
            Own.PERSON_OR_STRUCTURE: (question.reader, question.organization),
        }
        return frozenset(owners[self]) - {""}


@dataclass(frozen=True, slots=True)
class Who:
    """The readers and moments a rule is about; what is empty or None says nothing."""

    relations: frozenset[Relation] = frozenset()
    without: frozenset[Relation] = frozenset()
    professional: bool | None = None
    minor: bool | None = None
    under_15: bool | None = None
    masks_open: bool | None = None
    deceased: bool | None = None
    capacities: frozenset[Capacity] = frozenset()
    purposes: frozenset[Purpose] = frozenset()
    presets: frozenset[str] = frozenset()

    def fits(self, question: Question) -> bool:
        """Whether the rule is about this question."""
        return (
            (not self.relations or bool(self.relations & question.relations))
            and not self.without & question.relations
            and self.professional in (None, question.professional)
            and self.minor in (None, question.minor)
            and self.under_15 in (None, question.under_15)
            and self.masks_open in (None, question.masks_open)
            and self.deceased in (None, question.deceased)
            and (not self.capacities or question.capacity in self.capacities)
            and (not self.purposes or question.purpose in self.purposes)
            and (not self.presets or question.preset in self.presets)
        )


@dataclass(frozen=True, slots=True)
class What:
    """The items a rule is about: bounds of a permit, or conditions of a denial."""

    confidentiality: Confidentiality = Confidentiality.V
    matrix: bool = False
    own: Own = Own.NONE
    shown_to: frozenset[AudienceKind] = frozenset()
    marks: frozenset[Mark] = frozenset()
    categories: frozenset[Category] = frozenset()
    masked: bool = False
    except_own: Own = Own.NONE
    except_shown: bool = False
    yields: bool = False
    anywhere: bool = False
    one_month: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``law``, ``fr`` and ``en`` are its reason as people read it."""

    id: str
    permits: bool
    who: Who
    what: What
    law: tuple[str, ...]
    fr: str
    en: str
    obligations: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rules:
    """A version of the rules with the editions of the matrix they refer to."""

    version: str
    rules: tuple[Rule, ...]
    matrix: Editions

    def named(self, rule: str) -> Rule:
        """Return the rule of that id; KeyError if there is none."""
        return {r.id: r for r in self.rules}[rule]


@cache
def load() -> Rules:
    """Return the rules of the package; :class:`BadRuleFile` when a file is wrong."""
    return read(packaged(FILE), editions.load())


def read(text: str, table: Editions) -> Rules:
    """Read and check the text of a rule file."""
    top = parse(FILE, text)
    top.only("version", "rules")
    rules = tuple(_rule(entry) for entry in top.children("rules"))
    ids = [rule.id for rule in rules]
    if twice := sorted({name for name in ids if ids.count(name) > 1}):
        raise top.bad(f"{', '.join(twice)} twice")
    return Rules(top.text("version"), rules, table)


def _rule(entry: Entry) -> Rule:
    rule_id = entry.text("id")
    entry = Entry(entry.file, rule_id, entry.data)
    entry.only("id", "effect", "who", "what", "because", "obligations")
    effect = entry.text("effect")
    if effect not in {"permit", "deny"}:
        raise entry.bad("effect must be permit or deny")
    because = entry.child("because")
    because.only("law", "fr", "en")
    if not (law := because.texts("law")):
        raise because.bad("law must name an article or the charter")
    obligations = frozenset(entry.texts("obligations"))
    if unknown := sorted(obligations - OBLIGATIONS):
        raise entry.bad(f"no obligation {', '.join(unknown)}")
    permits = effect == "permit"
    who, what = _who(entry.child("who"), permits=permits), entry.child("what")
    bounds = _permit(what) if permits else _deny(what)
    words = (because.text("fr"), because.text("en"))
    return Rule(rule_id, permits, who, bounds, law, *words, obligations)


def _who(entry: Entry, *, permits: bool) -> Who:
    entry.only(*(field.name for field in fields(Who)))
    presets = frozenset(entry.texts("presets"))
    if unknown := sorted(presets - set(PRESETS)):
        raise entry.bad(f"no preset {', '.join(unknown)}")
    who = Who(
        entry.members("relations", Relation),
        entry.members("without", Relation),
        entry.flag("professional"),
        entry.flag("minor"),
        entry.flag("under_15"),
        entry.flag("masks_open"),
        entry.flag("deceased"),
        entry.members("capacities", Capacity),
        entry.members("purposes", Purpose),
        presets,
    )
    if permits and not who.relations and who.professional is None:
        raise entry.bad("a permit must say to whom: relations or professional")
    return who


def _permit(entry: Entry) -> What:
    entry.only("confidentiality", "types", "own", "shown_to")
    level = entry.text("confidentiality") if "confidentiality" in entry.data else "V"
    if level not in Confidentiality.__members__:
        raise entry.bad(f"{level} is no Confidentiality")
    if entry.data.get("types", "matrix") != "matrix":
        raise entry.bad("types can only be matrix")
    return What(
        confidentiality=Confidentiality[level],
        matrix="types" in entry.data,
        own=_own(entry, "own"),
        shown_to=entry.members("shown_to", AudienceKind),
    )


def _deny(entry: Entry) -> What:
    entry.only(
        "marks",
        "categories",
        "masked",
        "except_own",
        "except_shown",
        "yields",
        "anywhere",
        "one_month",
    )
    subjects = entry.child("categories")
    categories = frozenset(subjects.member(name, Category) for name in subjects.data)
    for name in subjects.data:
        subjects.text(name)  # the reason why this subject is closed must be there
    if len({"marks", "categories", "masked"} & set(entry.data)) > 1:
        raise entry.bad("marks, categories and masked are three rules")
    return What(
        marks=entry.members("marks", Mark),
        categories=categories,
        masked=bool(entry.flag("masked")),
        except_own=_own(entry, "except_own"),
        except_shown=bool(entry.flag("except_shown")),
        yields=bool(entry.flag("yields")),
        anywhere=bool(entry.flag("anywhere")),
        one_month=bool(entry.flag("one_month")),
    )


def _own(entry: Entry, key: str) -> Own:
    return entry.member(entry.text(key), Own) if key in entry.data else Own.NONE
