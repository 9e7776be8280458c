"""Every operation that takes JSON, with a body that it accepts: what the tests then spoil."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.vault.drafts import make_bytes, make_uuid
from tests.vault.member import Member
from tests.vault.renewal import Renewal
from vault.client.bytes import encode_base64

# The way to a value inside a body: keys and positions.
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Operation:
    """Method, path and accepted status; `make` returns a body that the member may send."""

    method: str
    path: str
    status: int
    make: Callable[[Member], dict[str, Any]]

    def send(self, member: Member, body: Any, **headers: str) -> Any:
        return member.send(self.method, self.path, body, **headers)


def _sign_in(member: Member) -> dict[str, Any]:
    key = encode_base64(member.login_keys["password"])
    return {"kind": "password", "login_key": key, "username": member.username}


def _keyring(_member: Member) -> dict[str, Any]:
    return {"revision": 2, "sealed": encode_base64(make_bytes(284))}


def _download(member: Member) -> dict[str, Any]:
    return {"versions": [member.upload().version]}


def _label(member: Member) -> dict[str, Any]:
    folder = member.label_pair(make_uuid(), "create")
    return {"statements": [member.sign("label", [folder]).body]}


def _upload(member: Member) -> dict[str, Any]:
    draft = member.draft(thumbnail=300)
    member.send_blocks(draft)
    return {"statements": [member.sign_upload(draft).body]}


def _delete(member: Member) -> dict[str, Any]:
    file = member.upload().file
    return {"statements": [member.sign("delete", [({"file": file, "version": ""}, {})]).body]}


def _change_password(member: Member) -> dict[str, Any]:
    return {"statements": [signed.body for signed in Renewal(member).both()]}


def _confirm(member: Member) -> dict[str, Any]:
    return {"kind": "password", "login_key": encode_base64(member.login_keys["password"])}


OPERATIONS = {
    "kdf": Operation(
        "POST", "session/kdf", 200, lambda it: {"kind": "password", "username": it.username}
    ),
    "sign_in": Operation("POST", "session", 200, _sign_in),
    "confirm": Operation("POST", "session/confirm", 204, _confirm),
    "sign_up": Operation("POST", "accounts", 201, lambda _: Member("newcomer").registration()),
    "save_keyring": Operation("PUT", "keyring", 200, _keyring),
    "open_upload": Operation(
        "POST", "uploads", 201, lambda _: {"length": 5, "version": make_uuid()}
    ),
    "begin_download": Operation("POST", "downloads", 200, _download),
    "post_label": Operation("POST", "statements", 201, _label),
    "post_upload": Operation("POST", "statements", 201, _upload),
    "post_delete": Operation("POST", "statements", 201, _delete),
    "change_password": Operation("POST", "statements", 201, _change_password),
}


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the way to every value inside a JSON value, the outermost first."""
    yield path
    steps = enumerate(value) if isinstance(value, list) else ()
    for step, inner in value.items() if isinstance(value, dict) else steps:
        yield from paths(inner, (*path, step))


def find(value: Any, path: Path) -> Any:
    """Return what stands at a path."""
    for step in path:
        value = value[step]
    return value


def replaced(body: Any, path: Path, value: Any) -> Any:
    """Return a body with another value at a path."""
    if not path:
        return value
    spoiled = copy.deepcopy(body)
    find(spoiled, path[:-1])[path[-1]] = value
    return spoiled


def encoded(body: Any) -> bytes:
    """Return JSON bytes, NaN and lone surrogates too: the server's parser is what is tested."""
    return json.dumps(body).encode()
