"""Labels: a name opens for its person and file alone, and is inert text everywhere (spec §4)."""

from typing import Any

from tests.vectors.case import Repeated, Vector, accepts, refuses, stream
from tests.vectors.vault import (
    FILE,
    FOLDER,
    OTHER_FILE,
    OWNER_ID,
    RECIPIENT_ID,
    changed,
    seal,
    seal_json,
)
from vault.client.bytes import decode_uuid
from vault.client.canonical import encode_json
from vault.client.hashes import hash_of
from vault.client.padding import pad

KEY = stream("label key 1", 32)
PURPOSE = "coffer/v1/label"
LABEL: dict[str, Any] = {
    "folder": FOLDER,
    "modified": 1_700_000_000_000,
    "name": "Überblick.pdf",
    "size": 1_234,
    "trashed": 0,
    "type": "application/pdf",
    "v": 1,
}
# Names made to attack a page, a terminal, a header, a disk.
HOSTILE = {
    "markup": "<img src=x onerror=alert(1)>.html",
    "script_url": "javascript:alert(1)",
    "right_to_left": "invoice\u202egnp.exe",
    "line_breaks": "a\r\nSet-Cookie: b",
    "parent_folder": "../../etc/passwd",
    "prototype": "__proto__",
    "nul": "photo.png\x00.exe",
    "template": "{{constructor}}${7*7}",
}


def make() -> dict[str, Vector]:
    """Return the vectors by name; open_label takes the label key as bytes."""
    return _accepted() | _place() | _padding() | _fields() | _file_names() | _seal()


def _accepted() -> dict[str, Vector]:
    folder = changed(LABEL, folder="", name="Photos", size=0, type="folder")
    longest = changed(LABEL, name="n" * 1_024, type="t" * 255)
    labels = {"file": LABEL, "folder": folder, "longest": longest} | {
        f"name_of_{name}": changed(LABEL, name=text) for name, text in HOSTILE.items()
    }
    return {"hash": accepts("label_hash", b"sealed", result=hash_of(b"sealed"))} | {
        f"open_{name}": accepts("open_label", KEY, OWNER_ID, FILE, _sealed(label), result=label)
        for name, label in labels.items()
    }


def _place() -> dict[str, Vector]:
    sealed = _sealed(LABEL)
    parts = (decode_uuid(OWNER_ID), decode_uuid(FILE))
    refused = {
        "of_other_person": (KEY, RECIPIENT_ID, FILE, sealed),
        "of_other_file": (KEY, OWNER_ID, OTHER_FILE, sealed),
        "person_and_file_swapped": (KEY, FILE, OWNER_ID, sealed),
        "under_other_key": (stream("label key 2", 32), OWNER_ID, FILE, sealed),
        "of_other_purpose": (
            (KEY, OWNER_ID, FILE, seal_json("label", KEY, "coffer/v1/cache", parts, LABEL))
        ),
        "extended": (KEY, OWNER_ID, FILE, sealed + b"\x00"),
        "empty": (KEY, OWNER_ID, FILE, b""),
        "oversize": (KEY, OWNER_ID, FILE, _sealed(changed(LABEL, name="\x01" * 400))),
    }
    return {
        f"label_{name}": refuses("tampered_label", "open_label", *arguments)
        for name, arguments in refused.items()
    } | {
        "label_each_byte_flipped_and_each_cut": accepts(
            "label_verdicts", KEY, OWNER_ID, FILE, sealed, result=["tampered_label"]
        ),
    }


def _padding() -> dict[str, Vector]:
    good = pad(encode_json(LABEL))
    length = int.from_bytes(good[:4], "big")
    refused = {
        "not_zero": good[:-1] + b"\x01",
        "longer_than_needed": good + bytes(256),
        "not_a_multiple": good + b"\x00",
        "length_beyond": (1_000).to_bytes(4, "big") + good[4:],
        "length_zero": bytes(4) + good[4:],
        "missing": encode_json(LABEL),
        "nothing_at_all": b"",
        "length_one_short": (length - 1).to_bytes(4, "big") + good[4:],
    }
    parts = (decode_uuid(OWNER_ID), decode_uuid(FILE))
    return {
        f"padding_{name}": refuses(
            "format", "open_label", KEY, OWNER_ID, FILE, seal(name, KEY, PURPOSE, parts, data)
        )
        for name, data in refused.items()
    }


def _fields() -> dict[str, Vector]:
    text = encode_json(LABEL)
    refused: dict[str, object] = {
        "field_unknown": {**LABEL, "colour": "red"},
        "field_missing": changed(LABEL, trashed=None),
        "version_2": changed(LABEL, v=2),
        "version_0": changed(LABEL, v=0),
        "version_true": changed(LABEL, v=True),
        "version_text": changed(LABEL, v="1"),
        "name_empty": changed(LABEL, name=""),
        "name_1025_bytes": changed(LABEL, name="ü" * 512 + "n"),
        "name_number": changed(LABEL, name=1),
        "type_256_bytes": changed(LABEL, type="t" * 256),
        "folder_malformed": changed(LABEL, folder=FOLDER.upper()),
        "folder_boolean": changed(LABEL, folder=False),
        "size_text": changed(LABEL, size="1"),
        "trashed_boolean": changed(LABEL, trashed=False),
        "size_negative": text.replace(b'"size":1234', b'"size":-1'),
        "size_fraction": text.replace(b'"size":1234', b'"size":1.5'),
        "size_2_53": text.replace(b'"size":1234', b'"size":9007199254740992'),
        "size_null": text.replace(b'"size":1234', b'"size":null'),
        "white_space": text.replace(b",", b", "),
        "key_twice": text.replace(b'"size":1234', b'"size":1234,"size":1234'),
        "key_prototype": text.replace(b'"size":1234', b'"__proto__":{},"size":1234'),
        "keys_out_of_order": b'{"v":1,' + text[1:-7] + b"}",
        "lone_surrogate": text.replace(b"berblick", b"\\ud800"),
        "array": [LABEL],
        "no_json": b"label",
        "empty": b"",
    }
    return {
        name: refuses("format", "open_label", KEY, OWNER_ID, FILE, _sealed(value))
        for name, value in refused.items()
    }


