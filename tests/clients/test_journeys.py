"""Clients that others wrote work with Paravent as they are, over HTTP."""

from tests.clients import sent
from tests.clients.journey import FACTS, FIRST, Told

ERRORS = {
    "fhirpy": {
        "404": "ResourceNotFound",
        "400": "OperationOutcome colour",
        "401": "AuthorizationError",
    },
    "fhirclient": {
        "404": "FHIRNotFoundException",
        "400": "HTTPError colour",
        "401": "FHIRUnauthorizedException",
    },
    "fhir-kit-client": {"404": "404", "400": "400 colour", "401": "401"},
    "@medplum/core": {"404": "not-found", "400": "invalid colour", "401": "login"},
}
"""What each client raises, and the parameter that the outcome names."""


def test_the_whole_way_is_gone(told: Told) -> None:
    """Nothing is left out by one client that another does."""
    assert set(FACTS) <= set(told)


def test_what_can_be_done_is_read(told: Told) -> None:
    """The CapabilityStatement is understood: R4, and what the way needs."""
    assert told["version"] == "4.0.1"
    needed = {"create", "read", "vread", "patch", "search-type", "history-instance"}
    assert needed <= set(told["interactions"])


def test_a_lot_is_deposited_once(told: Told) -> None:
    """As many answers as entries; sent again, as after a time-out, it is the same lot."""
    assert told["deposited"] == ["201 Created"] * (2 * sent.SIZE + 1)
    assert told["again"] == ["200 OK"] * (2 * sent.SIZE + 1)


def test_pages_hold_everything_once(told: Told) -> None:
    """Links to next pages are followed to the end, and give what one page gives."""
    assert len(told["all"]) == sent.SIZE
    assert told["paged"] == told["all"]
    assert told.get("posted", told["all"]) == told["all"]


def test_a_document_and_its_bytes_are_read(told: Told) -> None:
    """Its own identifier, and the text that was deposited."""
    assert told["read"].startswith("urn:oid:2.25.")
    assert told["body"].encode() == sent.sheet(told["root"], FIRST).body


def test_a_masked_document_is_found_no_more(told: Told) -> None:
    """The patient's PATCH is answered with the label; the reader's search is empty."""
    assert "MASQUE_PS" in told["masked"]
    assert (told["before"], told["after"]) == (1, 0)


def test_versions_are_listed_and_read(told: Told) -> None:
    """A mask makes no version."""
    assert told["history"] == ["1"]
    assert told["vread"] == "1"


def test_what_is_there_is_not_created_again(told: Told) -> None:
    """If-None-Exist: the same id both times."""
    assert told["created"]
    assert told["created"] == told["once_more"]


def test_a_consent_is_made_and_found(told: Told) -> None:
    """By the patient, among those in force."""
    assert told["consent"] in told["consents"]


def test_errors_are_those_of_the_client(told: Told) -> None:
    """Each is the client's own error, with our outcome in it."""
    assert told["errors"] == ERRORS[told["client"].partition(",")[0]]
