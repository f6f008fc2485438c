"""What this room looks after on the heartbeat."""

from portal import clock
from portal.periods import every_beat
from projects.models import Import


@every_beat
def take_up_lost_imports():
    """Redis may lose a task and a worker may die; the row of the import is still there."""
    for lost in Import.objects.lost(clock.now()):
        lost.wake()
