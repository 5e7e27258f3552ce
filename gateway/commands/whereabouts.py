"""A place of a document in words: which part of it, under which title, which row.

``paravent label`` keeps the exact path in its JSON; people are told where to look.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mappings.content import Content

Words = Mapping[str, str]

SAID: dict[str, Words] = {
    "fr": {
        "header": "en-tête",
        "of_the_patient": "en-tête, patient",
        "of_the_author": "en-tête, auteur",
        "of_the_signer": "en-tête, signataire",
        "of_the_act": "en-tête, acte documenté",
        "of_the_stay": "en-tête, prise en charge",
        "of_the_keeper": "en-tête, structure qui conserve",
        "document_title": "titre du document",
        "document_type": "type du document",
        "section": "section « {title} »",
        "numbered": "section {number}",
        "title": "titre",
        "text": "texte",
        "coded": "donnée codée",
        "row": "ligne {number} du tableau",
        "row_of": "ligne {number} du tableau {table}",
        "head": "en-tête du tableau",
        "item": "élément {number} de la liste",
        "paragraph": "paragraphe {number}",
        "block": "passage {number}",
        "page": "page {number}",
        "about": "propriétés du fichier",
        "file": "fichier joint",
        "sentence": "phrase des caractères {start} à {end}",
        "element": "élément {name}",
        "resource": "ressource {kind} (entrée {number})",
        "whole": "le document",
    },
    "en": {
        "header": "header",
        "of_the_patient": "header, patient",
        "of_the_author": "header, author",
        "of_the_signer": "header, signer",
        "of_the_act": "header, documented act",
        "of_the_stay": "header, encounter",
        "of_the_keeper": "header, custodian",
        "document_title": "title of the document",
        "document_type": "type of the document",
        "section": "section “{title}”",
        "numbered": "section {number}",
        "title": "title",
        "text": "text",
        "coded": "coded data",
        "row": "row {number} of the table",
        "row_of": "row {number} of table {table}",
        "head": "head of the table",
        "item": "item {number} of the list",
        "paragraph": "paragraph {number}",
        "block": "passage {number}",
        "page": "page {number}",
        "about": "properties of the file",
        "file": "attached file",
        "sentence": "sentence of characters {start} to {end}",
        "element": "element {name}",
        "resource": "resource {kind} (entry {number})",
        "whole": "the document",
    },
}

_BODY, _ATTACHED = "/h:structuredBody", "/h:nonXMLBody"
_SECTION = re.compile(r"(.*/h:section(?:\[\d+\])?)(?=/|\Z)", flags=re.DOTALL)
_HEADER = (
    ("/h:recordTarget", "of_the_patient"),
    ("/h:author", "of_the_author"),
    ("/h:legalAuthenticator", "of_the_signer"),
    ("/h:documentationOf", "of_the_act"),
    ("/h:componentOf", "of_the_stay"),
    ("/h:custodian", "of_the_keeper"),
    ("/h:title", "document_title"),
    ("/h:code", "document_type"),
)
_ENTRY = re.compile(r"/entry/(\d+)/resource(?=/|\Z)")
_FHIR_SECTION = re.compile(r"(.*?/section/\d+)(?=/|\Z)", flags=re.DOTALL)
_TITLE = re.compile(
    r"(.*/h:section(?:\[\d+\])?)/h:title(?:\[1\])?(?:/.*)?|(.*/section/\d+)/title",
    re.DOTALL,
)
_NAMED = re.compile(r"/([A-Za-z]+)")
_CHARACTERS = re.compile(r"#char=(\d+),(\d+)")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Says places in one language.

    ``titles`` are those of sections, by the path of the section; ``kinds`` the types of
    resources, by their path.
    """

    lang: str
    titles: Mapping[str, str]
    kinds: Mapping[str, str]

    @classmethod
    def of(
        cls, contents: Iterable[Content], kinds: Mapping[str, str], lang: str
    ) -> "Whereabouts":
        """Return who says the places of a document, which are ``contents``."""
        titles = {
            found[1] or found[2]: each.text.strip()
            for each in contents
            if each.text and (found := _TITLE.fullmatch(each.place))
        }
        return cls(lang, titles, kinds)

    def say(self, place: str) -> str:
        """Return where a place is, in words with commas between, never a path."""
        whole, characters = place, _CHARACTERS.search(place)
        if characters:
            whole = place[: characters.start()] + place[characters.end() :]
        path, _, fragment = whole.partition("#")
        cda = path.startswith("/h:")
        parts = self._cda(path) if cda else self._fhir(path)
        parts += self._fragment(fragment)
        if characters:
            start, end = characters.groups()
            parts.append(self._word("sentence", start=start, end=end))
        return ", ".join(parts) or self._word("whole")

    def _word(self, key: str, **values: object) -> str:
        return SAID[self.lang][key].format(**values)

    def _cda(self, path: str) -> list[str]:
        if _ATTACHED in path:
            return [self._word("file")]
        _, body, inside = path.partition(_BODY)
        if not body:
            start = path.removeprefix("/h:ClinicalDocument")
            key = next((k for at, k in _HEADER if start.startswith(at)), "header")
            return [self._word(key)]
        section = _SECTION.match(path)
        if section is None:
            return [self._word("text")]
        below = path[section.end() :]
        if "/h:entry" in inside and "/h:entry" in path.rpartition("/h:text")[0]:
            below = "/h:entry"
        return [self._section(section[1]), *self._of_section(below)]

    def _section(self, path: str) -> str:
        title = self.titles.get(path, "")
        if title:
            return self._word("section", title=title)
        numbers = re.findall(r"/h:component(?:\[(\d+)\])?/h:section", path)
        return self._word("numbered", number=".".join(each or "1" for each in numbers))

    def _of_section(self, below: str) -> list[str]:
        if below.startswith("/h:title"):
            return [self._word("title")]
        if below.startswith("/h:text"):
            return [self._word("text"), *self._passage(below)]
        return [self._word("coded")] if below else []

    def _passage(self, below: str) -> list[str]:
        """Return the row, item or paragraph of a narrative that a path leads to."""
        if "/h:thead" in below:
            return [self._word("head")]
        table = re.search(r"/h:table\[(\d+)\]", below)
        for key, tag in (("row", "tr"), ("item", "item"), ("paragraph", "paragraph")):
            found = re.findall(rf"/h:{tag}(?:\[(\d+)\])?(?=/|\Z)", below)
            if found and key == "row" and table:
                return [self._word("row_of", number=found[-1] or "1", table=table[1])]
            if found:
                return [self._word(key, number=found[-1] or "1")]
        return []

    def _fhir(self, path: str) -> list[str]:
        parts, rest = [], path
        entry = _ENTRY.match(path)
        if entry:
            kind = self.kinds.get(entry[0], "")
            if kind != "Composition":
                number = int(entry[1]) + 1
                parts.append(self._word("resource", kind=kind, number=number))
            rest = path[entry.end() :]
        section = _FHIR_SECTION.match(path)
        if section and section[1] in self.titles:
            parts.append(self._word("section", title=self.titles[section[1]]))
            rest = path[section.end() :]
        named = _NAMED.match(rest)
        if named:
            parts.append(self._element(named[1]))
        return parts

    def _element(self, name: str) -> str:
        if name in {"text", "title"}:
            return self._word(name)
        return self._word("element", name=name)

    def _fragment(self, fragment: str) -> list[str]:
        for key in ("page", "block"):
            found = re.search(rf"{key}=(\d+)", fragment)
            if found:
                return [self._word(key, number=found[1])]
        if "about" in fragment:
            return [self._word("about")]
        return [self._word("file")] if fragment else []
