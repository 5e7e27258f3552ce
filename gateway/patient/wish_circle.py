"""What a form of *Mon cercle* asks for, read into a change; nothing in it is trusted."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gateway.circle import STRUCTURES
from gateway.consents.relations import HeldRelation
from gateway.identity.claims import PERSON_SYSTEM, STRUCTURE_SYSTEM
from gateway.patient.change import Change
from gateway.patient.form import Form, Known, UnclearError, UnknownError, one_of
from gateway.patient.ground import Ground, HeldTie
from gateway.patient.sight import Situation
from gateway.patient.tie import Admit, Tie, Untie
from labels.codes import Category
from labels.policy.question import Relation
from mappings import ins

TIE, BLOCK, CARER, UNTIE, ADMIT = "tie", "block", "carer", "untie", "admit"
VERBS = frozenset({TIE, BLOCK, CARER, UNTIE, ADMIT})

ROLES = (
    Relation.TREATING_DOCTOR,
    Relation.CARE_TEAM,
    Relation.AUTHORISED,
    Relation.REFERRING_MIDWIFE,
    Relation.CORRESPONDING_PHARMACIST,
)
"""What a professional can be declared to be, as a form offers it."""

OPENS = "opens-"
"""How the fields begin that open a subject to a carer."""
PREFIXES = {11: "8", 9: "1"}
"""What stands before an RPPS and a FINESS number in the national identifiers."""
LONGEST_NAME = 100
LONGEST_CARE = timedelta(days=3660)


def change(form: Form, situation: Situation, known: Known) -> Change:
    """Return the change of the circle that a form asks for.

    Raises :class:`UnclearError` and :class:`UnknownError`.
    """
    ground, verb = situation.at_ground, form["verb"]
    if verb in (UNTIE, ADMIT):
        return _of_kept(form, ground)
    if verb == CARER:
        return _carer(form, ground)
    kind = Relation.BLOCKED if verb == BLOCK else _role(form)
    who, name = _who(form, known)
    if who.startswith(STRUCTURE_SYSTEM) and kind not in STRUCTURES:
        raise UnclearError("error.structure")
    until = "" if kind is Relation.BLOCKED else _until(form, ground)
    if kind is Relation.AUTHORISED and not until:
        raise UnclearError("error.until")
    return Tie(HeldRelation(kind, who, name, until=until))


def _of_kept(form: Form, ground: Ground) -> Change:
    """Return the end of a tie that is in force, or the taking in of one that waits."""
    tie_id, held = _kept(form, ground)
    if form["verb"] == UNTIE and held.kind is not Relation.REPRESENTATIVE:
        return Untie(tie_id, held)
    if form["verb"] == ADMIT and held.proposed:
        return Admit(tie_id, held)
    raise UnknownError


def _kept(form: Form, ground: Ground) -> HeldTie:
    wanted = form.get("tie", "")
    for tie_id, held in ground.ties:
        if tie_id == wanted and not held.over(ground.at):
            return tie_id, held
    raise UnknownError


def _role(form: Form) -> Relation:
    return Relation(one_of(form, "role", frozenset(ROLES)))


def _who(form: Form, known: Known) -> tuple[str, str]:
    """Return whom the form names: chosen from the list, or by number and name."""
    if number := "".join(form.get("number", "").split()):
        return _numbered(number), _name(form) or number
    who = one_of(form, "person", known.named)
    return who, known.named[who]


def _numbered(number: str) -> str:
    """Return a national identifier: of a person (RPPS), of a structure (FINESS)."""
    digits = number if number.isascii() and number.isdigit() else ""
    value = PREFIXES.get(len(digits), "") + digits
    system = {12: PERSON_SYSTEM, 10: STRUCTURE_SYSTEM}.get(len(value))
    if system is None or value[0] != PREFIXES[len(value) - 1]:
        raise UnclearError("error.number")
    return f"{system}|{value}"


def _name(form: Form) -> str:
    name = " ".join(form.get("name", "").split())
    if len(name) > LONGEST_NAME:
        raise UnclearError("error.name")
    return name


def _carer(form: Form, ground: Ground) -> Change:
    """Return the tie of a relative, who sees the subjects that are ticked."""
    value = "".join(form.get("ins", "").split()).upper()
    systems = [each for each in sorted(ins.SYSTEMS) if ins.valid(each, value)]
    if not systems:
        raise UnclearError("error.ins")
    name = _name(form)
    if not name:
        raise UnclearError("error.name")
    opened = frozenset(each for each in Category if form.get(f"{OPENS}{each.value}"))
    if not opened:
        raise UnclearError("error.opens")
    who = f"{systems[0]}|{value}"
    held = HeldRelation(Relation.CARER, who, name, until=_until(form, ground))
    return Tie(held, opened)


def _until(form: Form, ground: Ground) -> str:
    """Return the end of the last day that the form names, or empty without one."""
    text = form.get("until", "")
    if not text:
        return ""
    try:
        last = date.fromisoformat(text)
        zone = ZoneInfo(ground.zone)
        end = datetime.combine(last + timedelta(days=1), time(), zone)
    except (ValueError, OverflowError):
        raise UnclearError("error.until") from None
    if not ground.at < end <= ground.at + LONGEST_CARE:
        raise UnclearError("error.until")
    return end.isoformat()
