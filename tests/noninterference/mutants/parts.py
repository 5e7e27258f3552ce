"""Leaks of a document that is seen in part."""

from tests.noninterference.mutants.leak import (
    RENDERING,
    Leak,
    one,
)

PARTS = (
    Leak(
        "fact-not-left-out",
        "ePA: single facts cannot be hidden",
        one(
            RENDERING,
            "    given = []\n",
            "    left_out = {name: frozenset() for name in left_out}\n    given = []\n",
        ),
    ),
    Leak(
        "original-for-all",
        "DESIGN 8: the original instead of a rendition",
        one(
            RENDERING,
            "    return decision.permitted and OBLIGATION not in decision.obligations",
            "    return True",
        ),
    ),
    Leak(
        "size-and-hash-of-original",
        "NID-03: metadata describe other bytes than those given",
        one(
            RENDERING,
            'for name in ("title", "size", "hash")',
            'for name in ("title",)',
        ),
    ),
    Leak(
        "title-of-original",
        "NID-02: what is hidden in the text stands in the title",
        one(
            RENDERING,
            '        "description": about["title"],\n',
            "",
        ),
    ),
    Leak(
        "label-of-what-is-left-out",
        "HAPI #6300: security labels of the whole on the part",
        one(
            RENDERING,
            "    left = [label for place, label in places.items() if place not in left_out]\n",
            "    left = list(places.values())\n",
        ),
    ),
    Leak(
        "rendition-says-so",
        "OID and CDA nullFlavor MSK: a mark where something was",
        one(
            RENDERING,
            "            given.append(replace(made, in_part=bool(left_out[each.id])))\n",
            "            said = {'docStatus': 'amended'} if left_out[each.id] else {}\n"
            "            given.append(replace(made, content=made.content | said))\n",
        ),
    ),
    Leak(
        "label-of-what-the-record-knows",
        "an author sees the label that a former name gave, which only the record knows",
        one(
            "gateway/repository/held_label.py",
            "        return replace(high_water_mark(self.submitted, said), marks=frozenset())\n",
            "        whole = high_water_mark(self.submitted, self.computed)\n"
            "        return replace(whole, marks=frozenset())\n",
        ),
    ),
)
