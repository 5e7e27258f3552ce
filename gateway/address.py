"""The address of a request, as it should have been written: in ASCII (RFC 3986, 2)."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

WRITTEN = "".join(map(chr, range(0x21, 0x7F)))
"""What stays as it is; a ``%`` too, since it may already stand for something."""


def in_ascii(application: Wsgi) -> Wsgi:
    """Return the application behind a door that encodes raw bytes in the query.

    A query in bytes that are no UTF-8 cannot be read by Flask: it would be a 500 that no
    handler sees. Encoded it is a parameter like any other, mostly an unknown one.
    """

    def answer(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        query = environ.get("QUERY_STRING", "")
        if not query.isascii():
            encoded = quote(query.encode("latin-1"), safe=WRITTEN)
            environ = environ | {"QUERY_STRING": encoded}
        return application(environ, start)

    return answer
