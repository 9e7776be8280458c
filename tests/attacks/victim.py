"""The member under attack: what they keep, what must never leave them, and what they do."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.attacks.lies import remembering
from tests.attacks.simulator import MaliciousServer, truth
from tests.client import vaults
from tests.client.person import Person, new_person
from tests.client.vaults import BLOCK
from tests.e2e.capture import forms_of_key, forms_of_text
from tests.e2e.vault_keys import keys_of
from vault.client.bytes import encode_base64
from vault.client.changes import label_changes
from vault.client.fetcher import Request
from vault.client.profile import Profile
from vault.client.vault import Vault

SEGMENT = 524_256  # bytes of plaintext
SMALL, OTHER, BIG, TRASHED = "letter.txt", "other letter.txt", "film.bin", "old.txt"

# What the member does: with a person on a profile of theirs and an empty folder to save into.
Act = Callable[[Person, Path], None]


@dataclass
class Victim:
    """One member with a few files, signed in on one machine behind the malicious server.

    `contents` is what each name outside the trash must open to, `broken` the names of those that
    nothing can open; `last_week` what the server said
    of the vault before its newest changes; `secrets` are byte strings that no request may carry,
    `login_secrets` those that one request to `session` carries.
    """

    server: MaliciousServer
    person: Person
    contents: dict[str, bytes] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    last_week: dict[str, Any] = field(default_factory=dict)
    secrets: set[bytes] = field(default_factory=set)
    login_secrets: set[bytes] = field(default_factory=set)
    _honest: dict[Act, Counter[str]] = field(default_factory=dict)

    def honest_calls(self, act: Act, folder: Path) -> Counter[str]:
        """Return what the act sends to an honest server; tried once."""
        if act not in self._honest:
            with self.server.lying(truth) as requests:
                act(self.person, folder)
            self._honest[act] = Counter(map(shape, requests))
        return self._honest[act]

    def machine(self, profile: Path) -> Person:
        """Return the member at another machine of theirs, signed in there, but with no cache."""
        person = self.person.on_new_device(profile)
        act_sign_in(person, profile)
        (profile / "cache").unlink()
        return person

    def versions(self, name: str) -> list[str]:
        """Return the UUIDs of a file's versions, oldest first."""
        vault = self.person.unlock()
        (entry,) = [entry for entry in vault.entries() if entry.name == name]
        return vault.directory["files"][entry.file]["versions"]

    def offer(self, name: str) -> Any:
        """Return what the honest server offers as the newest version of a file."""
        body = {"versions": self.versions(name)[-1:]}
        answer: Any = self.person.unlock().api.channel.call("POST", "downloads", body)
        return answer["versions"][0]

    def block(self, version: str, index: int) -> bytes:
        """Return a block as it lies on the server's disk."""
        blocks = self.server.honest.data / "blocks"
        (path,) = blocks.glob(f"*/{version}/{index}.*")
        return path.read_bytes()

    def chain(self) -> list[Any]:
        """Return the rows of `GET statements` as the server has them."""
        return chain_rows(self.person.unlock())

    def assert_everything_opens(self, folder: Path, person: Person) -> None:
        """Read every file from the server as it is now, on the machine that was lied to."""
        folder.mkdir()
        # A sign-in that failed half-way has ended the session before it.
        if not is_signed_in(person):
            act_sign_in(person, folder)
        with unlocked(person) as vault:
            assert sorted(vaults.names(vault)) == sorted([*self.contents, *self.broken])
            for name, content in self.contents.items():
                assert vaults.get(vault, name, folder / name) == []
                assert digest((folder / name).read_bytes()) == digest(content)

    def leaks(self, requests: Sequence[Request]) -> list[str]:
        """Name the requests that carry a secret."""
        return [shape(request) for request in requests if self._leaks(request)]

    def _leaks(self, request: Request) -> bool:
        sent = f"{request.path}\n{dict(request.headers)}\n".encode() + bytes(request.body)
        signs_in = shape(request) in ("POST session", "POST accounts")
        secrets = self.secrets | (set() if signs_in else self.login_secrets)
        return any(secret in sent for secret in secrets)


def make_victim(server: MaliciousServer, folder: Path) -> Victim:
    """Make the member, their files, and a week of history."""
    person = new_person(server.url, folder)
    words: list[str] = []
    person.session().sign_up(person.username, person.password, words.extend)
    victim = Victim(server, person)
    _put(victim, folder, {SMALL: b"dear Zoe, first draft", BIG: _film(), TRASHED: b"let it go"})
    _trash(victim, TRASHED)
    elsewhere = victim.machine(folder / "elsewhere")
    with server.lying(remembering(victim.last_week)):
        act_get_small(elsewhere, folder / "last week")
    _put(victim, folder, {SMALL: b"dear Zoe, second draft", BIG: _film(), OTHER: b"dear Yan"})
    keys = keys_of(server.url, person.username, person.password, " ".join(words))
    victim.secrets = {form for key in keys.secret.values() for form in forms_of_key(key)}
    victim.secrets |= forms_of_text(person.password)
    victim.login_secrets = {form for key in keys.login.values() for form in forms_of_key(key)}
    return victim


def shape(request: Request) -> str:
    """Return method and path without identifiers and numbers, which differ from run to run."""
    path = request.path.removeprefix("/api/v1/")
    return f"{request.method} " + re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<==)\d+", "*", path)


@contextmanager
def unlocked(person: Person) -> Iterator[Vault]:
    """Unlock as a command does: what was verified is kept, come what may."""
    session = person.session()
    vault = session.unlock(lambda: person.password)
    try:
        yield vault
    finally:
        session.keep(vault)


def is_signed_in(person: Person) -> bool:
    """Whether the machine has a session that the server knows."""
    kept = Profile(person.profile).load()
    return kept is not None and person.session().api.session().user != ""


def chain_rows(vault: Vault) -> list[Any]:
    """Return the rows of `GET statements` for a verified chain."""
    return [
        {"seq": seq, **{name: encode_base64(data) for name, data in signed.items()}}
        for seq, signed in enumerate(vault.chain, 1)
    ]


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def act_sign_in(person: Person, folder: Path) -> None:
    """Sign in with name and password."""
    person.session().sign_in(person.username, person.password)


def act_unlock(person: Person, folder: Path) -> None:
    """Unlock on a machine that is signed in."""
    with unlocked(person):
        pass


def act_list(person: Person, folder: Path) -> None:
    """List the files."""
    with unlocked(person) as vault:
        vault.entries()


def act_get_small(person: Person, folder: Path) -> None:
    """Download the letter."""
    get(person, SMALL, folder)


def act_get_big(person: Person, folder: Path) -> None:
    """Download the film."""
    get(person, BIG, folder)


def get(person: Person, name: str, folder: Path) -> None:
    """Download one file into a folder; raises what is wrong with it."""
    folder.mkdir(exist_ok=True)
    with unlocked(person) as vault:
        for error in vaults.get(vault, name, folder / name):
            raise error


def _put(victim: Victim, folder: Path, contents: dict[str, bytes]) -> None:
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    vaults.put(victim.person.unlock(), *(folder / name for name in contents))
    victim.contents |= contents


def _trash(victim: Victim, name: str) -> None:
    vault = victim.person.unlock()
    (file,) = [entry.file for entry in vault.entries() if entry.name == name]
    vault.commit("label", lambda: label_changes(vault, [file], "trash"))
    del victim.contents[name]


def _film() -> bytes:
    """Two full blocks and one of three segments, no two of which are equal."""
    return os.urandom(2 * BLOCK + 3 * SEGMENT - 1000)
