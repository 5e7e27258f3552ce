"""When a step of a case is due: looked at then, and told when it has not come."""

from functools import partial

from gateway.contest import cases
from gateway.contest.case import Case
from gateway.emergency import alerts
from gateway.emergency.alerts import Alert
from gateway.inquiry import Inquiry
from gateway.notify import notices
from gateway.outbox.errand import Errand, Handlers
from gateway.references import Reference
from gateway.repository import outbox
from gateway.repository.crypt import DeploymentKeys
from gateway.repository.records import OPEN

ROW = "contest-due"
"""The kind of the outbox rows that look whether a step has come."""


def handlers(keys: DeploymentKeys) -> Handlers:
    """Return what the outbox does when a step of a case is due."""
    return {ROW: partial(_due, keys)}


def watch(asked: Inquiry, case_id: str, case: Case) -> None:
    """Have a case looked at when its next step is due, if there is one."""
    if case.due is not None:
        later = case.due - asked.at
        outbox.put(*asked.place, ROW, {"case": case_id}, asked.at, later)


def _due(keys: DeploymentKeys, errand: Errand) -> None:
    """Tell the patient and the officer that a step has not come in time."""
    case_id, patient_id = errand.row.held["case"], errand.record.patient_id
    case = cases.find(*errand.place, case_id)
    if case is None or not case.overdue(errand.at) or errand.record.state != OPEN:
        return
    task = f"Task/{Reference(patient_id, case_id)}"
    notices.tell(*errand.place, "contest-overdue", errand.at, (task,))
    late = Alert(alerts.OVERDUE, case.against, "", patient_id, 1, errand.at)
    alerts.raise_alert(errand.connection, keys, late)
