"""CDA documents written for these tests; every person in them is invented."""

HEADER = """
<realmCode code="FR"/>
<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
<templateId root="1.2.250.1.213.1.1.1.13"/>
<id root="1.2.250.1.999.1" extension="DOC-1"/>
<code code="11488-4" codeSystem="2.16.840.1.113883.6.1" displayName="CR de consultation"/>
<title>Consultation de suivi</title>
<effectiveTime value="20250318101500+0100"/>
<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
<languageCode code="fr-FR"/>
"""

PATIENT = """
<recordTarget><patientRole>
 <id root="1.2.250.1.213.1.4.10" extension="171113306321256"/>
 <id root="1.2.250.1.999.2" extension="IPP-7"/>
 <addr><city>BORDEAUX</city></addr>
 <telecom value="tel:0100000000"/>
 <patient>
  <name>
   <family qualifier="BR">ORMEAU</family><given>ALIX MARIE</given>
   <given qualifier="BR">ALIX</given>
   <family qualifier="CL">TREMBLE</family><given qualifier="CL">SASHA</given>
  </name>
  <administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/>
  <birthTime value="19711104"/>
 </patient>
</patientRole></recordTarget>
"""

STAFF = """
<author><time value="20250318101500+0100"/><assignedAuthor>
 <id root="1.2.250.1.71.4.2.1" extension="810000009999"/>
 <code code="G15_10/SM26" codeSystem="1.2.250.1.213.1.1.4.5" displayName="Médecin"/>
 <assignedPerson><name><given>Paule</given><family>SORBIER</family></name></assignedPerson>
 <representedOrganization>
  <id root="1.2.250.1.71.4.2.2" extension="1330099999"/><name>Cabinet des Tilleuls</name>
 </representedOrganization>
</assignedAuthor></author>
<custodian><assignedCustodian><representedCustodianOrganization>
 <id root="1.2.250.1.71.4.2.2" extension="1330088888"/><name>Maison de santé</name>
</representedCustodianOrganization></assignedCustodian></custodian>
<legalAuthenticator><time value="20250318101500+0100"/><signatureCode code="S"/>
 <assignedEntity><id root="1.2.250.1.71.4.2.1" extension="810000009999"/></assignedEntity>
</legalAuthenticator>
"""

CONTEXT = """
<documentationOf><serviceEvent>
 <code code="YYYY001" codeSystem="1.2.250.1.215.300.1" displayName="Acte"/>
 <effectiveTime><low value="20250318"/><high value="20250319"/></effectiveTime>
 <performer typeCode="PRF"><assignedEntity><representedOrganization>
  <standardIndustryClassCode code="AMBULATOIRE" codeSystem="1.2.250.1.213.1.1.4.9"/>
 </representedOrganization></assignedEntity></performer>
</serviceEvent></documentationOf>
<componentOf><encompassingEncounter><location><healthCareFacility>
 <code code="SA07" codeSystem="1.2.250.1.71.4.2.4" displayName="Cabinet individuel"/>
</healthCareFacility></location></encompassingEncounter></componentOf>
"""

BODY = """
<component><structuredBody><component><section>
 <code code="11450-4" codeSystem="2.16.840.1.113883.6.1"/>
 <title>Problèmes</title>
 <text><table><tbody><tr>
  <td><content ID="p1">Entorse de la cheville</content></td><td>2024</td>
 </tr></tbody></table></text>
 <entry><observation>
  <code code="S93.4" codeSystem="2.16.840.1.113883.6.3" displayName="Entorse"/>
  <text><reference value="#p1"/></text>
 </observation></entry>
</section></component></structuredBody></component>
"""


def cda(
    *,
    header: str = HEADER,
    patient: str = PATIENT,
    staff: str = STAFF,
    context: str = CONTEXT,
    body: str = BODY,
) -> bytes:
    """Return a CDA document made of the given parts."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ClinicalDocument xmlns="urn:hl7-org:v3"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{header}{patient}{staff}{context}{body}</ClinicalDocument>"
    ).encode()


def narrative(text: str, entries: str = "") -> bytes:
    """Return a CDA document whose one section holds ``text`` and ``entries``."""
    section = f"<section><text>{text}</text>{entries}</section>"
    return cda(
        body=f"<component><structuredBody><component>{section}</component></structuredBody></component>"
    )


def unstructured(text: str) -> bytes:
    """Return a CDA document of level 1 with this ``text`` element."""
    return cda(body=f"<component><nonXMLBody>{text}</nonXMLBody></component>")