def _file_names() -> dict[str, Vector]:
    names = {
        "plain": ("report.pdf", "report.pdf"),
        "other_scripts": ("отчёт 報告 תקציר.txt", "отчёт 報告 תקציר.txt"),
        "emoji": ("👩\u200d👩\u200d👧.png", "👩\u200d👩\u200d👧.png"),
        "markup": (HOSTILE["markup"], "_img src=x onerror=alert(1)_.html"),
        "script_url": (HOSTILE["script_url"], "javascript_alert(1)"),
        "right_to_left": (HOSTILE["right_to_left"], "invoice_gnp.exe"),
        "isolates": ("a\u2066b\u2067c\u2068d\u2069.txt", "a_b_c_d_.txt"),
        "line_breaks": (HOSTILE["line_breaks"], "a__Set-Cookie_ b"),
        "line_separators": ("a\u2028b\u2029c\u0085d", "a_b_c_d"),
        "escape_sequence": ("\x1b]0;title\x07.txt", "_]0;title_.txt"),
        "parent_folder": (HOSTILE["parent_folder"], "___.._etc_passwd"),
        "windows_path": ("C:\\Windows\\win.ini", "C__Windows_win.ini"),
        "alternate_stream": ("file.txt::$DATA", "file.txt__$DATA"),
        "prototype": ("__proto__", "__proto__"),
        "nul": (HOSTILE["nul"], "photo.png_.exe"),
        "zero_width": ("a\u200bb\ufeffc\u00add", "a_b_c_d"),
        "blank_filler": ("\u3164", "_"),
        "lone_surrogate": ("a\ud800b", "a_b"),
        "wildcards": ('a*b?c"d|e<f>g', "a_b_c_d_e_f_g"),
        "dot": (".", "_"),
        "dots": ("..", "_"),
        "empty": ("", "_"),
        "spaces": ("   ", "_"),
        "hidden": (".bashrc", "_bashrc"),
        "leading_space": (" name", "_name"),
        "trailing_dots": ("name. . .", "name"),
        "device": ("CON", "_CON"),
        "device_with_extension": ("nul.tar.gz", "_nul.tar.gz"),
        "device_with_superscript": ("com¹.txt", "_com¹.txt"),
        "device_with_spaces": ("aux  .h", "_aux  .h"),
        "device_of_other_letters": ("ıpt1", "ıpt1"),
        "no_device": ("console", "console"),
        "device_after_cut": ("con" + " " * 300 + "x.txt", "_con.txt"),
        "255_bytes": ("n" * 251 + ".txt", "n" * 251 + ".txt"),
        "256_bytes": ("n" * 252 + ".txt", "n" * 251 + ".txt"),
        "cut_within_character": ("é" * 200 + ".jpeg", "é" * 125 + ".jpeg"),
        "cut_within_surrogate_pair": ("😀" * 100, "😀" * 63),
        "cut_at_space": ("n" * 250 + "    n.txt", "n" * 250 + ".txt"),
        "long_extension": ("n." + "x" * 300, "n." + "x" * 253),
    }
    return {
        f"file_name_{name}": accepts("safe_file_name", text, result=safe)
        for name, (text, safe) in names.items()
    } | {
        "file_name_1_mb": accepts(
            "safe_file_name_of_bytes", Repeated(b"n", 1_000_000), result="n" * 255
        ),
        "file_name_1_mb_of_dots": accepts(
            "safe_file_name_of_bytes", Repeated(b"..a", 333_334), result="__a" + "..a" * 83 + ".a"
        ),
        "file_name_1_mb_of_markup": accepts(
            "safe_file_name_of_bytes", Repeated(b"<b>", 333_334), result="_b_" * 85
        ),
    }


def _seal() -> dict[str, Vector]:
    refused = {
        "name_of_escapes": changed(LABEL, name="\x01" * 400),
        "name_empty": changed(LABEL, name=""),
        "name_1025_bytes": changed(LABEL, name="n" * 1_025),
        "name_lone_surrogate": changed(LABEL, name="\ud800"),
        "field_unknown": {**LABEL, "colour": "red"},
        "size_negative": changed(LABEL, size=-1),
    }
    return {"seal": accepts("seal_label", KEY, OWNER_ID, FILE, LABEL)} | {
        f"seal_{name}": refuses("format", "seal_label", KEY, OWNER_ID, FILE, label)
        for name, label in refused.items()
    }


def _sealed(value: object) -> bytes:
    parts = (decode_uuid(OWNER_ID), decode_uuid(FILE))
    return seal_json("label", KEY, PURPOSE, parts, value)
