"""What the benches read: real samples where they lie beside this repository, else made ones."""

from pathlib import Path
from random import Random

SAMPLES = Path(__file__).parents[2] / "shared" / "samples" / "cda-fr"
_MADE = 40
_SEED = 3
_SMALL = (
    "le la les un une des du de au aux en pour par avec sur dans ce cette et ou qui que "
    "il elle on est a été ne se son sa ses plus très bien peu depuis lors selon"
).split()
_WORDS = (
    "patient patiente monsieur madame examen consultation suivi bilan résultat "
    "tension poids taille pouls normale stable augmentée modérée légère "
    "douleur genou hanche épaule rachis lombaire marche effort repos nuit matin soir "
    "prise comprimé traitement habituel poursuite arrêt posologie milligrammes "
    "radiographie échographie biologie glycémie créatinine hémoglobine sodium potassium "
    "cicatrice propre pansement ablation fils semaine mois jours prochaine convocation "
    "kinésithérapie séances infirmière régime sel sucre conseils hygiène courrier "
    "médecin traitant confrère cordialement revu prévoir éventuellement vaccin "
    "grippe allergie connue antécédents familiaux appendicectomie fracture"
).split()
"""Half of the words of French prose are small ones; the others are those of a practice."""


def documents() -> tuple[str, tuple[bytes, ...]]:
    """Return the name of the material and its CDA documents.

    The real samples are read where they are; without them as many documents are made.
    """
    found = tuple(path.read_bytes() for path in sorted(SAMPLES.rglob("*.xml")))
    if found:
        return f"{len(found)} real CDA-FR", found
    random = Random(_SEED)  # noqa: S311 - the same documents each time, nothing secret
    made = tuple(_document(random) for _ in range(_MADE))
    return f"{_MADE} made CDA (../shared/samples is not beside this repository)", made


def narrative(size: int) -> str:
    """Return ``size`` characters of ordinary notes in which no rule finds anything."""
    random = Random(_SEED)  # noqa: S311 - as above
    sentences, length = [], 0
    while length < size:
        words = [
            random.choice(random.choice((_SMALL, _WORDS)))
            for _ in range(random.randint(6, 20))
        ]
        sentences.append(" ".join(words).capitalize() + ".")
        length += len(sentences[-1]) + 1
    return " ".join(sentences)[:size]


def cda(body: str, entries: str = "") -> bytes:
    """Return a CDA document with one section of this narrative and these entries."""
    return (
        '<ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody>'
        f"<component><section><title>Suivi</title><text>{body}</text>{entries}</section>"
        "</component></structuredBody></component></ClinicalDocument>"
    ).encode()


def _document(random: Random) -> bytes:
    rows = (
        "<tr>" + "".join(f"<td>{_few(random)}</td>" for _ in range(4)) + "</tr>\n"
        for _ in range(60)
    )
    observation = (
        '<entry><observation classCode="OBS" moodCode="EVN">\n'
        '<templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.13"/>\n'
        '<id root="1.2.250.1.999.1"/><code code="8867-4"\n'
        ' codeSystem="2.16.840.1.113883.6.1" displayName="Pouls"/>\n'
        '<statusCode code="completed"/><value unit="/min" value="72"/>\n'
        "</observation></entry>\n"
    )
    return cda(f"<table><tbody>{''.join(rows)}</tbody></table>", observation * 80)


def _few(random: Random) -> str:
    return " ".join(random.choices(_WORDS, k=3))
