"""``paravent outbox`` tells what waits to leave, by kind and number alone."""

from gateway.commands.outbox import kinds, told
from tests.gateway.subscribing.hearing import Listener
from tests.gateway.subscribing.scene import Scene, subscription


def test_what_waits_is_told_by_kind(scene: Scene, listener: Listener) -> None:
    """A greeting that waits, and none once it was taken; no address is named."""
    before = kinds(scene.services)
    scene.subscribe(subscription(f"{listener.address}/in"))
    waiting = kinds(scene.services) - before
    assert dict(waiting) == {"subscription": 1}
    assert told(waiting) == "subscription: 1"
    scene.deliver()
    assert kinds(scene.services)["subscription"] == 0
