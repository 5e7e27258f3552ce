"""Who asks, as a verified token says: the only source of facts about the asker."""

from dataclasses import dataclass

from labels.codes import Purpose
from mappings.submission import Identifier


@dataclass(frozen=True, slots=True)
class Principal:
    """A professional, a structure's software, or a person asking about a record.

    ``subject`` and ``organization`` are ``system|value``, in the form in which
    documents name their authors. ``profession`` is a code of TRE_G15-ProfessionSante,
    ``skill`` of TRE_R01-EnsembleSavoirFaire. ``patient`` holds the person's own INS
    and is empty for professionals.
    """

    subject: str
    organization: str = ""
    profession: str = ""
    skill: str = ""
    name: str = ""
    patient: tuple[Identifier, ...] = ()
    purpose: Purpose = Purpose.TREAT
    token_id: str = ""
    issuer: str = ""

    @property
    def depositor(self) -> str:
        """Whose deposits these are: the structure's, else the person's own.

        Identifiers are unique for each depositor, so nobody meets another's.
        """
        return self.organization or self.subject


NOBODY = Principal(subject="")
"""Who asked without a token that could be verified."""
