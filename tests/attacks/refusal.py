"""What every attack row asserts of the Python client (docs/threat-model.md, attacks)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest

from tests.attacks.simulator import Lie
from tests.attacks.victim import Act, Victim, shape
from tests.client.person import Person
from tests.client.vaults import BLOCK
from vault.client.errors import CofferError
from vault.client.fetcher import Request
from vault.client.landing import Landing

# Before a client accuses, it reads the chain once more (spec §5.4).
REREAD = Counter({"GET statements?after=*": 1})


def assert_refused(
    victim: Victim,
    act: Act,
    lie: Lie,
    code: str,
    tmp_path: Path,
    *,
    person: Person | None = None,
    like: Act | None = None,
    repeated: Counter[str] = REREAD,
) -> list[Request]:
    """Have the member act, at a machine of theirs, while the server lies.

    Asserts the exact code; that no file holds a byte the member did not store, and none looks
    finished; that nothing is sent but what an honest server is sent too, for this act or one that
    is `like` it, and what may be `repeated`, and no secret; and that with the honest server back
    every file opens on the machine that was lied to. Returns the requests that were sent.
    """
    person = person or victim.person
    honest = victim.honest_calls(like or act, tmp_path / "honest")
    target = tmp_path / "target"
    target.mkdir()
    with (
        victim.server.lying(lie) as requests,
        _written() as written,
        pytest.raises(CofferError) as caught,
    ):
        act(person, target)
    assert caught.value.code == code
    assert list(target.iterdir()) == []
    for name, data in written.items():
        assert len(data) % BLOCK == 0
        assert victim.contents[name].startswith(data)
    assert Counter(map(shape, requests)) - honest - repeated == Counter()
    assert victim.leaks(requests) == []
    victim.assert_everything_opens(tmp_path / "afterwards", person)
    return requests


@contextmanager
def _written() -> Iterator[dict[str, bytes]]:
    """Collect what is written to the disk under each name, finished or not."""
    written: dict[str, bytes] = {}
    write = Landing.write

    def watch(landing: Landing, data: bytes | bytearray) -> None:
        written[landing.target.name] = written.get(landing.target.name, b"") + data
        write(landing, data)

    with mock.patch.object(Landing, "write", watch):
        yield written
