"""A PostgreSQL of its own for each test run (`-p tests.server`): started before the settings are read, gone afterwards.

Two runs at the same time never meet, and every run proves that an empty var/ is enough. Workers of pytest-xdist
inherit the environment and share the server. With DATABASE_URL set, that server is used instead.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from portal import embedded

if "PYTEST_XDIST_WORKER" not in os.environ and not os.environ.get("DATABASE_URL"):
    var = Path(tempfile.mkdtemp(prefix="portal-test-"))
    var.chmod(0o711)  # root's PostgreSQL runs as another user, who must get in
    os.environ["PORTAL_VAR"] = str(var)
    embedded.make_var(var)
    servers = embedded.ensure(var, durable=False, names=["postgres"])

    @atexit.register
    def stop():
        servers.close()
        shutil.rmtree(var, ignore_errors=True)
