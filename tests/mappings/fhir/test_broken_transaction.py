"""ITI-65: requests broken at random places."""

from hypothesis import given
from hypothesis import strategies as st

from mappings.fhir.parse import parse_json
from mappings.fhir.transaction import read_transaction
from mappings.pdf import unread
from tests.mappings.fhir.deposits import changed, transaction
from tests.mappings.fhir.reading import attempted, dumped, places

PATHS = [
    "entry",
    "entry.0",
    "entry.0.resource",
    "entry.0.resource.entry",
    "entry.0.resource.subject",
    "entry.0.request",
    "entry.1.fullUrl",
    "entry.1.resource",
    "entry.1.resource.author",
    "entry.1.resource.contained",
    "entry.1.resource.contained.0.name",
    "entry.1.resource.contained.1.practitioner",
    "entry.1.resource.content",
    "entry.1.resource.content.0.attachment",
    "entry.1.resource.context",
    "entry.1.resource.securityLabel",
    "entry.1.resource.status",
    "entry.1.resource.subject",
    "entry.1.resource.type",
    "entry.2.resource.data",
    "resourceType",
    "type",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("aé$|#/: ", max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["coding", "code", "reference", "identifier", "attachment", "value"]
            ),
            inner,
            max_size=2,
        )
    ),
    max_leaves=6,
)


@given(st.sampled_from(PATHS), JSON)
def test_a_request_broken_anywhere_is_read_or_refused(path: str, value: object) -> None:
    """No JSON at any place of a request gives an exception other than a refusal."""
    broken = parse_json(
        dumped(changed(transaction(), path, value if value is not None else {}))
    )
    refused = attempted(lambda: read_transaction(broken, unread))
    if refused:
        assert refused.status in {400, 422}
        assert all(place.startswith("Bundle") for place in places(refused))
