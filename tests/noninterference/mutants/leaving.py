"""Leaks of what came last: notifications, the log, provenance, exports, everything, versions."""

from tests.noninterference.mutants.leak import ANY, Leak, one

LEAVING = (
    Leak(
        "subscription-tells-hidden",
        "NIA-02: a notification is judged when it is asked for, not when it leaves",
        one(
            "gateway/subscribing/emission.py",
            "    rows = finding.page(*asked.place, asked.clearance, wanted)\n"
            "    return [each for each in rows "
            "if asked.clearance.judge(each.facts).permitted]\n",
            f"{ANY}\n    return finding.page(*asked.place, anything, wanted)\n",
        ),
    ),
    Leak(
        "log-tells-of-hidden",
        "NIA-01: an AuditEvent names what its reader may not see yet",
        one(
            "gateway/log.py",
            "    left = [each for each in named if sight.sees(each)]\n",
            "    left = named\n",
        ),
    ),
    Leak(
        "export-counts-hidden",
        "NIA-04, HAPI 6855: the manifest of an export counts what is not in its files",
        one(
            "gateway/lifecycle/export_bulk.py",
            "            Output(kind, _file(asked, target.item_id, kind), len(each))\n",
            "            Output(kind, _file(asked, target.item_id, kind), len(each)\n"
            "                   + len(export_content.keeping.every(*asked.place)))\n",
        ),
    ),
    Leak(
        "provenance-of-hidden",
        "Microsoft 5683: Provenance of what its reader may not see",
        one(
            "gateway/search/provenances.py",
            "    return [*found, *_of_documents(asked, resources.documents(asked))]\n",
            f"    from dataclasses import replace\n{ANY}\n"
            "    wide = replace(asked, clearance=anything)\n"
            "    return [*found, *_of_documents(wide, resources.documents(wide))]\n",
        ),
    ),
    Leak(
        "everything-forgets-policy",
        "OpenEMR CVE-2026-24487: an operation beside the search forgets the compartment",
        one(
            "gateway/fhir/operations.py",
            "        found = [*person, *_listed(asked, query), "
            "*resources.everything(asked, query)]\n",
            f"        from dataclasses import replace\n{ANY.replace('    ', ' ' * 8)}\n"
            "        wide = replace(asked, clearance=anything)\n"
            "        more = resources.everything(asked, query)\n"
            "        found = [*person, *_listed(wide, query), *more]\n",
        ),
    ),
    Leak(
        "history-counts-hidden",
        "peers.md 51: the versions of a document count replacements that are hidden",
        one(
            "gateway/search/versions.py",
            "    times = finding.replaced_at(*asked.place, asked.clearance, item_id)\n",
            f"{ANY}\n    times = finding.replaced_at(*asked.place, anything, item_id)\n",
        ),
    ),
    Leak(
        "evidence-of-hidden",
        "NIA-01: the evidence of a case is the log as it is kept",
        one(
            "gateway/contest/evidence.py",
            "    told = log.events(asked)\n",
            "    from gateway.audit import trail\n\n"
            "    told = trail.of_record(*asked.place)\n",
        ),
    ),
    Leak(
        "explained-by-hidden",
        "NIA-01: a reader is known by what he did with what the person may not see",
        one(
            "gateway/recognising.py",
            "    events = trail.of_record(*asked.place) if officer else log.events(asked)\n",
            "    events = trail.of_record(*asked.place)\n",
        ),
    ),
)
