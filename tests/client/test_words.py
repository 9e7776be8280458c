"""What a person reads: a sentence a code, the page's own, inert names, sizes, times (spec §8)."""

from __future__ import annotations

import html
import re

import pytest

from tests.server import ROOT
from vault.client.errors import CofferError, TamperedError
from vault.client.figures import format_iso_time, format_size, format_time
from vault.client.messages import SENTENCES, sentence
from vault.client.refused import RefusedError
from vault.client.report import DONE, FAILED, TAMPERED, USAGE, Report
from vault.client.text import inert

_PAGE = (ROOT / "templates/includes/errors.html").read_text(encoding="utf-8")
_ON_PAGE = {
    code: html.unescape(words)
    for code, words in re.findall(
        r'<template id="error-(\w+)">\{% translate "([^"]+)" %\}</template>', _PAGE
    )
}
# What is different without a browser, a list to reload, or a page that asks.
_WORDED_ANEW = {
    "capability_invalid",
    "file_changed",
    "file_unreadable",
    "format",
    "log_fork",
    "not_authenticated",
    "not_found",
    "password_required",
    "tampered_rollback",
}


def _codes_of_the_specification() -> set[str]:
    section = (ROOT / "docs/spec.md").read_text(encoding="utf-8").partition("## 8.")[2]
    rows = re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE)
    return {code for row in rows for code in re.findall(r"`(\w+)`", row)}


def test_every_code_of_the_specification_has_a_sentence() -> None:
    codes = _codes_of_the_specification()
    assert len(codes) > 15
    assert codes <= SENTENCES.keys()


def test_every_code_that_the_client_raises_has_a_sentence() -> None:
    raised: set[str] = set()
    for path in (ROOT / "vault/client").glob("*.py"):
        raised |= set(re.findall(r'RefusedError\(\s*"(\w+)"', path.read_text(encoding="utf-8")))
    assert len(raised) > 15
    assert raised <= SENTENCES.keys()


def test_sentences_are_those_of_the_page() -> None:
    both = _ON_PAGE.keys() & SENTENCES.keys()
    assert len(both) > 25
    different = {code for code in both if SENTENCES[code] != _ON_PAGE[code]}
    assert different <= _WORDED_ANEW


@pytest.mark.parametrize("code", SENTENCES)
def test_sentences_are_single_and_closed(code: str) -> None:
    words = SENTENCES[code]
    assert words.endswith(".")
    assert not re.search(r"\. [A-Z]", words)


def test_subject_of_an_error_is_inert() -> None:
    told = sentence(RefusedError("name_unknown", "\x1b[2Jfile"))
    assert told == "There is no \ufffd[2Jfile here; ls shows what there is."


def test_unknown_code_is_told_as_it_is() -> None:
    assert "some_new_code" in sentence(RefusedError("some_new_code"))


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ([], DONE),
        ([RefusedError("file_exists", "x")], FAILED),
        ([RefusedError("server_required")], USAGE),
        ([TamperedError("tampered_content", "x"), RefusedError("file_exists", "x")], TAMPERED),
        ([RefusedError("file_exists", "x"), TamperedError("tampered_wrap", "x")], TAMPERED),
    ],
)
def test_exit_code_is_that_of_the_worst(
    errors: list[CofferError], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    report = Report(as_json=False)
    report.errors.extend(errors)
    assert report.close() == code
    assert len(capsys.readouterr().err.splitlines()) == len(errors)


@pytest.mark.parametrize(
    "text", ["\x1b[31m", "a\nb", "a\rb", "\x9b1m", "a\u202eb", "\u2066", "\u2028", "\ud800", "\x00"]
)
def test_what_could_move_or_reverse_text_is_replaced(text: str) -> None:
    shown = inert(text)
    assert len(shown) == len(text)
    assert "\ufffd" in shown
    assert shown.isprintable()


@pytest.mark.parametrize("text", ["Grüße", "👩‍👩‍👧", "日本語", "می‌خواهم", "a b"])
def test_names_of_all_languages_stay(text: str) -> None:
    assert inert(text) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (9949, "9.9 kB"),
        (9950, "10 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (10_737_418_240, "11 GB"),
        (2**53 - 1, "9.0 PB"),
    ],
)
def test_sizes(size: int, text: str) -> None:
    assert format_size(size) == text


def test_times_are_never_too_late_to_tell() -> None:
    assert format_iso_time(0) == "1970-01-01T00:00:00.000Z"
    assert format_iso_time(1_234_567_890_123) == "2009-02-13T23:31:30.123Z"
    assert format_iso_time(2**53 - 1) == "9999-12-31T23:59:59.999Z"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", format_time(2**53 - 1))
