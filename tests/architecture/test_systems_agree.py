"""labels and mappings may not import each other: their tables of code systems must agree."""

from labels.detection.systems import system_names
from mappings.terminology.systems import systems


def test_code_systems_have_the_same_uri_in_labels_and_in_mappings() -> None:
    """Each system that both know has one URI, and labels knows each of its OIDs."""
    ours = {names[0]: set(names[1:]) for names in system_names().values()}
    named = {uri for uri in ours if uri.startswith(("http", "urn:"))}
    theirs: dict[str, set[str]] = {}
    for system in systems():
        theirs.setdefault(system.uri, set()).add(system.oid)
    assert named <= theirs.keys()
    assert not {uri for uri in named if not theirs[uri] <= ours[uri]}
