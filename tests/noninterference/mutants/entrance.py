"""Leaks of what stands before every answer: scopes, and quotas."""

from tests.noninterference.mutants.leak import Edit, Leak, looked, one

ENTRANCE = (
    Leak(
        "scope-instead-of-policy",
        "Microsoft 2875: a SMART scope is taken for the permission itself",
        one(
            "gateway/inquiry.py",
            "    pdf = at_most(PDFS, services.pdf)\n",
            "    if any('/' in each for each in principal.scopes):\n"
            '        clearance = Clearance((Permit("anything"),))\n'
            "    pdf = at_most(PDFS, services.pdf)\n",
        ),
    ),
    Leak(
        "scope-refuses-hidden",
        "LinuxForHealth 2669: insufficient_scope for what is there, 404 for what is not",
        looked(
            "    if hidden and any('/' in each for each in asked.principal.scopes):\n"
            "        from gateway.fhir.scoping import InsufficientScopeError\n"
            "        raise InsufficientScopeError\n"
        ),
    ),
    Leak(
        "quota-of-what-exists",
        "BTG-09: a limit that depends on content; only what is there is counted",
        (
            Edit(
                "gateway/metering.py",
                "        self._clock, self.rates = ",
                "        self.store = services.store\n        self._clock, self.rates = ",
            ),
            Edit(
                "gateway/fhir/rates.py",
                "        if about:\n",
                "        from sqlalchemy import select\n\n"
                "        from gateway.references import item_of\n"
                "        from gateway.repository.tables import item as rows\n\n"
                '        named = (request.view_args or {}).get("resource_id", "")\n'
                "        with self.store.unit() as connection:\n"
                "            wanted = rows.c.id == item_of(str(named))\n"
                "            there = connection.execute(select(rows.c.id).where(wanted)).first()\n"
                "        if about and there:\n",
            ),
        ),
    ),
)
