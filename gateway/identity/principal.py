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
    and is empty for professionals. ``acr`` is how surely the issuer knows who it is.
    ``scopes`` are the tasks that the issuer says were given to who asks; SMART scopes
    among them narrow what may be asked. ``client`` and ``application`` are the id and the
    name of the application through which is asked, when its token is ours; ``grant`` is
    what the person let it in by.
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
    acr: str = ""
    scopes: frozenset[str] = frozenset()
    client: str = ""
    application: str = ""
    grant: str = ""

    @property
    def own_only(self) -> bool:
        """Whether only the record of who asks is reached: SMART scopes ``patient/``."""
        return any(each.startswith(IN_CONTEXT) for each in self.scopes)

    @property
    def depositor(self) -> str:
        """Whose deposits these are: the structure's, else the person's own.

        Identifiers are unique for each depositor, so nobody meets another's.
        """
        return self.organization or self.subject


IN_CONTEXT = "patient/"
"""How the SMART scopes begin that speak of the record in context only."""
RECORDER = "consent:record"
"""The task of taking down what a person decides who is there (IHE PCF Consent Recorder)."""
OFFICER = "access:explain"
"""The task of explaining accesses (the data protection officer of the deployment)."""

NOBODY = Principal(subject="")
"""Who asked without a token that could be verified."""
