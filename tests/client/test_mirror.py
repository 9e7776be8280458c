"""The two cores are mirror images: modules, functions, arguments and their order, spec sections."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parents[2]
CORE = PROJECT / "static" / "js" / "core"
MODULES = sorted(path.stem for path in CORE.glob("*.js"))

# A structured clone loses an error's class between page and worker; Python has no such boundary.
JAVASCRIPT_ALONE = {"errors": {"to_wire", "from_wire"}}
# What the page keeps in a worker or a bundle is handed to the core; Python imports it. So is memory
# to write to, which costs nothing in Python.
INJECTED = {"passphrase": {"argon2id", "codec"}, "blocks": {"output"}}

# A function's JSDoc carries the names of its arguments also where the code takes them apart.
_FUNCTION = re.compile(r"/\*\*((?:(?!\*/).)*)\*/\s*export (?:async )?function (\w+)\(", re.DOTALL)
_EXPORTED = re.compile(r"^export (?:async )?function (\w+)", re.MULTILINE)
_CLASS = re.compile(r"^export class (\w+)(?: extends (\w+))?", re.MULTILINE)
_SPEC = re.compile(r"\(spec [^)]*\)")


@pytest.mark.parametrize("name", MODULES)
def test_functions_and_their_arguments_are_the_same(name: str) -> None:
    javascript = _javascript_functions(name)
    for alone in JAVASCRIPT_ALONE.get(name, ()):
        del javascript[alone]
    assert _python_functions(_module(name)) == javascript


@pytest.mark.parametrize("name", MODULES)
def test_both_name_the_same_sections_of_the_specification(name: str) -> None:
    ours = _SPEC.search(_module(name).__doc__ or "")
    theirs = _SPEC.search(_source(name).split("\n", 1)[0])
    assert ours
    assert theirs
    assert ours.group() == theirs.group()


@pytest.mark.parametrize("name", MODULES)
def test_each_names_the_other(name: str) -> None:
    if name != "errors":
        assert f"Mirror: static/js/core/{name}.js" in (_module(name).__doc__ or "")
        assert f"Mirror: vault/client/{name}.py" in _source(name).split("\n", 1)[0]


def test_error_classes_are_the_same() -> None:
    errors = _module("errors")
    classes = {
        name: value.__base__.__name__
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, errors.CofferError)
    }
    expected = {
        name: {"Error": "Exception"}.get(base, base)
        for name, base in _CLASS.findall(_source("errors"))
    }
    assert classes == expected


def test_error_codes_are_the_same() -> None:
    errors = _module("errors")
    ours = {
        name: sorted(value.codes)
        for name, value in vars(errors).items()
        if inspect.isclass(value) and getattr(value, "codes", None)
    }
    theirs = {}
    for declaration in _source("errors").split("export class ")[1:]:
        codes = re.search(r"static codes = \[([^\]]*)\]", declaration)
        if codes:
            theirs[declaration.split()[0]] = sorted(re.findall(r'"(\w+)"', codes.group(1)))
    assert ours == theirs


def test_every_code_stands_in_the_specification() -> None:
    spec = (PROJECT / "docs" / "spec.md").read_text(encoding="utf-8")
    table = spec[spec.index("## 8. Errors") :]
    rows = re.findall(r"^\| (`[^|]*) \| (\w+Error) \|", table, re.MULTILINE)
    named = {code: owner for codes, owner in rows for code in re.findall(r"`(\w+)`", codes)}
    errors = _module("errors")
    assert named == {code: type(errors.from_code(code, "")).__name__ for code in named}
    assert len(named) == len(errors._OWNERS)


def _source(name: str) -> str:
    return (CORE / f"{name}.js").read_text(encoding="utf-8")


def _module(name: str) -> ModuleType:
    return import_module(f"vault.client.{name}")


def _javascript_functions(module: str) -> dict[str, list[str]]:
    source, injected = _source(module), INJECTED.get(module, set())
    documented = {
        _snake(name): [name for name in _documented_arguments(text) if name not in injected]
        for text, name in _FUNCTION.findall(source)
    }
    assert list(documented) == [_snake(name) for name in _EXPORTED.findall(source)]
    return documented


def _documented_arguments(text: str) -> list[str]:
    """Return the names that follow `@param {type}`; types nest braces."""
    names = []
    for part in text.split("@param ")[1:]:
        name = _after_braces(part).split()[0].strip("[]")
        names.append(("..." if part.startswith("{...") else "") + _snake(name))
    return names


def _after_braces(text: str) -> str:
    depth = 0
    for index, letter in enumerate(text):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if depth == 0:
            return text[index + 1 :]
    raise ValueError(text)


def _python_functions(module: ModuleType) -> dict[str, list[str]]:
    exported = getattr(module, "__all__", ())
    return {
        name: [
            ("..." if argument.kind is argument.VAR_POSITIONAL else "") + argument.name
            for argument in inspect.signature(value).parameters.values()
        ]
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and not name.startswith("_")
        and (value.__module__ == module.__name__ or name in exported)
    }


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: "_" + match.group().lower(), name)
