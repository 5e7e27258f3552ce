"""What a form may offer: the audiences of a mask or a permission."""

from dataclasses import dataclass

from gateway.patient.record import Open
from gateway.patient.telling import Teller
from labels.policy import matrix


@dataclass(frozen=True, slots=True)
class Offer:
    """The choices of a form, each as value and words."""

    professions: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    representatives: bool


def offer(record: Open, teller: Teller) -> Offer:
    """Return what the patient may choose from; nothing for anybody else."""
    if not record.own:
        return Offer((), (), representatives=False)
    columns = (each for each in matrix.load().columns if each.in_force)
    named = [(each.id, teller.words.profession(each.id)) for each in columns]
    return Offer(
        tuple(sorted(named, key=lambda each: each[1])),
        tuple((r.key, teller.described(r)) for r in record.readers if not r.private),
        any(each.private for each in record.readers),
    )
