"""What this room looks after: lost imports on the heartbeat, personal data past their time once a day."""

from portal import clock
from portal.periods import daily, every_beat
from projects.models import Import, Project
from projects.models.trainee import forget


@every_beat
def take_up_lost_imports():
    """Redis may lose a task and a worker may die; the row of the import is still there."""
    for lost in Import.objects.lost(clock.now()):
        lost.wake()


@daily
def forget_trainees(today):
    """Ten years after a project has ended the personal data of its trainees go (G-37)."""
    for project in Project.objects.past_keeping(today).select_related("county__region"):
        forget(project, today)
