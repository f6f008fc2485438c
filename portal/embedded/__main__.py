"""python -m portal.embedded postgres VAR durable: the keeper of one server, as a process of its own."""

import sys
from pathlib import Path

from portal.embedded.keeper import keep

sys.exit(keep(sys.argv[1], Path(sys.argv[2]), sys.argv[3] == "durable"))
