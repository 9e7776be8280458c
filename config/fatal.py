"""Stops the supervisor when a program will not start, so that `make run` ends instead of idling.

Speaks the event listener protocol of supervisord: a header line, then a body of `len` bytes.
"""

import os
import signal
import sys


def main() -> None:
    """Wait for one PROCESS_STATE_FATAL event, then ask the supervisor to stop everything."""
    sys.stdout.write("READY\n")
    sys.stdout.flush()
    header = dict(pair.split(":", 1) for pair in sys.stdin.readline().split())
    if header:
        sys.stdin.read(int(header["len"]))
        os.kill(os.getppid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
