"""gunicorn settings: two workers of eight threads; slow uploads hold a thread, never a worker."""

import os

from config import logs

bind = f"{os.environ.get('COFFER_BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("COFFER_WORKERS", "2"))
threads = 8
# Loaded once and shared by the workers, which start at once and take less memory.
preload_app = True
# Also the time a running request gets after SIGTERM; supervisord waits a little longer.
graceful_timeout = 30
timeout = 120
keepalive = 30
umask = 0o077
# config.middleware alone decides whose forwarding headers count.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
control_socket_disable = True
# The path without its query, and no address: neither a token nor a person is named in a log file.
accesslog = "-"
access_log_format = "%(m)s %(U)s %(s)s %(B)s bytes %(D)s us"
logconfig_dict = logs.GUNICORN
