"""The leaky server: a WSGI application, its routes in one place."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from leakbench.leaky import operating, reading, writing
from leakbench.leaky.message import (
    Asked,
    Said,
    StartResponse,
    outcome,
    read,
    write,
)
from leakbench.leaky.searching import Search
from leakbench.leaky.store import Json, Store

KINDS = ("Patient", "Observation", "DocumentReference", "Provenance")
PARAMETERS = {"patient": "reference", "code": "token", "date": "date"}
PARAMETERS |= {"identifier": "token", "_text": "string", "_security": "token"}
READS = frozenset({"GET", "HEAD"})
OPERATIONS: dict[str, Callable[[Store, Asked, str, str], Said]] = {
    "": reading.read,
    "_history": reading.history,
    "$meta": operating.meta,
    "$everything": operating.everything,
    "$export": operating.export,
}
CHANGES = {"PUT": writing.change, "PATCH": writing.change, "DELETE": writing.delete}


@dataclass(slots=True)
class Server:
    """A FHIR server in memory, with the leaks that are switched on."""

    store: Store = field(default_factory=Store)

    def __call__(
        self, environ: dict[str, Any], start: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        asked = read(environ)
        return write(asked, self.answer(asked), start)

    def answer(self, asked: Asked) -> Said:
        """Return the answer; who has no token is told what the server can, no more."""
        if asked.parts == ("metadata",):
            return Said(200, statement())
        if not asked.reader:
            return outcome(401, "login", "a token is needed")
        if not asked.parts:
            return self._batch(asked)
        first, *rest = asked.parts
        if first in KINDS:
            return self._of_type(asked, first, tuple(rest))
        return self._beside(asked, first, tuple(rest))

    def _beside(self, asked: Asked, first: str, rest: tuple[str, ...]) -> Said:
        """Answer what is no read or search of a type that is kept."""
        match first, rest:
            case "$graphql", ():
                return operating.graphql(self.store, asked)
            case "export-job", (job, *_):
                return operating.job(self.store, job, asked)
            case "AuditEvent", () if asked.method == "GET":
                return operating.log(self.store, asked)
            case "Binary", (found,):
                return reading.binary(self.store, asked, found)
        return outcome(404, "not-supported", "no such address")

    def _of_type(self, asked: Asked, kind: str, rest: tuple[str, ...]) -> Said:
        form = tuple(parse_qsl(asked.body.decode("utf-8", "replace")))
        match asked.method, rest:
            case "GET", ():
                return Search(self.store, asked, kind, asked.query).said()
            case "POST", ("_search",):
                return Search(self.store, asked, kind, asked.query + form).said()
            case "POST", ():
                return writing.create(self.store, asked, kind)
            case "GET", ("_history",):
                return reading.history(self.store, asked, kind)
        return self._of_one(asked, kind, rest)

    def _of_one(self, asked: Asked, kind: str, rest: tuple[str, ...]) -> Said:
        found, more = (*rest, "")[0], rest[1:]
        if asked.method in CHANGES and not more:
            return CHANGES[asked.method](self.store, asked, kind, found)
        if asked.method not in READS or not found:
            return outcome(405, "not-supported", "not offered")
        if more[:1] == ("_history",) and len(more) > 1:
            return reading.version(self.store, asked, kind, found, more[1])
        operation = OPERATIONS.get("/".join(more))
        if operation is None:
            return outcome(405, "not-supported", "not offered")
        return operation(self.store, asked, kind, found)

    def _batch(self, asked: Asked) -> Said:
        """Answer each read of a Bundle as if it came alone."""
        held = asked.json()
        if asked.method != "POST" or held.get("resourceType") != "Bundle":
            return outcome(400, "invalid", "a Bundle is needed")
        reader = "full" if self.store.leaky("batch-forgets") else asked.reader
        entries: list[Json] = []
        for each in held.get("entry", []):
            request = each["request"]
            if request["method"] != "GET":
                return outcome(400, "not-supported", "reads only")
            said = self.answer(asked.inner("GET", request["url"], reader))
            response = {"response": {"status": str(said.status)}}
            entries.append(response | ({"resource": said.body} if said.body else {}))
        kind = f"{held.get('type')}-response"
        return Said(200, {"resourceType": "Bundle", "type": kind, "entry": entries})


def statement() -> Json:
    """Return the CapabilityStatement."""
    codes = ("read", "vread", "history-instance", "search-type", "create", "patch")
    parameters = [{"name": name, "type": type_} for name, type_ in PARAMETERS.items()]
    resources = [
        {
            "type": kind,
            "interaction": [{"code": code} for code in codes],
            "searchParam": parameters,
            "searchRevInclude": [f"{each}:subject" for each in KINDS[1:3]],
        }
        for kind in KINDS
    ]
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "kind": "instance",
        "fhirVersion": "4.0.1",
        "software": {"name": "leaky", "version": "1"},
        "rest": [{"mode": "server", "resource": resources}],
    }
