"""What the worker does for this room."""

from portal import clock
from portal.celery import app
from projects.models import Import


@app.task
def run_import(pk):
    with clock.steady():
        if (
            found := Import.objects.select_related("project__county__region", "file", "by__office")
            .filter(pk=pk)
            .first()
        ):
            found.run()
