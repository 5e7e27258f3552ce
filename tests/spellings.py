"""One first name as people, machines and whoever wants to hide it spell it."""

NAME, FAMILY = "Amaury", "ORVANNEAU"

SPELLINGS = (
    "Amaury",
    "AMAURY",
    "amaury",
    "Amaurý",
    "Amau\u0308ry",
    "A m a u r y",
    "A.M.A.U.R.Y",
    "Ama-ury",
    "Ama_ury",
    "_amaury_",
    "amaury1987",
    "Amau-\nry",
    "Ama\u200bury",
    "Ama\u00adury",
    "\u0410m\u0430ury",
    "\uff21\uff4d\uff41\uff55\uff52\uff59",
    "AmauryOrvanneau",
    "OrvanneauAmaury",
    "amaury.orvanneau@example.fr",
    "Amaurys",
    "amauryo@example.fr",
    "scanAmaury.pdf",
    "PhotoAmaury2019",
    "file:///dossieramaury.pdf",
    "DossierAmaury",
    "AmauryO-19",
    "Ama\u115fury",
    "Ama\uffa0ury",
)

OTHERS = (
    "Camaury",
    "Dr Amaury Sorbier",
    "le docteur Amaury",
    "Maury",
    "am aury",
)
"""Other words, and another person."""
