"""FLOE, random-access authenticated encryption (spec §3.1; C2SP FLOE; ePrint 2025/2275).

Mirror: static/js/core/floe.js.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault.client.bytes import decode_u32, encode_u32, encode_u64, equal
from vault.client.errors import FormatError, TamperedError
from vault.client.primitives import import_aead_key, make_random


class Params(NamedTuple):
    """What FLOE leaves open; Coffer uses one set, the published test vectors need others.

    The length of an encrypted segment in bytes, and how many low bits of the counter share one
    AES key.
    """

    enc_seg_len: int
    rotation_mask: int


COFFER = Params(enc_seg_len=524288, rotation_mask=20)
HEADER_LENGTH = 74
SEGMENT_OVERHEAD = 32
"""Bytes that sealing adds to a segment: length, nonce, tag."""

_KEY_LENGTH = 32
_IV_LENGTH = 32
_HEADER_TAG_LENGTH = 32
_PREFIX_LENGTH = 4
_NONCE_LENGTH = 12
_NOT_FINAL = 0xFFFFFFFF
_MAX_SEGMENTS = 2**40
# AES-GCM-256 and HKDF-EXPAND-SHA-384 in PARAM_ENCODE.
_ALGORITHMS = bytes(2)


@dataclass(frozen=True)
class State:
    """What seals and opens segments of one version; good for any number of threads."""

    message_key: bytes = field(repr=False)
    iv: bytes
    aad: bytes
    params: Params
    _segment_keys: dict[int, AESGCM] = field(default_factory=dict, repr=False)


class Start(NamedTuple):
    """The 74-byte header of a new ciphertext and what seals its segments."""

    header: bytes
    state: State


def start_seal(key: bytes, aad: bytes, params: Params = COFFER) -> Start:
    """startEncryption of FLOE; `key` is the DEK. FormatError unless that is 32 bytes."""
    iv = make_random(_IV_LENGTH)
    header_tag, state = _derive_start(key, aad, iv, params)
    return Start(_encode_params(params) + iv + header_tag, state)


def start_open(key: bytes, aad: bytes, header: bytes, params: Params = COFFER) -> State:
    """startDecryption of FLOE; `key` is the DEK.

    Raises FormatError for a key or header of another length or other parameters, TamperedError
    `tampered_content` if the header does not belong to this key and AAD.
    """
    encoded = _encode_params(params)
    # The parameters are never taken from the header: whoever stores it would choose the segment
    # length.
    if len(header) != HEADER_LENGTH or header[: len(encoded)] != encoded:
        raise FormatError("format", "floe: header of another length or with other parameters")
    iv = header[len(encoded) : len(encoded) + _IV_LENGTH]
    header_tag, state = _derive_start(key, aad, iv, params)
    # The tag commits to the key: no ciphertext opens under two DEKs.
    if not equal(header_tag, header[-_HEADER_TAG_LENGTH:]):
        raise TamperedError("tampered_content", "floe: header tag")
    return state


def seal_segment(
    state: State, counter: int, plaintext: bytes | memoryview, is_final: bool
) -> bytes:
    """encryptSegment of FLOE; the result is 32 bytes longer.

    `counter` is the position from 0; the plaintext is full unless final. A position may be sealed
    again: its nonce is fresh each time. Raises FormatError for a length or position that cannot be.
    """
    segment = bytearray(len(plaintext) + SEGMENT_OVERHEAD)
    seal_segment_into(state, counter, plaintext, is_final, memoryview(segment))
    return bytes(segment)


def open_segment(state: State, counter: int, segment: bytes | memoryview, is_final: bool) -> bytes:
    """decryptSegment of FLOE.

    Raises FormatError for a position that cannot be, TamperedError `tampered_content` if this is
    not the segment of this version at this position.
    """
    highest = state.params.enc_seg_len
    lowest, prefix = (SEGMENT_OVERHEAD, len(segment)) if is_final else (highest, _NOT_FINAL)
    # Truncated, extended, or a final segment where another is due: no key is tried on it.
    if (
        not lowest <= len(segment) <= highest
        or decode_u32(bytes(segment[:_PREFIX_LENGTH])) != prefix
    ):
        raise TamperedError("tampered_content", "floe: segment of another shape")
    key = _derive_segment_key(state, counter, is_final)
    nonce = segment[_PREFIX_LENGTH : _PREFIX_LENGTH + _NONCE_LENGTH]
    body = segment[_PREFIX_LENGTH + _NONCE_LENGTH :]
    try:
        return key.decrypt(nonce, body, _segment_aad(counter, is_final))
    except InvalidTag as cause:
        # Flipped, moved, doubled, or spliced from another version: position and finality are in
        # the AAD, the rest in the key.
        raise TamperedError("tampered_content", "floe: segment does not open") from cause


def seal_segment_into(
    state: State, counter: int, plaintext: bytes | memoryview, is_final: bool, output: memoryview
) -> None:
    """seal_segment into a place of its own, 32 bytes longer: many segments fill one buffer."""
    full = state.params.enc_seg_len - SEGMENT_OVERHEAD
    if len(plaintext) > full or (len(plaintext) < full and not is_final):
        raise FormatError("format", "floe: segment of another length")
    key = _derive_segment_key(state, counter, is_final)
    nonce = make_random(_NONCE_LENGTH)
    output[:_PREFIX_LENGTH] = encode_u32(len(output) if is_final else _NOT_FINAL)
    output[_PREFIX_LENGTH : _PREFIX_LENGTH + _NONCE_LENGTH] = nonce
    body = output[_PREFIX_LENGTH + _NONCE_LENGTH :]
    key.encrypt_into(nonce, plaintext, _segment_aad(counter, is_final), body)


def _encode_params(params: Params) -> bytes:
    """PARAM_ENCODE of FLOE."""
    return _ALGORITHMS + encode_u32(params.enc_seg_len) + encode_u32(_IV_LENGTH)


def _derive_start(key: bytes, aad: bytes, iv: bytes, params: Params) -> tuple[bytes, State]:
    if len(key) != _KEY_LENGTH:
        raise FormatError("format", "floe: a key is 32 bytes")
    header_tag = _floe_kdf(key, iv, aad, params, b"HEADER_TAG:")[:_HEADER_TAG_LENGTH]
    message_key = _floe_kdf(key, iv, aad, params, b"MESSAGE_KEY:")
    return header_tag, State(message_key, iv, aad, params)


def _derive_segment_key(state: State, counter: int, is_final: bool) -> AESGCM:
    """DERIVE_KEY of FLOE: one AES key for 2^rotation_mask segments in a row."""
    if not 0 <= counter < (_MAX_SEGMENTS if is_final else _MAX_SEGMENTS - 1):
        raise FormatError("format", "floe: position out of range")
    first = counter >> state.params.rotation_mask << state.params.rotation_mask
    key = state._segment_keys.get(first)
    if key is None:
        purpose = b"DEK:" + encode_u64(first)
        raw = _floe_kdf(state.message_key, state.iv, state.aad, state.params, purpose)
        key = import_aead_key(raw[:_KEY_LENGTH])
        state._segment_keys[first] = key
    return key


def _floe_kdf(key: bytes, iv: bytes, aad: bytes, params: Params, purpose: bytes) -> bytes:
    """FLOE_KDF, 48 bytes: HKDF-Expand (RFC 5869) for one block of output."""
    return hmac.digest(key, _encode_params(params) + iv + purpose + aad + b"\x01", "sha384")


def _segment_aad(counter: int, is_final: bool) -> bytes:
    return encode_u64(counter) + bytes([is_final])
