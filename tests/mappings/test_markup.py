"""The text of HTML and RTF, and whether it is all there is."""

import pytest

from mappings.markup import html_text, rtf_text


@pytest.mark.parametrize(
    ("html", "text", "complete"),
    [
        ("<p>a</p><p>b</p>", "a\nb", True),
        ("Séro<b>logie</b> VIH", "Sérologie VIH", True),
        ("a<br>b", "a\nb", True),
        ("<td>a</td><td>b</td>", "a\nb", True),
        ("a<!-- VIH -->b", "ab", True),
        ("<script>caché</script>", "caché", True),
        ("<span style='display:none'>caché</span>", "caché", True),
        ("<abbr title='mot'>m</abbr>", "mot\nm", True),
        ("<!-- rien -->", "", False),
        ("a<svg></svg>", "a", False),
        ("a<img src='DATA:image/png;base64,x'>", "a", False),
        ("<div>" * 3000 + "a", "", False),
        ("<body>a</body></html>b", "ab", True),
        ("</body></html>", "", False),
        ("<p aria-label='b'>a</p>", "b\na", True),
        ("<select><option label='b'>a</option></select>", "b\na", True),
        ("<p title='b' alt=\"c\">a</p>", "c\nb\na", True),
        ("<br>" * 100_001, "", False),
        ("<p " + " ".join(f"a{n}" for n in range(600)) + ">b</p>", "", False),
        ("<p a\"b='>' c>d</p>", "", False),
    ],
)
def test_html(html: str, text: str, complete: bool) -> None:  # noqa: FBT001 - the expected answer
    """Blocks are lines, hidden text is text, pictures make it incomplete."""
    assert html_text(html) == (text, complete)


@pytest.mark.parametrize(
    ("rtf", "text", "complete"),
    [
        (r"{\rtf1 a\par b}", "a\nb", True),
        (r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 S\'e9ro}", "Séro", True),
        (r"{\rtf1 S\u233?ro}", "Séro", True),
        (r"{\rtf1\uc2 S\u233\'c3\'a9ro}", "Séro", True),
        (r"{\rtf1\uc0 S\u233ro}", "S\u00e9ro", True),
        (r"{\rtf1 \u-10179?\u-8704?}", "\U0001f600", True),
        (r"{\rtf1 \u-10179?x}", "\ufffdx", True),
        (r"{\rtf1 a\{b\}\~c\_d}", "a{b} c-d", True),
        (r"{\rtf1{\*\generator X;}{\info{\title mot}}a}", "mota", True),
        (r"{\rtf1{\v cach\'e9}a}", "cachéa", True),
        ("{\\rtf1 a\r\nb}", "ab", True),
        (r"{\rtf1{\pict 00ff}a}", "a", False),
        (r"{\rtf1 a}}", "a", False),
        (r"{\rtf1\ansi\ansicpg1252 a}", "a", True),
        (r"{\rtf1\mac a}", "a", False),
        (r"{\rtf1\ansicpg1251 a}", "a", False),
        ("{\\rtf1" + "{}" * 300_000 + "}", "", False),
    ],
)
def test_rtf(rtf: str, text: str, complete: bool) -> None:  # noqa: FBT001 - the expected answer
    """Accents in every spelling, hidden text and titles; pictures make it incomplete."""
    assert rtf_text(rtf) == (text, complete)
