"""One clean, printable, accessible view of any document."""

from mappings.html.page import html

__all__ = ["html"]
