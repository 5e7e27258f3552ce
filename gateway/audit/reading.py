"""What an AuditEvent of ours says, read back: who, for which structure, how, of what."""

from base64 import b64decode

from gateway.audit.events import PAGE, PROFESSION, SKILL, Interaction, Json

GRANTED = "0"
QUERY = "24"
"""The role of an entity that is what was asked (object-role)."""


def agent(event: Json) -> str:
    """Return who asked, as ``system|value``."""
    return _identifier(event["agent"][0]["who"])


def name(event: Json) -> str:
    """Return the name of who asked, as the token said it; empty for none."""
    return str(event["agent"][0]["who"].get("display", ""))


def organization(event: Json) -> str:
    """Return the structure asked for, as ``system|value``; empty for none."""
    location = event["agent"][0].get("location")
    return _identifier(location) if location else ""


def profession(event: Json) -> str:
    """Return the profession of who asked (TRE_G15); empty for none."""
    return _role(event, PROFESSION, 0)


def skill(event: Json) -> str:
    """Return the savoir-faire of who asked (TRE_R01); empty for none."""
    return _role(event, SKILL, 1)


def client(event: Json) -> str:
    """Return the id of the application through which was asked, as ``system|value``."""
    others = event["agent"][1:]
    return _identifier(others[0]["who"]) if others else ""


def application(event: Json) -> str:
    """Return the application through which was asked; empty when none is known."""
    others = event["agent"][1:]
    return str(others[0]["who"].get("display", "")) if others else ""


def interaction(event: Json) -> Interaction:
    """Return what was asked, as a FHIR RESTful interaction."""
    return Interaction(event["subtype"][0]["code"])


def granted(event: Json) -> bool:
    """Whether it was done, not refused."""
    return bool(event["outcome"] == GRANTED)


def reason(event: Json) -> str:
    """Return what we call an act that is no plain reading or search; or empty."""
    return str(event.get("outcomeDesc", ""))


def purpose(event: Json) -> str:
    """Return the purpose of use, a code of v3-ActReason."""
    return str(event["purposeOfEvent"][0]["coding"][0]["code"])


def following(event: Json) -> bool:
    """Whether it is a further page of a search."""
    details = event["entity"][0].get("detail", ())
    return any(each["type"] == PAGE for each in details)


def references(event: Json) -> list[str]:
    """Return the resources the event is about, the patient first."""
    entities = event.get("entity", [])
    named = (each.get("what", {}).get("reference") for each in entities)
    return [each for each in named if each]


def items(event: Json) -> list[str]:
    """Return the resources the event is about beside the patient."""
    return references(event)[1:]


def query(event: Json) -> str:
    """Return what was asked, as it stood in the address; empty for none."""
    found = (e["query"] for e in event.get("entity", []) if "query" in e)
    return b64decode(next(found, "")).decode()


def _role(event: Json, system: str, place: int) -> str:
    """Return the code of a system; of events kept before codes had one, by their order.

    Those have a profession before a savoir-faire, and never the second alone.
    """
    held = [each["coding"][0] for each in event["agent"][0].get("role", [])]
    for coding in held:
        if coding.get("system") == system:
            return str(coding["code"])
    nameless = [each for each in held if "system" not in each]
    return str(nameless[place]["code"]) if place < len(nameless) else ""


def _identifier(holder: Json) -> str:
    identifier = holder["identifier"]
    return f"{identifier['system']}|{identifier['value']}"
