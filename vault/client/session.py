"""Signing up, signing in, unlocking, locking; nothing secret outlives a command (spec §2, §6.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vault.client.account import make_account
from vault.client.answers import Account
from vault.client.api import Api
from vault.client.chain_cache import decode_chain, encode_chain
from vault.client.directory import NO_STATEMENT, Mark, chain_head, check_mark
from vault.client.errors import CofferError, FormatError, TamperedError
from vault.client.fields import parse_username
from vault.client.keyring import check_keyring, open_cache, open_keyring, seal_cache
from vault.client.keys import import_cache_key
from vault.client.passphrase import derive_login_key, derive_root, derive_unlock_key
from vault.client.primitives import import_aead_key
from vault.client.profile import Profile, State
from vault.client.refused import RefusedError
from vault.client.slots import Slot, open_slot, parse_slot, slot_hash
from vault.client.vault import Vault

_CACHE = "chain"


class Session:
    """One member's dealings with one server, kept in one profile."""

    def __init__(self, api: Api, profile: Profile, server: str) -> None:
        """Take the server's API, where things are kept, and the server's origin."""
        self.api = api
        self._profile = profile
        self._server = server

    def sign_up(
        self, username: str, password: str, confirm: Callable[[Sequence[str]], None]
    ) -> State:
        """Make an account once `confirm` has seen the 24 recovery words and returned.

        Raises RefusedError (`username_invalid`, `username_taken`, `registration_closed`,
        `profile_taken`), and what `confirm` raises; nothing exists on the server then.
        """
        try:
            parse_username(username)
        except FormatError as cause:
            raise RefusedError("username_invalid") from cause
        kept = self._profile.load()
        if kept:
            raise RefusedError("profile_taken", kept.username)
        self.api.session()
        account = make_account(username, password)
        confirm(account.recovery_words)
        self.api.register(account.body)
        vault = Vault(self.api, account.user, account.keyring, _NOTHING_SEEN)
        vault.follow([account.register])
        return self._keep_state(username, vault)

    def sign_in(self, username: str, password: str) -> State:
        """Sign in, open and check the vault, and keep the session and the mark.

        Raises PolicyError before anything is sent if the server asks for a weak derivation,
        RefusedError `login_failed`, and what unlock raises.
        """
        kept = self._profile.load()
        if kept and (kept.server, kept.username) != (self._server, username):
            raise RefusedError("profile_taken", kept.username)
        self.api.session()
        secret = _Secret(password)
        login_key = derive_login_key(secret.root(self.api.kdf("password", username)))
        user = self.api.sign_in("password", username, login_key).user
        # Under a name that is known here, another member could only be a server's invention.
        if kept and kept.user != user:
            raise TamperedError("tampered_keyring", "session: another member under this name")
        vault = self._open(user, secret, kept.mark if kept else _NOTHING_SEEN)
        return self._keep_state(username, vault)

    def unlock(self, ask_password: Callable[[], str]) -> Vault:
        """Open and check the vault of whoever signed in before; ask only if somebody did.

        Raises RefusedError `not_authenticated`, WrongKeyError, TamperedError, FormatError.
        """
        kept = self._profile.load()
        if kept is None or not kept.cookies or not self.api.session().user:
            raise RefusedError("not_authenticated")
        return self._open(kept.user, _Secret(ask_password()), kept.mark)

    def keep(self, vault: Vault) -> None:
        """Move the mark to the vault's head and keep its chain, sealed, for the next command."""
        self._profile.raise_mark(chain_head(vault.directory))
        key = import_cache_key(vault.keyring["cache_key"])
        self._profile.write_cache(seal_cache(key, vault.user, _CACHE, encode_chain(vault.chain)))

    def lock(self) -> None:
        """Forget the session and the cache here, then end it on the server; the mark stays."""
        self._profile.forget_session()
        if self.api.session().user:
            self.api.sign_out()

    def _open(self, user: str, secret: _Secret, mark: Mark) -> Vault:
        # What is kept is read before the server is asked: another command of this profile may
        # append meanwhile, and its longer chain must not be held against an earlier answer.
        cached = self._profile.read_cache()
        account = self.api.account()
        slots = [parse_slot(slot) for slot in account.slots]
        slot = _password_slot(slots)
        unlock_key = derive_unlock_key(secret.root(slot["kdf"]))
        vault_key = import_aead_key(open_slot(user, slot, unlock_key))
        keyring = open_keyring(vault_key, user, account.revision, account.keyring)
        vault = Vault(self.api, user, keyring, mark)
        _follow_cache(vault, cached)
        vault.sync()
        check_keyring(vault.directory, keyring, account.keyring)
        _check_account(vault, account, slots)
        return vault

    def _keep_state(self, username: str, vault: Vault) -> State:
        cookies = self.api.channel.cookies
        head = chain_head(vault.directory)
        state = State(self._server, vault.user, username, head, cookies)
        self._profile.save(state)
        self.keep(vault)
        return state


class _Secret:
    """A password, and the root secret last derived from it: Argon2id is slow on purpose."""

    def __init__(self, password: str) -> None:
        self._password = password
        self._kdf: object = None
        self._root = b""

    def root(self, kdf: object) -> bytes:
        """Return the root secret; PolicyError `policy_kdf` for a derivation below the floor."""
        if self._kdf is None or kdf != self._kdf:
            self._root = derive_root(self._password, kdf)
            self._kdf = kdf
        return self._root


_NOTHING_SEEN: Mark = {"hash": NO_STATEMENT, "seq": 0}


def _password_slot(slots: Sequence[Slot]) -> Slot:
    for slot in slots:
        if slot["kind"] == "password":
            return slot
    raise TamperedError("tampered_rollback", "vault: the password slot is left out")


def _follow_cache(vault: Vault, cached: bytes) -> None:
    """Begin with the chain kept here; whatever is wrong with it, the server's is read instead."""
    try:
        key = import_cache_key(vault.keyring["cache_key"])
        vault.follow(decode_chain(open_cache(key, vault.user, _CACHE, cached)))
    except CofferError:
        return


def _check_account(vault: Vault, account: Account, slots: Sequence[Slot]) -> None:
    # A server that tells one head and serves the chain of another plays two roles at once.
    check_mark(vault.directory, {"hash": account.head_hash, "seq": account.head_seq})
    # A slot of an earlier password would let that password in again.
    served = [{"hash": slot_hash(slot), "kind": slot["kind"]} for slot in slots]
    if any(slot not in vault.directory["slots"] for slot in served):
        raise TamperedError("tampered_rollback", "slot: not one that a statement names")
    if account.username != vault.directory["username"]:
        raise TamperedError("tampered_key", "vault: another username than the chain's")
