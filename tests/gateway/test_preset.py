"""The preset: changed by the patient alone, traced, in one transaction with its pins."""

from pathlib import Path

import pytest

from gateway import preset
from gateway.audit import trail
from gateway.demo.table import principal_of
from gateway.inquiry import by_identifier, inquire
from gateway.services import Services
from labels.codes import Category
from labels.consent import Audience, AudienceKind, Directive, Effect
from mappings.mapped import Refused
from tests.gateway.consents.asking import Moving

PIN = Directive(
    "",
    Effect.MASK,
    Audience(AudienceKind.PROFESSIONALS),
    categories=frozenset({Category.HIV}),
)


def kept(services: Services, software: Moving) -> tuple[str, set[str], list[str]]:
    """Return the preset, the directives in force and the acts in the trail of Solène."""
    patient = software.world.patients["solene"].identifier
    principal = principal_of(software.world.readers["solene"])
    with inquire(services, principal, by_identifier(services, patient)) as asked:
        events = trail.of_record(*asked.place)
        acts = [str(each.get("outcomeDesc", "")) for each in events]
        held = {each.id for each in asked.question.directives}
        return asked.record.preset, held, acts


def test_the_patient_changes_the_preset_with_its_pins(tmp_path: Path) -> None:
    """What was before is returned, the pins are kept and can be ended, and it is traced."""
    software = Moving(tmp_path)
    services = software.services
    solene = principal_of(software.world.readers["solene"])
    before = kept(services, software)[1]
    chosen = preset.choose(services, solene, "law", (PIN,))
    assert chosen is not None
    assert chosen.before == "discreet"
    now, held, acts = kept(services, software)
    assert (now, held - before) == ("law", set(chosen.pins))
    assert preset.CHOSEN in acts
    preset.choose(services, solene, chosen.before, ends=frozenset(chosen.pins))
    assert kept(services, software)[:2] == ("discreet", before)


def test_nobody_else_changes_it(tmp_path: Path) -> None:
    """A professional is refused; a person without a record, and a preset there is not, too."""
    software = Moving(tmp_path)
    services = software.services
    with pytest.raises(Refused) as refused:
        preset.choose(services, principal_of(software.world.readers["gp"]), "law")
    assert refused.value.status == 403
    with pytest.raises(ValueError, match="preset"):
        preset.choose(services, principal_of(software.world.readers["solene"]), "none")
    mother = principal_of(software.world.readers["corentine"])
    preset.choose(services, mother, "law")
    assert kept(services, software)[0] == "discreet"
