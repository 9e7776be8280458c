"""Write every vector: `python -m tests.vectors.generate`; each module in kinds/ makes one folder.

The output is committed and depends on nothing but this code; a test runs it again and finds no
difference. Vectors of version 1 stay for ever: a new rule adds files, it does not change them.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from tests.vectors.case import Vector

FOLDER = Path(__file__).resolve().parent


def kinds() -> list[str]:
    """Return the names of all kinds."""
    return sorted(module.name for module in iter_modules([str(FOLDER / "kinds")]))


def render() -> dict[str, str]:
    """Return the text of every file by its path relative to this folder."""
    return {
        f"{kind}/{name}.json": json.dumps(vector, indent=1) + "\n"
        for kind in kinds()
        for name, vector in _make(kind).items()
    }


def committed() -> dict[str, str]:
    """Return the text of every file that is there."""
    return {
        str(path.relative_to(FOLDER)): path.read_text(encoding="utf-8")
        for path in sorted(FOLDER.glob("*/*.json"))
    }


def main() -> None:
    """Replace the files."""
    rendered = render()
    for name in committed():
        (FOLDER / name).unlink()
    for name, text in rendered.items():
        path = FOLDER / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _make(kind: str) -> dict[str, Vector]:
    vectors: dict[str, Vector] = import_module(f"tests.vectors.kinds.{kind}").make()
    return vectors


if __name__ == "__main__":
    main()
