"""What the mapping of a header could not carry over, said in two languages."""

from mappings.mapped import Issue


def absent(expression: str) -> Issue:
    """Say that an element PDSm asks for is absent, null or malformed."""
    return Issue(
        "warning",
        "required",
        expression,
        "absent, null or malformed: left out of the metadata",
        "absent, nul ou mal formé : laissé hors des métadonnées",
    )


def imprecise(expression: str) -> Issue:
    """Say that a time without zone or hour cannot be an instant."""
    return Issue(
        "warning",
        "value",
        expression,
        "no time with its zone: kept as a date, DocumentReference.date is left out",
        "pas d'heure avec son fuseau : gardé comme une date, sans DocumentReference.date",
    )


def no_class(expression: str) -> Issue:
    """Say that the document type is not in JDV_J07, so its class is unknown."""
    return Issue(
        "warning",
        "code-invalid",
        expression,
        "document type without a known class: no category",
        "type de document sans classe connue : pas de catégorie",
    )


def no_format(expression: str) -> Issue:
    """Say that no template of the document has a known format."""
    return Issue(
        "information",
        "not-found",
        expression,
        "no format known for these templates",
        "pas de format connu pour ces modèles",
    )


def raised(expression: str) -> Issue:
    """Say that a confidentiality in an unknown code or system was read as R."""
    return Issue(
        "warning",
        "code-invalid",
        expression,
        "confidentiality outside v3-Confidentiality: treated as restricted",
        "confidentialité hors de v3-Confidentiality : traitée comme restreinte",
    )


def elsewhere(expression: str) -> Issue:
    """Say that a part of the document is more confidential than its header says."""
    return Issue(
        "information",
        "business-rule",
        expression,
        "a part is more confidential than the header: the higher level was added",
        "une partie est plus confidentielle que l'en-tête : le niveau supérieur est ajouté",
    )


def external(expression: str) -> Issue:
    """Say that the body of the document is not in the document."""
    return Issue(
        "warning",
        "incomplete",
        expression,
        "the body is only referred to: it could not be read",
        "le corps n'est que référencé : il n'a pas pu être lu",
    )
