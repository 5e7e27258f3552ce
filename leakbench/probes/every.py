"""All families, in the order in which they are asked: what changes the server comes last."""

from leakbench.probes import joining, operating, reading, searching, writing

FAMILIES = (
    *reading.FAMILIES,
    *searching.FAMILIES,
    *joining.FAMILIES,
    *operating.FAMILIES,
    *writing.FAMILIES,
)
"""Every family of probes."""
