"""Every vector gets its verdict from the Python core; tests/js/vectors.test.js does the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from tests.client.procedures import PROCEDURES
from tests.vectors.case import decode_value, encode_value
from tests.vectors.generate import committed, render
from vault.client.errors import CofferError

MODULES = (
    "bytes",
    "canonical",
    "padding",
    "primitives",
    "signatures",
    "oaep",
    "blocks",
    "merkle",
    "passphrase",
    "wraps",
    "labels",
    "filenames",
    "manifest",
    "metadata",
    "slots",
    "keyring",
    "statements",
    "directory",
    "served",
)
VECTORS = committed()


@pytest.mark.parametrize("name", VECTORS)
def test_vector_gets_its_verdict(name: str) -> None:
    vector = json.loads(VECTORS[name])
    released = hashlib.sha256()
    call = _resolve(vector["call"], released.update)
    verdict, result = "ok", None
    try:
        result = call(*decode_value(vector["arguments"]))
    except CofferError as error:
        verdict = error.code
    assert verdict == vector["expect"]
    if "result" in vector:
        assert encode_value(result) == encode_value(decode_value(vector["result"]))
    if "released" in vector:
        assert released.hexdigest() == vector["released"]


def test_generator_gives_the_committed_vectors() -> None:
    assert render() == VECTORS


def test_every_kind_has_accepted_and_refused_vectors() -> None:
    verdicts: dict[str, set[bool]] = {}
    for name, text in VECTORS.items():
        accepted = json.loads(text)["expect"] == "ok"
        verdicts.setdefault(name.split("/")[0], set()).add(accepted)
    assert all(seen == {True, False} for seen in verdicts.values())


def _resolve(call: str, release: Callable[[bytes], None]) -> Callable[..., Any]:
    if call in PROCEDURES:
        procedure = PROCEDURES[call]
        return lambda *arguments: procedure(release, *arguments)
    for module in MODULES:
        function = getattr(import_module(f"vault.client.{module}"), call, None)
        if function is not None:
            return _with_params(function)
    raise LookupError(call)


def _with_params(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function FLOE's parameters as its own type, where a vector has them as an object."""
    from vault.client.floe import Params

    def convert(value: Any) -> Any:
        is_params = isinstance(value, dict) and value.keys() == set(Params._fields)
        return Params(**value) if is_params else value

    return lambda *arguments: function(*(convert(value) for value in arguments))
