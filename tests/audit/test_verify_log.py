"""`manage.py verify_log`: the sentence on stdout, progress on stderr, the result as exit code."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit import verification
from audit.models import Entry, Verification
from tests.audit.case import SIZE, fill_log, tamper

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _log(db: None) -> None:
    fill_log()


def run(*arguments: str) -> tuple[str | int | None, str, str]:
    """Return exit code, stdout and stderr of the command."""
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_log", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        code = end.code
    else:
        code = 0
    return code, out.getvalue(), err.getvalue()


def break_entry(seq: int) -> None:
    tamper("UPDATE audit_entry SET prev_hash = '' WHERE seq = %s", seq)


def test_a_whole_chain_is_exit_code_0() -> None:
    assert run() == (0, f"Chain verified: {SIZE} entries\n", f"{SIZE} of {SIZE}\n")


def test_a_broken_chain_is_exit_code_1() -> None:
    break_entry(7)
    code, out, _err = run()
    assert code == 1
    assert out == (
        "Chain broken at entry 7: link — its previous hash is not the hash of the entry before it\n"
    )


def test_progress_is_told_slice_by_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    advance = verification.advance
    monkeypatch.setattr(verification, "advance", lambda run: advance(run, 5))
    code, _out, err = run()
    assert code == 0
    assert err == f"5 of {SIZE}\n10 of {SIZE}\n{SIZE} of {SIZE}\n"


def test_verbosity_0_leaves_only_the_result() -> None:
    assert run("--verbosity", "0") == (0, f"Chain verified: {SIZE} entries\n", "")


def test_json_says_the_same() -> None:
    break_entry(7)
    code, out, _err = run("--json")
    assert code == 1
    result = json.loads(out)
    assert result == {
        "status": "broken",
        "first": 1,
        "entries": SIZE,
        "bad_seq": 7,
        "reason": "link — its previous hash is not the hash of the entry before it",
        "sentence": f"Chain broken at entry 7: {result['reason']}",
    }


def test_from_seq_trusts_what_stands_before() -> None:
    break_entry(7)
    assert run("--from-seq", "8")[:2] == (0, "Chain verified: 5 entries\n")
    assert run("--from-seq", "7")[0] == 1


@pytest.mark.parametrize("first", ["0", "-3", "500"])
def test_from_an_entry_that_does_not_exist_is_a_usage_error(first: str) -> None:
    with pytest.raises(CommandError, match="no entry") as refused:
        run("--from-seq", first)
    assert refused.value.returncode == 2
    assert not Verification.objects.exists()


def test_a_run_of_the_command_is_kept_and_logged() -> None:
    run()
    assert Verification.objects.get().started_by == "verify_log"
    entry = Entry.objects.latest("seq")
    assert (entry.operation, entry.user_id) == ("verification", "")
