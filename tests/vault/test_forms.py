"""The strict readers: one form each (spec §1)."""

from __future__ import annotations

from typing import Any

import pytest

from vault import forms

UUID4 = "0b4cf2b9-5a39-4a0d-9d6e-4f4d5b6a7c80"


def test_reads_what_is_of_its_form() -> None:
    assert str(forms.read_uuid(UUID4)) == UUID4
    assert forms.read_bytes("") == b""
    assert forms.read_bytes("_-8") == b"\xff\xef"
    assert forms.read_integer(2**53 - 1) == 2**53 - 1
    assert forms.read_hash("0" * 64) == "0" * 64


@pytest.mark.parametrize(
    "text",
    [
        "_-8=",  # padding
        "_-9",  # unused bits set: a second text for the same bytes
        "+/8",  # the other alphabet
        "_- 8",
        "_-8\n",
        "A",  # impossible length
        "é",
        7,
        None,
    ],
)
def test_refuses_base64_in_another_form(text: Any) -> None:
    with pytest.raises(forms.FormError):
        forms.read_bytes(text)


@pytest.mark.parametrize(
    "text",
    [
        UUID4.upper(),
        UUID4.replace("-", ""),
        "{" + UUID4 + "}",
        "urn:uuid:" + UUID4,
        "0b4cf2b9-5a39-1a0d-9d6e-4f4d5b6a7c80",  # version 1
        "0b4cf2b9-5a39-4a0d-1d6e-4f4d5b6a7c80",  # another variant
        UUID4 + "\n",
        1,
    ],
)
def test_refuses_uuids_in_another_form(text: Any) -> None:
    with pytest.raises(forms.FormError):
        forms.read_uuid(text)


@pytest.mark.parametrize("value", [-1, 2**53, True, 1.0, "1", None])
def test_refuses_what_is_no_integer_of_json(value: Any) -> None:
    with pytest.raises(forms.FormError):
        forms.read_integer(value)


@pytest.mark.parametrize("value", ["A" * 64, "0" * 63, "0" * 65, "g" * 64, 0])
def test_refuses_hashes_in_another_form(value: Any) -> None:
    with pytest.raises(forms.FormError):
        forms.read_hash(value)


def test_true_is_not_the_version_1() -> None:
    assert forms.one_of(1)(1) == 1
    with pytest.raises(forms.FormError):
        forms.one_of(1)(True)


def test_an_error_names_the_field_by_its_path() -> None:
    readers = {"items": forms.list_of(lambda v: forms.read_object(v, {"n": forms.read_hash}), 1, 2)}
    with pytest.raises(forms.FormError, match=r"^items\.1\.n is not a hash"):
        forms.read_object({"items": [{"n": "0" * 64}, {"n": 1}]}, readers)
    with pytest.raises(forms.FormError, match=r"^items\.0 has an unknown field x"):
        forms.read_object({"items": [{"n": "0" * 64, "x": 1}]}, readers)
    with pytest.raises(forms.FormError, match=r"^lacks items"):
        forms.read_object({}, readers)


def test_longer_than_allowed_is_refused_before_it_is_decoded() -> None:
    # The text is no base64 at all, so a message about its length shows what was looked at first.
    with pytest.raises(forms.FormError, match="longer than 3 bytes"):
        forms.sized(3)("%" * 1_000_000)
