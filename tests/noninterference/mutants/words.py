"""Leaks of what people say: Consents, reviews, whom they let in."""

from tests.noninterference.mutants.leak import Leak, one

WORDS = (
    Leak(
        "consent-follows-aloud",
        "peers.md 51: a Consent has a new version when something hidden replaces what it names",
        one(
            "gateway/consents/directives.py",
            "    if changed:\n        renditions.forget(connection, record)\n",
            "    if changed:\n"
            "        _say_anew(connection, record, [e.id for e in changed], LONG_AGO)\n"
            "        renditions.forget(connection, record)\n",
        ),
    ),
    Leak(
        "refused-while-it-waits",
        "NIA-03: what a rule refused is listed before the person may know of it",
        one(
            "gateway/review.py",
            "    known = {each.id for each in _but_for_the_refusal(asked, items_of)}\n",
            "    known = items_of\n",
        ),
    ),
    Leak(
        "place-of-hidden",
        "NIW-05: a Consent on a hidden place of a document is taken, on none is refused",
        one(
            "gateway/placing.py",
            "    whole = rendering.gets_original(asked.clearance, stored)\n",
            "    whole = True\n",
        ),
    ),
    Leak(
        "ending-is-told",
        "a relative is told that the person has ended whom he let in",
        one(
            "gateway/circle.py",
            '    return replace(tying.as_declared(held), declared_by="")\n',
            '    return replace(held, declared_by="")\n',
        ),
    ),
    Leak(
        "consent-as-the-person-left-it",
        "a relative finds what the person made of a Consent that he said for the person",
        one(
            "gateway/consent.py",
            "    said = [each for each in versions if each.recorder]\n",
            "    said = list(versions)\n",
        ),
    ),
)
