"""A member in plain Python: signs and uploads through Django's test client (spec §5, §6).

Keys, manifests and statements come from the real client's modules, so that both sides are held to
one form; content is random bytes of the right length, since the server cannot tell.
"""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

from audit import canonical
from tests.vault.drafts import Draft, digest_header, hash_of, make_bytes, make_draft, make_uuid
from tests.vectors import cast
from vault.client.bytes import decode_base64, encode_base64
from vault.client.oaep import derive_public_key
from vault.client.passphrase import make_kdf
from vault.client.statements import build_statement, sign_statement

ROOT = "/api/v1/"
EMPTY_ROOT = hashlib.sha256(b"").hexdigest()
TIME = 1_760_000_000_000

# The cast has three key pairs, and checking one takes longer than most tests.
_public_key = lru_cache(derive_public_key)


@dataclass
class Signed:
    """One statement with what travels beside it; `body` is a row of `POST statements`."""

    data: bytes
    body: dict[str, Any]

    @property
    def hash(self) -> str:
        return hash_of(self.data)


@dataclass
class Member:
    """One member in one browser."""

    username: str
    private_key: bytes = cast.OWNER
    user: str = field(default_factory=make_uuid)
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))
    login_keys: dict[str, bytes] = field(
        default_factory=lambda: {"password": make_bytes(32), "recovery": make_bytes(32)}
    )
    token: str = ""
    seq: int = 0
    head: str = "0" * 64
    generation: int = 1
    revision: int = 1

    def __post_init__(self) -> None:
        self.identity = Ed25519PrivateKey.generate()
        self.public_key = _public_key(self.private_key)
        self.keyring = make_bytes(284)
        self.slots = [
            {"kdf": make_kdf(), "kind": "password", "sealed": encode_base64(make_bytes(60))},
            {
                "kdf": {"algorithm": "hkdf-sha256"},
                "kind": "recovery",
                "sealed": encode_base64(make_bytes(60)),
            },
        ]

    # --- requests -----------------------------------------------------------------------------

    def get(self, path: str, **headers: str) -> HttpResponse:
        response = self.client.get(ROOT + path, headers=headers)
        assert isinstance(response, HttpResponseBase)
        return response  # type: ignore[return-value]

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send JSON (or bytes as they are) with the CSRF token; return the response."""
        if not self.token:
            self.refresh_token()
        if body is None:
            body = b""
        return self.client.generic(
            method,
            ROOT + path,
            body if isinstance(body, bytes) else json.dumps(body).encode(),
            content_type="application/json",
            headers={"X-CSRFToken": self.token, **headers},
        )

    def refresh_token(self) -> dict[str, Any]:
        session: dict[str, Any] = self.get("session").json()
        self.token = session["csrf_token"]
        return session

    def put_block(self, version: str, index: int, block: bytes, **headers: str) -> Any:
        if not self.token:
            self.refresh_token()
        return self.client.put(
            f"{ROOT}uploads/{version}/blocks/{index}",
            block,
            content_type="application/octet-stream",
            headers={
                "X-CSRFToken": self.token,
                "Content-Digest": digest_header(block),
                **headers,
            },
        )

    # --- session ------------------------------------------------------------------------------

    def registration_item(self) -> dict[str, Any]:
        """Return the item of the statement `register`."""
        slots = [
            {"hash": hash_of(canonical.encode(slot)), "kind": slot["kind"]}  # type: ignore[arg-type]
            for slot in self.slots
        ]
        return {
            "generation": 1,
            "identity_key": encode_base64(self.identity.public_key().public_bytes_raw()),
            "keyring": {"hash": hash_of(self.keyring), "revision": 1},
            "not_after": 0,
            "public_key": encode_base64(self.public_key),
            "slots": slots,
            "username": self.username,
        }

    def registration(self) -> dict[str, Any]:
        """Return the body of `POST accounts`."""
        items = [self.registration_item()]
        data = self.raw_statement("register", items, seq=1, prev="0" * 64)
        return {
            "keyring": encode_base64(self.keyring),
            "login_keys": {kind: encode_base64(key) for kind, key in self.login_keys.items()},
            "signature": encode_base64(sign_statement(self.identity, data)),
            "slots": self.slots,
            "statement": encode_base64(data),
        }

    def twin(self) -> Member:
        """Return the same member with the same session, for another thread or process."""
        client = Client(enforce_csrf_checks=True)
        client.cookies = copy.deepcopy(self.client.cookies)
        other = replace(self, client=client)
        other.identity = self.identity
        return other

    def sign_up(self) -> Member:
        registration = self.registration()
        response = self.send("POST", "accounts", registration)
        assert response.status_code == 201, response.content
        self.token = response.json()["csrf_token"]
        self.seq, self.head = 1, hash_of(decode_base64(registration["statement"]))
        return self

    def sign_in(self, kind: str = "password", login_key: bytes | None = None) -> Any:
        key = self.login_keys[kind] if login_key is None else login_key
        body = {"kind": kind, "login_key": encode_base64(key), "username": self.username}
        response = self.send("POST", "session", body)
        if response.status_code == 200:
            self.token = response.json()["csrf_token"]
        return response

    def elsewhere(self) -> Member:
        """Return the same member with the same keys in another browser, not signed in."""
        other = replace(self, client=Client(enforce_csrf_checks=True), token="")
        other.identity = self.identity
        return other

    # --- statements ---------------------------------------------------------------------------

    def raw_statement(self, kind: str, items: list[Any], **changes: Any) -> bytes:
        """Return a statement's bytes after this member's head, unchecked."""
        fields = {
            "items": items,
            "prev": self.head,
            "seen": {"root": EMPTY_ROOT, "size": 0},
            "seq": self.seq + 1,
            "time": TIME,
            "type": kind,
            "user": self.user,
            "v": 1,
            **changes,
        }
        return canonical.encode(fields)

    def sign(self, kind: str, pairs: list[tuple[dict[str, Any], dict[str, str]]]) -> Signed:
        """Sign items with their companions, checked by the client's own builder."""
        items = [item for item, _ in pairs]
        data = build_statement(
            {
                "items": items,  # type: ignore[typeddict-item]
                "prev": self.head,
                "seen": {"root": EMPTY_ROOT, "size": 0},
                "seq": self.seq + 1,
                "time": TIME,
                "type": kind,
                "user": self.user,
            }
        )
        return self.signed(data, [companion for _, companion in pairs])

    def signed(self, data: bytes, companions: list[Any]) -> Signed:
        return Signed(
            data,
            {
                "items": companions,
                "signature": encode_base64(sign_statement(self.identity, data)),
                "statement": encode_base64(data),
            },
        )

    def post(self, *statements: Signed) -> Any:
        """Post statements; move the own head on when they were taken."""
        rows = [statement.body for statement in statements]
        response = self.send("POST", "statements", {"statements": rows})
        if response.status_code == 201:
            for row in response.json()["statements"]:
                if row["seq"] > self.seq:
                    self.seq, self.head = row["seq"], row["hash"]
        return response

    # --- files --------------------------------------------------------------------------------

    def draft(self, length: int = 5, **options: Any) -> Draft:
        """Make a version that is not uploaded yet, as make_draft does."""
        draft = make_draft(length, **options)
        draft.item["generation"] = self.generation
        return draft

    def send_blocks(self, draft: Draft) -> None:
        opened = self.send("POST", "uploads", {"length": draft.length, "version": draft.version})
        assert opened.status_code == 201, opened.content
        for index, block in enumerate(draft.blocks):
            response = self.put_block(draft.version, index, block)
            assert response.status_code == 201, response.content

    def sign_upload(self, *drafts: Draft) -> Signed:
        return self.sign("upload", [(draft.item, draft.companion) for draft in drafts])

    def upload(self, length: int = 5, **options: Any) -> Draft:
        """Upload and commit one version."""
        draft = self.draft(length, **options)
        self.send_blocks(draft)
        response = self.post(self.sign_upload(draft))
        assert response.status_code == 201, response.content
        return draft

    def label_pair(self, file: str, action: str = "rename") -> Any:
        label = make_bytes(284)
        item = {
            "action": action,
            "file": file,
            "generation": self.generation,
            "label": hash_of(label),
        }
        return item, {"label": encode_base64(label)}

    def make_folder(self) -> str:
        file = make_uuid()
        response = self.post(self.sign("label", [self.label_pair(file, "create")]))
        assert response.status_code == 201, response.content
        return file

    def delete(self, file: str, version: str = "") -> Any:
        return self.post(self.sign("delete", [({"file": file, "version": version}, {})]))

    def begin_download(self, *versions: str) -> Any:
        return self.send("POST", "downloads", {"versions": list(versions)})

    def get_block(self, version: str, index: int, capability: str) -> Any:
        path = f"versions/{version}/blocks/{index}"
        return self.get(path, **{"Coffer-Capability": capability})
