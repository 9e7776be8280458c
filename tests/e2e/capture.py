"""A TCP proxy that keeps every byte between a browser and the server, to be searched."""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import threading
import urllib.parse
from pathlib import Path
from types import TracebackType

CHUNK = 1 << 16
SHORTEST = 5  # bytes of a needle: a shorter one turns up in 100 MB of ciphertext by chance


class Capture:
    """Listens on a free loopback port, forwards to `target`; both directions go into `folder`."""

    def __init__(self, target: tuple[str, int], folder: Path) -> None:
        self._target = target
        self._folder = folder
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._count = 0
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://localhost:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Capture:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # closed: the capture is over
                return
            with self._lock:
                self._count += 1
                name = f"{self._count:05d}"
            threading.Thread(target=self._carry, args=(client, name), daemon=True).start()

    def _carry(self, client: socket.socket, name: str) -> None:
        with client, socket.create_connection(self._target) as server:
            up = threading.Thread(target=_pump, args=(client, server, self._folder / f"{name}.up"))
            up.start()
            _pump(server, client, self._folder / f"{name}.down")
            up.join()


def _pump(source: socket.socket, sink: socket.socket, record: Path) -> None:
    """Copy until the source ends; then tell the sink, so that the other direction ends too."""
    with record.open("wb", buffering=0) as out, contextlib.suppress(OSError):
        while data := source.recv(CHUNK):
            out.write(data)
            sink.sendall(data)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def forms_of_text(text: str) -> set[bytes]:
    """Every spelling in which a text could leak: UTF-8, UTF-16, JSON, percent-encoding, base64."""
    raw = text.encode()
    return {
        raw,
        text.encode("utf-16-le"),
        json.dumps(text)[1:-1].encode(),
        urllib.parse.quote(text).encode(),
        urllib.parse.quote_plus(text).encode(),
    } | _base64_forms(raw)


def forms_of_key(key: bytes) -> set[bytes]:
    """Every spelling in which a key could leak: raw, hexadecimal, base64 at each alignment."""
    return {key, key.hex().encode(), key.hex().upper().encode()} | _base64_forms(key)


def _base64_forms(raw: bytes) -> set[bytes]:
    """The part of a base64 text that depends on `raw` alone, for each of the three alignments."""
    forms = set()
    for shift in range(3):
        text = base64.b64encode(bytes(shift) + raw)
        start = (shift * 8 + 5) // 6  # characters that the bytes before share
        end = (shift + len(raw)) * 8 // 6  # characters that the bytes after would share
        forms |= {text[start:end], text[start:end].translate(bytes.maketrans(b"+/", b"-_"))}
    return {form for form in forms if len(form) >= SHORTEST}


def find(needles: set[bytes], paths: list[Path]) -> list[str]:
    """Name each file that holds a needle. Files are read whole: they are a test's own and small."""
    found = []
    for path in paths:
        data = path.read_bytes()
        found += [f"{path.name}: {needle[:40]!r}" for needle in needles if needle in data]
    return found
