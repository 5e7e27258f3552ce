"""Two records that differ by what is hidden only: deposited, hidden, known by number."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from leakbench import shape, template
from leakbench.exchange import Answer, Request, Transport
from leakbench.ground import Item, Side
from leakbench.profile import Planned, Profile, Sent

OK = range(200, 300)


class CannotConcludeError(Exception):
    """The ground is not what a comparison needs; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Seeder:
    """Puts items in the records of the patients, as the profile says."""

    profile: Profile
    transport: Transport
    chance: Random

    def sides(self) -> tuple[Side, ...]:
        """Return the patients, with nothing of theirs yet."""
        return tuple(self._side(name) for name in self.profile.sides)

    def seed(self, sides: tuple[Side, ...]) -> None:
        """Deposit every item, in order; raises :class:`CannotConcludeError`."""
        if self.profile.seeded is not None:
            return self._known(sides)
        last = self._trailing()
        for number, planned in enumerate(self.profile.items):
            if number == last:
                time.sleep(self.profile.silence)
            time.sleep(self.profile.pause)
            self._deposit(planned, sides, f"{'h' if planned.hidden else 'v'}{number}")
        return None

    def requests(self, sides: tuple[Side, ...]) -> list[Request]:
        """Return what would be sent, for who wants to read it first."""
        return [
            self._request(
                planned.sent, self._values(planned, side, "word", f"i{number}")
            )
            for number, planned in enumerate(self.profile.items)
            for side in sides
            if _is_for(planned, side)
        ]

    def _side(self, name: str) -> Side:
        person = self.profile.people[name]
        system, _, value = person.identifier.rpartition("|")
        given = {"patient": person.id, "person": person.identifier}
        given |= {"person.system": system, "person.value": value}
        side = Side(name, given | dict(person.values))
        side.call(person.id, "patient")
        side.call_of(person.identifier, "person")
        for key, each in person.values.items():
            side.call(each, key)
        return side

    def _trailing(self) -> int:
        """Return the first of the hidden items that nothing visible follows."""
        hidden = [each.hidden for each in self.profile.items]
        last = len(hidden)
        while last and hidden[last - 1]:
            last -= 1
        return last

    def _deposit(self, planned: Planned, sides: tuple[Side, ...], key: str) -> None:
        said = shape.word(self.chance)
        for side in sides:
            if not _is_for(planned, side):
                continue
            values = self._values(planned, side, said, key)
            answer = self._sent(planned.sent, values)
            found = made(answer, planned.type)
            side.items.append(Item(key, planned.type, found, said))
            side.call(found, f"{key}.id")
            side.call(values["identifier"], f"{key}.identifier")
            if planned.hidden and self.profile.hide is not None:
                hide = {**values, "id": found, "type": planned.type}
                self._sent(self.profile.hide, hide)

    def _values(
        self, planned: Planned, side: Side, said: str, key: str
    ) -> Mapping[str, str]:
        """Return what a template may name: ``identifier`` is another on each side."""
        number = "".join(self.chance.choice("123456789") for _ in range(24))
        own = {"word": said, "identifier": f"2.25.{number}", "key": key}
        differ = planned.differ.get(side.name, {})
        return {**side.values, **planned.values, **differ, **own}

    def _sent(self, sent: Sent, values: Mapping[str, str]) -> Answer:
        token = self.profile.tokens.get(template.as_it_is(sent.token, values))
        if token is None:
            raise CannotConcludeError(f"there is no token {sent.token}")
        request = self._request(sent, values)
        answer = self.transport.send(request, token)
        if answer.status not in OK:
            said = answer.body[:300].decode("utf-8", "replace")
            raise CannotConcludeError(
                f"{request.method} {request.path} as {sent.token}: {answer.status} {said}"
            )
        return answer

    def _request(self, sent: Sent, values: Mapping[str, str]) -> Request:
        fill = template.in_body if "json" in sent.content_type else template.as_it_is
        body = fill(sent.body, values).encode()
        path = template.in_address(sent.path, values)
        return Request(sent.method, path, (("Content-Type", sent.content_type),), body)

    def _known(self, sides: tuple[Side, ...]) -> None:
        """Take what the profile says is there already."""
        seeded = self.profile.seeded
        if seeded is None:
            return
        for side in sides:
            named = [("v", each) for each in seeded.visible.get(side.name, ())]
            if side.name == self.profile.sides[0]:
                named += [("h", each) for each in seeded.hidden]
            for number, (sort, each) in enumerate(named):
                kind, _, found = each.partition("/")
                side.items.append(Item(f"{sort}{number}", kind, found))
                side.call(found, f"{sort}{number}.id")


def _is_for(planned: Planned, side: Side) -> bool:
    return not planned.hidden or planned.on == side.name


def made(answer: Answer, kind: str) -> str:
    """Return the id of what an answer says was made, from Location or the body."""
    for text in (answer.header("Location"), answer.body.decode("utf-8", "replace")):
        _, found, rest = text.partition(f"{kind}/")
        if found:
            return _id(rest)
    _, _, rest = answer.body.decode("utf-8", "replace").partition('"id"')
    found_id = rest.lstrip(' :"').partition('"')[0]
    if not found_id:
        raise CannotConcludeError(f"no id of a {kind} in the answer")
    return found_id


def _id(text: str) -> str:
    """Return the id that a text begins with."""
    end = next(
        (i for i, each in enumerate(text) if not (each.isalnum() or each in "-.")),
        len(text),
    )
    return text[:end]
