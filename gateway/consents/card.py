"""A card of codes to print: ten times a QR code and eight characters, and how to use them.

The card says nothing of whom it belongs to: found in the street, it opens nothing. The
QR code holds the eight characters only, to be read where they would be typed.
"""

from collections.abc import Sequence
from html import escape
from typing import Final

import segno

from gateway.consents.codes import Made

WIDTH, HEIGHT = 210, 297
"""A4, in millimetres."""
COLUMNS, LEFT, TOP, CELL_WIDTH, CELL_HEIGHT = 2, 10, 52, 95, 46
QR_SIZE = 34
QR_MARGIN = 4
"""The quiet zone around a QR code, in modules (ISO/IEC 18004)."""
LINE = 6

WORDS: Final = {
    "fr": (
        "Mes codes d'accès",
        "Chaque code sert une fois. Donnez-en un au professionnel qui doit lire votre dossier :",
        "il le tape, ou lit le carré. Le dossier lui est ouvert pendant {hours} h.",
        "Barrez le code donné. Carte perdue : faites-en une autre, celle-ci ne vaudra plus rien.",
        "Valable jusqu'au {day}.",
    ),
    "en": (
        "My access codes",
        "Each code works once. Give one to the professional who is to read your record:",
        "they type it, or scan the square. The record is open to them for {hours} h.",
        "Cross out a code you gave. Card lost: make another, and this one is worth nothing.",
        "Valid until {day}.",
    ),
}


def card(codes: Sequence[Made], lang: str = "fr") -> str:
    """Return the card as an SVG page (A4), in French unless ``lang`` is ``en``."""
    first = codes[0]
    hours = int(first.opens.total_seconds()) // 3600
    day = first.expires.strftime("%d/%m/%Y" if lang != "en" else "%Y-%m-%d")
    words = [line.format(hours=hours, day=day) for line in WORDS.get(lang, WORDS["fr"])]
    title, *lines = words
    parts = [_text(LEFT, 18, 7, title)]
    parts += [_text(LEFT, 26 + LINE * row, 4, line) for row, line in enumerate(lines)]
    parts += [_cell(number, each) for number, each in enumerate(codes)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{HEIGHT}mm"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}" lang="{"en" if lang == "en" else "fr"}"'
        f' role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )


def _cell(number: int, made: Made) -> str:
    """Return one code: a frame to cut along, the QR code, the characters."""
    x = LEFT + CELL_WIDTH * (number % COLUMNS)
    y = TOP + CELL_HEIGHT * (number // COLUMNS)
    frame = (
        f'<rect x="{x}" y="{y}" width="{CELL_WIDTH}" height="{CELL_HEIGHT}"'
        ' fill="none" stroke="#999" stroke-width="0.2" stroke-dasharray="2 2"/>'
    )
    beside = x + QR_SIZE + 8
    return "".join(
        (
            frame,
            _square(x + 4, y + (CELL_HEIGHT - QR_SIZE) // 2, made.code),
            _text(beside, y + 20, 8, made.spaced, family="monospace"),
            _text(beside, y + 30, 4, str(number + 1)),
        )
    )


def _square(x: int, y: int, code: str) -> str:
    """Return the QR code as an SVG of its own size, placed on the page."""
    made = segno.make(code, error="m", micro=False)
    drawn = made.svg_inline(border=QR_MARGIN, omitsize=True, svgclass=None)
    placed = f'<svg x="{x}" y="{y}" width="{QR_SIZE}" height="{QR_SIZE}"'
    return drawn.replace("<svg", placed, 1)


def _text(x: int, y: int, size: int, words: str, family: str = "sans-serif") -> str:
    return (
        f'<text x="{x}" y="{y}" font-family="{family}" font-size="{size}">'
        f"{escape(words)}</text>"
    )
