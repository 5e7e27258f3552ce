"""A page as a browser's parser sees it: tags, attributes, words."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Page:
    """What was met in a page, in order."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def named(self, name: str) -> list[dict[str, str]]:
        """Return the attributes of each element of a name."""
        return [attributes for tag, attributes in self.tags if tag == name]

    @property
    def text(self) -> str:
        """All words, white space collapsed."""
        return " ".join(" ".join(self.words).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.tags.append((tag, {key: value or "" for key, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.page.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.page.others.append(data)

    def handle_pi(self, data: str) -> None:
        self.page.others.append(data)

    def unknown_decl(self, data: str) -> None:
        self.page.others.append(data)


def page(html: str) -> Page:
    """Return what a parser of HTML finds in a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page
