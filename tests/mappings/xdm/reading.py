"""Reading a medium in tests: the result, or what refused it."""

import pytest

from mappings.mapped import Issue, Mapped, Refused
from mappings.pdf import UNREADABLE, PdfText
from mappings.submission import Submission
from mappings.xdm.submission import read
from tests.mappings.xdm.media import Lot, medium


def no_pdf(_: bytes) -> PdfText:
    """Read no PDF."""
    return UNREADABLE


def taken(given: Lot) -> Mapped[Submission]:
    """Return what a lot becomes."""
    return read(medium(given), no_pdf)


def refused(data: bytes) -> tuple[int, Issue]:
    """Return the status and the first issue of a refusal."""
    with pytest.raises(Refused) as found:
        read(data, no_pdf)
    for issue in found.value.issues:
        assert issue.expression
        assert issue.text != issue.texte
    return found.value.status, found.value.issues[0]
