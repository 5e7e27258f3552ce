"""What each client is given for its journey, and how it reads what it gets."""

from dataclasses import asdict, dataclass
from typing import Any

from tests.clients import sent
from tests.clients.running import Paravent

Json = dict[str, Any]
Told = dict[str, Any]
"""What a client saw on its way, as it understood it; ``FACTS`` are its names."""

FACTS = (
    *("version", "interactions", "deposited", "again", "all", "paged"),
    *("read", "body", "before", "masked", "after", "history", "vread"),
    *("created", "once_more", "consent", "consents", "errors"),
)
FIRST = 1
"""The document of a lot that is masked, and read version by version."""
DOCUMENT = "DocumentReference"
ABSENT = "0" * 64
"""An id that nothing has."""
ALONE = 9


@dataclass(frozen=True, slots=True)
class Luggage:
    """What a client is given: where to go, tokens that stand for people, what to send."""

    base: str
    author: str
    reader: str
    patient: str
    person: str
    lot: Json
    documents: str
    first: str
    alone: Json
    condition: str
    masking: list[Json]
    consent: Json

    @classmethod
    def of(cls, paravent: Paravent, patient: str, root: int) -> "Luggage":
        """Return what to take for the record of a persona."""
        world, everything = paravent.world, range(1, sent.SIZE + 1)
        return cls(
            base=paravent.base,
            author=paravent.token(sent.AUTHOR),
            reader=paravent.token(sent.READER),
            patient=paravent.token(patient),
            person=paravent.person(patient),
            lot=sent.lot(world, patient, root),
            documents=sent.identifiers(root, *everything),
            first=sent.identifiers(root, FIRST),
            alone=sent.alone(world, patient, root),
            condition=f"identifier={sent.identifiers(root, ALONE)}",
            masking=sent.MASKING,
            consent=sent.consent(world, patient),
        )

    def written(self) -> Json:
        """Return it as JSON, for a client in another language."""
        return asdict(self)


def statuses(answer: Any) -> list[str]:  # noqa: ANN401 - as the client gives it
    """Return what became of each entry of a transaction."""
    return [each["response"]["status"] for each in answer["entry"]]


def labels(document: Any) -> list[str]:  # noqa: ANN401 - as the client gives it
    """Return the labels of a DocumentReference."""
    return [one["code"] for each in document["securityLabel"] for one in each["coding"]]


def interactions(statement: Any) -> list[str]:  # noqa: ANN401 - as the client gives it
    """Return what a CapabilityStatement says can be done with a DocumentReference."""
    kinds = {each["type"]: each for each in statement["rest"][0]["resource"]}
    return [each["code"] for each in kinds[DOCUMENT]["interaction"]]
