"""What the worker does: relay messages, and on every heartbeat whatever is due."""

from portal import clock, outbox, periods
from portal.celery import app


@app.task
def relay_messages():
    while outbox.relay() == outbox.BATCH:
        pass


@app.task
def heartbeat():
    """Every few seconds; idempotent, so a lost or doubled beat changes nothing."""
    with clock.steady():
        periods.run_due(clock.today())
        periods.beat()
    relay_messages()
