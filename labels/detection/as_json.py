"""Labels as the JSON that ``paravent label FILE`` prints; the shape is fixed."""

from typing import TYPE_CHECKING, Any, Protocol

from labels.codes import Category, Mark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from labels.detection.service import Labels
    from labels.label import Evidence, Label


class IssueLike(Protocol):
    """A remark of a mapping, in the terms of OperationOutcome.issue."""

    @property
    def severity(self) -> str:
        """The severity: error, warning or information."""

    @property
    def code(self) -> str:
        """The IssueType code."""

    @property
    def expression(self) -> str:
        """The element it is about."""

    @property
    def text(self) -> str:
        """What it says, in English."""


def document_json(labels: "Labels", issues: "Iterable[IssueLike]") -> dict[str, Any]:
    """Return the labels of a document and the issues of reading it, ready to print.

    Categories stand in the order of :class:`labels.codes.Category`, places in the
    order of the document.
    """
    document = labels.document
    return {
        "document": {
            "confidentiality": document.confidentiality.name,
            "categories": categories_json(document),
            "opaque": Mark.OPAQUE in document.marks,
        },
        "places": [_place_json(place, label) for place, label in labels.places],
        "issues": [_issue_json(issue) for issue in issues],
    }


def categories_json(label: "Label") -> list[str]:
    """Return the categories of a label in their fixed order."""
    return [str(category) for category in Category if category in label.categories]


def evidence_json(evidence: "Evidence") -> dict[str, str]:
    """Return the rule, its source and what was seen; the place is said beside it."""
    return {"rule": evidence.rule, "source": evidence.source, "what": evidence.what}


def _place_json(place: str, label: "Label") -> dict[str, Any]:
    return {
        "place": place,
        "categories": categories_json(label),
        "evidence": [evidence_json(evidence) for evidence in label.evidence],
    }


def _issue_json(issue: IssueLike) -> dict[str, str]:
    return {
        "severity": issue.severity,
        "code": issue.code,
        "expression": issue.expression,
        "text": issue.text,
    }
