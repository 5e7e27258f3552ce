"""Who asks, why, and in what relation to the patient: all a decision may depend on."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from labels.codes import Purpose
from labels.consent import AudienceKind, Directive
from labels.policy.matrix import Capacity


class Relation(StrEnum):
    """What ties a reader to the patient, as the gateway knows it at this instant.

    SELF is the patient. REPRESENTATIVE holds parental authority (never from 18 on).
    GUARDIAN represents a protected adult in what concerns the person (Code civil 459); who
    only assists is a CARER, a person the patient lets in. TREATING_DOCTOR is declared to
    the insurer (CSS L.162-5-3). CARE_TEAM is a member of the team (CSP L.1110-12).
    AUTHORISED used a one-time code the patient gave. EMERGENCY was granted an access in a
    vital emergency (*bris de glace*, regulation by SAMU). REFERRING_MIDWIFE and
    CORRESPONDING_PHARMACIST say who follows the patient, and open nothing. BLOCKED was
    shut out by the patient. INTRODUCED was let in by who represents the person, and by
    nobody else: what is closed to representatives is closed here too.
    """

    SELF = "SELF"
    REPRESENTATIVE = "REPRESENTATIVE"
    GUARDIAN = "GUARDIAN"
    CARER = "CARER"
    TREATING_DOCTOR = "TREATING_DOCTOR"
    CARE_TEAM = "CARE_TEAM"
    AUTHORISED = "AUTHORISED"
    EMERGENCY = "EMERGENCY"
    REFERRING_MIDWIFE = "REFERRING_MIDWIFE"
    CORRESPONDING_PHARMACIST = "CORRESPONDING_PHARMACIST"
    BLOCKED = "BLOCKED"
    INTRODUCED = "INTRODUCED"


PRESETS = ("law", "discreet", "very_discreet")
"""What a patient starts from; ``discreet`` is the default (DESIGN 7)."""

URGENT = frozenset({Purpose.ETREAT, Purpose.BTG})
"""The purposes of an access in a vital emergency."""

LATEST = datetime.max.replace(tzinfo=UTC)
"""An instant at which the last edition of what is dated holds."""

_STANDING = {
    AudienceKind.REPRESENTATIVES: {
        Relation.REPRESENTATIVE,
        Relation.GUARDIAN,
        Relation.INTRODUCED,
    },
    AudienceKind.CARERS: {Relation.CARER},
    AudienceKind.CARE_TEAM: {Relation.CARE_TEAM},
    AudienceKind.TREATING_DOCTOR: {Relation.TREATING_DOCTOR},
}
_PRIVATE = frozenset(
    {Relation.SELF, Relation.REPRESENTATIVE, Relation.GUARDIAN, Relation.CARER}
)


@dataclass(frozen=True, slots=True)
class Question:
    """One reader, one record, one purpose.

    ``reader`` and ``organization`` are ``system|value``, empty for none.
    ``profession`` is a column of the matrix (:func:`labels.policy.matrix.column`), empty
    for patients and for professions the matrix does not name; ``capacity`` is what else a
    profession says. ``minor`` and ``under_15`` speak of the patient. ``directives`` are
    those in force at ``at``, the instant of the question, which also chooses the edition
    of the matrix. ``masks_open`` says that the patient lets a vital emergency through all
    masks, ``deceased`` that the person has died.
    """

    reader: str
    organization: str = ""
    profession: str = ""
    relations: frozenset[Relation] = frozenset()
    purpose: Purpose = Purpose.TREAT
    minor: bool = False
    preset: str = "discreet"
    directives: tuple[Directive, ...] = ()
    masks_open: bool = False
    under_15: bool = False
    capacity: Capacity = Capacity.CARE
    at: datetime = LATEST
    deceased: bool = False

    @property
    def patient(self) -> bool:
        """Whether the patient asks."""
        return Relation.SELF in self.relations

    @property
    def urgent(self) -> bool:
        """Whether the reader asks under an access granted in a vital emergency."""
        return Relation.EMERGENCY in self.relations and self.purpose in URGENT

    def stands_in(self, kind: AudienceKind) -> bool:
        """Whether the reader is in an audience that is named by a relation."""
        return bool(_STANDING.get(kind, set()) & self.relations)

    @property
    def professional(self) -> bool:
        """Whether restrictions against professionals bite.

        Somebody without a private relation counts as one, and so does a parent who asks
        with a profession: in doubt, both sets of restrictions apply.
        """
        private = bool(self.relations & _PRIVATE)
        return not self.patient and (bool(self.profession) or not private)
