"""Leaks between items: what replaces, what is in a List, what a mask touches."""

from tests.noninterference.mutants.leak import (
    FINDING,
    Leak,
    one,
)

LINKS = (
    Leak(
        "replaced-by-hidden",
        "peers.md 51: status, version and ETag tell of a hidden replacement",
        one(
            FINDING,
            "            visible(record, clearance, newer),\n",
            "            newer.c.patient_id == record.patient_id,\n",
        ),
    ),
    Leak(
        "links-to-hidden",
        "Microsoft 5683, LEAP-CES: what is linked is not judged",
        one(
            FINDING,
            "            visible(record, clearance, target),\n        )\n"
            "        .order_by(link.c.item_id, link.c.target_id)",
            "        )\n        .order_by(link.c.item_id, link.c.target_id)",
        ),
    ),
    Leak(
        "list-of-hidden",
        "NIS-07: the List of a lot that is hidden as a whole is found, empty",
        one(
            FINDING,
            "            link.c.item_id == item.c.id,\n"
            "            visible(record, clearance, target),\n",
            "            link.c.item_id == item.c.id,\n",
        ),
    ),
    Leak(
        "list-versioned-by-members",
        "peers.md 51: what is added to a List moves its date, seen or not",
        one(
            "gateway/repository/items.py",
            "    connection.execute(\n        insert(link).values(\n",
            "    if code == MEMBER:\n"
            "        ours = (item.c.patient_id == record.patient_id, item.c.id == item_id)\n"
            "        later = update(item).where(*ours).values(recorded=item.c.recorded + 1)\n"
            "        connection.execute(later)\n"
            "    connection.execute(\n        insert(link).values(\n",
        ),
    ),
    Leak(
        "mask-touches-document",
        "NIH-02: to mask and to unmask changes lastUpdated",
        one(
            "gateway/repository/items.py",
            '            sealed_label=record.keys.seal(written, "label", stored.id),\n        )\n'
            "    )\n    if places",
            '            sealed_label=record.keys.seal(written, "label", stored.id),\n'
            "            recorded=item.c.recorded + 1,\n        )\n    )\n    if places",
        ),
    ),
    Leak(
        "lock-icon",
        "Alberta Netcare: a mask that is shown tells what it hides",
        one(
            "gateway/view.py",
            "    label = stored.label.effective if to_patient else given.label\n",
            "    label = stored.label.effective\n",
        ),
    ),
)
