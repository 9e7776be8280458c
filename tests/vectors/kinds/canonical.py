"""Canonical JSON: one value has one byte form, and nothing else is read (spec §1)."""

from typing import Any

from tests.vectors.case import Repeated, Vector, accepts, refuses


def make() -> dict[str, Vector]:
    """Return the vectors by name."""
    return _accepted() | _refused() | _not_encoded()


def _accepted() -> dict[str, Vector]:
    texts = {
        "sorted_keys": ('{"_":1,"a":{},"a_b":[],"aa":""}', {"_": 1, "a": {}, "a_b": [], "aa": ""}),
        "every_type": ('[true,false,0,9007199254740991,"x"]', [True, False, 0, 2**53 - 1, "x"]),
        "shortest_escapes": (
            '["\\b\\t\\n\\f\\r\\"\\\\/\\u0000\\u001f\x7f"]',
            ['\b\t\n\f\r"\\/\0\x1f\x7f'],
        ),
        "text_beyond_ascii": ('["é\u2028𝄞\ufffe"]', ["é\u2028𝄞\ufffe"]),
        "nesting_16": ("[" * 16 + "]" * 16, _nested(16)),
        "lone_integer": ("7", 7),
        "prototype_key": ('{"__proto__":{"v":1}}', None),
    }
    return {
        f"decode_{name}": accepts("decode_json", text.encode(), result=value)
        for name, (text, value) in texts.items()
    } | {
        f"encode_{name}": accepts("encode_json", value, result=text.encode())
        for name, (text, value) in texts.items()
        if value is not None
    }


def _refused() -> dict[str, Vector]:
    texts: dict[str, str | bytes | Repeated] = {
        "duplicate_key": '{"a":1,"a":1}',
        "duplicate_key_with_another_value": '{"a":1,"a":2}',
        "unsorted_keys": '{"b":1,"a":1}',
        "white_space": '{"a": 1}',
        "trailing_new_line": '{"a":1}\n',
        "trailing_garbage": '{"a":1}{',
        "byte_order_mark": '\ufeff{"a":1}',
        "float": "[1.0]",
        "fraction": "[1.5]",
        "exponent": "[1e2]",
        "negative": "[-1]",
        "negative_zero": "[-0]",
        "leading_zero": "[01]",
        "integer_2_53": "[9007199254740992]",
        "integer_of_5000_digits": "[" + "1" * 5000 + "]",
        "not_a_number": "[NaN]",
        "infinity": "[Infinity]",
        "null": '{"a":null}',
        "upper_case_key": '{"A":1}',
        "digit_in_key": '{"a1":1}',
        "empty_key": '{"":1}',
        "key_beyond_ascii": '{"é":1}',
        "escaped_key": '{"\\u0061":1}',
        "escaped_letter": '["\\u0061"]',
        "escaped_slash": '["\\/"]',
        "escape_in_upper_case": '["\\u001F"]',
        "long_escape_of_new_line": '["\\u000a"]',
        "bare_control_character": '["\x01"]',
        "lone_surrogate": '["\\ud800"]',
        "escaped_surrogate_pair": '["\\ud834\\udd1e"]',
        "comment": "[1]/**/",
        "trailing_comma": "[1,]",
        "single_quotes": "['a']",
        "nesting_17": "[" * 17 + "]" * 17,
        "nesting_of_objects_17": '{"a":' * 17 + "1" + "}" * 17,
        "nesting_100000": Repeated(b"[", 100_000),
        "unclosed": "[",
        "empty": "",
        "not_utf8": b'["\xff"]',
    }
    return {
        f"decode_{name}": refuses(
            "format", "decode_json", text.encode() if isinstance(text, str) else text
        )
        for name, text in texts.items()
    }


def _not_encoded() -> dict[str, Vector]:
    values: dict[str, Any] = {
        "negative": -1,
        "integer_2_53": 2**53,
        "fraction": 0.5,
        "null": None,
        "null_within": {"a": None},
        "upper_case_key": {"A": 1},
        "lone_surrogate": "\udfff",
        "nesting_17": _nested(17),
    }
    return {
        f"encode_refused_{name}": refuses("format", "encode_json", value)
        for name, value in values.items()
    }


def _nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value
