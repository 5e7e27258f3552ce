"""Leaks of our own, as they were until somebody who attacked found them."""

from tests.noninterference.mutants.leak import Leak, one

OURS = (
    Leak(
        "consent-of-what-waits",
        "NIA-03: a Consent that its author said for the person names what waits",
        one(
            "gateway/recording.py",
            "            if found is None or self._waits(found):\n",
            "            if found is None:\n",
        ),
    ),
    Leak(
        "refusal-of-a-double",
        "NIA-01: the log tells that a deposit collided with what waits",
        one(
            "gateway/deposit.py",
            "(refused.item,) if isinstance(refused, CollisionError) else ()\n",
            "()\n",
        ),
    ),
    Leak(
        "consent-of-the-suspended",
        "a parent finds no more what the other said whom the child has suspended",
        one(
            "gateway/consent.py",
            "in {each.who for each in held if each.kind in ACTING}\n",
            "in relations.standing_in(asked.record, held, asked.at)\n",
        ),
    ),
    Leak(
        "joint-act-of-the-suspended",
        "a parent cannot decline what the other asked for whom the child has suspended",
        one(
            "gateway/lifecycle/joint.py",
            "        waiting = _open(asked, act) if _parent(asked) else []\n",
            "        waiting = _waiting(asked, act) if _parent(asked) else []\n",
        ),
    ),
    Leak(
        "consent-names-hidden",
        "one parent's Consent names to the other what the child keeps from her",
        one(
            "gateway/consent.py",
            "        said = [e for e in said if "
            "all(_seen(asked, d) for d in _documents(e.resource))]\n",
            "        said = list(said)\n",
        ),
    ),
    Leak(
        "order-of-waiting",
        "NIA-02: messages leave in the order of time, which something hidden began",
        one(
            "gateway/repository/outbox.py",
            "        key=lambda each: "
            "(each.kind, json.dumps(each.held, sort_keys=True), each.id),\n",
            "        key=lambda each: (each.not_before, each.id),\n",
        ),
    ),
)
