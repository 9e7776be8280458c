"""Safe file names: where a label's name, which anyone may have chosen, meets a disk (spec §4).

Mirror: static/js/core/filenames.js, to the byte: no rule depends on a Unicode version or a locale.
"""

from __future__ import annotations

import re

from vault.client.bytes import encode_utf8

MAX_FILE_NAME = 255

_REPLACEMENT = "_"
_EDGES = ". "
_UNSAFE = re.compile(
    # C0, C1, DEL and line separators: a name of two lines forges headers and terminal output.
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029"
    # Separators, drive colons, wildcards, quotes: a name never becomes a path or a command.
    r'/\\:*?"<>|'
    # Direction controls: a name that ends in "exe" must not read as one that ends in "txt".
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    # What is not seen, or is no character: two names that look alike would be two files.
    r"\u00ad\u115f\u1160\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    r"\ufffe\uffff\ud800-\udfff]"
)
# Device names of Windows, with any extension.
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:\.|$)",
    re.IGNORECASE | re.ASCII,
)
# What is kept when a name is cut: a short extension, so that the file still opens.
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,16}$")


def safe_file_name(name: str) -> str:
    """Return a name of 1 to 255 bytes of UTF-8 under which a file may be saved on any system."""
    # Windows drops dots and spaces at the end, so that two names would be one file.
    kept = _UNSAFE.sub(_REPLACEMENT, name).rstrip(_EDGES)
    # A dot in front hides a file, or makes it the folder itself or the one above.
    bare = kept.lstrip(_EDGES)
    safe = _cut(_REPLACEMENT * (len(kept) - len(bare)) + bare)
    return _cut(_REPLACEMENT + safe) if safe == "" or _RESERVED.match(safe) else safe


def _cut(name: str) -> str:
    """Shorten the part before the extension until the name fits, never within a character."""
    if len(encode_utf8(name)) <= MAX_FILE_NAME:
        return name
    match = _EXTENSION.search(name)
    extension = match[0] if match else ""
    stem = encode_utf8(name)[: MAX_FILE_NAME - len(extension)].decode("utf-8", errors="ignore")
    return stem.rstrip(_EDGES) + extension
