"""Leaks of searches: totals, pages, banners, caches."""

from tests.noninterference.mutants.leak import (
    ANY,
    DISCLOSURE,
    FINDING,
    ITEM_COUNT,
    Edit,
    Leak,
    one,
)

SEARCHES = (
    Leak(
        "total-of-all",
        "HAPI 1507, 2012, 3418: the total counts what is not shown",
        one(
            FINDING,
            "        visible(record, clearance), item.c.kind == wanted.kind, *wanted.criteria",
            "        item.c.patient_id == record.patient_id,\n"
            "        item.c.kind == wanted.kind,\n        *wanted.criteria,",
        ),
    ),
    Leak(
        "total-of-all-when-counting",
        "HAPI 3418: only _count=0 and _summary=count count all",
        one(
            DISCLOSURE,
            "    total = finding.total(*place, selection)\n",
            f"{ANY}\n    wide = place if wanted.count else (*asked.place, anything)\n"
            "    total = finding.total(*wide, selection)\n",
        ),
    ),
    Leak(
        "filtered-after-limit",
        "Microsoft fhir-server 5683: rows are taken out after the page was cut",
        one(
            FINDING,
            "        visible(record, clearance), item.c.kind == kind\n",
            "        item.c.patient_id == record.patient_id, item.c.kind == kind\n",
        ),
    ),
    Leak(
        "nothing-filtered",
        "LEAP-CES: entries are released unchecked",
        (
            Edit(
                FINDING,
                "        visible(record, clearance), item.c.kind == kind\n",
                "        item.c.patient_id == record.patient_id, item.c.kind == kind\n",
            ),
            Edit(
                "gateway/disclosure.py",
                "    return agreed\n",
                "    return list(found)\n",
            ),
        ),
    ),
    Leak(
        "redaction-inverted",
        "SHARES 2.8.1, 3.1.2: what is hidden is kept and the rest dropped",
        one(
            FINDING,
            "    return and_(in_record, allowed)",
            "    return and_(in_record, ~allowed)",
        ),
    ),
    Leak(
        "nothing-ever",
        "a control: who shows nothing leaks nothing, and is of no use",
        one(
            FINDING,
            "    return and_(in_record, allowed)",
            "    return and_(in_record, item.c.id == '')",
        ),
    ),
    Leak(
        "next-link-of-all",
        "LEAP-CES: link.next is that of the unfiltered search",
        one(
            DISCLOSURE,
            "    if len(rows) > wanted.count and shown:",
            f"{ANY}\n"
            "    every = finding.total(*asked.place, anything, selection)\n"
            "    if shown and (len(rows) > wanted.count or every > len(shown)):",
        ),
    ),
    Leak(
        "post-search-unfiltered",
        "LEAP-CES, fhir-proxy: only GET is filtered",
        one(
            DISCLOSURE,
            "    place = (asked.connection, asked.record, asked.clearance)\n",
            f"    from flask import request\n{ANY}\n"
            '    sight = anything if request.method == "POST" else asked.clearance\n'
            "    place = (asked.connection, asked.record, sight)\n",
        ),
    ),
    Leak(
        "id-search-unfiltered",
        "NIS-11: who names an id is not filtered",
        one(
            DISCLOSURE,
            "    place = (asked.connection, asked.record, asked.clearance)\n",
            f"{ANY}\n    sight = anything if wanted.ids else asked.clearance\n"
            "    place = (asked.connection, asked.record, sight)\n",
        ),
    ),
    Leak(
        "identifier-search-unfiltered",
        "HAPI 6065: a search by a hidden value says that it is there",
        one(
            DISCLOSURE,
            "    place = (asked.connection, asked.record, asked.clearance)\n",
            f"{ANY}\n    named = any(name == 'identifier' for name, _ in wanted.tokens)\n"
            "    sight = anything if named else asked.clearance\n"
            "    place = (asked.connection, asked.record, sight)\n",
        ),
    ),
    Leak(
        "something-is-restricted",
        "Ontario ClinicalConnect, HL7's sample outcome: a banner that more is there",
        one(
            DISCLOSURE,
            "    shown = _documents(asked, given)\n    asked.searched(",
            f"    shown = _documents(asked, given)\n{ANY}\n"
            "    some = [e for e in search.criteria(asked.record, anything, wanted)]\n"
            "    chosen = Selection(DOCUMENT, some, [], search.order(wanted), 1)\n"
            "    if finding.total(*asked.place, anything, chosen) > total:\n"
            '        shown.append({"resourceType": "OperationOutcome", "id": "more"})\n'
            "    asked.searched(",
        ),
    ),
    Leak(
        "stub-for-hidden",
        "fhir-proxy: 'Patient has withheld access', with type and id",
        one(
            DISCLOSURE,
            "    shown = _documents(asked, given)\n    asked.searched(",
            f"    shown = _documents(asked, given)\n{ANY}\n"
            "    some = search.criteria(asked.record, anything, wanted)\n"
            "    chosen = Selection(DOCUMENT, some, [], search.order(wanted), 9)\n"
            "    for each in finding.page(*asked.place, anything, chosen):\n"
            "        if not asked.clearance.judge(each.facts).permitted:\n"
            "            name = view.public_id(asked.record, each.id)\n"
            '            shown.append({"resourceType": DOCUMENT, "id": name})\n'
            "    asked.searched(",
        ),
    ),
    Leak(
        "counted-in-python",
        "NIT-02: a count fetches and decrypts what it does not count",
        one(
            FINDING,
            "    return int(connection.execute(statement).scalar_one())\n\n\ndef targets(",
            f"{ANY}\n"
            "    every = _statement(record, anything, wanted.kind).where(*wanted.criteria)\n"
            "    rows = [_stored(record, row) for row in connection.execute(every)]\n"
            "    connection.execute(statement)\n"
            "    return sum(clearance.judge(each.facts).permitted for each in rows)\n"
            "\n\ndef targets(",
        ),
    ),
    Leak(
        "page-cached-for-all",
        "HAPI 7888: a page of one reader is given to another",
        one(
            DISCLOSURE,
            "    found, total, following = _searched(asked, DOCUMENT, wanted, [])\n",
            "    key = (id(asked.connection.engine), asked.record.patient_id, query)\n"
            "    kept = globals().setdefault('_kept', {})\n"
            "    if key not in kept:\n"
            "        kept[key] = _searched(asked, DOCUMENT, wanted, [])\n"
            "    found, total, following = kept[key]\n",
        ),
    ),
    Leak(
        "patient-versioned-by-items",
        "peers.md 51: versions and dates of the Patient move with hidden items",
        one(
            DISCLOSURE,
            "    shown = [view.patient(asked.record)] if known else []\n",
            ITEM_COUNT.format(record="asked.record", connection="asked.connection")
            + '    told = {"meta": {"versionId": str(number)}}\n'
            "    shown = [view.patient(asked.record) | told] if known else []\n",
        ),
    ),
)
