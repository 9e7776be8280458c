"""A malicious server in front of the run's honest one, and the member it attacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.attacks.renewal import Renewed, make_renewed
from tests.attacks.simulator import MaliciousServer
from tests.attacks.victim import Victim, make_victim
from tests.server import Server
from vault.client import oaep, session
from vault.client.passphrase import derive_root


@pytest.fixture(scope="session")
def malicious(server: Server) -> Iterator[MaliciousServer]:
    """Return the server between the clients and the honest one; it tells no lie yet."""
    between = MaliciousServer(server)
    yield between
    between.close()


@pytest.fixture(scope="session")
def victim(malicious: MaliciousServer, tmp_path_factory: pytest.TempPathFactory) -> Victim:
    """Return the member that all rows share: what they keep is the same after every lie."""
    return make_victim(malicious, tmp_path_factory.mktemp("victim"))


@pytest.fixture
def renewed(malicious: MaliciousServer, tmp_path: Path) -> Renewed:
    """Return a member with two generations; the older keyring is still known to the server."""
    return make_renewed(malicious, tmp_path)


@pytest.fixture(autouse=True)
def _remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derive each root secret and check each private key once: slow, and the same every time."""
    monkeypatch.setattr(
        session, "derive_root", lambda password, kdf: _derive(password, json.dumps(kdf))
    )
    monkeypatch.setattr(oaep, "load_der_private_key", _load)


@cache
def _derive(password: str, kdf: str) -> bytes:
    return derive_root(password, json.loads(kdf))


_load = cache(oaep.load_der_private_key)
