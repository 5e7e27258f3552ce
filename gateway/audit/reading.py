"""What an AuditEvent of ours says, read back: who, for which structure, how, of what."""

from gateway.audit.events import Json


def agent(event: Json) -> str:
    """Return who asked, as ``system|value``."""
    return _identifier(event["agent"][0]["who"])


def organization(event: Json) -> str:
    """Return the structure asked for, as ``system|value``; empty for none."""
    location = event["agent"][0].get("location")
    return _identifier(location) if location else ""


def roles(event: Json) -> tuple[str, ...]:
    """Return the profession of who asked, then the skill; what is not known is left out."""
    held = event["agent"][0].get("role", [])
    return tuple(str(each["coding"][0]["code"]) for each in held)


def interaction(event: Json) -> str:
    """Return what was asked, as a FHIR RESTful interaction."""
    return str(event["subtype"][0]["code"])


def references(event: Json) -> list[str]:
    """Return the resources the event is about, the patient first."""
    entities = event.get("entity", [])
    return [each["what"]["reference"] for each in entities if "what" in each]


def _identifier(holder: Json) -> str:
    identifier = holder["identifier"]
    return f"{identifier['system']}|{identifier['value']}"
