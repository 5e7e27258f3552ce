"""What a seeded leak is: text in place of text, and the failure that it brings back."""

from dataclasses import dataclass

DISCLOSURE = "gateway/disclosure.py"
FINDING = "gateway/repository/finding.py"
FILING = "gateway/filing.py"
RENDERING = "gateway/rendering.py"
ANY = """
    from labels.policy.clearance import Clearance, Permit

    anything = Clearance((Permit("anything"),))
"""
LOOKED = f"""{ANY}
    there = finding.find(*asked.place, anything, item_id)
    hidden = there is not None and not asked.clearance.judge(there.facts).permitted
"""
FOUND = """
    stored = finding.find(asked.connection, asked.record, asked.clearance, item_id)
    judged ="""
ITEM_COUNT = """
    from sqlalchemy import func, select

    from gateway.repository.tables import item as rows

    ours = rows.c.patient_id == {record}.patient_id
    number = {connection}.execute(select(func.count()).where(ours)).scalar_one()
"""


@dataclass(frozen=True, slots=True)
class Edit:
    """Text of a file in place of text that stands in it once."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Leak:
    """One seeded leak: its name, whose failure it is, what it changes."""

    name: str
    known: str
    edits: tuple[Edit, ...]


def looked(more: str) -> tuple[Edit, ...]:
    """Return the change of how a document is found by its id."""
    return (Edit(DISCLOSURE, FOUND, f"{LOOKED}{more}{FOUND}"),)


def one(path: str, old: str, new: str) -> tuple[Edit, ...]:
    """Return a change of one text."""
    return (Edit(path, old, new),)
