"""NIT: the work that an answer takes."""

from tests.attacks.room import Room
from tests.noninterference.work import Counter, Counts, counting


def test_nit_02_the_same_work_is_done(room: Room) -> None:
    """The same statements give as many rows; as many decryptions and judgements follow."""
    counters = [Counter(each.services.store.engine) for each in room.pair.both]
    for path in (
        f"/fhir/DocumentReference/{room.secret}",
        f"/fhir/DocumentReference?{room.patient}",
        f"/fhir/DocumentReference?{room.patient}&_summary=count",
        f"/fhir/Condition?{room.patient}",
        f"/fhir/Binary/{room.secret}",
    ):
        room.ask(path)  # what is made once is there
        done: list[Counts] = []
        for gateway, counter in zip(room.pair.both, counters, strict=True):
            token = gateway.token("dentist", gateway.clock.now())
            headers = {"Authorization": f"Bearer {token}", "X-Request-Id": "work-0000"}
            with counting(counter) as work:
                gateway.client.get(path, headers=headers).get_data()
            done.append(work.counts())
        assert done[0] == done[1], path
        assert done[0].statements
