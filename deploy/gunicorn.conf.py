"""How the web processes run, the same under `make run` and in the container."""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
wsgi_app = "portal.wsgi:application"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = False  # a worker that fails is replaced without the others noticing
timeout = 60
graceful_timeout = 15
keepalive = 5
max_requests = 20_000  # a slow leak costs one restart, not a night
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # the heartbeat file must not wait for a disk
control_socket_disable = True  # it would lie in a home folder that containers do not have
accesslog = os.environ.get("ACCESS_LOG", "-")
errorlog = "-"
