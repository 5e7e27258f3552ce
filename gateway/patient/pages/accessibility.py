"""What was checked for people with disabilities, and what was not."""

from flask import Response

from gateway.patient.visit import Visit


def show(visit: Visit) -> Response:
    """Show the accessibility statement (RGAA 4.1.2, WCAG 2.2)."""
    return visit.page("accessibility")
