"""The shapes of the server's answers, read strictly once, here at the edge (spec §1.3, §6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast

from audit.canonical import Json
from vault.client.canonical import (
    parse_bytes,
    parse_fields,
    parse_hash,
    parse_integer,
    parse_list,
    parse_text,
    parse_uuid,
)
from vault.client.directory import SignedStatement
from vault.client.errors import FormatError
from vault.client.served import ServedLabel, ServedVersion

_TOKEN = re.compile(r"[!-~]{0,8000}")


@dataclass(frozen=True)
class SessionInfo:
    """Who is signed in; `user` and `username` are "" for nobody."""

    csrf_token: str
    user: str
    username: str


@dataclass(frozen=True)
class Account:
    """`GET vault`: the head {seq, hash}, the sealed keyring and the slots, none of it checked."""

    head_seq: int
    head_hash: str
    revision: int
    keyring: bytes
    slots: list[Json]
    user: str
    username: str


class Download(ServedVersion):
    """What describes a version: `thumbnail` is empty when there is none."""

    digests: bytes
    metadata: bytes
    thumbnail: bytes


def parse_token(value: Json) -> str:
    """Read what is to be sent back as it is; FormatError unless it is visible ASCII and short."""
    text = parse_text(value)
    # A line break would begin another header; what no header can carry would end the program.
    if not _TOKEN.fullmatch(text):
        raise FormatError("format", "answer: a token of other characters")
    return text


def parse_session(answer: Json) -> SessionInfo:
    """Read the answer of `GET session`, `POST session` and `POST accounts`."""
    fields = parse_fields(
        answer, {"csrf_token": parse_token, "user": parse_text, "username": parse_text}
    )
    if fields["user"]:
        parse_uuid(fields["user"])
    return SessionInfo(**fields)


def parse_kdf(answer: Json) -> Json:
    """Read the answer of `POST session/kdf`; the value itself is passphrase.py's to judge."""
    return parse_fields(answer, {"kdf": _parse_any})["kdf"]  # type: ignore[no-any-return]


def parse_account(answer: Json) -> Account:
    """Read the answer of `GET vault`."""
    fields = parse_fields(
        answer,
        {
            "head": _parse_head,
            "keyring": _parse_keyring,
            "slots": lambda value: parse_list(value, _parse_any),
            "user": parse_uuid,
            "username": parse_text,
        },
    )
    head, keyring = fields["head"], fields["keyring"]
    return Account(
        head["seq"],
        head["hash"],
        keyring["revision"],
        keyring["sealed"],
        fields["slots"],
        fields["user"],
        fields["username"],
    )


def parse_statement(row: Json) -> tuple[int, SignedStatement]:
    """Read one result of `GET statements`: its seq, which is only an index, and what was signed."""
    fields = parse_fields(
        row,
        {
            "seq": parse_integer,
            "signature": lambda value: parse_bytes(value, 64),
            "statement": parse_bytes,
        },
    )
    return fields["seq"], {"signature": fields["signature"], "statement": fields["statement"]}


def parse_label(row: Json) -> ServedLabel:
    """Read one result of `GET labels`."""
    return cast("ServedLabel", parse_fields(row, _LABEL))


def parse_posted(answer: Json, statement_hash: str) -> None:
    """Read the answer to one posted statement; FormatError if it speaks of another one."""
    rows = parse_fields(answer, {"statements": lambda value: parse_list(value, _parse_posted_row)})
    hashes = [row["hash"] for row in rows["statements"]]
    if hashes != [statement_hash]:
        raise FormatError("format", "statements: an answer to something else")


def parse_downloads(answer: Json) -> tuple[str, list[Download]]:
    """Read the answer of `POST downloads`."""
    fields = parse_fields(
        answer,
        {"capability": parse_token, "versions": lambda value: parse_list(value, _parse_download)},
    )
    return fields["capability"], fields["versions"]


def _parse_download(value: Json) -> Download:
    return cast("Download", parse_fields(value, _DOWNLOAD))


def _parse_posted_row(value: Json) -> dict[str, Json]:
    return parse_fields(value, {"entry": parse_integer, "hash": parse_hash, "seq": parse_integer})


def _parse_head(value: Json) -> dict[str, Json]:
    return parse_fields(value, {"hash": parse_hash, "seq": parse_integer})


def _parse_keyring(value: Json) -> dict[str, Json]:
    return parse_fields(value, {"revision": parse_integer, "sealed": parse_bytes})


def _parse_any(value: Json) -> Json:
    return value


_LABEL: dict[str, Any] = {
    "file": parse_uuid,
    "generation": parse_integer,
    "label": parse_bytes,
}
_DOWNLOAD: dict[str, Any] = {
    "digests": parse_bytes,
    "file": parse_uuid,
    "generation": parse_integer,
    "manifest": parse_bytes,
    "metadata": parse_bytes,
    "thumbnail": parse_bytes,
    "version": parse_uuid,
    "wrap": parse_bytes,
}
