"""Signing up, signing in and locking from the command line (spec §2, §6.1)."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.client.person import PASSWORD, Person
from tests.server import ROOT
from vault.client.passphrase import decode_recovery_words


def _modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.iterdir()]}


def test_signup_makes_an_account_and_a_private_profile(newcomer: Person, tmp_path: Path) -> None:
    words = tmp_path / "recovery"
    result = newcomer.run("signup", newcomer.username, "--recovery-file", words, "--json")
    assert (result.code, result.codes) == (0, [])
    assert result.json["username"] == newcomer.username
    assert stat.S_IMODE(words.stat().st_mode) == 0o600
    decode_recovery_words(words.read_text())
    modes = _modes(newcomer.profile)
    assert modes.pop(newcomer.profile.name) == 0o700
    assert set(modes.values()) == {0o600}
    assert newcomer.run("ls").code == 0


def test_nothing_secret_but_the_cookie_is_kept_in_the_clear(owner: Person) -> None:
    vault = owner.unlock()
    secrets = [PASSWORD.encode(), *_secrets_of(vault.keyring)]
    assert len(secrets) == 5
    for path in owner.profile.iterdir():
        kept = path.read_bytes()
        assert not any(secret in kept for secret in secrets), path.name
    state = json.loads((owner.profile / "profile.json").read_text())
    assert state.keys() == {"server", "user", "username", "mark", "cookies"}


def test_password_cannot_be_an_argument(newcomer: Person) -> None:
    result = newcomer.run("login", newcomer.username, "--password", PASSWORD)
    assert result.code == 2
    assert newcomer.run("login", newcomer.username, PASSWORD).code == 2


def test_password_is_read_from_a_file_without_its_line_end(owner: Person, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n", encoding="utf-8")
    assert owner.run("ls", "--password-file", file, COFFER_PASSWORD="another one").code == 0
    file.write_text(f"{PASSWORD} \n", encoding="utf-8")
    assert owner.run("--json", "--password-file", file, "ls").codes == ["wrong_key"]


@pytest.mark.parametrize(
    ("username", "password", "code"),
    [
        ("newcomer", "seven c", "policy_password"),
        ("Newcomer", PASSWORD, "username_invalid"),
        ("x", PASSWORD, "username_invalid"),
        ("newcomer", "x" * 1025, "policy_password"),
    ],
)
def test_signup_refuses_what_no_account_can_have(
    newcomer: Person, tmp_path: Path, username: str, password: str, code: str
) -> None:
    words = tmp_path / "recovery"
    result = newcomer.run(
        "signup", username, "--recovery-file", words, "--json", COFFER_PASSWORD=password
    )
    assert (result.code, result.codes) == (1, [code])
    assert not words.exists()


def test_taken_username_leaves_no_recovery_file(owner: Person, tmp_path: Path) -> None:
    words = tmp_path / "recovery"
    other = owner.on_new_device(tmp_path / "other")
    result = other.run("signup", owner.username, "--recovery-file", words, "--json")
    assert (result.code, result.codes) == (1, ["username_taken"])
    assert not words.exists()
    assert not (other.profile / "profile.json").exists()


def test_recovery_key_never_replaces_a_file(newcomer: Person, tmp_path: Path) -> None:
    words = tmp_path / "recovery"
    words.write_text("an older key")
    result = newcomer.run("signup", newcomer.username, "--recovery-file", words, "--json")
    assert (result.code, result.codes) == (1, ["recovery_file"])
    assert words.read_text() == "an older key"
    assert newcomer.run("login", newcomer.username, "--json").codes == ["login_failed"]


def test_recovery_key_is_not_shown_without_a_terminal(newcomer: Person) -> None:
    result = newcomer.run("signup", newcomer.username, "--json")
    assert (result.code, result.codes) == (1, ["recovery_terminal"])
    assert newcomer.run("login", newcomer.username, "--json").codes == ["login_failed"]


def test_signup_on_a_terminal_asks_the_recovery_key_back(newcomer: Person) -> None:
    def answer(shown: str) -> str:
        return " ".join(_words(shown)).upper()

    screen, code = _sign_up_on_terminal(newcomer, answer)
    assert code == 0, screen
    assert PASSWORD not in screen
    assert newcomer.run("ls").code == 0


def test_wrong_recovery_key_makes_no_account(newcomer: Person) -> None:
    def answer(shown: str) -> str:
        return " ".join(reversed(_words(shown)))

    screen, code = _sign_up_on_terminal(newcomer, answer)
    assert code == 1
    assert "This is not the recovery key shown above" in screen
    assert newcomer.run("login", newcomer.username, "--json").codes == ["login_failed"]


def test_login_refuses_a_wrong_password_and_keeps_nothing(owner: Person, tmp_path: Path) -> None:
    device = owner.on_new_device(tmp_path / "device")
    wrong = device.run("login", owner.username, "--json", COFFER_PASSWORD="not the password")
    assert (wrong.code, wrong.codes) == (1, ["login_failed"])
    assert device.run("ls", "--json").codes == ["not_authenticated"]
    assert device.run("login", owner.username).code == 0
    assert device.run("ls").code == 0


def test_unlock_refuses_a_wrong_password(owner: Person) -> None:
    result = owner.run("ls", COFFER_PASSWORD="not the password")
    assert (result.code, result.out) == (1, "")
    assert result.err == "That password does not open this vault; check it and try again.\n"


def test_lock_ends_the_session_and_keeps_the_mark(owner: Person) -> None:
    before = json.loads((owner.profile / "profile.json").read_text())
    assert owner.run("lock").code == 0
    after = json.loads((owner.profile / "profile.json").read_text())
    assert after == {**before, "cookies": {}}
    assert not (owner.profile / "cache").exists()
    session = requests.get(
        f"{owner.url}/api/v1/session", cookies=before["cookies"], timeout=10
    ).json()
    assert session["user"] == ""
    assert owner.run("ls", "--json").codes == ["not_authenticated"]
    assert owner.run("login", owner.username).code == 0


def test_profile_belongs_to_one_member(owner: Person, newcomer: Person) -> None:
    for command in ("login", "signup"):
        result = owner.run(command, newcomer.username, "--json")
        assert (result.code, result.codes) == (1, ["profile_taken"])
    elsewhere = Person("http://localhost:9", owner.profile, owner.username)
    assert elsewhere.run("ls", "--json").codes == ["profile_taken"]


def test_profile_knows_the_server(owner: Person) -> None:
    command = [part for part in owner.command("ls") if part not in ("--server", owner.url)]
    environment = {**os.environ, "COFFER_PASSWORD": PASSWORD}
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["frobnicate"],
        ["get"],
        ["--server", "ftp://localhost", "ls"],
        ["--server", "http://files.example.org", "ls"],
        ["ls"],
    ],
)
def test_usage_errors_exit_with_2(newcomer: Person, arguments: list[str]) -> None:
    program = newcomer.command()[:3]
    result = subprocess.run(
        [*program, "--profile", str(newcomer.profile), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert result.stderr


def _secrets_of(keyring: object) -> list[bytes]:
    """Identity seed, private key, label key and cache key, in base64url."""
    text = json.dumps(keyring)
    found = re.findall(r'"(?:seed|private_key|label_key|cache_key)": "([^"]+)"', text)
    return [secret.encode() for secret in found]


def _words(shown: str) -> list[str]:
    """The 24 words on the screen: four lines of six."""
    rows = re.findall(r"^  ((?:[a-z]+ ){5}[a-z]+)\s*$", shown, re.MULTILINE)
    assert len(rows) == 4, shown
    return " ".join(rows).split()


def _sign_up_on_terminal(person: Person, answer: Callable[[str], str]) -> tuple[str, int]:
    """Sign up at a pseudo-terminal, typing the password twice; return the screen and exit code."""
    ours, theirs = os.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "COFFER_PASSWORD"}
    process = subprocess.Popen(
        person.command("signup"),
        cwd=ROOT,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    screen = ""
    try:
        for prompt, reply in [
            ("Username: ", lambda shown: person.username),
            ("at least 8 characters): ", lambda shown: PASSWORD),
            ("Confirm password: ", lambda shown: PASSWORD),
            ("Confirm recovery key: ", answer),
        ]:
            screen += _read_until(ours, prompt)
            os.write(ours, f"{reply(screen.replace(chr(13), ''))}\n".encode())
        screen += _read_until(ours, None)
    finally:
        os.close(ours)
    return screen, process.wait(60)


def _read_until(descriptor: int, prompt: str | None) -> str:
    """Read what appears until a prompt, or with None until the program ends."""
    shown = b""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            piece = os.read(descriptor, 4096)
        except OSError:  # the other side has closed
            piece = b""
        shown += piece
        if not piece or (prompt and shown.endswith(prompt.encode())):
            return shown.decode()
    raise AssertionError(shown)
