"""The words of the pages, in French and in English: sentences, dates, names of things."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files

import yaml

from gateway.patient.elision import elided
from labels.codes import Category
from labels.policy import matrix

LANGUAGES = ("fr", "en")
"""The first is the one we speak unless asked otherwise."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language. Calling it with a key returns the sentence, with its values in."""

    lang: str
    table: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return the sentence of ``key``; KeyError for a key that is not in the table."""
        sentence = self.table[key]
        if self.lang == "fr":
            sentence = elided(sentence, values)
        return sentence.format(**values)

    def count(self, key: str, number: int, **values: object) -> str:
        """Return the sentence for none, one or several (``key.none``, ``.one``, ``.many``).

        Where there is no sentence for none, that for several says it.
        """
        form = "one" if number == 1 else "many"
        if number == 0 and f"{key}.none" in self.table:
            form = "none"
        return self(f"{key}.{form}", number=number, **values)

    def day(self, day: date) -> str:
        """Return a date in words, as *3 mai 2026*."""
        number = "1er" if day.day == 1 and self.lang == "fr" else str(day.day)
        return f"{number} {self(f'month.{day.month}')} {day.year}"

    def moment(self, at: datetime) -> str:
        """Return an instant in words, as *3 mai 2026, 14 h 05*, in the zone it bears."""
        hour = self("moment.hour", hour=at.hour, minute=f"{at.minute:02d}")
        return f"{self.day(at.date())}, {hour}"

    def category(self, category: Category) -> str:
        """Return the plain name of a category."""
        return self(f"category.{category.value}")

    def kind_of_code(self, system: str) -> str:
        """Return in plain words what kind of code a code system has."""
        key = f"code.{system}"
        return self(key if key in self.table else "code.other")

    def professions(self, value: str) -> str:
        """Return all who exercise a profession, as *aux sages-femmes* names them.

        Empty for a profession that the matrix does not have.
        """
        table = matrix.load()
        named = table.columns_of(value) | {value}
        found = [each.id for each in table.columns if each.id in named]
        return ", ".join(self(f"professions.{each}") for each in found)

    def profession(self, value: str) -> str:
        """Return the plain name of a matrix column, or of all columns of a TRE_G15 code."""
        table = matrix.load()
        named = table.columns_of(value) | {value}
        found = [each for each in table.columns if each.id in named]
        names = [each.fr if self.lang == "fr" else each.en for each in found]
        return ", ".join(names) or value


@cache
def load() -> Mapping[str, Words]:
    """Return the words of each language."""
    return {lang: Words(lang, _table(lang)) for lang in LANGUAGES}


def _table(lang: str) -> Mapping[str, str]:
    """Return the sentences of every file of a language, each key in one of them."""
    folder = files(__package__) / "translations"
    held: dict[str, str] = {}
    for name in sorted(each.name for each in folder.iterdir()):
        if name.startswith(lang):
            found = yaml.safe_load((folder / name).read_text(encoding="utf-8"))
            held |= found
    return held
