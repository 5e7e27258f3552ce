"""From a question to a clearance, from a clearance to a decision. Pure and total."""

from collections.abc import Iterable
from dataclasses import replace

from labels.codes import Category, Confidentiality, Mark
from labels.consent import NAMED, AudienceKind, Directive, Effect, speaks_of
from labels.item import SUBMISSION_SET, Item
from labels.policy.clearance import Clearance, Decision, Denial, Permit
from labels.policy.question import Question
from labels.policy.rule import Own, Rule, Rules

OPAQUE = frozenset({Mark.OPAQUE})
READABLE = frozenset(Mark) - OPAQUE


def decide(question: Question, item: Item, rules: Rules) -> Decision:
    """Say whether the reader may see the item, and by which rules."""
    return clearance_for(question, rules).judge(item)


def clearance_for(question: Question, rules: Rules) -> Clearance:
    """Shrink the rules to what they mean for this question, in words about items only."""
    fitting = [rule for rule in rules.rules if rule.who.fits(question)]
    standing = [r for r in fitting if r.permits and not r.what.shown_to]
    opened = [r for r in fitting if r.permits and r.what.shown_to]
    permits = [_permit(rule, question, rules) for rule in standing]
    ordinary = _ordinary(permits, question)
    for rule in opened:
        permits += _permissions(rule, question, rules, ordinary)
    denials = [d for r in fitting if not r.permits for d in _denials(r, question)]
    return Clearance(tuple(dict.fromkeys(permits)), tuple(dict.fromkeys(denials)))


def _permit(rule: Rule, question: Question, rules: Rules) -> Permit:
    what = rule.what
    own = what.own.of(question) if what.own is not Own.NONE else None
    # What could not be read counts as R (DESIGN 6), even if its level does not say so.
    unread = what.confidentiality >= Confidentiality.R
    return Permit(
        rule.id,
        confidentiality_at_most=what.confidentiality,
        types_within=_types(rule, question, rules),
        own_of=own,
        marks_within=None if unread else READABLE,
        obligations=rule.obligations,
    )


def _types(rule: Rule, question: Question, rules: Rules) -> frozenset[str] | None:
    if not rule.what.matrix:
        return None
    types = rules.matrix.types_for(question.profession)
    return types | {SUBMISSION_SET} if types else types


def _ordinary(permits: Iterable[Permit], question: Question) -> frozenset[Category]:
    """Return the categories this reader sees anyway, at the level they usually have."""
    levels = [p.confidentiality_at_most for p in permits if p.bounded]
    ceiling = max(levels, default=None)
    if ceiling is None:
        return frozenset()
    facts = {category: category.facts for category in Category}
    usual = {c: f.minor if question.minor else f.adult for c, f in facts.items()}
    return frozenset(c for c, level in usual.items() if level <= ceiling)


def _permissions(
    rule: Rule, question: Question, rules: Rules, ordinary: frozenset[Category]
) -> list[Permit]:
    """Return what the patient opened: by name, by category (all of them at once), or all."""
    shown = _addressed(question, Effect.SHOW, rule.what.shown_to)
    whole = _permit(rule, question, rules)
    items = frozenset[str]().union(*(d.items for d in shown))
    categories = frozenset[Category]().union(*(d.categories for d in shown))
    permits = [whole] if any(d.everything for d in shown) else []
    if items:
        permits.append(replace(whole, items=items))
    if categories:
        within = categories | ordinary
        permits.append(replace(whole, categories_within=within, marks_within=READABLE))
    return permits


def _denials(rule: Rule, question: Question) -> list[Denial]:
    what = rule.what
    named = _addressed(question, Effect.SHOW, NAMED) if what.except_shown else ()
    base = Denial(
        rule.id,
        except_own_of=what.except_own.of(question),
        except_items=frozenset[str]().union(*(d.items for d in named)),
    )
    if what.masked:
        masks = _addressed(question, Effect.MASK, frozenset(AudienceKind))
        return [denial for mask in masks for denial in _mask(base, mask)]
    if what.marks:
        base = replace(base, marks=what.marks)
    return _by_category(base, what.categories) if what.categories else [base]


def _mask(base: Denial, mask: Directive) -> list[Denial]:
    """Return what one mask closes; one that names an item yields to no permission."""
    named = replace(base, except_items=frozenset())
    denials = [base] if mask.everything else []
    if mask.items:
        denials.append(replace(named, items=mask.items))
    if mask.places:
        denials.append(replace(named, places=mask.places))
    if mask.categories:
        denials += _by_category(base, mask.categories)
    return denials


def _by_category(base: Denial, categories: frozenset[Category]) -> list[Denial]:
    """Close the categories, and what nobody could read: it may be about them."""
    return [replace(base, categories=categories), replace(base, marks=OPAQUE)]


def _addressed(
    question: Question, effect: Effect, kinds: frozenset[AudienceKind]
) -> tuple[Directive, ...]:
    return tuple(
        directive
        for directive in question.directives
        if directive.effect == effect
        and directive.audience.kind in kinds
        and speaks_of(directive, question)
    )
