"""PDF files written byte by byte for these tests."""

FONT = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
IMAGE = (
    "<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray"
    "/BitsPerComponent 8/Length 1>>stream\nx\nendstream"
)


def shown(*lines: str) -> str:
    """Return page content that shows lines of text."""
    said = "".join(f"({line}) Tj 0 -20 Td " for line in lines)
    return f"BT /F1 12 Tf 50 700 Td {said}ET"


def scan(width: int, height: int) -> str:
    """Return page content that paints an image of that size."""
    return f"q {width} 0 0 {height} 0 0 cm /Im1 Do Q"


def pdf(
    *pages: str, info: str = "", catalog: str = "", extra: str = "", annots: str = ""
) -> bytes:
    """Return a PDF with one page for each content stream (A4)."""
    count = len(pages)
    kids = " ".join(f"{10 + 2 * n} 0 R" for n in range(count))
    objects = {
        1: f"<</Type/Catalog/Pages 2 0 R{catalog}>>",
        2: f"<</Type/Pages/Count {count}/Kids[{kids}]>>",
        3: FONT,
        4: IMAGE,
        5: f"<<{info}>>",
    }
    for n, content in enumerate(pages):
        objects[10 + 2 * n] = (
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>"
            f"/XObject<</Im1 4 0 R>>>>/Contents {11 + 2 * n} 0 R{annots}>>"
        )
        objects[11 + 2 * n] = (
            f"<</Length {len(content.encode('cp1252'))}>>stream\n{content}\nendstream"
        )
    return _written(objects, extra)


def _written(objects: dict[int, str], extra: str) -> bytes:
    data = b"%PDF-1.7\n"
    offsets = {}
    for number, body in objects.items():
        offsets[number] = len(data)
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    start = len(data)
    data += b"xref\n0 1\n0000000000 65535 f \n"
    for number, offset in offsets.items():
        data += f"{number} 1\n{offset:010d} 00000 n \n".encode()
    trailer = f"trailer\n<</Size {max(objects) + 1}/Root 1 0 R/Info 5 0 R{extra}>>\n"
    return data + trailer.encode() + f"startxref\n{start}\n%%EOF\n".encode()
