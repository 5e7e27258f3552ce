"""Where an answer leads: the next page, the job of an export, the files it wrote."""

import json
import re
import time

from leakbench.exchange import Answer, Request, Transport

HOST = re.compile(r"\A[a-z]+://[^/]+")
ACCEPTED = 202
POLLS = 20


def further(answer: Answer) -> tuple[str, ...]:
    """Return the paths that an answer leads to, on the same server whatever it says."""
    if answer.status == ACCEPTED and (job := answer.header("Content-Location")):
        return (HOST.sub("", job),)
    try:
        held = json.loads(answer.body)
        links = [
            each["url"] for each in held.get("link", []) if each["relation"] == "next"
        ]
        files = [each["url"] for each in held.get("output", [])]
    except (ValueError, AttributeError, KeyError, TypeError):
        return ()
    return tuple(HOST.sub("", each) for each in (*links, *files))


def finished(transport: Transport, request: Request, token: str) -> Answer:
    """Return the answer of a request; a job that goes on is asked again for a while."""
    answer = transport.send(request, token)
    for _ in range(POLLS):
        going = answer.status == ACCEPTED and not answer.header("Content-Location")
        if not going or request.method != "GET":
            break
        time.sleep(1)
        answer = transport.send(request, token)
    return answer
