"""Untrusted names made harmless to look at (spec §4)."""

from __future__ import annotations

import unicodedata

# Joiners shape emoji and several scripts; alone among format characters they cannot reorder text.
_JOINERS = "\u200c\u200d"


def inert(text: str) -> str:
    """Replace whatever could move the cursor, colour the terminal, reverse or hide text.

    That is every control, format, surrogate, private and unassigned character and the line and
    paragraph separators: a name with an escape sequence could otherwise rewrite the screen.
    """
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in _JOINERS:
        return character
    category = unicodedata.category(character)
    return "\ufffd" if category[0] == "C" or category in ("Zl", "Zp") else character
