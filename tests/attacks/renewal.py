"""A member who has begun a second generation: an old keyring and a new one (spec §2.5, §5.3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from tests.attacks.simulator import MaliciousServer
from tests.attacks.victim import SMALL, Victim
from tests.client import vaults
from tests.client.person import Person, new_person
from vault.client.bytes import encode_base64
from vault.client.directory import chain_head
from vault.client.keyring import keyring_hash, renew_keyring, seal_keyring
from vault.client.keys import generation_public_key
from vault.client.passphrase import derive_root, derive_unlock_key
from vault.client.primitives import import_aead_key
from vault.client.slots import open_slot
from vault.client.vault import Change


class Renewed(NamedTuple):
    """The member, and what `GET vault` answered before and after."""

    member: Victim
    before: Any
    after: Any


def make_renewed(server: MaliciousServer, folder: Path) -> Renewed:
    """Make the member with one file, and then the second generation."""
    person = new_person(server.url, folder, "renewed").join()
    (folder / SMALL).write_bytes(b"first")
    vaults.put(person.unlock(), folder / SMALL)
    before = person.unlock().api.channel.call("GET", "vault")
    _announce(person, before)
    after = person.unlock().api.channel.call("GET", "vault")
    return Renewed(Victim(server, person, {SMALL: b"first"}), before, after)


def _announce(person: Person, account: Any) -> None:
    """Begin a generation, as the member's own client does."""
    vault, slot = person.unlock(), account["slots"][0]
    unlock_key = derive_unlock_key(derive_root(person.password, slot["kdf"]))
    vault_key = import_aead_key(open_slot(vault.user, slot, unlock_key))
    keyring = renew_keyring(vault.keyring, chain_head(vault.directory))
    sealed = seal_keyring(vault_key, keyring)
    item = {
        "generation": 2,
        "keyring": {"hash": keyring_hash(sealed), "revision": 2},
        "not_after": 0,
        "public_key": encode_base64(generation_public_key(keyring["generations"][1])),
    }
    vault.commit("announce_key", lambda: [Change(item, {"keyring": sealed})])
