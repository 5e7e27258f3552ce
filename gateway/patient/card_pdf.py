"""The card of codes as a PDF: ten squares and ten times eight characters, on one page.

The same words and places as ``gateway.consents.card`` draws as SVG: nothing on it says
whose codes they are.
"""

from collections.abc import Sequence
from io import BytesIO

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from gateway.consents.card import (
    CELL_HEIGHT,
    CELL_WIDTH,
    COLUMNS,
    HEIGHT,
    LEFT,
    LINE,
    QR_SIZE,
    TOP,
    WORDS,
)
from gateway.consents.codes import Made


def written(codes: Sequence[Made], lang: str) -> bytes:
    """Return the card of these codes, in French or in English."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=A4, lang=lang)
    first = codes[0]
    hours = int(first.opens.total_seconds()) // 3600
    day = first.expires.strftime("%d/%m/%Y" if lang == "fr" else "%Y-%m-%d")
    title, *lines = (each.format(hours=hours, day=day) for each in WORDS[lang])
    canvas.setTitle(title)
    _text(canvas, LEFT, 18, 20, title)
    for row, line in enumerate(lines):
        _text(canvas, LEFT, 26 + LINE * row, 11, line)
    for number, each in enumerate(codes):
        _cell(canvas, number, each)
    canvas.save()
    return target.getvalue()


def _cell(canvas: Canvas, number: int, made: Made) -> None:
    """Draw one code: a frame to cut along, the square, the characters."""
    x = LEFT + CELL_WIDTH * (number % COLUMNS)
    y = TOP + CELL_HEIGHT * (number // COLUMNS)
    canvas.setDash(2, 2)
    canvas.setLineWidth(0.5)
    low = (HEIGHT - y - CELL_HEIGHT) * mm
    canvas.rect(x * mm, low, CELL_WIDTH * mm, CELL_HEIGHT * mm)
    side = QR_SIZE * mm
    square = Drawing(side, side, QrCodeWidget(made.code, barWidth=side, barHeight=side))
    margin = (CELL_HEIGHT - QR_SIZE) / 2 * mm
    renderPDF.draw(square, canvas, (x + 4) * mm, low + margin)
    beside = x + QR_SIZE + 8
    _text(canvas, beside, y + 22, 20, made.spaced, "Courier-Bold")
    _text(canvas, beside, y + 30, 11, str(number + 1))


def _text(
    canvas: Canvas, x: int, y: int, size: int, words: str, font: str = "Helvetica"
) -> None:
    """Write words at a place in millimetres from the top left."""
    canvas.setFont(font, size)
    canvas.drawString(x * mm, (HEIGHT - y) * mm, words)
