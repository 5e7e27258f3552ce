"""All the leaks: each re-introduces one failure that is known from somewhere.

``known`` says where from: issue numbers of HAPI, Microsoft's and other servers are those
of their public trackers; the others name the rule that forbids it.
"""

from tests.noninterference.mutants.entrance import ENTRANCE
from tests.noninterference.mutants.leaving import LEAVING
from tests.noninterference.mutants.links import LINKS
from tests.noninterference.mutants.ours import OURS
from tests.noninterference.mutants.parts import PARTS
from tests.noninterference.mutants.reads import READS
from tests.noninterference.mutants.searches import SEARCHES
from tests.noninterference.mutants.words import WORDS
from tests.noninterference.mutants.writes import WRITES

LEAKS = (
    *READS,
    *SEARCHES,
    *LINKS,
    *PARTS,
    *WRITES,
    *WORDS,
    *OURS,
    *LEAVING,
    *ENTRANCE,
)
