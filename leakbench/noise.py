"""What differs although nothing is hidden: found by asking the same again, and named."""

from collections import Counter

from leakbench.exchange import Request, Transport
from leakbench.ground import Ground
from leakbench.normal import Normaliser
from leakbench.template import in_address

AGAIN = 6
"""Times that one question is asked; the first answer may be one that fills a cache."""
ACCEPT = (("Accept", "application/fhir+json"), ("X-Request-Id", "leakbench"))


def headers(ground: Ground, transport: Transport) -> frozenset[str]:
    """Return the headers of which one question, asked again, gets another value.

    The questions are about the patient of whom nothing is hidden, by the reader who is
    probed: what varies there (a duration, a counter) tells nothing of hiding.
    """
    side = ground.sides[1]
    normal = Normaliser(side, Counter())
    paths = ("Patient/${patient}", *(ground.scoped(each) for each in ground.kinds[:1]))
    found: set[str] = set()
    for path in paths:
        request = Request("GET", in_address(path, side.values), ACCEPT)
        token = ground.profile.tokens["restricted"]
        answers = [transport.send(request, token) for _ in range(AGAIN)]
        first, *rest = [set(normal.of(each).headers) for each in answers[1:]]
        found |= {name for name, _ in first.union(*rest) - first.intersection(*rest)}
    return frozenset(found)
