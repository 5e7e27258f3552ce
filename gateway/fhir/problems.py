"""Every error as an OperationOutcome; one body for all that is not to be found."""

from collections.abc import Iterable
from typing import Any

from mappings.mapped import Issue

Json = dict[str, Any]

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"

NOT_FOUND = Issue(
    "error",
    "not-found",
    "",
    "There is nothing here for you.",
    "Il n'y a rien ici pour vous.",
)
"""Unknown, hidden, withdrawn, another patient's: the same answer, byte for byte."""
UNSERVED = Issue(
    "error",
    "not-supported",
    "",
    "No such type or address is served here: /fhir/metadata lists what is.",
    "Aucun type ni adresse de ce nom n'est servi ici : voyez /fhir/metadata.",
)
"""An address whose form is none of the routes': of the form alone, so the same for all."""
OVERDUE = Issue(
    "error",
    "timeout",
    "",
    "This took too long and was given up; nothing was changed.",
    "Cela a pris trop de temps et a été abandonné ; rien n'a changé.",
)

WORDS = {
    400: ("invalid", "The request is not well formed.", "La requête est mal formée."),
    401: (
        "login",
        "A valid bearer token is needed.",
        "Un jeton d'accès valide est nécessaire.",
    ),
    403: ("forbidden", "Not allowed.", "Non autorisé."),
    405: (
        "not-supported",
        "This method is not supported here.",
        "Cette méthode n'est pas prise en charge ici.",
    ),
    406: (
        "not-supported",
        "FHIR R4 is answered as application/fhir+json or application/fhir+xml.",
        "FHIR R4 est rendu en application/fhir+json ou application/fhir+xml.",
    ),
    408: (
        "timeout",
        "The request did not arrive in time.",
        "La requête n'est pas arrivée à temps.",
    ),
    412: (
        "conflict",
        "This is not the present version.",
        "Ce n'est pas la version actuelle.",
    ),
    413: ("too-long", "The body is too large.", "Le corps est trop grand."),
    415: (
        "not-supported",
        "This media type is not accepted here.",
        "Ce type de contenu n'est pas accepté ici.",
    ),
    429: (
        "throttled",
        "Too many requests; come back later.",
        "Trop de requêtes ; revenez plus tard.",
    ),
    431: (
        "too-long",
        "The headers of the request are too large.",
        "Les en-têtes de la requête sont trop grands.",
    ),
    501: (
        "not-supported",
        "This transfer encoding is not supported here.",
        "Cet encodage de transfert n'est pas pris en charge ici.",
    ),
    503: (
        "transient",
        "Not available now; nothing was changed.",
        "Indisponible pour l'instant ; rien n'a changé.",
    ),
}
INTERNAL = ("exception", "An internal error; nothing was changed.", "Erreur interne.")


def for_status(status: int) -> Issue:
    """Return the issue that goes with an HTTP status."""
    if status == 404:  # noqa: PLR2004 - the HTTP status
        return NOT_FOUND
    code, text, texte = WORDS.get(status, INTERNAL)
    return Issue("error", code, "", text, texte)


def outcome(issues: Iterable[Issue]) -> Json:
    """Return the OperationOutcome for the issues, in English with the French beside."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [_issue(each) for each in issues],
    }


def _issue(issue: Issue) -> Json:
    translation = [
        {"url": "lang", "valueCode": "fr"},
        {"url": "content", "valueString": issue.texte},
    ]
    written: Json = {
        "severity": issue.severity,
        "code": issue.code,
        "details": {
            "text": issue.text,
            "_text": {"extension": [{"url": TRANSLATION, "extension": translation}]},
        },
    }
    if issue.expression:
        written["expression"] = [issue.expression]
    return written
