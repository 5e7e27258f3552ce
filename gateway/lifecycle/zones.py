"""Where in France a person may live: the time zones of civil days (decree 2017-292)."""

from gateway.repository.records import PARIS

ZONES = (
    PARIS,
    "America/Cayenne",
    "America/Guadeloupe",
    "America/Marigot",
    "America/Martinique",
    "America/Miquelon",
    "America/St_Barthelemy",
    "Indian/Mayotte",
    "Indian/Reunion",
    "Pacific/Gambier",
    "Pacific/Marquesas",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "Pacific/Wallis",
)
"""Names of the IANA time zone database."""
