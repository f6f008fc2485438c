"""Daily job of this room: ten years after a project has ended the personal data of its trainees go (G-37)."""

from portal.periods import daily
from projects.models import Project
from projects.models.trainee import forget


@daily
def forget_trainees(today):
    for project in Project.objects.past_keeping(today).select_related("county__region"):
        forget(project, today)
