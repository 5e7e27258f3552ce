"""``html``: the page of one document."""

import re
from collections.abc import Iterator
from itertools import count

from mappings.format import readings
from mappings.html import cda, fhir, plain
from mappings.html.body import Narrative
from mappings.html.markup import Part, Tag, tag, written
from mappings.html.view import NOTHING, Section, View
from mappings.html.words import LANGUAGES, date, known, word

_DEEPEST = 6
_DATES = frozenset({"born", "date"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_STYLESHEET = "view.css"


def html(
    document: bytes,
    content_type: str,
    language: str,
    *,
    stylesheet: str = _STYLESHEET,
    title: str = "",
) -> str:
    """Return a whole HTML page that shows a CDA, a FHIR document or a text.

    ``language`` (``fr`` or ``en``) is that of the page's own words; ``title`` is what a
    browser's history will hold, the document's title unless given. Promises: every
    character of the document is escaped; no script, no style, no link and no picture;
    nothing is loaded but ``stylesheet`` (``view.css`` of this package), so a policy of
    ``default-src 'none'; style-src 'self'`` holds; headings in order, landmarks, heads
    of tables with a scope. A format that cannot be shown gives a page that says so.
    Never raises for a document; raises ValueError for another language.
    """
    if language not in LANGUAGES:
        raise ValueError("the languages of the page are fr and en")
    view = _view(document, content_type)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title or view.title or word("page", language)),
        tag("link", rel="stylesheet", href=stylesheet),
    )
    return f"<!doctype html>\n{written(tag('html', head, _body(view, language), lang=language))}\n"


def _view(document: bytes, content_type: str) -> View:
    kinds = readings(document, content_type)
    try:
        if "xml" in kinds:
            return cda.view(document)
        if "json" in kinds:
            return fhir.view(document)
        return plain.view(document, content_type, kinds)
    except RecursionError:
        # Markup at the depth limit inside JSON at its own: hostile, never honest.
        return NOTHING


def _body(view: View, language: str) -> Tag:
    written_in = _language(view) if view.title else ""
    title = tag("h1", view.title or word(view.kind, language), lang=written_in)
    header = tag("header", title, _facts(view, language))
    return tag("body", header, _main(view, language))


def _facts(view: View, language: str) -> Tag | None:
    rows: list[Part] = []
    for key, value in view.facts:
        said = date(value, language) if key in _DATES else value
        written_in = "" if key in _DATES else _language(view)
        rows += [tag("dt", word(key, language)), tag("dd", said, lang=written_in)]
    return tag("dl", *rows, aria_label=word("about", language)) if rows else None


def _main(view: View, language: str) -> Tag:
    numbers, narrative = count(1), Narrative(language)

    def section(one: Section, level: int) -> Tag:
        name = f"s{next(numbers)}"
        heading = one.title or _named(one.kind, language)
        parts = list(_content(one, narrative))
        if not parts and not one.sections:
            parts = [
                tag("p", word("nothing", language), class_="nothing", lang=language)
            ]
        inner = [section(below, min(level + 1, _DEEPEST)) for below in one.sections]
        title = tag(f"h{level}", heading, id=name)
        return tag("section", title, *parts, *inner, aria_labelledby=name)

    parts: list[Part] = [section(one, 2) for one in view.sections]
    if view.text.strip():
        parts.append(tag("pre", view.text))
    message = view.message or ("" if parts else "unreadable")
    if message:
        parts.append(tag("p", word(message, language), class_="message", lang=language))
    return tag("main", *parts, lang=_language(view))


def _named(kind: str, language: str) -> str:
    """Return the heading of a section that has no title of its own."""
    if known(kind):
        return word(kind, language)
    return kind or word("untitled_section", language)


def _content(one: Section, narrative: Narrative) -> Iterator[Part]:
    if one.body is not None:
        yield tag("div", *narrative.parts(one.body), class_="narrative")
    if one.lines:
        yield tag("ul", *(tag("li", line) for line in one.lines))


def _language(view: View) -> str:
    """Return the language a document is written in, empty when it names none."""
    return view.language if _LANGUAGE.fullmatch(view.language) else ""
