"""Leaks of who asks for one thing by its id."""

from tests.noninterference.mutants.leak import (
    ANY,
    DISCLOSURE,
    FINDING,
    Leak,
    looked,
    one,
)

DEEP, DEEPER = "\n    ", "\n        "

READS = (
    Leak(
        "read-forgets-policy",
        "OpenEMR CVE-2026-24487: one service forgets the compartment",
        looked("    if there is not None:\n        return there\n"),
    ),
    Leak(
        "hidden-is-403",
        "LinuxForHealth 2669, 1849: 403 for what is there, 404 for what is not",
        looked(
            "    if hidden:\n        from gateway.identification import only_the_patient\n"
            "        raise only_the_patient()\n"
        ),
    ),
    Leak(
        "hidden-is-410",
        "NIH-03: gone for what was masked, not found for what never was",
        looked("    if hidden:\n        from flask import abort\n        abort(410)\n"),
    ),
    Leak(
        "etag-before-policy",
        "NIR-03: If-None-Match is answered before who may know is asked",
        looked(
            "    if hidden:\n        from flask import abort, request\n"
            '        if request.headers.get("If-None-Match"):\n            abort(412)\n'
        ),
    ),
    Leak(
        "range-before-policy",
        "NIR-03: a Range of a hidden body is judged by its length",
        looked(
            "    if hidden:\n        from flask import abort, request\n"
            '        if request.headers.get("Range"):\n            abort(416)\n'
        ),
    ),
    Leak(
        "binary-forgets-policy",
        "LinuxForHealth 3716: the Binary behind a hidden DocumentReference",
        one(
            DISCLOSURE,
            "        shown = [_body(asked, each) for each in given]",
            "        from labels.policy.clearance import Clearance, Permit\n"
            '        anything = Clearance((Permit("anything"),))\n'
            "        stored = finding.find(*asked.place, anything, target.item_id)\n"
            "        given = rendering.shown(asked, [stored] if stored else [])\n"
            "        shown = [_body(asked, each) for each in given]",
        ),
    ),
    Leak(
        "log-names-hidden",
        "NIA-05: the log of the organisation says what was withheld",
        looked(
            "    if hidden:\n"
            '        _log.warning("withheld %s", there.content.get("description"))\n'
        ),
    ),
    Leak(
        "found-then-judged-in-python",
        "NIT-02: hidden rows leave the database and are thrown away",
        one(
            FINDING,
            "    statement = _statement(record, clearance, kind).where(item.c.id == item_id)\n"
            "    row = connection.execute(statement).one_or_none()\n"
            "    return None if row is None else _stored(record, row)",
            f"{ANY}\n"
            "    statement = _statement(record, anything, kind).where(item.c.id == item_id)\n"
            "    row = connection.execute(statement).one_or_none()\n"
            "    found = None if row is None else _stored(record, row)\n"
            "    seen = found is not None and clearance.judge(found.facts).permitted\n"
            "    return found if seen else None",
        ),
    ),
    Leak(
        "patch-looks-first",
        "NIW-03: PATCH of another's document is refused only when it is there",
        one(
            "gateway/fhir/patching.py",
            "    if not (principal.patient or amendment):\n"
            "        raise only_the_patient()\n",
            f"    if not (principal.patient or amendment):{ANY.replace(DEEP, DEEPER)}"
            "        from gateway.inquiry import by_id, inquire\n"
            "        from gateway.references import Reference\n"
            "        from gateway.repository import finding\n"
            "        there = Reference.parse(resource_id)\n"
            "        with inquire(services, principal, by_id(services, there.patient_id)) as a:\n"
            "            if finding.find(*a.place, anything, there.item_id):\n"
            "                raise only_the_patient()\n"
            "        return answers.not_found()\n",
        ),
    ),
    Leak(
        "explained-to-anybody",
        "HAPI $meta allow-list: the labels of a hidden resource are told",
        one(
            "gateway/explaining.py",
            "return OPERATOR if OFFICER in asked.principal.scopes else Clearance()",
            "return OPERATOR",
        ),
    ),
)
