"""Reads every place of a document, and keeps those that say something.

Most places say nothing: their texts are screened together, their codes are looked up
once, and only the others are read one by one.
"""

from collections import defaultdict
from typing import TYPE_CHECKING

from labels.detection.findings import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from labels.detection.reader import Reader
    from labels.detection.service import ContentLike

_CODE = "@code"


def read_all(
    reader: "Reader",
    contents: "Iterable[ContentLike]",
    texts: dict[str, str],
    displayed: list[str],
) -> dict[str, Reading]:
    """Read every place, and return those that say something or cannot be read.

    ``texts`` receives what each place says, ``displayed`` those whose code has a display.
    """
    readings: defaultdict[str, Reading] = defaultdict(Reading)
    several: dict[str, int] = {}
    every = [(content, _texts(content)) for content in contents]
    displayed.extend(c.place for c, _ in every if c.codes and _has_display(c))
    speaking = reader.screen({text for _, said in every for text in said})
    for content, said in every:
        place = content.place
        if place in texts:
            several[place] = several.get(place, _at_most_one(texts[place])) + len(said)
            texts[place] = "\n".join(filter(None, (texts[place], *said)))
        else:
            texts[place] = said[0] if len(said) == 1 else "\n".join(said)
            if len(said) > 1:
                several[place] = len(said)
        loud = [text for text in said if text in speaking]
        if loud or content.codes or content.opaque:
            _read(reader, content, loud, readings)
    for place, reading in readings.items():
        reading.texts = several.get(place, _at_most_one(texts[place]))
    return readings


def _texts(content: "ContentLike") -> tuple[str, ...]:
    """Return the words of a place and of its codes, each once, none empty."""
    if not content.codes:
        return (content.text,) if content.text else ()
    displays = (code.display for code in content.codes)
    return tuple(filter(None, dict.fromkeys((content.text, *displays))))


def _has_display(content: "ContentLike") -> bool:
    return content.place.endswith(_CODE) and any(c.display for c in content.codes)


def _at_most_one(text: str) -> int:
    return 1 if text else 0


def _read(
    reader: "Reader",
    content: "ContentLike",
    speaking: "Iterable[str]",
    readings: defaultdict[str, Reading],
) -> None:
    """Read the codes and the speaking texts of a place, and keep what they say."""
    place = content.place
    # Only a mapping that knows of negated statements says so.
    negated = bool(getattr(content, "negated", False))
    if content.opaque:
        readings[place].opaque = True
    for code in content.codes:
        if any(reader.says(code.system, code.code)):
            known = (code.system, code.code)
            reader.code(readings[place], place, *known, negated=negated)
    for text in speaking:
        reader.text(readings[place], place, text, negated=negated)
