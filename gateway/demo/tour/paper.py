"""Documents written for a scene: a small CDA R2 of sections and paragraphs."""

from dataclasses import dataclass
from html import escape
from uuid import NAMESPACE_URL, uuid5

from gateway.demo.world.people import Patient, Reader
from mappings.submission import Identifier

XML = "application/xml"
LOINC = 'codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"'
ROLES = 'codeSystem="1.2.250.1.213.1.1.4.5" codeSystemName="TRE_A02-ProfessionSavFaire-CISIS"'
BORN, USED = "BR", "CL"
GENDERS = {"female": "F", "male": "M"}


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its LOINC code, its title, and a paragraph for each text."""

    code: str
    title: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A document: its name in the scene, its type (LOINC), its title, day and sections.

    ``day`` is the moment of the act as CDA writes it: 20261123093000+0100.
    """

    name: str
    type: str
    title: str
    day: str
    sections: tuple[Section, ...]

    @property
    def oid(self) -> str:
        """The identifier of the document, always the same for the same name."""
        return f"2.25.{uuid5(NAMESPACE_URL, f'urn:paravent:tour/{self.name}').int}"


def written(paper: Paper, patient: Patient, author: Reader) -> bytes:
    """Return the CDA, in the words of the author about the patient.

    Raises ``ValueError`` for an author who is no professional of a structure.
    """
    body = "".join(map(_section, paper.sections))
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
<realmCode code="FR"/>
<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
<templateId root="2.16.840.1.113883.2.8.2.1"/>
<templateId root="1.2.250.1.213.1.1.1.1"/>
<id root="{paper.oid}"/>
<code code="{paper.type}" {LOINC}/>
<title>{escape(paper.title)}</title>
<effectiveTime value="{paper.day}"/>
<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
<languageCode code="fr-FR"/>
{_patient(patient)}
{_author(author, paper.day)}
<documentationOf><serviceEvent><effectiveTime><low value="{paper.day}"/></effectiveTime>
</serviceEvent></documentationOf>
<component><structuredBody>{body}</structuredBody></component>
</ClinicalDocument>
"""
    return text.encode()


def _patient(patient: Patient) -> str:
    traits = patient.traits
    names = (
        f'<family qualifier="{BORN}">{traits.family}</family>'
        f"<given>{' '.join(traits.given)}</given>"
        f'<given qualifier="{BORN}">{traits.given[0]}</given>'
        f'<family qualifier="{USED}">{traits.used_family}</family>'
        f'<given qualifier="{USED}">{traits.used_given}</given>'
    )
    code, city = patient.birth_place
    return f"""<recordTarget><patientRole>{_id(patient.identifier)}
<patient><name>{names}</name>
<administrativeGenderCode code="{GENDERS[traits.gender]}" codeSystem="2.16.840.1.113883.5.1"/>
<birthTime value="{traits.birth_date.replace("-", "")}"/>
<birthplace><place><addr><county>{code}</county><city>{city}</city></addr></place></birthplace>
</patient></patientRole></recordTarget>"""


def _author(author: Reader, day: str) -> str:
    structure, role = author.structure, author.role
    if structure is None or role is None:
        raise ValueError(f"{author.key}: the author is a professional of a structure")
    held = f"{_id(structure.identifier)}<name>{escape(structure.name)}</name>"
    code = f'<code code="{role.code}" displayName="{role.display}" {ROLES}/>'
    name = f"<given>{author.given}</given><family>{author.family}</family>"
    person = f"<assignedPerson><name>{name}</name></assignedPerson>"
    signer = (
        f"{_id(author.identifier)}{code}{person}"
        f"<representedOrganization>{held}</representedOrganization>"
    )
    return f"""<author><time value="{day}"/><assignedAuthor>{signer}</assignedAuthor></author>
<custodian><assignedCustodian><representedCustodianOrganization>{held}
</representedCustodianOrganization></assignedCustodian></custodian>
<legalAuthenticator><time value="{day}"/><signatureCode code="S"/>
<assignedEntity>{signer}</assignedEntity></legalAuthenticator>"""


def _section(section: Section) -> str:
    texts = "".join(f"<paragraph>{escape(each)}</paragraph>" for each in section.texts)
    return f"""<component><section><code code="{section.code}" {LOINC}/>
<title>{escape(section.title)}</title><text>{texts}</text></section></component>"""


def _id(identifier: Identifier) -> str:
    root = identifier.system.removeprefix("urn:oid:")
    return f'<id root="{root}" extension="{identifier.value}"/>'
