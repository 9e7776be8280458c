"""Names made to attack whoever shows or saves them, and what must become of them (spec §4)."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.victim import unlocked
from tests.client.person import Person
from vault.client.changes import upload_changes
from vault.client.filenames import safe_file_name
from vault.client.primitives import make_uuid
from vault.client.progress import SilentMeter
from vault.client.upload import Source, Uploader

NAMES = {
    "markup": '<img src=x onerror="window.attacked=1"><script>window.attacked=1</script>.txt',
    "template": "{{7*7}}${7*7}<%= 7*7 %>.txt",
    "address": "javascript:window.attacked=1",
    "attribute": '" onmouseover="window.attacked=1" x="',
    "direction": "invoice\u202etxt.exe",
    "lines": "letter.txt\r\nSet-Cookie: attacked=1\r\n\r\n<b>",
    "escape": "letter\x1b]0;attacked\x07\x1b[2J.txt",
    "parents": "../../../../tmp/attacked.txt",
    "absolute": "/etc/cron.d/attacked",
    "windows": "..\\..\\attacked.bat",
    "prototype": "__proto__",
    "constructor": "constructor",
    "device": "CON.txt",
    "hidden": ".bashrc",
    "argument": "-rf",
    "nothing to see": "\u200b\u2060",
    "longest": "n" * 1_020 + ".txt",
}


def safe(key: str) -> str:
    """Return the name it is saved under."""
    return safe_file_name(NAMES[key])


def store_names(person: Person, folder: Path) -> None:
    """Have a hostile client of the member's store a file under each name; its content is the key.

    A server cannot make a label. Whoever shares a folder, or syncs a hostile disk, can.
    """
    sources = []
    for key, name in NAMES.items():
        (folder / key).write_text(key)
        sources.append(Source(folder / key, name, make_uuid()))
    with unlocked(person) as vault:
        uploads = Uploader(vault.api, SilentMeter()).send(sources, [])
        vault.commit("upload", lambda: upload_changes(vault, uploads))
