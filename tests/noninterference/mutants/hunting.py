"""What runs in the copy: the harness until it finds a difference, told as one line of JSON."""

import json
import sys
from time import monotonic

from tests.noninterference.running import bench, example, twin
from tests.noninterference.stories import SIGHTS

EXAMPLES_OF_A_STORY = 4


def hunt(most: int, seconds: float) -> dict[str, object]:
    """Return after how many examples the first difference was found, and which."""
    until = monotonic() + seconds
    examples = pairs = 0
    found = ""
    try:
        with bench() as opened:
            while examples < most and monotonic() < until:
                story, again = divmod(examples, EXAMPLES_OF_A_STORY)
                if again == 0:
                    made = twin(opened, story, SIGHTS[story % len(SIGHTS)])
                examples += 1
                pairs = opened.figures.pairs
                example(opened, made, str(examples), examples)
                pairs = opened.figures.pairs
    except AssertionError as difference:
        found = str(difference)
        pairs = opened.figures.pairs
    return {
        "killed": bool(found),
        "examples": examples,
        "pairs": pairs,
        "found": found[:400],
    }


if __name__ == "__main__":
    print(json.dumps(hunt(int(sys.argv[1]), float(sys.argv[2]))))  # noqa: T201
