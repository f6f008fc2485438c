"""A real PostgreSQL and a real Redis under PORTAL_VAR, for machines where nobody installed one.

Each server has a keeper: a small process that starts it, restarts it when it dies, and stops it in order when nobody
uses it any more. "Using" is a shared file lock, which the kernel releases even when the user is killed; so
`make run` and `manage.py clock` may share one server, and none of them can leave it behind.

var/servers/            or, when root's home hides var/ from the servers' own user, a link to /var/lib/henan-portal-…
    postgres/ redis/    the data
    run/                the sockets (a link to a short path when this one would exceed the limit of the kernel)
    *.users             locked in common by everyone who uses the server
    *.keeper            locked by the keeper while it lives
    *.state             what the keeper has to say: starting, ready, stopping, stopped, failed (and why)
"""

from portal.embedded.keeper import Lock
from portal.embedded.lease import ensure, for_command, needed
from portal.embedded.places import (
    BASE_DIR,
    LONGEST_SOCKET_PATH,
    POSTGRES_SOCKET,
    Unavailable,
    database_url,
    local_secret,
    log_file,
    make_var,
    owner_url,
    redis_url,
    run_dir,
    servers_dir,
    var_dir,
)
from portal.embedded.processes import die_with_parent, end_with_parent

__all__ = [
    "BASE_DIR",
    "LONGEST_SOCKET_PATH",
    "POSTGRES_SOCKET",
    "Lock",
    "Unavailable",
    "database_url",
    "die_with_parent",
    "end_with_parent",
    "ensure",
    "for_command",
    "local_secret",
    "log_file",
    "make_var",
    "needed",
    "owner_url",
    "redis_url",
    "run_dir",
    "servers_dir",
    "var_dir",
]
