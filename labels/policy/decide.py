"""From a question to a clearance, from a clearance to a decision. Pure and total."""

from collections.abc import Iterable
from dataclasses import replace

from labels import announcement
from labels.codes import Category, Confidentiality, Mark
from labels.consent import NAMED, AudienceKind, Directive, Effect, speaks_of
from labels.item import SUBMISSION_SET, Item, Place
from labels.policy.clearance import Clearance, Decision, Denial, Permit
from labels.policy.precedence import Held, held
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
    types = rules.matrix.at(question.at).types_for(question.profession)
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
    """Return what the patient opened: by name, by category (all of them at once), or all.

    Permissions that are narrowed in the same way (dates, authors, level) count together.
    """
    shown = _addressed(question, Effect.SHOW, rule.what.shown_to)
    whole = _permit(rule, question, rules)
    items = frozenset[str]().union(*(d.items for d in shown))
    places = frozenset[Place]().union(*(d.places for d in shown))
    permits = [replace(whole, items=items)] if items else []
    permits += [replace(whole, places=places)] if places else []
    for same in _alike(shown):
        permits += _opened(_narrowed(whole, same[0]), same, ordinary)
    return permits


def _opened(
    base: Permit, shown: list[Directive], ordinary: frozenset[Category]
) -> list[Permit]:
    permits = [base] if any(d.everything for d in shown) else []
    categories = frozenset[Category]().union(*(d.categories for d in shown))
    if categories:
        within = categories | ordinary
        permits.append(replace(base, categories_within=within, marks_within=READABLE))
    return permits


def _alike(shown: Iterable[Directive]) -> list[list[Directive]]:
    """Return the permissions in groups that are narrowed in the same way."""
    groups: dict[object, list[Directive]] = {}
    for each in shown:
        groups.setdefault((each.authors, each.dated, each.level), []).append(each)
    return list(groups.values())


def _narrowed(permit: Permit, by: Directive) -> Permit:
    level = permit.confidentiality_at_most
    return replace(
        permit,
        authored_by=by.authors or None,
        dated=by.dated,
        confidentiality_at_most=level if by.level is None else min(level, by.level),
    )


def _denials(rule: Rule, question: Question) -> list[Denial]:
    what = rule.what
    if what.yields and question.urgent and question.masks_open:
        return []
    own = what.except_own.of(question)
    base = Denial(rule.id, except_own_of=own, anywhere=what.anywhere)
    if what.one_month:
        base = replace(base, announced_from=announcement.held_from(question.at))
    if what.masked:
        return _masks(base, question)
    if what.except_shown:
        named = _addressed(question, Effect.SHOW, NAMED)
        shown = frozenset[str]().union(*(d.items for d in named if not d.said_by))
        base = replace(base, except_items=shown)
    if what.marks:
        base = replace(base, marks=what.marks)
    return _by_category(base, what.categories) if what.categories else [base]


def _masks(base: Denial, question: Question) -> list[Denial]:
    """Return what the patient's masks close, beside the permissions that beat them."""
    kinds = frozenset(AudienceKind)
    masks = [
        mask
        for mask in _addressed(question, Effect.MASK, kinds)
        if not (mask.yields and question.urgent)
    ]
    shown = _addressed(question, Effect.SHOW, kinds)
    return [denial for each in held(masks, shown) for denial in _mask(base, each)]


def _mask(base: Denial, left: Held) -> list[Denial]:
    """Return what one mask closes; one that names an item yields to none that is wider."""
    mask = left.mask
    narrow = replace(
        base,
        confidentiality_from=mask.level or Confidentiality.U,
        authored_by=mask.authors or None,
        dated=mask.dated,
        except_items=left.except_items,
        except_places=left.except_places,
    )
    denials = [narrow] if left.everything else []
    if left.items:
        denials.append(replace(base, items=left.items))
    if left.places:
        denials.append(replace(base, places=left.places))
    if left.categories:
        denials += _by_category(narrow, left.categories)
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
