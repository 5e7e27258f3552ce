"""Leaks of writing: what is refused, and what is told to others."""

from tests.noninterference.mutants.leak import (
    ANY,
    DISCLOSURE,
    FILING,
    FINDING,
    ITEM_COUNT,
    Leak,
    one,
)

WRITES = (
    Leak(
        "unique-for-all",
        "PostgreSQL RLS: a unique constraint tells that the identifier is taken",
        one(
            FINDING,
            "            item.c.organization_token == policy_token(record, organization),\n",
            "",
        ),
    ),
    Leak(
        "replaces-hidden",
        "NIW-04: relatesTo a hidden document is taken, to one that is not there is not",
        one(
            FILING,
            "        found = finding.find(intake.connection, intake.record, intake.own, item_id)\n",
            "        from labels.policy.clearance import Clearance, Permit\n"
            '        anything = Clearance((Permit("anything"),))\n'
            "        found = finding.find(*intake.place, anything, item_id)\n",
        ),
    ),
    Leak(
        "warning-only-when-absent",
        "NIW-05: the message of a broken link differs for hidden and absent",
        one(
            FILING,
            "    alone = bool(document.replaces) and replaced is None\n",
            "    known = document.replaces and indexing.candidates(*intake.place, document)\n"
            "    alone = bool(document.replaces) and replaced is None and not known\n",
        ),
    ),
    Leak(
        "ids-in-sequence",
        "PostgreSQL sequences: the next id says how many there are",
        one(
            FILING,
            "    item_id, twins_here = uuid4().hex, twins.tokens(document)\n",
            ITEM_COUNT.format(record="intake.record", connection="intake.connection")
            + '    item_id, twins_here = f"{number + 1:032x}", twins.tokens(document)\n',
        ),
    ),
    Leak(
        "notice-of-hidden",
        "NIA-03: who may not see a document is told that one came in",
        one(
            FILING,
            "    if reviewing.waits(label):\n",
            "    if reviewing.waits(label) or label.effective.marks:\n",
        ),
    ),
    Leak(
        "list-counts-hidden",
        "LEAP-CES: totals of the unfiltered lot stay in the answer",
        one(
            DISCLOSURE,
            "    names = tuple(f\"{SUBMISSION_SET}/{each['id']}\" for each in shown)\n",
            f"{ANY}\n"
            "    ids = [each.id for each in found]\n"
            "    every = finding.targets(*asked.place, anything, MEMBER, ids)\n"
            "    for each, stored in zip(shown, found, strict=True):\n"
            '        each["note"] = [{"text": str(len(every[stored.id]))}]\n'
            "    names = tuple(f\"{SUBMISSION_SET}/{each['id']}\" for each in shown)\n",
        ),
    ),
    Leak(
        "export-of-the-log",
        "HAPI 6855, Blaze 2777: bulk export is not filtered",
        one(
            "gateway/lifecycle/exporting.py",
            "    told = [each.resource for each in log.told(asked, base_url)]\n",
            "    from gateway.audit import trail\n\n"
            "    told = trail.of_record(*asked.place)\n",
        ),
    ),
    Leak(
        "consent-about-hidden",
        "NIW-05: a Consent about a hidden document is taken, about none is refused",
        one(
            "gateway/placing.py",
            "    stored = finding.find(*asked.place, asked.clearance, item_id)\n",
            "    from labels.policy.clearance import Clearance, Permit\n"
            '    anything = Clearance((Permit("anything"),))\n'
            "    stored = finding.find(*asked.place, anything, item_id)\n",
        ),
    ),
    Leak(
        "announced-by-anybody",
        "NIW-03: an operation on a hidden document of another is done",
        one(
            "gateway/lifecycle/announcing.py",
            "    return finding.find(*asked.place, asked.own, item_id)\n",
            f"{ANY}\n    return finding.find(*asked.place, anything, item_id)\n",
        ),
    ),
)
