"""Encodings: each other spelling of the same bytes is refused (spec §1)."""

from tests.vectors.case import Vector, accepts, refuses

UUID = "0b8f1d5e-93c6-4a7b-8e21-6f0d4c3b2a19"
UUID_BYTES = bytes.fromhex(UUID.replace("-", ""))
LONE_SURROGATE = "\ud800"


def make() -> dict[str, Vector]:
    """Return the vectors by name."""
    return _base64() | _hex() | _uuid() | _text() | _integers()


def _base64() -> dict[str, Vector]:
    return {
        "base64_empty": accepts("decode_base64", "", result=b""),
        "base64_one": accepts("decode_base64", "_w", result=b"\xff"),
        "base64_two": accepts("decode_base64", "__4", result=b"\xff\xfe"),
        "base64_three": accepts("decode_base64", "-_-_", result=b"\xfb\xff\xbf"),
        "base64_encoded": accepts("encode_base64", b"\x00\x10\x83\xfb\xff", result="ABCD-_8"),
        "base64_padding": refuses("format", "decode_base64", "_w=="),
        "base64_white_space": refuses("format", "decode_base64", "__ 4"),
        "base64_new_line": refuses("format", "decode_base64", "__4\n"),
        "base64_standard_alphabet": refuses("format", "decode_base64", "+/+/"),
        "base64_trailing_bits": refuses("format", "decode_base64", "_x"),
        "base64_trailing_bits_of_two": refuses("format", "decode_base64", "__5"),
        "base64_lone_character": refuses("format", "decode_base64", "____A"),
        "base64_nul": refuses("format", "decode_base64", "\0\0\0\0"),
        "base64_letter_outside_ascii": refuses("format", "decode_base64", "ＡＡＡＡ"),
        "base64_other_length": refuses("format", "decode_base64", "____", 4),
    }


def _hex() -> dict[str, Vector]:
    return {
        "hex_decoded": accepts("decode_hex", "00ff", result=b"\x00\xff"),
        "hex_encoded": accepts("encode_hex", b"\x00\xff\x0a", result="00ff0a"),
        "hex_upper_case": refuses("format", "decode_hex", "00FF"),
        "hex_odd_digit": refuses("format", "decode_hex", "00f"),
        "hex_prefix": refuses("format", "decode_hex", "0xff"),
        "hex_white_space": refuses("format", "decode_hex", "00 ff"),
        "hex_new_line": refuses("format", "decode_hex", "00ff\n"),
        "hex_other_length": refuses("format", "decode_hex", "00" * 31, 32),
    }


def _uuid() -> dict[str, Vector]:
    return {
        "uuid_decoded": accepts("decode_uuid", UUID, result=UUID_BYTES),
        "uuid_encoded": accepts("encode_uuid", UUID_BYTES, result=UUID),
        "uuid_upper_case": refuses("format", "decode_uuid", UUID.upper()),
        "uuid_braces": refuses("format", "decode_uuid", f"{{{UUID}}}"),
        "uuid_without_hyphens": refuses("format", "decode_uuid", UUID.replace("-", "")),
        "uuid_version_1": refuses("format", "decode_uuid", UUID.replace("-4a7b", "-1a7b")),
        "uuid_variant": refuses("format", "decode_uuid", UUID.replace("-8e21", "-ce21")),
        "uuid_new_line": refuses("format", "decode_uuid", f"{UUID}\n"),
        "uuid_bytes_of_version_0": refuses("format", "encode_uuid", bytes(16)),
        "uuid_15_bytes": refuses("format", "encode_uuid", UUID_BYTES[:15]),
    }


def _text() -> dict[str, Vector]:
    return {
        "text_encoded": accepts("encode_utf8", "é𝄞", result=bytes.fromhex("c3a9f09d849e")),
        "text_byte_order_mark": accepts("decode_utf8", b"\xef\xbb\xbfa", result="\ufeffa"),
        "text_lone_surrogate": refuses("format", "encode_utf8", LONE_SURROGATE),
        "text_encoded_surrogate": refuses("format", "decode_utf8", b"\xed\xa0\x80"),
        "text_overlong": refuses("format", "decode_utf8", b"\xc0\xaf"),
        "text_cut_short": refuses("format", "decode_utf8", b"\xf0\x9d\x84"),
        "text_above_unicode": refuses("format", "decode_utf8", b"\xf4\x90\x80\x80"),
    }


def _integers() -> dict[str, Vector]:
    return {
        "u32_highest": accepts("encode_u32", 2**32 - 1, result=b"\xff\xff\xff\xff"),
        "u32_decoded": accepts("decode_u32", b"\x80\x00\x00\x01", result=2**31 + 1),
        "u32_too_high": refuses("format", "encode_u32", 2**32),
        "u32_negative": refuses("format", "encode_u32", -1),
        "u32_3_bytes": refuses("format", "decode_u32", bytes(3)),
        "u64_highest": accepts("encode_u64", 2**53 - 1, result=bytes.fromhex("001fffffffffffff")),
        "u64_decoded": accepts("decode_u64", bytes.fromhex("0000000100000002"), result=2**32 + 2),
        "u64_decoded_highest": accepts(
            "decode_u64", bytes.fromhex("001fffffffffffff"), result=2**53 - 1
        ),
        "u64_above_2_53": refuses("format", "decode_u64", bytes.fromhex("0020000000000000")),
        "u64_all_ones": refuses("format", "decode_u64", b"\xff" * 8),
        "u64_9_bytes": refuses("format", "decode_u64", bytes(9)),
    }
