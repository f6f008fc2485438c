"""For the container's health check: asks as nginx would, since plain HTTP is redirected."""

import os
import sys
import urllib.request

host = os.environ["ALLOWED_HOSTS"].split(",")[0]
address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz"
question = urllib.request.Request(address, headers={"Host": host, "X-Forwarded-Proto": "https"})
try:
    urllib.request.urlopen(question, timeout=4)
except OSError as error:  # HTTP errors are among them
    sys.exit(f"{address}: {error}")
