"""The values that resources hold, for whoever looks for the facts of a source in them."""

from decimal import Decimal, InvalidOperation

_OURS = frozenset({"id", "resourceType", "reference", "url", "system"})
_DIGITS = 20


class Words:
    """The values of resources: each as it is, its words, and all of them as one text.

    Ids, references and URLs are ours or the standard's: no fact is looked for in them.
    """

    __slots__ = ("_text", "_words", "values")

    def __init__(self) -> None:
        """Begin without a word."""
        self.values: set[str] = set()
        self._words: frozenset[str] = frozenset()
        self._text = ""

    def add(self, value: object) -> None:
        """Add every value of a resource; to be done before anything is asked."""
        rest = [value]
        while rest:
            one = rest.pop()
            if isinstance(one, str):
                self.values.add(one)
            elif isinstance(one, dict):
                rest += [each for name, each in one.items() if name not in _OURS]
            elif isinstance(one, list):
                rest += one
            elif isinstance(one, int | float | Decimal) and not isinstance(one, bool):
                self.values.add(number(str(one)))

    def have(self, wanted: str) -> bool:
        """Return whether a code or number is a value, or a word of one."""
        if wanted in self.values:
            return True
        if not self._words:
            self._words = frozenset(w for one in self.values for w in one.split())
        return wanted in self._words

    def hold(self, wanted: str) -> bool:
        """Return whether a text or time is a value, or a part of one."""
        if wanted in self.values:
            return True
        if not self._text:
            self._text = "\n".join(" ".join(one.split()) for one in self.values)
        return wanted in self._text


def number(said: str) -> str:
    """Return a number in the one form that equal numbers share; other text as it is."""
    try:
        value = Decimal(said)
    except InvalidOperation:
        return said
    if not value.is_finite() or abs(value.adjusted()) > _DIGITS:
        return said
    return f"{value.normalize():f}"
