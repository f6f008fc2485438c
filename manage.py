#!/usr/bin/env python
"""The command line of the portal: `manage.py help` lists what it can do."""

import os
import sys

from portal import embedded

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    with embedded.for_command(sys.argv[1:]):
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
