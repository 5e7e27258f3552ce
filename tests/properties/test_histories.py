"""Whatever the history of a record, the five promises hold after each step.

Real applications, real tokens, a real database; a clock that the history moves. What each
reader gets is compared with what a model and the second evaluator say he must get. Which
faults it was seen to find: README.md beside it.
"""

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from labels.codes import Category, Mark
from labels.consent import Effect
from labels.fhir_consent import terms
from labels.policy.question import Relation
from tests.properties import lives
from tests.properties.house import START, Event, Practice
from tests.properties.lives import CLOSED, ERASED, OPEN, PARIS, Kind, Life

Json = dict[str, Any]

NOBODY = "0" * 64
SECOND = timedelta(seconds=1)

one_reader = st.sampled_from(lives.READERS)
effects = st.sampled_from(Effect)


class Histories(RuleBasedStateMachine):
    """A record, its people, and what they do to each other."""

    @initialize(
        born=st.sampled_from(lives.BIRTHS),
        preset=st.sampled_from(("law", "discreet", "very_discreet")),
    )
    def open(self, born: date, preset: str) -> None:
        """A record is opened, with its people and a document of each kind."""
        self.real = Practice(born, preset)
        people = self.real.readers
        patient, parent = people["patient"].id, people["parent"].id
        self.life = Life(born, preset, START, patient, parent)
        self.life.ties = {
            people["gp"].id: {Relation.TREATING_DOCTOR: None},
            people["dentist"].id: {Relation.CARE_TEAM: None},
            people["pharmacist"].id: {Relation.CARE_TEAM: None},
        }
        for kind in lives.KINDS:
            self.deposit("midwife", kind, "")

    def tick(self) -> None:
        """Every step has a second of its own, so that what is said later is later."""
        self.move(SECOND)

    def move(self, time: timedelta) -> None:
        """Let time pass, for the gateway and for the model."""
        self.life.at += time
        self.real.house.clock.instant = self.life.at

    def is_open(self) -> bool:
        """Whether the record can be read and written."""
        return self.life.state == OPEN

    @precondition(is_open)
    @rule(
        who=st.sampled_from(lives.DEPOSITORS),
        kind=st.sampled_from(lives.KINDS),
        mark=st.sampled_from(lives.MARKS),
    )
    def deposit(self, who: str, kind: Kind, mark: str) -> None:
        """A document comes in and is acknowledged."""
        self.tick()
        public_id = self.real.deposit(who, kind, mark)
        self.life.deposit(public_id, kind, self.real.readers[who], mark)

    @precondition(lambda self: self.is_open() and self.waiting())
    @rule()
    def review(self) -> None:
        """The patient lets in what waited, from somebody who is shut out."""
        self.tick()
        item = min(self.waiting())
        path = f"DocumentReference/{item}/$review"
        self.real.operate("patient", path, decision=("valueCode", "accept"))
        self.life.release(item)

    @precondition(lambda self: self.is_open() and self.mine())
    @rule(effect=effects, reader=one_reader, chosen=st.integers(0, 9))
    def speak_of_a_document(self, effect: Effect, reader: str, chosen: int) -> None:
        """The patient masks or shows one document to one person."""
        self.tick()
        mine = sorted(self.mine())
        item = mine[chosen % len(mine)]
        reference = {"reference": f"DocumentReference/{item}"}
        who = self.real.readers[reader].id
        data = [{"meaning": "instance", "reference": reference}]
        self.real.say(effect, who, data=data)
        self.life.say(effect, who, items=frozenset({item}))

    @precondition(is_open)
    @rule(
        effect=effects,
        reader=one_reader | st.just(""),
        category=st.sampled_from(lives.SUBJECTS),
        days=st.none() | st.sampled_from([1, 40]),
    )
    def speak_of_a_subject(
        self, effect: Effect, reader: str, category: Category, days: int | None
    ) -> None:
        """The patient masks or shows a subject, to one person or to all, for a time."""
        self.tick()
        until = None if days is None else self.life.at + timedelta(days=days)
        period = {"period": {"end": until.isoformat()}} if until else {}
        label = [{"system": terms.CATEGORY, "code": category.value}]
        who = self.real.readers[reader].id if reader else ""
        self.real.say(effect, who, securityLabel=label, **period)
        self.life.say(effect, who, categories=frozenset({category}), until=until)

    @precondition(is_open)
    @rule(
        reader=one_reader,
        kind=st.sampled_from(lives.TIES),
        days=st.none() | st.sampled_from([1, 40]),
    )
    def let_in(self, reader: str, kind: Relation, days: int | None) -> None:
        """The patient takes somebody into the team, or authorises them until a day."""
        self.tick()
        until = None if days is None else self.life.at + timedelta(days=days)
        person = self.real.readers[reader]
        self.real.relate(person, kind, until)
        self.life.ties.setdefault(person.id, {})[kind] = until

    @precondition(is_open)
    @rule(reader=one_reader)
    def shut_out(self, reader: str) -> None:
        """The patient blocks somebody, or lifts the block."""
        self.tick()
        person = self.real.readers[reader]
        shut = person.id in self.life.blocked
        self.real.shut_out(person, "$unblock" if shut else "$block")
        if shut:
            self.life.blocked.discard(person.id)
        else:
            self.life.block(person.id)

    @precondition(is_open)
    @rule(reader=one_reader, hours=st.sampled_from([1, 24]))
    def give_a_code(self, reader: str, hours: int) -> None:
        """The patient gives a code, and who gets it presents it."""
        self.tick()
        answer = self.real.present(reader, self.real.new_code(hours))
        person = self.real.readers[reader]
        shut = person.id in self.life.blocked
        assert answer.status_code == (404 if shut else 200), answer.get_data()
        if not shut:
            self.life.authorise(person.id, self.life.at + timedelta(hours=hours))

    @rule(reader=one_reader)
    def break_the_glass(self, reader: str) -> None:
        """Somebody asks in a vital emergency: granted, whatever is there."""
        self.tick()
        self.real.operate(
            reader,
            "Consent/$break-glass",
            patient=("valueIdentifier", self.real.identifier),
            purpose=("valueCode", "BTG"),
            reason=("valueCode", "unconscious"),
            words=("valueString", "found unconscious in the street"),
        )
        if self.is_open():
            self.life.urgent[self.real.readers[reader].id] = self.life.at

    @precondition(is_open)
    @rule(others=st.booleans(), masked=st.booleans())
    def choose_for_emergencies(self, others: bool, masked: bool) -> None:  # noqa: FBT001
        """The patient says whether an emergency opens the record, and its masks."""
        self.tick()
        self.real.operate(
            "patient",
            "Consent/$emergency-choices",
            samu=("valueBoolean", True),
            others=("valueBoolean", others),
            masked=("valueBoolean", masked),
        )
        self.life.lets_in, self.life.masks_open = others, masked

    @rule(time=st.sampled_from(lives.WAITS))
    def wait(self, time: timedelta) -> None:
        """Time passes, and what is due is done."""
        self.move(time)
        self.real.deliver()

    @rule(age=st.sampled_from([15, 18]), before=st.booleans())
    def grow_up(self, age: int, before: bool) -> None:  # noqa: FBT001
        """It is midnight on a birthday, or a second before."""
        born = self.life.born
        midnight = datetime(born.year + age, born.month, born.day, tzinfo=PARIS)
        until = midnight - (SECOND if before else timedelta())
        if until > self.life.at:
            self.move(until - self.life.at)

    @precondition(lambda self: self.is_open() and self.life.age() < 18)
    @rule(who=st.sampled_from(["patient", "gp"]))
    def suspend(self, who: str) -> None:
        """The minor, or the doctor, ends the representation at once."""
        self.tick()
        patient = ("valueIdentifier", self.real.identifier)
        self.real.operate(who, "Patient/$suspend-representation", patient=patient)
        self.life.suspended = True

    @precondition(
        lambda self: self.life.state in {OPEN, CLOSED} and self.life.age() >= 18
    )
    @rule(erase=st.sampled_from([False, False, False, True]))
    def close_or_reopen(self, erase: bool) -> None:  # noqa: FBT001
        """The patient, of age, closes the record, opens it again, or has it erased."""
        self.tick()
        act = "$erase" if erase else "$close" if self.is_open() else "$reopen"
        self.real.operate("patient", f"Patient/{act}")
        self.life.state = {"$erase": ERASED, "$close": CLOSED, "$reopen": OPEN}[act]

    @invariant()
    def everybody_gets_what_the_rules_say(self) -> None:
        """Totals, ids, answers to what is hidden, and the trail of it all."""
        self.tick()
        for who in lives.EVERYBODY:
            self._looks(who)
        self._probes(
            lives.EVERYBODY[int(self.life.at.timestamp()) % len(lives.EVERYBODY)]
        )
        if self.is_open():
            events = self.real.events(self.life.at)
            for who in lives.EVERYBODY:
                self._is_traced(who, events)

    def teardown(self) -> None:
        """What was acknowledged is there, byte for byte, or nothing of it is."""
        if not hasattr(self, "life"):
            return
        if self.life.state == CLOSED:
            self.close_or_reopen(erase=False)
        self.tick()
        for public_id, words in self.real.sent.items():
            got = self.real.body("patient", public_id)
            there = public_id in self.mine()
            assert (got == words) is there

    def mine(self) -> set[str]:
        """Return the documents that the patient sees."""
        return self.life.visible(self.real.readers["patient"])

    def waiting(self) -> set[str]:
        """Return the documents that wait for the patient, and that he sees."""
        held = self.life.papers
        return {each for each in self.mine() if Mark.HELD in held[each].marks}

    def _looks(self, who: str) -> None:
        """Compare all that a search tells somebody with what it must tell."""
        must = self.life.visible(self.real.readers[who])
        total, ids, text = self.real.found(who)
        assert ids == must, (
            who,
            ids ^ must,
            self.life.question(self.real.readers[who]),
        )
        assert total == len(must)
        assert not any(each in text for each in self.life.papers.keys() - must)

    def _probes(self, who: str) -> None:
        """Ask for what is hidden by its id: the answer is that of an id nothing has."""
        hidden = self.life.papers.keys() - self.life.visible(self.real.readers[who])
        for each in sorted(hidden)[:1]:
            assert self.real.read(who, each) == self.real.read(who, NOBODY)

    def _is_traced(self, who: str, events: list[Event]) -> None:
        """The search stands in the trail with what was given; what was refused, too."""
        reader = self.real.readers[who]
        own = [each for each in events if each.who == reader.id]
        searched = [each for each in own if each.what == "search-type"]
        assert [each.about for each in searched] == [self.life.visible(reader)]
        reads = [each for each in own if each.what == "read"]
        assert not any(each.granted for each in reads)


TestHistories = Histories.TestCase
DEEP = settings().max_examples > 1_000
TestHistories.settings = settings(
    max_examples=100 if DEEP else 2,
    stateful_step_count=30 if DEEP else 12,
    phases=set(Phase) - {Phase.explain},
    report_multiple_bugs=False,
)
