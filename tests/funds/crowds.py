"""Deeds at the same moment: real threads behind one barrier, each in a connection of its own."""

import contextvars
import threading

from django.db import close_old_connections, connections


def at_once(deeds):
    """Run all deeds behind one barrier; returns what each raised (or None)."""
    gate, results = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(n, deed):
        try:
            close_old_connections()
            gate.wait()
            deed()
        except Exception as error:
            results[n] = error
        finally:
            connections.close_all()

    here = [contextvars.copy_context() for _ in deeds]
    threads = [threading.Thread(target=here[n].run, args=(run, n, deed)) for n, deed in enumerate(deeds)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return results
