"""The house rules that no linter knows: size, purity, one door for XML."""

import subprocess
import sys
from pathlib import Path

from tests.architecture import sources
from tests.shared_material import REPOSITORY

FILE_LINES = 300
FUNCTION_LINES = 40

# The one place that reads XML which came from outside.
XML_FACTORY = "mappings/cda/xml.py"
# Where trees that the factory has read may be walked, changed and written.
XML_FOLDER = "mappings/cda/"
XML_LIBRARIES = frozenset({"lxml", "xml", "defusedxml", "html5lib", "bs4", "xmltodict"})
PARSERS = frozenset(
    {
        *("XML", "HTML", "XMLID", "XMLDTDID", "fromstring", "fromstringlist"),
        *("parse", "parseid", "iterparse", "XMLParser", "HTMLParser"),
        *("XMLPullParser", "HTMLPullParser", "ETCompatXMLParser"),
        *("XSLT", "XInclude", "Schematron", "RelaxNG", "XMLSchema", "DTD"),
    }
)


def test_imports_obey_the_law() -> None:
    """Labels and mappings are pure and apart; the gateway's layers look downwards only."""
    linter = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run(
        [linter, "--no-cache", "--config", REPOSITORY / "pyproject.toml"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout


def test_a_file_is_small() -> None:
    """No module is longer than a person reads in one sitting."""
    sizes = {p: len(p.read_text("utf-8").splitlines()) for p in sources.modules()}
    long = {sources.relative(p): n for p, n in sizes.items() if n > FILE_LINES}
    assert long == {}


def test_a_function_is_small() -> None:
    """No function is longer than a screen, its docstring included."""
    long = [
        f"{place}: {lines} lines"
        for path in sources.modules()
        for place, lines in sources.functions(path)
        if lines > FUNCTION_LINES
    ]
    assert long == []


def test_trees_of_xml_stay_in_one_folder() -> None:
    """Only the CDA mapping works on XML, with lxml's etree and no other library."""
    elsewhere = {
        f"{one.file} imports {one.module}"
        for path in sources.modules()
        for one in sources.imports(path)
        if one.module.split(".")[0] in XML_LIBRARIES
        and not (one.file.startswith(XML_FOLDER) and one.names(("lxml.etree",)))
    }
    assert elsewhere == set()


def test_xml_comes_in_by_one_door() -> None:
    """Only the hardened factory parses XML: nothing else names a parser of lxml."""
    others = {
        f"{sources.relative(path)} uses {parser}"
        for path in sources.modules()
        if sources.relative(path) != XML_FACTORY
        for parser in sources.members(path, "lxml.etree") & PARSERS
    }
    assert others == set()


def test_the_door_is_found() -> None:
    """The check above can see a parser: it sees those of the factory itself."""
    assert sources.members(REPOSITORY / XML_FACTORY, "lxml.etree") & PARSERS


def test_every_package_says_what_it_is() -> None:
    """Each folder of code that a reader may open first has a README with its law."""
    expected = [f"{name}/README.md" for name in sources.PACKAGES]
    assert [name for name in expected if not (REPOSITORY / name).is_file()] == []


def test_every_test_folder_is_a_package() -> None:
    """Two tests of the same file name in two folders never shadow each other."""
    folders = {path.parent for path in (REPOSITORY / "tests").rglob("test_*.py")}
    missing = [f for f in folders if not (f / "__init__.py").is_file()]
    assert [sources.relative(folder) for folder in missing] == []
