"""Rows and columns go without leaving a hole, whatever spans them."""

from tests.mappings.cda.rendition.documents import TEXT, shown, structured

HEAD = "<thead><tr><th>Date</th><th>Fait</th><th>Valeur</th></tr></thead>"


def table(rows: str, head: str = HEAD) -> bytes:
    """Return a document with one table."""
    return structured(f"<table>{head}<tbody>{rows}</tbody></table>")


def row(*cells: str) -> str:
    """Return a row of plain cells."""
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


BODY = f"{TEXT}/h:table/h:tbody"


def test_a_cell_takes_its_row_along() -> None:
    """Whoever hides one cell hides the row, and nothing else."""
    document = table(row("1", "A", "x") + row("2", "B", "y"))
    hidden = shown(document, f"{BODY}/h:tr[2]/h:td[2]/text()[1]")
    assert hidden == shown(table(row("1", "A", "x")))


def test_a_table_goes_with_its_last_row() -> None:
    """No head is left without rows, and no section without text."""
    document = structured(
        f"<paragraph>P</paragraph><table>{HEAD}<tbody>{row('1', 'A', 'x')}</tbody></table>"
    )
    assert shown(document, f"{BODY}/h:tr") == shown(
        structured("<paragraph>P</paragraph>")
    )


def test_a_cell_that_spans_rows_is_shortened() -> None:
    """A hidden row below a spanning cell shortens the cell."""
    three = (
        "<tr><td rowspan='3'>Bilan</td><td>A</td><td>x</td></tr>"
        + row("B", "y")
        + row("C", "z")
    )
    two = "<tr><td rowspan='2'>Bilan</td><td>A</td><td>x</td></tr>" + row("C", "z")
    assert shown(table(three), f"{BODY}/h:tr[2]/h:td[1]") == shown(table(two))


def test_a_cell_that_spans_rows_moves_down() -> None:
    """When its first row goes, the cell stands in the next one."""
    two = "<tr><td rowspan='2'>Bilan</td><td>A</td><td>x</td></tr>" + row("B", "y")
    found = shown(table(two), f"{BODY}/h:tr[1]/h:td[2]")
    assert found == shown(table(row("Bilan", "B", "y")))


def test_a_hidden_spanning_cell_takes_its_rows() -> None:
    """What a cell says of several rows is hidden with all of them."""
    rows = (
        "<tr><td rowspan='2'>Bilan</td><td>A</td><td>x</td></tr>"
        + row("B", "y")
        + row("1", "C", "z")
    )
    assert shown(table(rows), f"{BODY}/h:tr[1]/h:td[1]/text()[1]") == shown(
        table(row("1", "C", "z"))
    )


def test_a_head_takes_its_column() -> None:
    """A column whose head tells goes; a head over two columns becomes narrower."""
    second = "<th>Date</th><th>Fait</th><th>Valeur</th>"
    head = f"<thead><tr><th colspan='3'>Bilan</th></tr><tr>{second}</tr></thead>"
    less = "<thead><tr><th colspan='2'>Bilan</th></tr><tr><th>Date</th><th>Valeur</th></tr></thead>"
    found = shown(
        table(row("1", "A", "x"), head), f"{TEXT}/h:table/h:thead/h:tr[2]/h:th[2]"
    )
    assert found == shown(table(row("1", "x"), less))


def test_the_head_of_all_columns_takes_the_table() -> None:
    """A head over the whole table says what the table is about."""
    head = "<thead><tr><th colspan='3'>Bilan</th></tr></thead>"
    document = structured(
        f"<paragraph>P</paragraph><table>{head}<tbody>{row('1', 'A', 'x')}</tbody></table>"
    )
    found = shown(document, f"{TEXT}/h:table/h:thead/h:tr/h:th/text()[1]")
    assert found == shown(structured("<paragraph>P</paragraph>"))


def test_a_heading_row_goes_with_all_it_heads() -> None:
    """No heading is left over rows that are gone."""

    def heading(word: str) -> str:
        return (
            f"<tr><td colspan='3'><content styleCode='Bold'>{word}</content></td></tr>"
        )

    rows = heading("Un") + row("1", "A", "x") + heading("Deux") + row("2", "B", "y")
    found = shown(table(rows), f"{BODY}/h:tr[2]")
    assert found == shown(table(heading("Deux") + row("2", "B", "y")))


def test_stripes_and_accessibility_marks_go() -> None:
    """Neither the style of rows nor the names of columns tell that one is missing."""
    striped = "<tr styleCode='Odd'><td headers='a'>1</td></tr><tr styleCode='Odd'><td>2</td></tr>"
    found = shown(table(striped))
    assert "Odd" not in found
    assert "headers" not in found


def test_spans_without_measure_are_no_work() -> None:
    """A hostile table with huge spans is drawn as if it had none."""
    cell = "<td rowspan='999' colspan='999'>x</td>"
    document = table(f"<tr>{cell * 40}</tr>" + f"<tr>{cell}</tr>" * 200)
    assert 'rowspan="999"' not in shown(document, f"{BODY}/h:tr[3]")
