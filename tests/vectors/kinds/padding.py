"""Padding: one padded form per value (spec §1)."""

from tests.vectors.case import Repeated, Vector, accepts, refuses


def make() -> dict[str, Vector]:
    """Return the vectors by name."""
    name = b"\x00\x00\x00\x03abc" + bytes(249)
    full = b"\x00\x00\x00\xfc" + b"a" * 252
    spilled = b"\x00\x00\x00\xfd" + b"a" * 253 + bytes(255)
    return {
        "empty": accepts("pad", b"", result=bytes(256)),
        "short": accepts("pad", b"abc", result=name),
        "exactly_256": accepts("pad", b"a" * 252, result=full),
        "one_byte_more": accepts("pad", b"a" * 253, result=spilled),
        "unpad_short": accepts("unpad", name, result=b"abc"),
        "unpad_exactly_256": accepts("unpad", full, result=b"a" * 252),
        "unpad_one_byte_more": accepts("unpad", spilled, result=b"a" * 253),
        "unpad_nothing": refuses("format", "unpad", b""),
        "unpad_3_bytes": refuses("format", "unpad", bytes(3)),
        "unpad_without_zeros": refuses("format", "unpad", b"\x00\x00\x00\x03abc"),
        "unpad_hidden_byte": refuses("format", "unpad", name[:-1] + b"\x01"),
        "unpad_hidden_byte_after_data": refuses("format", "unpad", name[:7] + b"\x01" + name[8:]),
        "unpad_more_than_needed": refuses("format", "unpad", name + bytes(256)),
        "unpad_less_than_needed": refuses("format", "unpad", full[:-4]),
        "unpad_length_beyond_end": refuses("format", "unpad", b"\x00\x00\x01\x00" + bytes(252)),
        "unpad_length_4_gib": refuses("format", "unpad", Repeated(b"\xff", 256)),
    }
