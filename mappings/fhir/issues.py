"""Short names for the remarks this package makes, and the step that refuses on errors."""

from collections.abc import Iterable

from mappings.mapped import Issue, Refused

ERRORS_AT_MOST = 50


def error(code: str, expression: str, text: str, texte: str) -> Issue:
    """Return an issue that makes the deposit impossible."""
    return Issue("error", code, expression, text, texte)


def warning(code: str, expression: str, text: str, texte: str) -> Issue:
    """Return an issue about something missing or doubtful that does not stop the deposit."""
    return Issue("warning", code, expression, text, texte)


def information(code: str, expression: str, text: str, texte: str) -> Issue:
    """Return an issue that tells what was read otherwise than written."""
    return Issue("information", code, expression, text, texte)


def refuse_errors(status: int, issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Return ``issues`` without repetition; raise Refused with the errors among them.

    At most fifty errors are named: a request of ten thousand wrong entries is not
    answered with ten thousand sentences.
    """
    known = tuple(dict.fromkeys(issues))
    errors = [issue for issue in known if issue.severity in {"error", "fatal"}]
    if errors:
        raise Refused(status, *errors[:ERRORS_AT_MOST])
    return known
