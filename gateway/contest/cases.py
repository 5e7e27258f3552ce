"""Cases in their record, and the docket: which cases wait for which structure.

A case is sealed in the patient's record. The docket, in the record of nobody, holds for
each structure the ids of the cases about it, and nothing of what they say.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gateway.contest.case import Case, State, Step
from gateway.references import Reference
from gateway.repository import entries, records
from gateway.repository.crypt import DeploymentKeys
from gateway.repository.entries import CONTEST, DOCKET
from gateway.repository.records import HOUSE, Record

ID_LENGTH = 32


def open_case(
    connection: Connection, keys: DeploymentKeys, record: Record, case: Case
) -> str:
    """Keep a new case, put it on the docket, and return its id."""
    case_id = entries.append(connection, CONTEST, record.keys, _written(case))
    house = records.by_id(connection, keys, HOUSE)
    row_id = _docket_id(house, case.against)
    held = entries.find(connection, DOCKET, house.keys, row_id) or {"cases": []}
    public = str(Reference(record.patient_id, case_id))
    entries.put(
        connection, DOCKET, house.keys, row_id, {"cases": [*held["cases"], public]}
    )
    return case_id


def change(connection: Connection, record: Record, case_id: str, case: Case) -> None:
    """Keep a case as it is after a step."""
    entries.put(connection, CONTEST, record.keys, case_id, _written(case))


def find(connection: Connection, record: Record, case_id: str) -> Case | None:
    """Return a case of the record, kept from others until the end of the unit; or None."""
    held = entries.find(connection, CONTEST, record.keys, case_id)
    return _read(held) if held else None


def of_record(connection: Connection, record: Record) -> list[tuple[str, Case]]:
    """Return the cases of a record with their ids, the latest first."""
    rows = entries.of_record(connection, CONTEST, record.keys)
    found = [(row_id, _read(held)) for row_id, held in rows]
    return sorted(found, key=lambda each: (each[1].opened, each[0]), reverse=True)


def docket(
    connection: Connection, keys: DeploymentKeys, against: str
) -> list[Reference]:
    """Return the cases about a structure, in the order they were opened."""
    house = records.by_id(connection, keys, HOUSE)
    row_id = _docket_id(house, against)
    held = entries.find(connection, DOCKET, house.keys, row_id) or {"cases": []}
    return [Reference.parse(each) for each in held["cases"]]


def every(connection: Connection, keys: DeploymentKeys) -> list[Reference]:
    """Return the cases about all structures."""
    house = records.by_id(connection, keys, HOUSE)
    rows = entries.of_record(connection, DOCKET, house.keys)
    return [Reference.parse(each) for _, held in rows for each in held["cases"]]


def _docket_id(house: Record, against: str) -> str:
    return house.keys.token(DOCKET, against)[:ID_LENGTH]


def _written(case: Case) -> dict[str, Any]:
    steps = [asdict(each) | {"at": each.at.isoformat()} for each in case.steps]
    return asdict(case) | {"steps": steps}


def _read(held: dict[str, Any]) -> Case:
    steps = tuple(
        Step(
            State(each["state"]),
            datetime.fromisoformat(each["at"]),
            each["by"],
            each["words"],
        )
        for each in held["steps"]
    )
    return Case(held["event"], held["who"], held["against"], steps)
